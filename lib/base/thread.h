/*
 * thread - work on all processors, results as from one.
 *
 * Two forms. parallel_for runs independent pieces. ordered_run runs a stream through three steps:
 * items are read one after the other, worked on by all threads at once, and written one after the
 * other in the order they were read; memory stays bounded by the number of slots. Results never
 * depend on the number of threads.
 */
#ifndef THREAD_H
#define THREAD_H

#include <stddef.h>

#include "base/status.h"

/* The number of processors this process may run on. */
unsigned thread_available(void);

/* Call work(context, i) for each i in 0 ... n-1, by up to jobs threads; returns when all is done.
   Where no thread can be started, the work is done by those that run already. */
void parallel_for(unsigned jobs, size_t n, void (*work)(void *context, size_t i), void *context);

struct ordered {
    void *context;
    size_t slots; /* how many items may be under way; 2 per thread is enough */

    /* Fill the slot. STATUS_END: there is no more, and the slot isn't used. Any other status than
       STATUS_OK ends the run after all slots before it are written. Never two at once. */
    enum status (*read)(void *context, size_t slot, struct error *);

    /* Anything that needs no order. Many at once, each on another slot; worker, below jobs, is the
       number of the thread that does it, for memory that threads don't share. */
    void (*work)(void *context, size_t slot, unsigned worker);

    /* Use up the slot. Never two at once, in the order of reading. An error ends the run. */
    enum status (*write)(void *context, size_t slot, struct error *);
};

/* Run until read says STATUS_END, or until the first error, which is returned. The items that
   were read before a reading error have been written. */
enum status ordered_run(const struct ordered *, unsigned jobs, struct error *) MUST_CHECK;

#endif
