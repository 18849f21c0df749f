/*
 * conv - the shape of a convolution, and what follows it: ReLU, and where wanted 2x2 max-pooling.
 *
 * Both ways to compute one (direct.h, winograd.h) and the layer that chooses between them
 * (layer_conv.h) agree on this:
 *
 *     y = max(0, b + x * w), or with pool the largest such value in each 2x2 square
 *
 * or, where it is linear, the same without max(0, .), for batch normalisation to go on with;
 *
 * for n images: x (n, H, W, in), w (3, 3, in, out), b (out); beyond the edge of x there are zeros;
 * * is a cross-correlation, as in PyTorch. y is (n, H, W, out), with pool (n, H/2, W/2, out): an
 * odd last row or column is left out. With pool, argmax (of y's shape) tells which of its square
 * each value was: 0 and 1 in the upper row, 2 and 3 in the lower, the first of the largest.
 * Backwards nothing else is needed to know where a gradient belongs, so what lies before the
 * pooling is never stored.
 */
#ifndef CONV_H
#define CONV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/simd.h"

struct conv {
    size_t height, width; /* H and W */
    size_t in, out;       /* channels */
    bool pool;
    bool linear; /* no ReLU */
};

/* Rows of y, columns of y, values of one image of y. */
INLINE size_t conv_rows(const struct conv *s)
{
    return s->pool ? s->height / 2 : s->height;
}

INLINE size_t conv_columns(const struct conv *s)
{
    return s->pool ? s->width / 2 : s->width;
}

INLINE size_t conv_values(const struct conv *s)
{
    return conv_rows(s) * conv_columns(s) * s->out;
}

/* Store n lanes of y: the sums where it is linear, else the larger of 0 and them. */
INLINE void conv_store(const struct conv *s, size_t n, lanes sum, float *y)
{
    lanes zero = {0};
    lanes_store(y, s->linear ? sum : lanes_select(sum > zero, sum, zero), n);
}

/* The same with the largest of a square's sums, and which it was where argmax isn't NULL. */
INLINE void conv_pool(const struct conv *s, size_t n, lanes a, lanes b, lanes c, lanes d, float *y,
                      uint8_t *argmax)
{
    lanes_mask one = {0}, two = {0};
    one += 1;
    two += 2;
    lanes upper = lanes_select(b > a, b, a), lower = lanes_select(d > c, d, c);
    conv_store(s, n, lanes_select(lower > upper, lower, upper), y);
    if (argmax)
        lanes_store_bytes(argmax, lanes_choose(lower > upper, two + (one & (d > c)), one & (b > a)),
                          n);
}

/* The gradient before ReLU: dy where y > 0, else 0. */
INLINE lanes conv_gradient(const struct conv *s, size_t n, const float *y, const float *dy)
{
    lanes zero = {0};
    lanes g = lanes_load(dy, n);
    return s->linear ? g : lanes_select(lanes_load(y, n) > zero, g, zero);
}

/* What of it belongs to sum q of each square. */
INLINE lanes conv_unpool(lanes g, lanes_mask argmax, int q)
{
    lanes zero = {0};
    lanes_mask here = argmax - q;
    return lanes_select(here == 0, g, zero);
}

#endif
