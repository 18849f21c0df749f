#include "layers.h"

#include <stdbool.h>
#include <string.h>

#include "gemm.h"
#include "simd.h"

/* ---- the naive twins ---- */

/* The input at row r + i - 1, column c + j - 1, or NULL beyond the edge. */
static const float *neighbour(const struct conv *s, const float *x, size_t r, size_t c, size_t i,
                              size_t j)
{
    if (r + i < 1 || r + i > s->height || c + j < 1 || c + j > s->width)
        return NULL;
    return x + ((r + i - 1) * s->width + c + j - 1) * s->in;
}

void conv_forward_naive(const struct conv *s, size_t n, const float *x, const float *w,
                        const float *b, float *y)
{
    for (; n--; x += s->height * s->width * s->in)
        for (size_t r = 0; r < s->height; r++)
            for (size_t c = 0; c < s->width; c++, y += s->out)
                for (size_t o = 0; o < s->out; o++) {
                    double sum = (double)b[o];
                    for (size_t ij = 0; ij < 9; ij++) {
                        const float *p = neighbour(s, x, r, c, ij / 3, ij % 3);
                        for (size_t k = 0; p && k < s->in; k++)
                            sum += (double)p[k] * (double)w[(ij * s->in + k) * s->out + o];
                    }
                    y[o] = sum > 0 ? (float)sum : 0;
                }
}

void conv_backward_naive(const struct conv *s, size_t n, const float *x, const float *w,
                         const float *dy, float *dx, float *dw, float *db)
{
    size_t image = s->height * s->width * s->in;
    if (dx)
        memset(dx, 0, n * image * sizeof *dx);
    for (; n--; x += image, dx = dx ? dx + image : NULL)
        for (size_t r = 0; r < s->height; r++)
            for (size_t c = 0; c < s->width; c++, dy += s->out)
                for (size_t o = 0; o < s->out; o++) {
                    db[o] += dy[o];
                    for (size_t ij = 0; ij < 9; ij++) {
                        const float *p = neighbour(s, x, r, c, ij / 3, ij % 3);
                        for (size_t k = 0; p && k < s->in; k++) {
                            size_t at = (ij * s->in + k) * s->out + o;
                            dw[at] += p[k] * dy[o];
                            if (dx)
                                dx[p - x + (ptrdiff_t)k] += w[at] * dy[o];
                        }
                    }
                }
}

/* ---- few input channels: directly ---- */

enum {
    DIRECT_IN = 4, /* with so few, Winograd's transforms cost more than they save */
    LANES = 16,    /* channels that are worked on together */
    PIXELS = 4     /* outputs in a row that share each weight that is loaded */
};

/* LANES floats in one variable: the compiler makes it one, two or four registers. */
typedef float vector __attribute__((vector_size(LANES * sizeof(float)), aligned(sizeof(float))));

#define VECTOR_AT(p) (*(const vector *)(const void *)(p))

/* Copy an image with a border of zeros around it, so that no inner loop asks where it is. */
static void pad_image(const struct conv *s, const float *x, float *padded)
{
    size_t row = s->width * s->in, wide = (s->width + 2) * s->in;
    memset(padded, 0, (s->height + 2) * wide * sizeof *padded);
    for (size_t r = 0; r < s->height; r++)
        memcpy(padded + (r + 1) * wide + s->in, x + r * row, row * sizeof *x);
}

/* Outputs [c, c + PIXELS) of row r, channels [o, o + LANES). */
INLINE void direct_pixels(const struct conv *s, const float *padded, size_t r, size_t c,
                          const float *w, const float *b, size_t o, float *y)
{
    vector sum[PIXELS];
    for (size_t p = 0; p < PIXELS; p++)
        sum[p] = VECTOR_AT(b + o);
    for (size_t i = 0; i < 3; i++) {
        const float *x = padded + ((r + i) * (s->width + 2) + c) * s->in;
        for (size_t jk = 0; jk < 3 * s->in; jk++, x++) {
            vector weight = VECTOR_AT(w + (i * 3 * s->in + jk) * s->out + o);
            for (size_t p = 0; p < PIXELS; p++)
                sum[p] += x[p * s->in] * weight;
        }
    }
    for (size_t p = 0; p < PIXELS; p++)
        for (size_t l = 0; l < LANES; l++)
            y[(c + p) * s->out + o + l] = sum[p][l] > 0 ? sum[p][l] : 0;
}

