/*
 * kernel_set - the loops in which a network spends nearly all its time, compiled for one
 * instruction set.
 *
 * kernels_plain.c, kernels_v3.c and kernels_v4.c each define one set from the same sources
 * (kernels_all.h). kernels.h chooses the set that runs.
 */
#ifndef KERNEL_SET_H
#define KERNEL_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/conv.h"

struct kernel_set {
    const char *name; /* "x86-64-v4", "x86-64-v3" or "plain" */

    /* The matrix product of product.h. */
    void (*product)(bool ta, size_t m, size_t n, size_t k, const float *a, size_t lda,
                    const float *b, size_t ldb, float *c, size_t ldc, bool add);

    /* Convolutions as conv.h defines them, and their gradients dx, dw and db from dy, the gradient
       with respect to y. In the forward argmax may be NULL; without pooling it isn't used. In the
       backward dx may be NULL and isn't computed then. scratch: direct_scratch() or
       winograd_scratch() floats. */
    void (*direct_forward)(const struct conv *, size_t n, const float *x, const float *w,
                           const float *b, float *y, uint8_t *argmax, float *scratch);
    void (*direct_backward)(const struct conv *, size_t n, const float *x, const float *y,
                            const uint8_t *argmax, const float *dy, float *dw, float *db,
                            float *scratch);
    void (*winograd_forward)(const struct conv *, size_t n, const float *x, const float *w,
                             const float *b, float *y, uint8_t *argmax, float *scratch);
    void (*winograd_backward)(const struct conv *, size_t n, const float *x, const float *w,
                              const float *y, const uint8_t *argmax, const float *dy, float *dx,
                              float *dw, float *db, float *scratch);
};

/* On other processors than x86-64, and where the compiler is not GCC, only the plain set exists. */
extern const struct kernel_set kernels_plain, kernels_v3, kernels_v4;

#endif
