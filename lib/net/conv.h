/*
 * conv - a 3x3 convolution that keeps the size, followed by ReLU and, where wanted, 2x2
 * max-pooling.
 *
 *     y = max(0, x * w + b)
 *
 * for n images: x (n, H, W, in), w (3, 3, in, out), b (out), y (n, H, W, out). * is
 * cross-correlation, as in PyTorch, with zeros beyond the edge of x. With pool, y is (n, H/2, W/2,
 * out), the largest of these values in each 2x2 square; an odd last row or column is left out. With
 * linear, there is no max(0, .), because batch normalisation comes before ReLU.
 *
 * With pool, argmax has the shape of y and says which value of its square was the largest, the
 * first of equal ones: 0 and 1 are in the upper row, 2 and 3 in the lower. y and argmax are enough
 * for the backward to find the value that a gradient belongs to, so the values before pooling are
 * never stored.
 *
 * There are two ways to compute this, direct.h and winograd.h, between which layer_conv.h chooses.
 * The functions here are what both need.
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

/* Rows and columns of y; values of one image of y. */
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

/* From the first n lanes of x * w + b to n values of y. */
INLINE void conv_store(const struct conv *s, size_t n, lanes sum, float *y)
{
    lanes zero = {0};
    lanes_store(y, s->linear ? sum : lanes_select(sum > zero, sum, zero), n);
}

/* The same from the four sums of each square; sets argmax, too, where it isn't NULL. */
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

/* The gradient before ReLU, of n values: dy where y > 0, else 0. */
INLINE lanes conv_gradient(const struct conv *s, size_t n, const float *y, const float *dy)
{
    lanes zero = {0};
    lanes g = lanes_load(dy, n);
    return s->linear ? g : lanes_select(lanes_load(y, n) > zero, g, zero);
}

/* The part of gradient g that belongs to sum q of each square: all or nothing. */
INLINE lanes conv_unpool(lanes g, lanes_mask argmax, int q)
{
    lanes zero = {0};
    lanes_mask here = argmax - q;
    return lanes_select(here == 0, g, zero);
}

#endif