/* One output value, for what is left over at the ends of rows and channels. */
INLINE void direct_value(const struct conv *s, const float *padded, size_t r, size_t c,
                         const float *w, const float *b, size_t o, float *y)
{
    float sum = b[o];
    for (size_t i = 0; i < 3; i++) {
        const float *x = padded + ((r + i) * (s->width + 2) + c) * s->in;
        for (size_t jk = 0; jk < 3 * s->in; jk++)
            sum += x[jk] * w[(i * 3 * s->in + jk) * s->out + o];
    }
    y[c * s->out + o] = sum > 0 ? sum : 0;
}

CLONES static void direct_image(const struct conv *s, const float *padded, const float *w,
                                const float *b, float *y)
{
    size_t pixels = s->width / PIXELS * PIXELS, lanes = s->out / LANES * LANES;
    for (size_t r = 0; r < s->height; r++, y += s->width * s->out) {
        for (size_t o = 0; o < lanes; o += LANES)
            for (size_t c = 0; c < pixels; c += PIXELS)
                direct_pixels(s, padded, r, c, w, b, o, y);
        for (size_t c = 0; c < s->width; c++)
            for (size_t o = c < pixels ? lanes : 0; o < s->out; o++)
                direct_value(s, padded, r, c, w, b, o, y);
    }
}

/* dw for input channel k and the output channels [o, o + LANES), over one image. */
INLINE void direct_weights(const struct conv *s, const float *padded, const float *dy, size_t k,
                           size_t o, float *dw)
{
    vector sum[9] = {{0}};
    for (size_t r = 0; r < s->height; r++)
        for (size_t c = 0; c < s->width; c++) {
            const float *x = padded + (r * (s->width + 2) + c) * s->in + k;
            vector g = VECTOR_AT(dy + (r * s->width + c) * s->out + o);
            for (size_t ij = 0; ij < 9; ij++)
                sum[ij] += x[(ij / 3 * (s->width + 2) + ij % 3) * s->in] * g;
        }
    for (size_t ij = 0; ij < 9; ij++)
        for (size_t l = 0; l < LANES; l++)
            dw[(ij * s->in + k) * s->out + o + l] += sum[ij][l];
}

/* The same for one output channel. */
INLINE void direct_weight(const struct conv *s, const float *padded, const float *dy, size_t k,
                          size_t o, float *dw)
{
    for (size_t ij = 0; ij < 9; ij++) {
        float sum = 0;
        for (size_t r = 0; r < s->height; r++)
            for (size_t c = 0; c < s->width; c++)
                sum += padded[((r + ij / 3) * (s->width + 2) + c + ij % 3) * s->in + k] *
                       dy[(r * s->width + c) * s->out + o];
        dw[(ij * s->in + k) * s->out + o] += sum;
    }
}

CLONES static void direct_image_weights(const struct conv *s, const float *padded, const float *dy,
                                        float *dw)
{
    size_t lanes = s->out / LANES * LANES;
    for (size_t k = 0; k < s->in; k++) {
        for (size_t o = 0; o < lanes; o += LANES)
            direct_weights(s, padded, dy, k, o, dw);
        for (size_t o = lanes; o < s->out; o++)
            direct_weight(s, padded, dy, k, o, dw);
    }
}

/* ---- Winograd F(4x4, 3x3) ----
 *
 * The output is cut into tiles of 4x4; each needs the 6x6 inputs around it. With the matrices of
 * Lavin and Gray (2015), here as functions on one row or column of numbers,
 *
 *     Y = A^T [ sum over k of (G w G^T) . (B^T x B) ] A
 *
 * where . multiplies point by point: for each of the 36 points the sum over input channels is a
 * matrix product of (tiles, in) and (in, out). The points' matrices stand one after the other:
 * u (36, in, out), v (36, TILES, in), m (36, TILES, out). Going backwards, every step is its
 * transpose: dM = A dY A^T, dU = V^T dM, dV = dM U^T, dw = G^T dU G, dx += B dV B^T.
 */
