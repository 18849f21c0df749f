/*
 * direct - convolution as its definition says, in vectors of output channels: for layers of few
 * input channels, where Winograd's transforms cost more than they save.
 *
 * Shapes as in conv.h. scratch: direct_scratch() floats.
 */
#ifndef DIRECT_H
#define DIRECT_H

#include "conv.h"

/* Input channels up to which this is the faster way. */
enum { DIRECT_IN = 4 };

size_t direct_scratch(const struct conv *);

/* winner may be NULL, and is without pool not used. */
void direct_forward(const struct conv *, size_t n, const float *x, const float *w, const float *b,
                    float *y, uint8_t *winner, float *scratch);

/* dw and db from dy, the gradient with respect to y. */
void direct_backward(const struct conv *, size_t n, const float *x, const float *y,
                     const uint8_t *winner, const float *dy, float *dw, float *db, float *scratch);

#endif
