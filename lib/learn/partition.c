#include "learn/partition.h"

struct partition partition_evenly(const struct ranks *k, size_t n, size_t grain)
{
    struct partition p = {{0}};
    size_t lots = (n + grain - 1) / grain;
    for (unsigned r = 0; r <= k->count; r++) {
        size_t first = lots * r / k->count * grain;
        p.first[r] = first < n ? first : n;
    }
    return p;
}

struct partition partition_to(const struct ranks *k, unsigned to, size_t n)
{
    struct partition p = {{0}};
    for (unsigned r = to + 1; r <= k->count; r++)
        p.first[r] = n;
    return p;
}

size_t partition_first(const struct ranks *k, const struct partition *p)
{
    return p->first[k->rank];
}

size_t partition_own(const struct ranks *k, const struct partition *p)
{
    return p->first[k->rank + 1] - p->first[k->rank];
}

size_t partition_total(const struct ranks *k, const struct partition *p)
{
    return p->first[k->count];
}
