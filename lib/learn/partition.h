/*
 * partition - who has which part of a row of things, where several processes share them.
 *
 * Things are numbered from 0. Each rank has a run of them, and the runs follow each other in the
 * order of the ranks, so that rank 0 has the first things.
 */
#ifndef PARTITION_H
#define PARTITION_H

#include <stddef.h>

enum { RANKS_MAX = 64 };

/* Which process this is, and how many there are. */
struct ranks {
    unsigned rank, count; /* 0 <= rank < count <= RANKS_MAX */
};

/* Rank r has the things first[r] ... first[r + 1] - 1. */
struct partition {
    size_t first[RANKS_MAX + 1];
};

/* n things shared evenly, in lots of grain things that stay together. */
struct partition partition_evenly(const struct ranks *, size_t n, size_t grain);

/* n things that are all rank r's. */
struct partition partition_to(const struct ranks *, unsigned r, size_t n);

/* The first thing of this rank, how many it has, and how many there are in all. */
size_t partition_first(const struct ranks *, const struct partition *);
size_t partition_own(const struct ranks *, const struct partition *);
size_t partition_total(const struct ranks *, const struct partition *);

#endif
