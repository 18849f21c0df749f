/*
 * direct - convolution as its definition says, in vectors of output channels. For layers with few
 * input channels this is the faster way, as Winograd's transforms cost more than they save.
 *
 * kernel_set.h describes direct_forward and direct_backward; kernels_all.h has them compiled for
 * each instruction set.
 */
#ifndef DIRECT_H
#define DIRECT_H

#include <string.h>

#include "net/conv.h"

/* This is the faster way up to so many input channels. */
enum { DIRECT_IN = 4 };

enum {
    ROWS = 2, /* of a block of sums: each weight that is loaded is used for all of them */
    COLUMNS = 4
};

/* Floats of scratch memory: a padded image. */
static inline size_t direct_scratch(const struct conv *s)
{
    return (s->height + 2) * (s->width + 2) * s->in;
}

/* Copy an image with a border of zeros around it, so that no inner loop asks where it is. */
static inline void pad_image(const struct conv *s, const float *x, float *padded)
{
    size_t row = s->width * s->in, wide = (s->width + 2) * s->in;
    memset(padded, 0, (s->height + 2) * wide * sizeof *padded);
    for (size_t r = 0; r < s->height; r++)
        memcpy(padded + (r + 1) * wide + s->in, x + r * row, row * sizeof *x);
}

/* ---- forward ---- */

/* x * w + b for a block of ROWS x COLUMNS pixels from row r and column c on, and for the channels
   [o, o + LANES). */
INLINE void block_sums(const struct conv *s, const float *padded, size_t r, size_t c,
                       const float *w, const float *b, size_t o, lanes sum[ROWS][COLUMNS])
{
    size_t wide = (s->width + 2) * s->in;
    for (size_t i = 0; i < ROWS; i++)
        for (size_t j = 0; j < COLUMNS; j++)
            sum[i][j] = lanes_load(b + o, LANES);
    for (size_t i = 0; i < 3; i++) {
        const float *x = padded + (r + i) * wide + c * s->in;
        for (size_t jk = 0; jk < 3 * s->in; jk++, x++) {
            lanes weight = lanes_load(w + (i * 3 * s->in + jk) * s->out + o, LANES);
            for (size_t p = 0; p < ROWS; p++)
                for (size_t q = 0; q < COLUMNS; q++)
                    sum[p][q] += x[p * wide + q * s->in] * weight;
        }
    }
}

/* From the sums of a block, which begins at row r and column c, to y. */
INLINE void block_output(const struct conv *s, lanes sum[ROWS][COLUMNS], size_t r, size_t c,
                         size_t o, float *y, uint8_t *argmax)
{
    if (s->pool) {
        size_t at = (r / 2 * (s->width / 2) + c / 2) * s->out + o;
        for (size_t j = 0; j < COLUMNS; j += 2, at += s->out)
            conv_pool(s, LANES, sum[0][j], sum[0][j + 1], sum[1][j], sum[1][j + 1], y + at,
                      argmax ? argmax + at : NULL);
        return;
    }
    for (size_t i = 0; i < ROWS; i++)
        for (size_t j = 0; j < COLUMNS; j++)
            conv_store(s, LANES, sum[i][j], y + ((r + i) * s->width + c + j) * s->out + o);
}

/* x * w + b for one pixel and channel. */
INLINE float one_sum(const struct conv *s, const float *padded, size_t r, size_t c, const float *w,
                     const float *b, size_t o)
{
    float sum = b[o];
    for (size_t i = 0; i < 3; i++) {
        const float *x = padded + ((r + i) * (s->width + 2) + c) * s->in;
        for (size_t jk = 0; jk < 3 * s->in; jk++)
            sum += x[jk] * w[(i * 3 * s->in + jk) * s->out + o];
    }
    return sum;
}

/* One value of y, at row r and column c of y. */
INLINE void one_output(const struct conv *s, const float *padded, size_t r, size_t c,
                       const float *w, const float *b, size_t o, float *y, uint8_t *argmax)
{
    size_t at = (r * conv_columns(s) + c) * s->out + o;
    lanes f[4] = {{0}};
    for (size_t q = 0; q < (s->pool ? 4 : 1); q++)
        f[q][0] = s->pool ? one_sum(s, padded, 2 * r + q / 2, 2 * c + q % 2, w, b, o)
                          : one_sum(s, padded, r, c, w, b, o);
    if (s->pool)
        conv_pool(s, 1, f[0], f[1], f[2], f[3], y + at, argmax ? argmax + at : NULL);
    else
        conv_store(s, 1, f[0], y + at);
}

