#include "ranks.h"

/* What both kinds have in common. */

struct deal ranks_deal(const struct ranks *k, size_t n, size_t grain)
{
    struct deal d = {{0}};
    size_t lots = (n + grain - 1) / grain;
    for (unsigned r = 0; r <= k->count; r++) {
        size_t first = lots * r / k->count * grain;
        d.first[r] = first < n ? first : n;
    }
    return d;
}

struct deal ranks_deal_to(const struct ranks *k, unsigned to, size_t n)
{
    struct deal d = {{0}};
    for (unsigned r = to + 1; r <= k->count; r++)
        d.first[r] = n;
    return d;
}

size_t ranks_own(const struct ranks *k, const struct deal *d)
{
    return d->first[k->rank + 1] - d->first[k->rank];
}

size_t ranks_all(const struct ranks *k, const struct deal *d)
{
    return d->first[k->count];
}

enum status ranks_agree(const struct ranks *k, enum status status, struct error *err)
{
    enum status each[RANKS_MAX];
    struct deal one = ranks_deal(k, k->count, 1);
    unsigned r = 0;
    each[k->rank] = status;
    ranks_share(k, &one, sizeof *each, each);
    while (r < k->count && each[r] == STATUS_OK)
        r++;
    if (r == k->count)
        return STATUS_OK;
    if (r == k->rank && k->count > 1)
        error_prefix(err, "rank %u", r);
    one = ranks_deal_to(k, r, 1);
    ranks_share(k, &one, sizeof *err, err);
    return err->status;
}
