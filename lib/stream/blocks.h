/*
 * blocks - records read one by one, worked on in blocks by all processors, and written in order.
 *
 * A block takes the records that are there already, and nothing waits until it is full: everything
 * that was read is worked on and written before the next wait for input. So programs work in a live
 * pipe. Threads work on several blocks at a time; results are written in the order of reading,
 * whatever the number of threads. Memory is constant: two blocks for each thread. They are
 * allocated when they are first needed, so that a short stream costs little.
 */
#ifndef BLOCKS_H
#define BLOCKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "stream/stream.h"

/* Both arrays are aligned as by mem_new. */
struct block {
    void *in;       /* n records, each of in_size bytes */
    void *out;      /* room for n results, each of out_size bytes */
    size_t n;       /* at least 1 */
    size_t results; /* how many of these to write: n, unless work sets it to less */
};

struct blocks {
    struct stream_reader *in; /* where records come from; NULL: from read */
    size_t in_size, out_size; /* bytes of a record, and of a result */
    size_t most, bytes; /* a block has at most so many records, and no more than so many bytes of
                           records or of results, but at least one record */
    unsigned jobs;
    void *context; /* given to the functions below */

    /* If in is NULL: make the next record, without waiting for input. STATUS_END after the last.
       There is only one call at a time. */
    enum status (*read)(void *context, void *record, struct error *);

    /* Called for each record after it was read, in order. A failure ends the run. NULL: all are
       good. */
    enum status (*check)(void *context, const void *record, struct error *);

    /* Called after that. false: leave it out. NULL: keep all. */
    bool (*accept)(void *context, const void *record);

    /* Make a block's results. There are many calls at a time. worker, below jobs, is the number of
       the thread, for memory that threads don't share. */
    void (*work)(void *context, struct block *, unsigned worker);

    /* Write a block's results; to work in a live pipe, flush them, too. There is only one call at a
       time, in the order of reading. done is the number of records up to this block's end. */
    enum status (*write)(void *context, const struct block *, uint64_t done, struct error *);
};

/* Run to the end. STATUS_OK at the end of a complete stream. Records that were read before a
   failure have been written. */
enum status blocks_run(const struct blocks *, struct error *) MUST_CHECK;

#endif
