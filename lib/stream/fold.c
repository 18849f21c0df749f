#include "stream/fold.h"

#include <string.h>

#include "base/num.h"
#include "base/rng.h"

enum { FOLD_MAX = 1000000000 };

static bool parse_range(char *text, uint64_t n, struct fold_range *r)
{
    char *last = strchr(text, '-');
    if (last)
        *last++ = '\0';
    return num_parse_u64(text, 0, n - 1, &r->first) &&
           num_parse_u64(last ? last : text, r->first, n - 1, &r->last);
}

bool fold_parse(const char *text, struct fold *f)
{
    char copy[FOLD_RANGES_MAX * 2 * 11], *end;
    struct fold made = {0};
    size_t size = strlen(text);
    if (size >= sizeof copy)
        return false;
    memcpy(copy, text, size + 1);
    char *n = strchr(copy, '/');
    if (!n || !num_parse_u64(n + 1, 1, FOLD_MAX, &made.n))
        return false;
    *n = '\0';
    for (char *range = copy; range; range = end) {
        end = strchr(range, ',');
        if (end)
            *end++ = '\0';
        if (made.ranges == FOLD_RANGES_MAX ||
            !parse_range(range, made.n, &made.range[made.ranges++]))
            return false;
    }
    *f = made;
    return true;
}

bool fold_has(const struct fold *f, const char *id)
{
    uint64_t part = rng_hash(0, id, strlen(id)) % f->n;
    for (size_t i = 0; i < f->ranges; i++)
        if (f->range[i].first <= part && part <= f->range[i].last)
            return true;
    return false;
}
