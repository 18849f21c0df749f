/*
 * layer_conv - a 3x3 convolution, ReLU and, where wanted, 2x2 max-pooling in one step.
 *
 * conv.h has the formula, the shapes of x, w, b and y, and what argmax is. Layers with few input
 * channels are computed as the definition says (direct.h), others by Winograd's minimal filtering
 * (winograd.h). Each function has a naive twin, which says in a few loops what is computed; tests
 * compare the two.
 */
#ifndef LAYER_CONV_H
#define LAYER_CONV_H

#include <stddef.h>
#include <stdint.h>

#include "net/conv.h"

/* Set y, and argmax where it isn't NULL; it may be NULL where no backward follows, and is not used
   without pooling. scratch: conv_scratch() floats. */
void conv_forward(const struct conv *, size_t n, const float *x, const float *w, const float *b,
                  float *y, uint8_t *argmax, float *scratch);
void conv_forward_naive(const struct conv *, size_t n, const float *x, const float *w,
                        const float *b, float *y, uint8_t *argmax);

/* From y and argmax, as the forward left them, and dy, the gradient with respect to y, set dw, db
   and dx (n, H, W, in). conv_backward doesn't compute dx where it is NULL. */
void conv_backward(const struct conv *, size_t n, const float *x, const float *w, const float *y,
                   const uint8_t *argmax, const float *dy, float *dx, float *dw, float *db,
                   float *scratch);
void conv_backward_naive(const struct conv *, size_t n, const float *x, const float *w,
                         const float *y, const uint8_t *argmax, const float *dy, float *dx,
                         float *dw, float *db);

/* Floats of scratch memory for such a layer, however many images there are. */
size_t conv_scratch(const struct conv *);

#endif
