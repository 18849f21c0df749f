/*
 * winograd - 3x3 convolution by Winograd's minimal filtering, F(4x4, 3x3), which needs a fourth of
 * the multiplications and does nearly all of them in matrix products (Lavin and Gray 2015,
 * arXiv:1509.09308, section 4). The backward is the transpose of the forward, step by step.
 *
 * kernel_set.h describes winograd_forward and winograd_backward; kernels_all.h has them compiled
 * for each instruction set.
 */
#ifndef WINOGRAD_H
#define WINOGRAD_H

#include <string.h>

#include "net/conv.h"
#include "net/product.h"

/*
 * The output is cut into tiles of 4x4, each of which needs the 6x6 inputs around it. The matrices
 * A, B and G are those of Lavin and Gray; here each is a function on one row or column of numbers.
 *
 *     Y = A^T [ sum over k of (G w G^T) . (B^T x B) ] A
 *
 * where . multiplies the two 6x6 matrices point by point. For each of the 36 points, the sum over
 * the input channels k is a matrix product of (tiles, in) and (in, out). In memory there are
 *
 *     u (36, in, out) = G w G^T     v (36, TILES, in) = B^T x B     m (36, TILES, out) = v u
 *
 * and the backward is dm = A dy A^T, du = v^T dm, dv = dm u^T, dw = G^T du G, dx += B dv B^T.
 */
enum { TILE = 4, PATCH = 6, POINTS = 36 };
enum { TILES = 10 * PRODUCT_ROWS }; /* computed together: their v and m stay in cache */

/* Floats of scratch memory, however many images there are. */
static inline size_t winograd_scratch(const struct conv *s)
{
    return POINTS * (2 * s->in * s->out + TILES * (s->in + s->out));
}

/* ---- the one-dimensional transforms, of LANES channels at once ---- */

/* out = B^T in: in (6) and out (6), each with a distance between its values. */
INLINE void input_1d(const lanes *in, size_t step, lanes *out, size_t out_step)
{
    lanes a = in[0], b = in[step], c = in[2 * step], d = in[3 * step], e = in[4 * step],
          f = in[5 * step];
    out[0] = 4 * a - 5 * c + e;
    out[out_step] = (e - 4 * c) + (d - 4 * b);
    out[2 * out_step] = (e - 4 * c) - (d - 4 * b);
    out[3 * out_step] = (e - c) + 2 * (d - b);
    out[4 * out_step] = (e - c) - 2 * (d - b);
    out[5 * out_step] = 4 * b - 5 * d + f;
}

/* out = B in, the transpose of the above. */
INLINE void input_1d_transposed(const lanes *in, size_t step, lanes *out, size_t out_step)
{
    lanes a = in[0], b = in[step], c = in[2 * step], d = in[3 * step], e = in[4 * step],
          f = in[5 * step];
    out[0] = 4 * a;
    out[out_step] = -4 * (b - c) - 2 * (d - e) + 4 * f;
    out[2 * out_step] = -5 * a - 4 * (b + c) - (d + e);
    out[3 * out_step] = (b - c) + 2 * (d - e) - 5 * f;
    out[4 * out_step] = a + (b + c) + (d + e);
    out[5 * out_step] = f;
}

/* out = A^T in, out (4), in (6). */
INLINE void output_1d(const lanes *in, size_t step, lanes *out, size_t out_step)
{
    lanes a = in[0], b = in[step], c = in[2 * step], d = in[3 * step], e = in[4 * step],
          f = in[5 * step];
    out[0] = a + (b + c) + (d + e);
    out[out_step] = (b - c) + 2 * (d - e);
    out[2 * out_step] = (b + c) + 4 * (d + e);
    out[3 * out_step] = (b - c) + 8 * (d - e) + f;
}