enum { TILE = 4, PATCH = 6, POINTS = 36, TILES = 128 /* worked on together: they stay in cache */ };

static bool is_direct(const struct conv *s)
{
    return s->in <= DIRECT_IN;
}

size_t conv_scratch(const struct conv *s)
{
    size_t winograd = POINTS * (2 * s->in * s->out + TILES * (s->in + s->out));
    size_t padded = (s->height + 2) * (s->width + 2) * s->in;
    return is_direct(s) && padded > winograd ? padded : winograd;
}

/* Rows of numbers, one for each lane; all one-dimensional transforms work on such rows. */
typedef float lanes[LANES];

#define EACH_LANE for (int l = 0; l < LANES; l++)

/* out = B^T in, out (6), in (6) at distance step. */
INLINE void input_1d(const lanes *in, size_t step, lanes *out, size_t out_step)
{
    EACH_LANE
    {
        float a = in[0][l], b = in[step][l], c = in[2 * step][l], d = in[3 * step][l],
              e = in[4 * step][l], f = in[5 * step][l];
        out[0][l] = 4 * a - 5 * c + e;
        out[out_step][l] = (e - 4 * c) + (d - 4 * b);
        out[2 * out_step][l] = (e - 4 * c) - (d - 4 * b);
        out[3 * out_step][l] = (e - c) + 2 * (d - b);
        out[4 * out_step][l] = (e - c) - 2 * (d - b);
        out[5 * out_step][l] = 4 * b - 5 * d + f;
    }
}

/* out = B in, the transpose of the above. */
INLINE void input_1d_transposed(const lanes *in, size_t step, lanes *out, size_t out_step)
{
    EACH_LANE
    {
        float a = in[0][l], b = in[step][l], c = in[2 * step][l], d = in[3 * step][l],
              e = in[4 * step][l], f = in[5 * step][l];
        out[0][l] = 4 * a;
        out[out_step][l] = -4 * (b - c) - 2 * (d - e) + 4 * f;
        out[2 * out_step][l] = -5 * a - 4 * (b + c) - (d + e);
        out[3 * out_step][l] = (b - c) + 2 * (d - e) - 5 * f;
        out[4 * out_step][l] = a + (b + c) + (d + e);
        out[5 * out_step][l] = f;
    }
}

/* out = A^T in, out (4), in (6). */
INLINE void output_1d(const lanes *in, size_t step, lanes *out, size_t out_step)
{
    EACH_LANE
    {
        float a = in[0][l], b = in[step][l], c = in[2 * step][l], d = in[3 * step][l],
              e = in[4 * step][l], f = in[5 * step][l];
        out[0][l] = a + (b + c) + (d + e);
        out[out_step][l] = (b - c) + 2 * (d - e);
        out[2 * out_step][l] = (b + c) + 4 * (d + e);
        out[3 * out_step][l] = (b - c) + 8 * (d - e) + f;
    }
}

/* out = A in, out (6), in (4): the transpose of the above. */
INLINE void output_1d_transposed(const lanes *in, size_t step, lanes *out, size_t out_step)
{
    EACH_LANE
    {
        float a = in[0][l], b = in[step][l], c = in[2 * step][l], d = in[3 * step][l];
        out[0][l] = a;
        out[out_step][l] = (a + c) + (b + d);
        out[2 * out_step][l] = (a + c) - (b + d);
        out[3 * out_step][l] = (a + 4 * c) + 2 * (b + 4 * d);
        out[4 * out_step][l] = (a + 4 * c) - 2 * (b + 4 * d);
        out[5 * out_step][l] = d;
    }
}

/* out = G in, out (6), in (3). */
INLINE void filter_1d(const lanes *in, size_t step, lanes *out, size_t out_step)
{
    EACH_LANE
    {
        float a = in[0][l], b = in[step][l], c = in[2 * step][l];
        out[0][l] = a / 4;
        out[out_step][l] = -(a + c + b) / 6;
        out[2 * out_step][l] = -(a + c - b) / 6;
        out[3 * out_step][l] = (a + 4 * c) / 24 + b / 12;
        out[4 * out_step][l] = (a + 4 * c) / 24 - b / 12;
        out[5 * out_step][l] = c;
    }
}

