/*
 * ranks - processes that do one thing together: the ranks of an MPI job, or this process alone.
 *
 * What ranks do together they do in step: all call the same functions here in the same order, with
 * the same deals, and each returns when it has what the others bring. Things that are numbered are
 * dealt out in runs, the first to rank 0. Nothing is added up here: MPI's own sums have an order of
 * their own.
 *
 * There are two of this, of which a program is linked with one. ranks_alone.c is for one process
 * and has nothing to do; ranks_mpi.c is the only door to mpi.h. An error of MPI itself, as where
 * another rank is gone, ends the job with MPI's own words.
 */
#ifndef RANKS_H
#define RANKS_H

#include <stddef.h>

#include "status.h"

enum { RANKS_MAX = 64 };

struct ranks {
    unsigned rank, count; /* which one of how many, from 0 */
};

/* Who has which of a row of things: rank r those from first[r] on, up to first[r + 1]. */
struct deal {
    size_t first[RANKS_MAX + 1];
};

/* Find the others: to be called first, and once. STATUS_LIMIT where they are too many. */
enum status ranks_join(struct ranks *, struct error *) MUST_CHECK;

/* Leave together; after it the ranks may end as they like. */
void ranks_leave(const struct ranks *);

/* n things dealt out evenly, in lots of grain that stay together. */
struct deal ranks_deal(const struct ranks *, size_t n, size_t grain);

/* n things that are all rank r's. */
struct deal ranks_deal_to(const struct ranks *, unsigned r, size_t n);

/* How many things are this rank's own, and how many there are in all. */
size_t ranks_own(const struct ranks *, const struct deal *);
size_t ranks_all(const struct ranks *, const struct deal *);

/* Give all what each has: things of size bytes, the own ones in their places in `all`, which has
   room for all of them. While another rank is waited for, the processor is free for others. */
void ranks_share(const struct ranks *, const struct deal *, size_t size, void *all);

/* The other way round: rank 0 has all of them, and each gets its own, into own. Rank 0's stay. */
void ranks_scatter(const struct ranks *, const struct deal *, size_t size, const void *all,
                   void *own);

/* Of blocks of floats, each rank has some whole, and wants a piece of each. block[i], for all: an
   own one is the whole block, for the others it is room for this rank's piece, which it gets. */
void ranks_trade(const struct ranks *, const struct deal *blocks, const struct deal *piece,
                 float *const *block);

/* Agree on how something went: STATUS_OK where it went well everywhere. Else all get the error of
   the first rank that has one, with "rank 2: " before it where there are several. */
enum status ranks_agree(const struct ranks *, enum status, struct error *) MUST_CHECK;

#endif
