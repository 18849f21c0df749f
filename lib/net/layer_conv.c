#include "net/layer_conv.h"

#include <math.h>
#include <string.h>

#include "net/direct.h"
#include "net/kernels.h"
#include "net/winograd.h"

/* ---- the naive twins ---- */

/* The values of x at row r + i - 1 and column c + j - 1 of an image, or NULL beyond its edge. */
static const float *neighbour(const struct conv *s, const float *x, size_t r, size_t c, size_t i,
                              size_t j)
{
    if (r + i < 1 || r + i > s->height || c + j < 1 || c + j > s->width)
        return NULL;
    return x + ((r + i - 1) * s->width + c + j - 1) * s->in;
}

static float naive_sum(const struct conv *s, const float *x, const float *w, const float *b,
                       size_t r, size_t c, size_t o)
{
    double sum = (double)b[o];
    for (size_t ij = 0; ij < 9; ij++) {
        const float *p = neighbour(s, x, r, c, ij / 3, ij % 3);
        for (size_t k = 0; p && k < s->in; k++)
            sum += (double)p[k] * (double)w[(ij * s->in + k) * s->out + o];
    }
    return (float)sum;
}

/* Row and column, before pooling, of the value that became y at row r, column c. */
static size_t sum_row(const struct conv *s, size_t r, uint8_t argmax)
{
    return s->pool ? 2 * r + argmax / 2 : r;
}

static size_t sum_column(const struct conv *s, size_t c, uint8_t argmax)
{
    return s->pool ? 2 * c + argmax % 2 : c;
}

void conv_forward_naive(const struct conv *s, size_t n, const float *x, const float *w,
                        const float *b, float *y, uint8_t *argmax)
{
    size_t at = 0;
    const uint8_t squares = s->pool ? 4 : 1;
    for (; n--; x += s->height * s->width * s->in)
        for (size_t r = 0; r < conv_rows(s); r++)
            for (size_t c = 0; c < conv_columns(s); c++)
                for (size_t o = 0; o < s->out; o++, at++) {
                    y[at] = s->linear ? -INFINITY : 0;
                    for (uint8_t q = 0; q < squares; q++) {
                        float sum = naive_sum(s, x, w, b, sum_row(s, r, q), sum_column(s, c, q), o);
                        if (sum > y[at]) {
                            y[at] = sum;
                            if (s->pool)
                                argmax[at] = q;
                        }
                    }
                }
}

void conv_backward_naive(const struct conv *s, size_t n, const float *x, const float *w,
                         const float *y, const uint8_t *argmax, const float *dy, float *dx,
                         float *dw, float *db)
{
    size_t image = s->height * s->width * s->in, at = 0;
    memset(dw, 0, 9 * s->in * s->out * sizeof *dw);
    memset(db, 0, s->out * sizeof *db);
    memset(dx, 0, n * image * sizeof *dx);
    for (; n--; x += image, dx += image)
        for (size_t r = 0; r < conv_rows(s); r++)
            for (size_t c = 0; c < conv_columns(s); c++)
                for (size_t o = 0; o < s->out; o++, at++) {
                    if (!(y[at] > 0) && !s->linear)
                        continue;
                    size_t row = sum_row(s, r, s->pool ? argmax[at] : 0);
                    size_t column = sum_column(s, c, s->pool ? argmax[at] : 0);
                    db[o] += dy[at];
                    for (size_t ij = 0; ij < 9; ij++) {
                        const float *p = neighbour(s, x, row, column, ij / 3, ij % 3);
                        for (size_t k = 0; p && k < s->in; k++) {
                            size_t weight = (ij * s->in + k) * s->out + o;
                            dw[weight] += p[k] * dy[at];
                            dx[p - x + (ptrdiff_t)k] += w[weight] * dy[at];
                        }
                    }
                }
}

/* ---- the fast forms ---- */

size_t conv_scratch(const struct conv *s)
{
    size_t direct = direct_scratch(s), winograd = winograd_scratch(s);
    return s->in <= DIRECT_IN && direct > winograd ? direct : winograd;
}

void conv_forward(const struct conv *s, size_t n, const float *x, const float *w, const float *b,
                  float *y, uint8_t *argmax, float *scratch)
{
    if (s->in <= DIRECT_IN)
        kernels()->direct_forward(s, n, x, w, b, y, argmax, scratch);
    else
        kernels()->winograd_forward(s, n, x, w, b, y, argmax, scratch);
}

void conv_backward(const struct conv *s, size_t n, const float *x, const float *w, const float *y,
                   const uint8_t *argmax, const float *dy, float *dx, float *dw, float *db,
                   float *scratch)
{
    if (s->in <= DIRECT_IN && !dx)
        kernels()->direct_backward(s, n, x, y, argmax, dy, dw, db, scratch);
    else
        kernels()->winograd_backward(s, n, x, w, y, argmax, dy, dx, dw, db, scratch);
}