/* out = G^T in, out (3), in (6). */
INLINE void filter_1d_transposed(const lanes *in, size_t step, lanes *out, size_t out_step)
{
    EACH_LANE
    {
        float a = in[0][l], b = in[step][l], c = in[2 * step][l], d = in[3 * step][l],
              e = in[4 * step][l], f = in[5 * step][l];
        out[0][l] = a / 4 - (b + c) / 6 + (d + e) / 24;
        out[out_step][l] = (c - b) / 6 + (d - e) / 12;
        out[2 * out_step][l] = -(b + c) / 6 + (d + e) / 6 + f;
    }
}

/* Copy n floats into a row of lanes and back; with n constant this is a vector move. */
INLINE void load(float *to, const float *from, size_t n)
{
    for (size_t l = 0; l < n; l++)
        to[l] = from[l];
}

/* Where tile number t of all images stands: the pixel of its first output. */
struct place {
    size_t image, row, column;
};

static struct place tile_place(const struct conv *s, size_t t)
{
    size_t across = (s->width + TILE - 1) / TILE, down = (s->height + TILE - 1) / TILE;
    return (struct place){t / (across * down), t / across % down * TILE, t % across * TILE};
}

static size_t tile_count(const struct conv *s, size_t n)
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
                load(a[i * PATCH + j], image + (r * s->width + c) * s->in, n);
            else
                EACH_LANE a[i * PATCH + j][l] = 0;
        }
    for (size_t j = 0; j < PATCH; j++)
        input_1d(a + j, PATCH, b + j, PATCH);
    for (size_t i = 0; i < PATCH; i++)
        input_1d(b + i * PATCH, 1, a + i * PATCH, 1);
    for (size_t q = 0; q < POINTS; q++)
        load(v + q * stride + k, a[q], n);
}

/* dx += B dv B^T for one tile and the channels [k, k + n). */
INLINE void input_tile_transposed(const struct conv *s, float *dx, struct place p, size_t k,
                                  size_t n, const float *dv, size_t stride)
{
    lanes a[PATCH * PATCH], b[PATCH * PATCH];
    float *image = dx + p.image * s->height * s->width * s->in + k;
    for (size_t q = 0; q < POINTS; q++)
        load(a[q], dv + q * stride + k, n);
    for (size_t j = 0; j < PATCH; j++)
        input_1d_transposed(a + j, PATCH, b + j, PATCH);
    for (size_t i = 0; i < PATCH; i++)
        input_1d_transposed(b + i * PATCH, 1, a + i * PATCH, 1);
    for (size_t i = 0; i < PATCH; i++)
        for (size_t j = 0; j < PATCH; j++) {
            size_t r = p.row + i - 1, c = p.column + j - 1;
            if (r < s->height && c < s->width)
                for (size_t l = 0; l < n; l++)
                    image[(r * s->width + c) * s->in + l] += a[i * PATCH + j][l];
        }
}

/* y = max(0, b + A^T m A) for one tile and the channels [o, o + n). */
INLINE void output_tile(const struct conv *s, const float *m, size_t stride, struct place p,
                        size_t o, size_t n, const float *b, float *y)
{
    lanes a[PATCH * PATCH], t[TILE * PATCH], out[TILE * TILE];
    float *image = y + p.image * s->height * s->width * s->out + o;
    for (size_t q = 0; q < POINTS; q++)
        load(a[q], m + q * stride + o, n);
    for (size_t j = 0; j < PATCH; j++)
        output_1d(a + j, PATCH, t + j, PATCH);
    for (size_t i = 0; i < TILE; i++)
        output_1d(t + i * PATCH, 1, out + i * TILE, 1);
    for (size_t i = 0; i < TILE && p.row + i < s->height; i++)
        for (size_t j = 0; j < TILE && p.column + j < s->width; j++) {
            float *to = image + ((p.row + i) * s->width + p.column + j) * s->out;
            for (size_t l = 0; l < n; l++) {
                float sum = out[i * TILE + j][l] + b[o + l];
                to[l] = sum > 0 ? sum : 0;
            }
        }
}