/* out = A in, out (6), in (4): the transpose of the above. */
INLINE void output_1d_transposed(const lanes *in, size_t step, lanes *out, size_t out_step)
{
    lanes a = in[0], b = in[step], c = in[2 * step], d = in[3 * step];
    out[0] = a;
    out[out_step] = (a + c) + (b + d);
    out[2 * out_step] = (a + c) - (b + d);
    out[3 * out_step] = (a + 4 * c) + 2 * (b + 4 * d);
    out[4 * out_step] = (a + 4 * c) - 2 * (b + 4 * d);
    out[5 * out_step] = d;
}

/* out = G in, out (6), in (3). */
INLINE void filter_1d(const lanes *in, size_t step, lanes *out, size_t out_step)
{
    lanes a = in[0], b = in[step], c = in[2 * step];
    out[0] = a / 4;
    out[out_step] = -(a + c + b) / 6;
    out[2 * out_step] = -(a + c - b) / 6;
    out[3 * out_step] = (a + 4 * c) / 24 + b / 12;
    out[4 * out_step] = (a + 4 * c) / 24 - b / 12;
    out[5 * out_step] = c;
}

/* out = G^T in, out (3), in (6). */
INLINE void filter_1d_transposed(const lanes *in, size_t step, lanes *out, size_t out_step)
{
    lanes a = in[0], b = in[step], c = in[2 * step], d = in[3 * step], e = in[4 * step],
          f = in[5 * step];
    out[0] = a / 4 - (b + c) / 6 + (d + e) / 24;
    out[out_step] = (c - b) / 6 + (d - e) / 12;
    out[2 * out_step] = -(b + c) / 6 + (d + e) / 6 + f;
}

INLINE void add(float *to, lanes v, size_t n)
{
    lanes_store(to, lanes_load(to, n) + v, n);
}

/* ---- tiles ---- */

/* A tile's image, and the row and column of its first output before pooling. */
struct place {
    size_t image, row, column;
};

/* The place of tile number t of all images. */
static inline struct place tile_place(const struct conv *s, size_t t)
{
    size_t across = (s->width + TILE - 1) / TILE, down = (s->height + TILE - 1) / TILE;
    return (struct place){t / (across * down), t / across % down * TILE, t % across * TILE};
}

static inline size_t tile_count(const struct conv *s, size_t n)
{
    return n * ((s->width + TILE - 1) / TILE) * ((s->height + TILE - 1) / TILE);
}

/* v = B^T x B for one tile and the channels [k, k + n): v[point * stride + channel]. */
INLINE void input_tile(const struct conv *s, const float *x, struct place p, size_t k, size_t n,
                       float *v, size_t stride)
{
    lanes a[PATCH * PATCH], b[PATCH * PATCH];
    const float *image = x + p.image * s->height * s->width * s->in + k;
    for (size_t i = 0; i < PATCH; i++)
        for (size_t j = 0; j < PATCH; j++) {
            size_t r = p.row + i - 1, c = p.column + j - 1; /* -1 wraps to beyond the edge */
            if (r < s->height && c < s->width)
                a[i * PATCH + j] = lanes_load(image + (r * s->width + c) * s->in, n);
            else
                a[i * PATCH + j] = (lanes){0};
        }
    for (size_t j = 0; j < PATCH; j++)
        input_1d(a + j, PATCH, b + j, PATCH);
    for (size_t i = 0; i < PATCH; i++)
        input_1d(b + i * PATCH, 1, a + i * PATCH, 1);
    for (size_t q = 0; q < POINTS; q++)
        lanes_store(v + q * stride + k, a[q], n);
}

/* dx += B dv B^T for one tile and the channels [k, k + n). */
INLINE void input_tile_transposed(const struct conv *s, float *dx, struct place p, size_t k,
                                  size_t n, const float *dv, size_t stride)
{
    lanes a[PATCH * PATCH], b[PATCH * PATCH];
    float *image = dx + p.image * s->height * s->width * s->in + k;
    for (size_t q = 0; q < POINTS; q++)
        a[q] = lanes_load(dv + q * stride + k, n);
    for (size_t j = 0; j < PATCH; j++)
        input_1d_transposed(a + j, PATCH, b + j, PATCH);
    for (size_t i = 0; i < PATCH; i++)
        input_1d_transposed(b + i * PATCH, 1, a + i * PATCH, 1);
    for (size_t i = 0; i < PATCH; i++)
        for (size_t j = 0; j < PATCH; j++) {
            size_t r = p.row + i - 1, c = p.column + j - 1;
            if (r < s->height && c < s->width)
                add(image + (r * s->width + c) * s->in, a[i * PATCH + j], n);
        }
}

