#include "ranks.h"

/* One process: it has everything already. */

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

void ranks_share(const struct ranks *k, const struct deal *d, size_t size, void *all)
{
    (void)k, (void)d, (void)size, (void)all;
}

void ranks_scatter(const struct ranks *k, const struct deal *d, size_t size, const void *all,
                   void *own)
{
    (void)k, (void)d, (void)size, (void)all, (void)own;
}

void ranks_trade(const struct ranks *k, const struct deal *blocks, const struct deal *piece,
                 float *const *block)
{
    (void)k, (void)blocks, (void)piece, (void)block;
}
