/*
 * winograd - 3x3 convolution by Winograd's minimal filtering, F(4x4, 3x3): a fourth of the
 * multiplications, nearly all of them in matrix products (Lavin and Gray 2015, arXiv:1509.09308,
 * section 4). Backwards it is the adjoint of the forward transform, step by step.
 *
 * Shapes as in conv.h. scratch: winograd_scratch() floats, whatever n is.
 */
#ifndef WINOGRAD_H
#define WINOGRAD_H

#include "conv.h"

size_t winograd_scratch(const struct conv *);

/* winner may be NULL, and is without pool not used. */
void winograd_forward(const struct conv *, size_t n, const float *x, const float *w, const float *b,
                      float *y, uint8_t *winner, float *scratch);

/* dx (not computed where NULL), dw and db from dy, the gradient with respect to y. */
void winograd_backward(const struct conv *, size_t n, const float *x, const float *w,
                       const float *y, const uint8_t *winner, const float *dy, float *dx, float *dw,
                       float *db, float *scratch);

#endif
