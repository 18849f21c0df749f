/*
 * product - a matrix product in which a row of the result has the same bits whatever the other rows
 * are, and however many there are.
 *
 * C = op(A) B, or with add C += op(A) B. op is the transpose where ta is set. op(A) is (m, k), B
 * (k, n), C (m, n), all stored by rows; lda, ldb and ldc are the distances between the starts of
 * two rows, in floats; k is at least 1. Each value of C is summed over k from the first to the
 * last, one (fused) multiply-add after the other, which is why its place doesn't matter. OpenBLAS
 * doesn't promise that, and its kernels for AVX2 sum some rows in another order; gemm.h compares
 * the speeds.
 *
 * The code stands in a header so that kernels_all.h can have it compiled for each instruction set.
 */
#ifndef PRODUCT_H
#define PRODUCT_H

#include <stdbool.h>

#include "base/simd.h"

enum {
    PRODUCT_ROWS = 6, /* of two vectors: 12 sums in registers, enough to keep the FMA units busy */
    PRODUCT_DEPTH = 256 /* rows of B that are used together, so that they stay in cache */
};

struct product {
    bool ta, add;
    const float *a, *b;
    float *c;
    size_t lda, ldb, ldc;
};

/* C's rows [i, i + rows) and columns [j, j + n), n <= 2 * LANES, summed over B's rows [l, end) and,
   with add, what C holds. Callers pass a constant rows and, except at C's right edge, a constant n,
   so that the loops are unrolled. */
INLINE void product_tile(const struct product *p, size_t rows, size_t n, size_t i, size_t j,
                         size_t l, size_t end, bool add)
{
    size_t left = n < LANES ? n : LANES, right = n - left;
    size_t down = p->ta ? 1 : p->lda, across = p->ta ? p->lda : 1;
    const float *a = p->a + i * down, *b = p->b + j;
    float *c = p->c + i * p->ldc + j;
    lanes sum[PRODUCT_ROWS][2] = {{{0}}};
    for (size_t r = 0; add && r < rows; r++) {
        sum[r][0] = lanes_load(c + r * p->ldc, left);
        sum[r][1] = lanes_load(c + r * p->ldc + LANES, right);
    }
    for (; l < end; l++) {
        lanes x = lanes_load(b + l * p->ldb, left), y = lanes_load(b + l * p->ldb + LANES, right);
#pragma GCC unroll 6
        for (size_t r = 0; r < rows; r++) {
            float factor = a[r * down + l * across];
            sum[r][0] += factor * x;
            sum[r][1] += factor * y;
        }
    }
    for (size_t r = 0; r < rows; r++) {
        lanes_store(c + r * p->ldc, sum[r][0], left);
        lanes_store(c + r * p->ldc + LANES, sum[r][1], right);
    }
}

INLINE void product_columns(const struct product *p, size_t m, size_t n, size_t j, size_t l,
                            size_t end, bool add)
{
    size_t i = 0;
    for (; i + PRODUCT_ROWS <= m; i += PRODUCT_ROWS)
        product_tile(p, PRODUCT_ROWS, n, i, j, l, end, add);
    for (; i + 2 <= m; i += 2)
        product_tile(p, 2, n, i, j, l, end, add);
    if (i < m)
        product_tile(p, 1, n, i, j, l, end, add);
}

static inline void product(bool ta, size_t m, size_t n, size_t k, const float *a, size_t lda,
                           const float *b, size_t ldb, float *c, size_t ldc, bool add)
{
    struct product p = {ta, add, a, b, c, lda, ldb, ldc};
    for (size_t l = 0; l < k; l += PRODUCT_DEPTH) {
        size_t j = 0, end = k - l < PRODUCT_DEPTH ? k : l + PRODUCT_DEPTH;
        for (; j + 2 * LANES <= n; j += 2 * LANES)
            product_columns(&p, m, 2 * LANES, j, l, end, add || l);
        if (j + LANES <= n) {
            product_columns(&p, m, LANES, j, l, end, add || l);
            j += LANES;
        }
        if (j < n)
            product_columns(&p, m, n - j, j, l, end, add || l);
    }
}

#endif
