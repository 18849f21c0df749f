/*
 * floats - blocks of floats, as the tests of networks use them. The caller frees them.
 */
#ifndef FLOATS_H
#define FLOATS_H

#include "base/mem.h"
#include "base/rng.h"
#include "unit.h"

/* n floats of 0. */
static inline float *floats_new(size_t n)
{
    struct error err;
    float *x = mem_new(n, sizeof *x, &err);
    if (!x)
        abort();
    return x;
}

/* n normal floats of mean 0 and variance 1. */
static inline float *floats_random(struct rng *r, size_t n)
{
    float *x = floats_new(n);
    for (size_t i = 0; i < n; i++)
        x[i] = (float)rng_normal(r);
    return x;
}

static inline float *floats_copy(const float *x, size_t n)
{
    return memcpy(floats_new(n), x, n * sizeof *x);
}

/* The largest difference, as a share of the largest value of b. */
static inline double floats_difference(const float *a, const float *b, size_t n)
{
    double largest = 1e-30;
    for (size_t i = 0; i < n; i++)
        largest = fmax(largest, fabs((double)b[i]));
    return unit_gap(a, b, n) / largest;
}

/* Free a list of blocks: floats_free((float *[]){a, b, NULL}). */
static inline void floats_free(float *const *block)
{
    for (; *block; block++)
        free(*block);
}

#endif