/* dm = A dy A^T for one tile and the channels [o, o + n). */
INLINE void output_tile_transposed(const struct conv *s, const float *dy, struct place p, size_t o,
                                   size_t n, float *dm, size_t stride)
{
    lanes in[TILE * TILE], t[TILE * PATCH], a[PATCH * PATCH];
    const float *image = dy + p.image * s->height * s->width * s->out + o;
    for (size_t i = 0; i < TILE; i++)
        for (size_t j = 0; j < TILE; j++) {
            size_t r = p.row + i, c = p.column + j;
            if (r < s->height && c < s->width)
                load(in[i * TILE + j], image + (r * s->width + c) * s->out, n);
            else
                EACH_LANE in[i * TILE + j][l] = 0;
        }
    for (size_t i = 0; i < TILE; i++)
        output_1d_transposed(in + i * TILE, 1, t + i * PATCH, 1);
    for (size_t j = 0; j < PATCH; j++)
        output_1d_transposed(t + j, PATCH, a + j, PATCH);
    for (size_t q = 0; q < POINTS; q++)
        load(dm + q * stride + o, a[q], n);
}

/* Call tile(..., first channel, how many, ...) for all channels, LANES at a time. */
#define EACH_BLOCK(channels, first, call_full, call_rest)                                          \
    do {                                                                                           \
        size_t first = 0;                                                                          \
        for (; first + LANES <= (channels); first += LANES)                                        \
            call_full;                                                                             \
        if (first < (channels))                                                                    \
            call_rest;                                                                             \
    } while (0)

CLONES static void transform_input(const struct conv *s, const float *x, size_t first, size_t tiles,
                                   float *v)
{
    for (size_t t = 0; t < tiles; t++) {
        struct place p = tile_place(s, first + t);
        float *to = v + t * s->in;
        EACH_BLOCK(s->in, k, input_tile(s, x, p, k, LANES, to, TILES * s->in),
                   input_tile(s, x, p, k, s->in - k, to, TILES * s->in));
    }
}

CLONES static void transform_input_back(const struct conv *s, const float *dv, size_t first,
                                        size_t tiles, float *dx)
{
    for (size_t t = 0; t < tiles; t++) {
        struct place p = tile_place(s, first + t);
        const float *from = dv + t * s->in;
        EACH_BLOCK(s->in, k, input_tile_transposed(s, dx, p, k, LANES, from, TILES * s->in),
                   input_tile_transposed(s, dx, p, k, s->in - k, from, TILES * s->in));
    }
}

CLONES static void transform_output(const struct conv *s, const float *m, size_t first,
                                    size_t tiles, const float *b, float *y)
{
    for (size_t t = 0; t < tiles; t++) {
        struct place p = tile_place(s, first + t);
        const float *from = m + t * s->out;
        EACH_BLOCK(s->out, o, output_tile(s, from, TILES * s->out, p, o, LANES, b, y),
                   output_tile(s, from, TILES * s->out, p, o, s->out - o, b, y));
    }
}

CLONES static void transform_output_back(const struct conv *s, const float *dy, size_t first,
                                         size_t tiles, float *dm)
{
    for (size_t t = 0; t < tiles; t++) {
        struct place p = tile_place(s, first + t);
        float *to = dm + t * s->out;
        EACH_BLOCK(s->out, o, output_tile_transposed(s, dy, p, o, LANES, to, TILES * s->out),
                   output_tile_transposed(s, dy, p, o, s->out - o, to, TILES * s->out));
    }
}

/* u = G w G^T for n of the in * out filters, from number f on. */
INLINE void filter_block(const struct conv *s, const float *w, size_t f, size_t n, float *u)
{
    lanes in[9], t[3 * PATCH], a[POINTS];
    size_t filters = s->in * s->out;
    for (size_t ij = 0; ij < 9; ij++)
        load(in[ij], w + ij * filters + f, n);
    for (size_t j = 0; j < 3; j++)
        filter_1d(in + j, 3, t + j, 3);
    for (size_t i = 0; i < PATCH; i++)
        filter_1d(t + i * 3, 1, a + i * PATCH, 1);
    for (size_t q = 0; q < POINTS; q++)
        load(u + q * filters + f, a[q], n);
}

