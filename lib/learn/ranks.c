#include "learn/ranks.h"

/* One process has everything already. */

enum status ranks_join(struct ranks *k, struct error *err)
{
    (void)err;
    *k = (struct ranks){.rank = 0, .count = 1};
    return STATUS_OK;
}

void ranks_leave(const struct ranks *k)
{
    (void)k;
}

void ranks_allgather(const struct ranks *k, const struct partition *p, size_t size, void *all)
{
    (void)k, (void)p, (void)size, (void)all;
}

void ranks_scatter(const struct ranks *k, const struct partition *p, size_t size, const void *all,
                   void *own)
{
    (void)k, (void)p, (void)size, (void)all, (void)own;
}

void ranks_alltoall(const struct ranks *k, const struct partition *blocks,
                    const struct partition *slice, float *const *block)
{
    (void)k, (void)blocks, (void)slice, (void)block;
}

enum status ranks_agree(const struct ranks *k, enum status status, struct error *err)
{
    (void)k;
    return status ? err->status : STATUS_OK;
}
