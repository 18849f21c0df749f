/*
 * blocks - records gathered in blocks, worked on by all processors, written in order.
 *
 * Records are read one after the other. Those that are there already are gathered in a block, but
 * nobody waits for a full block: what was read is worked on and written before the next wait, so
 * that a program can sit in a live pipe. Threads work on several blocks at once; the results are
 * written in the order of reading, whatever the number of threads. Memory is constant: two blocks
 * for each thread, made when they are first needed, so that a short stream costs little.
 */
#ifndef BLOCKS_H
#define BLOCKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "stream/stream.h"

/* A block under way. Both arrays are aligned as by mem_new. */
struct block {
    void *in;       /* n records, each of in_size bytes */
    void *out;      /* room for n results, each of out_size bytes */
    size_t n;       /* at least 1 */
    size_t results; /* how many of them to write: n, unless work sets it to less */
};

struct blocks {
    struct stream_reader *in; /* where records come from; NULL: from read */
    size_t in_size, out_size; /* bytes of a record, and of a result */
    size_t most, bytes; /* a block has at most so many records, and no more than so many bytes of
                           records or of results, but at least one record */
    unsigned jobs;
    void *context; /* given to the functions below */

    /* Where in is NULL: make the next record without waiting for anybody. STATUS_END after the
       last. Never two at once. */
    enum status (*read)(void *context, void *record, struct error *);

    /* Look at each record when it was read, in order; false leaves it out. NULL: all are kept. */
    bool (*accept)(void *context, const void *record);

    /* Make a block's results. Many at once; worker, below jobs, is the number of the thread, for
       memory that threads don't share. */
    void (*work)(void *context, struct block *, unsigned worker);

    /* Write a block's results and hand them on. Never two at once, in the order of reading. done:
       how many records are in this block and those before it. */
    enum status (*write)(void *context, const struct block *, uint64_t done, struct error *);
};

/* Run to the end. STATUS_OK at the end of a complete stream; records that were read before any
   failure have been written. */
enum status blocks_run(const struct blocks *, struct error *) MUST_CHECK;

#endif
