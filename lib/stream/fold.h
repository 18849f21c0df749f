/*
 * fold - choose a part of the galaxies by their ids, for cross-validation.
 *
 * A hash of its id puts each galaxy into one of n parts, numbered from 0. A fold is a set of these
 * parts. A galaxy's part depends on its id and on n only: it stays the same when galaxies are added
 * or removed, or come in another order. Parts of n and parts of m are independent of each other if
 * n and m have no common divisor but 1.
 *
 * Nothing allocates; fold_parse alone can fail.
 */
#ifndef FOLD_H
#define FOLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { FOLD_RANGES_MAX = 64 };

struct fold {
    uint64_t n; /* parts in all, at least 1 */
    size_t ranges;
    struct fold_range {
        uint64_t first, last; /* parts, both included; first <= last < n */
    } range[FOLD_RANGES_MAX];
};

/* Parse a list of parts i and ranges i-j, then "/n": "0/10" or "0-2,4/5" with 0 <= i <= j < n.
   Returns false, and leaves the fold as it is, if text is anything else or n is above 10^9. */
bool fold_parse(const char *text, struct fold *);

/* Whether the galaxy with this id is in one of the fold's parts. */
bool fold_has(const struct fold *, const char *id);

#endif
