/*
 * ranks - processes that train one network together: the ranks of an MPI job, or this process
 * alone.
 *
 * The functions here are collective: all ranks call the same ones in the same order with the same
 * partitions, and each returns when it has what the others send. Nothing is added up here, because
 * MPI's own sums have an order of their own.
 *
 * There are two implementations, and a program is linked with one. ranks.c is for one process,
 * which has everything already. ranks_mpi.c is the only file that includes mpi.h; there an error of
 * MPI itself, such as the death of another rank, ends the job with MPI's own message.
 */
#ifndef RANKS_H
#define RANKS_H

#include <stddef.h>

#include "base/status.h"
#include "learn/partition.h"

/* Find the other ranks. Call it first, and once. STATUS_LIMIT where there are more than RANKS_MAX.
 */
enum status ranks_join(struct ranks *, struct error *) MUST_CHECK;

/* Wait until all ranks are here. After it each may end as it likes. */
void ranks_leave(const struct ranks *);

/* Give every rank the things of all others. `all` has room for all things, of size bytes each; this
   rank's own are in their places before the call. Waiting leaves the processor to other work. */
void ranks_allgather(const struct ranks *, const struct partition *, size_t size, void *all);

/* Send each rank its things from rank 0, which has them all, into own. Rank 0's stay in place. */
void ranks_scatter(const struct ranks *, const struct partition *, size_t size, const void *all,
                   void *own);

/* Send each rank its slice of every block. Blocks of floats are numbered over all ranks (`blocks`
   says who has which); block[i] is the whole block where this rank has it, and otherwise room for
   this rank's slice, which it then holds. */
void ranks_alltoall(const struct ranks *, const struct partition *blocks,
                    const struct partition *slice, float *const *block);

/* Give every rank the same result: STATUS_OK where each has STATUS_OK. Otherwise all get the error
   of the first rank that failed, which begins with "rank 2: " where there are several ranks. */
enum status ranks_agree(const struct ranks *, enum status, struct error *) MUST_CHECK;

#endif