/* y from the sums A^T m A + b of one tile and the channels [o, o + n). */
INLINE void store_tile(const struct conv *s, const lanes *sum, struct place p, size_t o, size_t n,
                       float *y, uint8_t *argmax)
{
    size_t across = conv_columns(s), shrink = s->pool ? 2 : 1, side = TILE / shrink;
    size_t row = p.row / shrink, column = p.column / shrink;
    for (size_t i = 0; i < side && row + i < conv_rows(s); i++)
        for (size_t j = 0; j < side && column + j < across; j++) {
            size_t at = p.image * conv_values(s) + ((row + i) * across + column + j) * s->out + o;
            const lanes *a = sum + shrink * (i * TILE + j);
            if (s->pool)
                conv_pool(s, n, a[0], a[1], a[TILE], a[TILE + 1], y + at,
                          argmax ? argmax + at : NULL);
            else
                conv_store(s, n, a[0], y + at);
        }
}

INLINE void output_tile(const struct conv *s, const float *m, size_t stride, struct place p,
                        size_t o, size_t n, const float *b, float *y, uint8_t *argmax)
{
    lanes a[PATCH * PATCH], t[TILE * PATCH], out[TILE * TILE], bias = lanes_load(b + o, n);
    for (size_t q = 0; q < POINTS; q++)
        a[q] = lanes_load(m + q * stride + o, n);
    for (size_t j = 0; j < PATCH; j++)
        output_1d(a + j, PATCH, t + j, PATCH);
    for (size_t i = 0; i < TILE; i++)
        output_1d(t + i * PATCH, 1, out + i * TILE, 1);
    for (size_t i = 0; i < TILE * TILE; i++)
        out[i] += bias;
    store_tile(s, out, p, o, n, y, argmax);
}

/* What is known of the output when going backwards. */
struct outputs {
    const float *y, *dy;
    const uint8_t *argmax;
};

/* The gradient with respect to the sums A^T m A + b of one tile and the channels [o, o + n); it is
   added to db. */
INLINE void gradient_tile(const struct conv *s, const struct outputs *d, struct place p, size_t o,
                          size_t n, lanes *sum, float *db)
{
    size_t across = conv_columns(s), shrink = s->pool ? 2 : 1, side = TILE / shrink;
    size_t row = p.row / shrink, column = p.column / shrink;
    for (size_t i = 0; i < TILE * TILE; i++)
        sum[i] = (lanes){0};
    for (size_t i = 0; i < side && row + i < conv_rows(s); i++)
        for (size_t j = 0; j < side && column + j < across; j++) {
            size_t at = p.image * conv_values(s) + ((row + i) * across + column + j) * s->out + o;
            lanes g = conv_gradient(s, n, d->y + at, d->dy + at),
                  *to = sum + shrink * (i * TILE + j);
            add(db + o, g, n);
            to[0] = g;
            if (s->pool) {
                lanes_mask argmax = lanes_load_bytes(d->argmax + at, n);
                for (int q = 0; q < 4; q++)
                    to[q / 2 * TILE + q % 2] = conv_unpool(g, argmax, q);
            }
        }
}

