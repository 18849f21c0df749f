/*
 * layer_dense - a fully connected layer, and the ReLU that follows most of them.
 *
 *     y = x w + b
 *
 * x is (n, in), w (in, out), b (out), y (n, out). In the forward direction a row of y has the same
 * bits however many rows there are (product.h), as inference promises.
 */
#ifndef LAYER_DENSE_H
#define LAYER_DENSE_H

#include <stddef.h>

void dense_forward(size_t n, size_t in, size_t out, const float *x, const float *w, const float *b,
                   float *y);

/* From dy, the gradient with respect to y, set dw = x^T dy, db, the sum of dy's rows, and, unless
   it is NULL, dx = dy w^T. Both products are OpenBLAS's (gemm.h). */
void dense_backward(size_t n, size_t in, size_t out, const float *x, const float *w,
                    const float *dy, float *dx, float *dw, float *db);

/* y = max(0, y), n floats in place; and the gradient, in place: dy = 0 where that y is 0. */
void relu_forward(size_t n, float *y);
void relu_backward(size_t n, const float *y, float *dy);

#endif