static inline void image_forward(const struct conv *s, const float *padded, const float *w,
                                 const float *b, float *y, uint8_t *argmax)
{
    size_t rows = s->height / ROWS * ROWS, columns = s->width / COLUMNS * COLUMNS;
    size_t full = s->out / LANES * LANES, shrink = s->pool ? 2 : 1;
    for (size_t r = 0; r < rows; r += ROWS)
        for (size_t o = 0; o < full; o += LANES)
            for (size_t c = 0; c < columns; c += COLUMNS) {
                lanes sum[ROWS][COLUMNS];
                block_sums(s, padded, r, c, w, b, o, sum);
                block_output(s, sum, r, c, o, y, argmax);
            }
    /* What doesn't fill a block or a vector: at the ends of columns, rows and channels. */
    for (size_t r = 0; r < conv_rows(s); r++)
        for (size_t c = 0; c < conv_columns(s); c++)
            for (size_t o = r * shrink < rows && c * shrink < columns ? full : 0; o < s->out; o++)
                one_output(s, padded, r, c, w, b, o, y, argmax);
}

static inline void direct_forward(const struct conv *s, size_t n, const float *x, const float *w,
                                  const float *b, float *y, uint8_t *argmax, float *scratch)
{
    for (; n--; x += s->height * s->width * s->in, y += conv_values(s)) {
        pad_image(s, x, scratch);
        image_forward(s, scratch, w, b, y, argmax);
        argmax = argmax ? argmax + conv_values(s) : NULL;
    }
}

/* ---- backward ---- */

/* Distribute the gradient g[0] to the four sums of each square. */
INLINE void unpool(lanes g[4], lanes_mask argmax)
{
    for (int q = 3; q >= 0; q--)
        g[q] = conv_unpool(g[0], argmax, q);
}

/* Add one image's part of dw, for input channel k and output channels [o, o + n), n <= LANES. */
INLINE void channel_weights(const struct conv *s, const float *padded, const float *y,
                            const uint8_t *argmax, const float *dy, size_t k, size_t o, size_t n,
                            float *dw)
{
    lanes sum[9] = {{0}}, g[4];
    size_t squares = s->pool ? 4 : 1, step = s->pool ? 2 : 1, wide = (s->width + 2) * s->in;
    size_t at = o;
    for (size_t r = 0; r < conv_rows(s); r++)
        for (size_t c = 0; c < conv_columns(s); c++, at += s->out) {
            g[0] = conv_gradient(s, n, y + at, dy + at);
            if (s->pool)
                unpool(g, lanes_load_bytes(argmax + at, n));
            for (size_t q = 0; q < squares; q++) {
                const float *x = padded + (r * step + q / 2) * wide + (c * step + q % 2) * s->in;
                for (size_t ij = 0; ij < 9; ij++)
                    sum[ij] += x[ij / 3 * wide + ij % 3 * s->in + k] * g[q];
            }
        }
    for (size_t ij = 0; ij < 9; ij++) {
        float *to = dw + (ij * s->in + k) * s->out + o;
        lanes_store(to, lanes_load(to, n) + sum[ij], n);
    }
}

static inline void image_weights(const struct conv *s, const float *padded, const float *y,
                                 const uint8_t *argmax, const float *dy, float *dw)
{
    size_t full = s->out / LANES * LANES;
    for (size_t k = 0; k < s->in; k++) {
        for (size_t o = 0; o < full; o += LANES)
            channel_weights(s, padded, y, argmax, dy, k, o, LANES, dw);
        if (full < s->out)
            channel_weights(s, padded, y, argmax, dy, k, full, s->out - full, dw);
    }
}

static inline void image_biases(const struct conv *s, const float *y, const float *dy, float *db)
{
    for (size_t i = 0; i < conv_values(s); i += s->out)
        for (size_t o = 0; o < s->out; o++)
            db[o] += s->linear || y[i + o] > 0 ? dy[i + o] : 0;
}

static inline void direct_backward(const struct conv *s, size_t n, const float *x, const float *y,
                                   const uint8_t *argmax, const float *dy, float *dw, float *db,
                                   float *scratch)
{
    size_t values = conv_values(s);
    memset(dw, 0, 9 * s->in * s->out * sizeof *dw);
    memset(db, 0, s->out * sizeof *db);
    for (; n--; x += s->height * s->width * s->in, y += values, dy += values) {
        pad_image(s, x, scratch);
        image_weights(s, scratch, y, argmax, dy, dw);
        image_biases(s, y, dy, db);
        argmax = argmax ? argmax + values : NULL;
    }
}

#endif
