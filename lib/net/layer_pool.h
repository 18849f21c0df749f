/*
 * layer_pool - 2x2 max-pooling, where it doesn't follow a convolution (see layer_conv.h).
 *
 * x is (n, height, width, channels), y (n, height / 2, width / 2, channels): each value of y is the
 * largest of a 2x2 square of x. An odd last row or column is left out, as in PyTorch.
 */
#ifndef LAYER_POOL_H
#define LAYER_POOL_H

#include <stddef.h>

void pool_forward(size_t n, size_t height, size_t width, size_t channels, const float *x, float *y);

/* Set dx: the gradient of each square goes to its largest value, the first of equal ones. */
void pool_backward(size_t n, size_t height, size_t width, size_t channels, const float *x,
                   const float *y, const float *dy, float *dx);

#endif