/* dm = A g A^T for one tile and the channels [o, o + n). */
INLINE void output_tile_transposed(const struct conv *s, const struct outputs *d, struct place p,
                                   size_t o, size_t n, float *dm, size_t stride, float *db)
{
    lanes in[TILE * TILE], t[TILE * PATCH], a[PATCH * PATCH];
    gradient_tile(s, d, p, o, n, in, db);
    for (size_t i = 0; i < TILE; i++)
        output_1d_transposed(in + i * TILE, 1, t + i * PATCH, 1);
    for (size_t j = 0; j < PATCH; j++)
        output_1d_transposed(t + j, PATCH, a + j, PATCH);
    for (size_t q = 0; q < POINTS; q++)
        lanes_store(dm + q * stride + o, a[q], n);
}

/* Cut all channels into blocks that begin at `first`: call_full for each of LANES channels,
   call_rest for those that remain. */
#define EACH_BLOCK(channels, first, call_full, call_rest)                                          \
    do {                                                                                           \
        size_t first = 0;                                                                          \
        for (; first + LANES <= (channels); first += LANES)                                        \
            call_full;                                                                             \
        if (first < (channels))                                                                    \
            call_rest;                                                                             \
    } while (0)

static inline void transform_input(const struct conv *s, const float *x, size_t first, size_t tiles,
                                   float *v)
{
    for (size_t t = 0; t < tiles; t++) {
        struct place p = tile_place(s, first + t);
        float *to = v + t * s->in;
        EACH_BLOCK(s->in, k, input_tile(s, x, p, k, LANES, to, TILES * s->in),
                   input_tile(s, x, p, k, s->in - k, to, TILES * s->in));
    }
}

static inline void transform_input_back(const struct conv *s, const float *dv, size_t first,
                                        size_t tiles, float *dx)
{
    size_t image = s->height * s->width * s->in;
    for (size_t t = 0; t < tiles; t++) {
        struct place p = tile_place(s, first + t);
        const float *from = dv + t * s->in;
        if (p.row == 0 && p.column == 0) /* only now, so that the image is in cache when needed */
            memset(dx + p.image * image, 0, image * sizeof *dx);
        EACH_BLOCK(s->in, k, input_tile_transposed(s, dx, p, k, LANES, from, TILES * s->in),
                   input_tile_transposed(s, dx, p, k, s->in - k, from, TILES * s->in));
    }
}

static inline void transform_output(const struct conv *s, const float *m, size_t first,
                                    size_t tiles, const float *b, float *y, uint8_t *argmax)
{
    for (size_t t = 0; t < tiles; t++) {
        struct place p = tile_place(s, first + t);
        const float *from = m + t * s->out;
        EACH_BLOCK(s->out, o, output_tile(s, from, TILES * s->out, p, o, LANES, b, y, argmax),
                   output_tile(s, from, TILES * s->out, p, o, s->out - o, b, y, argmax));
    }
}

static inline void transform_output_back(const struct conv *s, const struct outputs *d,
                                         size_t first, size_t tiles, float *dm, float *db)
{
    for (size_t t = 0; t < tiles; t++) {
        struct place p = tile_place(s, first + t);
        float *to = dm + t * s->out;
        EACH_BLOCK(s->out, o, output_tile_transposed(s, d, p, o, LANES, to, TILES * s->out, db),
                   output_tile_transposed(s, d, p, o, s->out - o, to, TILES * s->out, db));
    }
}

/* u = G w G^T for n of the in * out filters, from number f on. */
INLINE void filter_block(const struct conv *s, const float *w, size_t f, size_t n, float *u)
{
    lanes in[9], t[3 * PATCH], a[POINTS];
    size_t filters = s->in * s->out;
    for (size_t ij = 0; ij < 9; ij++)
        in[ij] = lanes_load(w + ij * filters + f, n);
    for (size_t j = 0; j < 3; j++)
        filter_1d(in + j, 3, t + j, 3);
    for (size_t i = 0; i < PATCH; i++)
        filter_1d(t + i * 3, 1, a + i * PATCH, 1);
    for (size_t q = 0; q < POINTS; q++)
        lanes_store(u + q * filters + f, a[q], n);
}

