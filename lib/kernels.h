/*
 * kernels - the loops in which a network spends its time, compiled for several instruction sets.
 *
 * Which set runs is decided in each process by what the processor can do, or by the environment
 * variable GZ_KERNELS, which names one. Results agree between sets but for rounding; with one set,
 * the same arguments give the same bits, and an image's values depend on no other image, nor on its
 * place.
 */
#ifndef KERNELS_H
#define KERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "conv.h"

struct kernels {
    const char *name; /* "x86-64-v4", "x86-64-v3" or "plain" */

    /* The matrix product of product.h. */
    void (*product)(bool ta, size_t m, size_t n, size_t k, const float *a, size_t lda,
                    const float *b, size_t ldb, float *c, size_t ldc, bool add);

    /* Convolutions as conv.h defines them. winner may be NULL, and is without pool not used; dx,
       dw and db follow from dy, the gradient with respect to y; dx is not computed where NULL. */
    void (*direct_forward)(const struct conv *, size_t n, const float *x, const float *w,
                           const float *b, float *y, uint8_t *winner, float *scratch);
    void (*direct_backward)(const struct conv *, size_t n, const float *x, const float *y,
                            const uint8_t *winner, const float *dy, float *dw, float *db,
                            float *scratch);
    void (*winograd_forward)(const struct conv *, size_t n, const float *x, const float *w,
                             const float *b, float *y, uint8_t *winner, float *scratch);
    void (*winograd_backward)(const struct conv *, size_t n, const float *x, const float *w,
                              const float *y, const uint8_t *winner, const float *dy, float *dx,
                              float *dw, float *db, float *scratch);
};

/* The set that runs here. A name in GZ_KERNELS that isn't one, or that the processor can't run, is
   as good as none. */
const struct kernels *kernels(void);

/* Set number i, from 0, of those that the processor can run, the fastest first; NULL after the
   last, which is "plain". */
const struct kernels *kernels_number(size_t i);

#endif
