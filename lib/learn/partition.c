#include "learn/partition.h"

struct partition partition_evenly(const struct ranks *k, size_t n, size_t grain)
{
    struct partition d = {{0}};
    size_t lots = (n + grain - 1) / grain;
    for (unsigned r = 0; r <= k->count; r++) {
        size_t first = lots * r / k->count * grain;
        d.first[r] = first < n ? first : n;
    }
    return d;
}

struct partition partition_to(const struct ranks *k, unsigned to, size_t n)
{
    struct partition d = {{0}};
    for (unsigned r = to + 1; r <= k->count; r++)
        d.first[r] = n;
    return d;
}

size_t partition_first(const struct ranks *k, const struct partition *d)
{
    return d->first[k->rank];
}

size_t partition_own(const struct ranks *k, const struct partition *d)
{
    return d->first[k->rank + 1] - d->first[k->rank];
}

size_t partition_total(const struct ranks *k, const struct partition *d)
{
    return d->first[k->count];
}
