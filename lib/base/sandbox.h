/*
 * sandbox - run code that reads hostile bytes where its faults do no harm: in a child process.
 *
 * The child has a copy of the memory of this process. It may compute, and allocate memory; files,
 * the network and other processes are out of its reach where the kernel has seccomp (Linux on
 * x86-64 and arm64). What it finds comes back in memory that both share. If it crashes, or takes
 * too long, only its result is lost.
 *
 * Other threads don't exist in the child. So the code must not use locks that another thread may
 * hold at the time; memory is an exception, as the C library takes care of it.
 */
#ifndef SANDBOX_H
#define SANDBOX_H

#include <stddef.h>

#include "base/status.h"

/* Memory of this size, all zero, that the processes share. NULL on failure. */
void *sandbox_memory(size_t size, struct error *) MUST_CHECK;

/* Free it; the memory may be NULL. */
void sandbox_free(void *memory, size_t size);

/* Call work(context) in a child, and wait until it returns. STATUS_FORMAT if it crashed, or used
   more than this many seconds of processor time. STATUS_MEMORY if there can't be a child. */
enum status sandbox_run(void (*work)(void *context), void *context, unsigned seconds,
                        struct error *) MUST_CHECK;

#endif