/* dw = G^T du G. */
INLINE void filter_block_transposed(const struct conv *s, const float *du, size_t f, size_t n,
                                    float *dw)
{
    lanes a[POINTS], t[3 * PATCH], out[9];
    size_t filters = s->in * s->out;
    for (size_t q = 0; q < POINTS; q++)
        a[q] = lanes_load(du + q * filters + f, n);
    for (size_t j = 0; j < PATCH; j++)
        filter_1d_transposed(a + j, PATCH, t + j, PATCH);
    for (size_t i = 0; i < 3; i++)
        filter_1d_transposed(t + i * PATCH, 1, out + i * 3, 1);
    for (size_t ij = 0; ij < 9; ij++)
        lanes_store(dw + ij * filters + f, out[ij], n);
}

static inline void transform_filters(const struct conv *s, const float *w, float *u)
{
    size_t filters = s->in * s->out;
    EACH_BLOCK(filters, f, filter_block(s, w, f, LANES, u), filter_block(s, w, f, filters - f, u));
}

static inline void transform_filters_back(const struct conv *s, const float *du, float *dw)
{
    size_t filters = s->in * s->out;
    EACH_BLOCK(filters, f, filter_block_transposed(s, du, f, LANES, dw),
               filter_block_transposed(s, du, f, filters - f, dw));
}

static inline void winograd_forward(const struct conv *s, size_t n, const float *x, const float *w,
                                    const float *b, float *y, uint8_t *argmax, float *scratch)
{
    float *u = scratch, *v = u + POINTS * s->in * s->out, *m = v + POINTS * TILES * s->in;
    size_t all = tile_count(s, n);
    transform_filters(s, w, u);
    for (size_t first = 0; first < all; first += TILES) {
        size_t tiles = all - first < TILES ? all - first : TILES;
        transform_input(s, x, first, tiles, v);
        for (size_t q = 0; q < POINTS; q++)
            product(false, tiles, s->out, s->in, v + q * TILES * s->in, s->in,
                    u + q * s->in * s->out, s->out, m + q * TILES * s->out, s->out, false);
        transform_output(s, m, first, tiles, b, y, argmax);
    }
}

/* (3, 3, in, out) to (3, 3, out, in). */
static inline void transpose_filters(const struct conv *s, const float *w, float *wt)
{
    for (size_t ij = 0; ij < 9; ij++, w += s->in * s->out, wt += s->in * s->out)
        for (size_t k = 0; k < s->in; k++)
            for (size_t o = 0; o < s->out; o++)
                wt[o * s->in + k] = w[k * s->out + o];
}

static inline void winograd_backward(const struct conv *s, size_t n, const float *x, const float *w,
                                     const float *y, const uint8_t *argmax, const float *dy,
                                     float *dx, float *dw, float *db, float *scratch)
{
    size_t filters = s->in * s->out, all = tile_count(s, n);
    float *ut = scratch, *du = ut + POINTS * filters, *v = du + POINTS * filters,
          *m = v + POINTS * TILES * s->in;
    struct outputs outputs = {y, dy, argmax};
    /* Only u^T (36, out, in) is needed; du has room for the transposed filters before it is set. */
    transpose_filters(s, w, du);
    transform_filters(s, du, ut);
    memset(db, 0, s->out * sizeof *db);
    for (size_t first = 0; first < all; first += TILES) {
        size_t tiles = all - first < TILES ? all - first : TILES;
        transform_input(s, x, first, tiles, v);
        transform_output_back(s, &outputs, first, tiles, m, db);
        for (size_t q = 0; q < POINTS; q++) {
            float *vq = v + q * TILES * s->in, *mq = m + q * TILES * s->out;
            product(true, s->in, s->out, tiles, vq, s->in, mq, s->out, du + q * filters, s->out,
                    first > 0);
            /* v is no longer needed for this point, and dv takes its place. */
            if (dx)
                product(false, tiles, s->in, s->out, mq, s->out, ut + q * filters, s->in, vq, s->in,
                        false);
        }
        if (dx)
            transform_input_back(s, v, first, tiles, dx);
    }
    transform_filters_back(s, du, dw);
}

#endif