/* dw += G^T du G. */
INLINE void filter_block_transposed(const struct conv *s, const float *du, size_t f, size_t n,
                                    float *dw)
{
    lanes a[POINTS], t[3 * PATCH], out[9];
    size_t filters = s->in * s->out;
    for (size_t q = 0; q < POINTS; q++)
        load(a[q], du + q * filters + f, n);
    for (size_t j = 0; j < PATCH; j++)
        filter_1d_transposed(a + j, PATCH, t + j, PATCH);
    for (size_t i = 0; i < 3; i++)
        filter_1d_transposed(t + i * PATCH, 1, out + i * 3, 1);
    for (size_t ij = 0; ij < 9; ij++)
        for (size_t l = 0; l < n; l++)
            dw[ij * filters + f + l] += out[ij][l];
}

CLONES static void transform_filters(const struct conv *s, const float *w, float *u)
{
    size_t filters = s->in * s->out;
    EACH_BLOCK(filters, f, filter_block(s, w, f, LANES, u), filter_block(s, w, f, filters - f, u));
}

CLONES static void transform_filters_back(const struct conv *s, const float *du, float *dw)
{
    size_t filters = s->in * s->out;
    EACH_BLOCK(filters, f, filter_block_transposed(s, du, f, LANES, dw),
               filter_block_transposed(s, du, f, filters - f, dw));
}

CLONES static void add_bias_gradient(size_t pixels, size_t out, const float *dy, float *db)
{
    for (size_t i = 0; i < pixels; i++)
        for (size_t o = 0; o < out; o++)
            db[o] += dy[i * out + o];
}

void conv_forward(const struct conv *s, size_t n, const float *x, const float *w, const float *b,
                  float *y, float *scratch)
{
    if (is_direct(s)) {
        for (; n--; x += s->height * s->width * s->in, y += s->height * s->width * s->out) {
            pad_image(s, x, scratch);
            direct_image(s, scratch, w, b, y);
        }
        return;
    }
    float *u = scratch, *v = u + POINTS * s->in * s->out, *m = v + POINTS * TILES * s->in;
    size_t all = tile_count(s, n);
    transform_filters(s, w, u);
    for (size_t first = 0; first < all; first += TILES) {
        size_t tiles = all - first < TILES ? all - first : TILES;
        transform_input(s, x, first, tiles, v);
        for (size_t q = 0; q < POINTS; q++)
            gemm(false, false, tiles, s->out, s->in, 1, v + q * TILES * s->in, s->in,
                 u + q * s->in * s->out, s->out, 0, m + q * TILES * s->out, s->out);
        transform_output(s, m, first, tiles, b, y);
    }
}

void conv_backward(const struct conv *s, size_t n, const float *x, const float *w, const float *dy,
                   float *dx, float *dw, float *db, float *scratch)
{
    add_bias_gradient(n * s->height * s->width, s->out, dy, db);
    if (is_direct(s) && !dx) {
        for (; n--; x += s->height * s->width * s->in, dy += s->height * s->width * s->out) {
            pad_image(s, x, scratch);
            direct_image_weights(s, scratch, dy, dw);
        }
        return;
    }
    size_t filters = s->in * s->out, all = tile_count(s, n);
    float *u = scratch, *du = u + POINTS * filters, *v = du + POINTS * filters,
          *m = v + POINTS * TILES * s->in;
    transform_filters(s, w, u);
    memset(du, 0, POINTS * filters * sizeof *du);
    if (dx)
        memset(dx, 0, n * s->height * s->width * s->in * sizeof *dx);
    for (size_t first = 0; first < all; first += TILES) {
        size_t tiles = all - first < TILES ? all - first : TILES;
        transform_input(s, x, first, tiles, v);
        transform_output_back(s, dy, first, tiles, m);
        for (size_t q = 0; q < POINTS; q++) {
            float *vq = v + q * TILES * s->in, *mq = m + q * TILES * s->out;
            gemm(true, false, s->in, s->out, tiles, 1, vq, s->in, mq, s->out, 1, du + q * filters,
                 s->out);
            /* v has done its work for this point and becomes dv. */
            if (dx)
                gemm(false, true, tiles, s->in, s->out, 1, mq, s->out, u + q * filters, s->out, 0,
                     vq, s->in);
        }
        if (dx)
            transform_input_back(s, v, first, tiles, dx);
    }
    transform_filters_back(s, du, dw);
}
