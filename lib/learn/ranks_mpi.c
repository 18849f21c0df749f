#include <mpi.h>
#include <sched.h>
#include <time.h>

#include "learn/ranks.h"

enum {
    LOOKS = 500, /* in a row, before the first nap ... */
    NAP = 50000  /* ... of so many nanoseconds */
};

enum status ranks_join(struct ranks *k, struct error *err)
{
    int level, rank, count;
    MPI_Init_thread(NULL, NULL, MPI_THREAD_FUNNELED, &level);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &count);
    *k = (struct ranks){.rank = (unsigned)rank, .count = (unsigned)count};
    return count <= RANKS_MAX
               ? STATUS_OK
               : error_set(err, STATUS_LIMIT, "%d ranks, but at most %d can work together", count,
                           RANKS_MAX);
}

void ranks_leave(const struct ranks *k)
{
    (void)k;
    /* If one rank exits early, mpirun may kill the others before they print their errors. */
    MPI_Barrier(MPI_COMM_WORLD);
    MPI_Finalize();
}

/* Wait for n requests. MPI_Wait would keep a processor busy. This sleeps instead, so that the
   programs that make the streams, and other ranks, get the processor. */
static void await(int n, MPI_Request *request)
{
    const struct timespec nap = {.tv_nsec = NAP};
    for (unsigned looks = 0; n; looks++) {
        int done;
        MPI_Test(&request[n - 1], &done, MPI_STATUS_IGNORE);
        if (done)
            n--;
        else if (looks < LOOKS)
            sched_yield();
        else
            nanosleep(&nap, NULL);
    }
}

/* A partition in MPI's form. Its counts are ints: enough for things, too few for bytes. */
static void count_things(const struct ranks *k, const struct partition *p, int *count, int *first)
{
    for (unsigned r = 0; r < k->count; r++) {
        count[r] = (int)(p->first[r + 1] - p->first[r]);
        first[r] = (int)p->first[r];
    }
}

static MPI_Datatype thing(size_t size)
{
    MPI_Datatype type;
    MPI_Type_contiguous((int)size, MPI_BYTE, &type);
    MPI_Type_commit(&type);
    return type;
}

void ranks_allgather(const struct ranks *k, const struct partition *p, size_t size, void *all)
{
    int count[RANKS_MAX], first[RANKS_MAX];
    MPI_Datatype type = thing(size);
    MPI_Request request;
    count_things(k, p, count, first);
    MPI_Iallgatherv(MPI_IN_PLACE, 0, type, all, count, first, type, MPI_COMM_WORLD, &request);
    await(1, &request);
    MPI_Type_free(&type);
}

void ranks_scatter(const struct ranks *k, const struct partition *p, size_t size, const void *all,
                   void *own)
{
    int count[RANKS_MAX], first[RANKS_MAX];
    MPI_Datatype type = thing(size);
    count_things(k, p, count, first);
    MPI_Scatterv(all, count, first, type, k->rank ? own : MPI_IN_PLACE, count[k->rank], type, 0,
                 MPI_COMM_WORLD);
    MPI_Type_free(&type);
}

void ranks_alltoall(const struct ranks *k, const struct partition *blocks,
                    const struct partition *slice, float *const *block)
{
    MPI_Request request[RANKS_MAX * RANKS_MAX];
    int n = 0;
    for (unsigned r = 0; r < k->count; r++)
        for (size_t i = blocks->first[r]; i < blocks->first[r + 1] && r != k->rank; i++)
            MPI_Irecv(block[i], (int)partition_own(k, slice), MPI_FLOAT, (int)r, (int)i,
                      MPI_COMM_WORLD, &request[n++]);
    for (unsigned r = 0; r < k->count; r++)
        for (size_t i = blocks->first[k->rank]; i < blocks->first[k->rank + 1] && r != k->rank; i++)
            MPI_Isend(block[i] + slice->first[r], (int)(slice->first[r + 1] - slice->first[r]),
                      MPI_FLOAT, (int)r, (int)i, MPI_COMM_WORLD, &request[n++]);
    await(n, request);
}

enum status ranks_agree(const struct ranks *k, enum status status, struct error *err)
{
    enum status each[RANKS_MAX];
    struct partition one = partition_evenly(k, k->count, 1);
    unsigned r = 0;
    each[k->rank] = status;
    ranks_allgather(k, &one, sizeof *each, each);
    while (r < k->count && each[r] == STATUS_OK)
        r++;
    if (r == k->count)
        return STATUS_OK;
    if (r == k->rank && k->count > 1)
        error_prefix(err, "rank %u", r);
    one = partition_to(k, r, 1);
    ranks_allgather(k, &one, sizeof *err, err);
    return err->status;
}
