/*
 * thread - work on all processors.
 *
 * parallel_for does n independent pieces of work. ordered_run takes a stream of items through three
 * steps: the items are read one after the other, worked on by all threads at once, and written one
 * after the other, in the order in which they were read. Each item is in one of a fixed number of
 * slots, memory of the caller, until it is written. Results never depend on the number of threads.
 */
#ifndef THREAD_H
#define THREAD_H

#include <stddef.h>

#include "base/status.h"

/* The number of processors this process may run on. */
unsigned thread_available(void);

/* Call work(context, i) for each i in 0 ... n-1, in up to jobs threads, this one included. Returns
   when all work is done. If a thread can't be started, the others do its work. */
void parallel_for(unsigned jobs, size_t n, void (*work)(void *context, size_t i), void *context);

struct ordered {
    void *context;
    size_t slots; /* the most items between reading and writing; 2 for each thread are enough */

    /* Read the next item into a slot. STATUS_END: there are no more items, and the slot stays
       unused. Any other failure ends the run after all items before it are written. There is only
       one call at a time. */
    enum status (*read)(void *context, size_t slot, struct error *);

    /* Work on a slot. There are many calls at a time, each for another slot. worker, below jobs, is
       the number of the thread, for memory that threads don't share. */
    void (*work)(void *context, size_t slot, unsigned worker);

    /* Write a slot, which may then be read into again. There is only one call at a time, in the
       order of reading. A failure ends the run. */
    enum status (*write)(void *context, size_t slot, struct error *);
};

/* Run until read returns STATUS_END, or until the first failure, which is returned. The items that
   were read before read failed have been written. */
enum status ordered_run(const struct ordered *, unsigned jobs, struct error *) MUST_CHECK;

#endif
