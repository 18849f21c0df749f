/*
 * layers - the layers of a network as plain functions over arrays of floats.
 *
 * Activations are (N, H, W, C): image, row, column, channel, the channel running fastest, so that
 * every inner loop runs over neighbours in memory. Weights of a convolution are (3, 3, in, out),
 * of a dense layer (in, out). PyTorch's orders (out, in, 3, 3) and (out, in) exist in weights files
 * only (netspec.h converts).
 *
 * Each fast form has a naive twin that says in a few loops what is computed; tests hold one against
 * the other. Functions keep no state and allocate nothing; scratch memory comes from the caller.
 * Results depend neither on threads nor, forwards, on which other images are computed with one;
 * they may depend, in the last bits, on the instruction set (kernels.h, simd.h).
 */
#ifndef LAYERS_H
#define LAYERS_H

#include <stddef.h>
#include <stdint.h>

#include "net/conv.h"

/*
 * A 3x3 convolution that keeps the size, ReLU, and where wanted 2x2 max-pooling, in one (conv.h has
 * the formula and the shapes). Layers of few input channels are computed directly, others by
 * Winograd's minimal filtering (winograd.h). argmax may be NULL where no backward follows, and
 * without pool. scratch: conv_scratch() floats.
 */
void conv_forward(const struct conv *, size_t n, const float *x, const float *w, const float *b,
                  float *y, uint8_t *argmax, float *scratch);
void conv_forward_naive(const struct conv *, size_t n, const float *x, const float *w,
                        const float *b, float *y, uint8_t *argmax);

/* From y and argmax, as the forward left them, and dy, the gradient with respect to y: dx
   (n, H, W, in), not computed where NULL (but by the naive twin), dw and db. */
void conv_backward(const struct conv *, size_t n, const float *x, const float *w, const float *y,
                   const uint8_t *argmax, const float *dy, float *dx, float *dw, float *db,
                   float *scratch);
void conv_backward_naive(const struct conv *, size_t n, const float *x, const float *w,
                         const float *y, const uint8_t *argmax, const float *dy, float *dx,
                         float *dw, float *db);

/* Floats of scratch for one layer, whatever n is. */
size_t conv_scratch(const struct conv *);

/*
 * Batch normalisation (Ioffe and Szegedy 2015, algorithm 1) with ReLU behind it, for n values of
 * each channel, z and y (n, channels): with the mean and the variance of a channel's values,
 *
 *     y = max(0, (z - mean) / sqrt(variance + NORM_EPSILON) + b)
 *
 * The paper's factor gamma isn't there: behind ReLU the next layer can have it in its weights. The
 * n values are those of a shard, not of a batch (Hoffer et al. 2017 call it ghost batch
 * normalisation): so shards needn't wait for each other.
 */
#define NORM_EPSILON 1e-5f
void norm_forward(size_t n, size_t channels, const float *z, const float *b, float *y, float *mean,
                  float *variance);

/* From what the forward left: dy, the gradient with respect to y, becomes that with respect to z;
   db is set. */
void norm_backward(size_t n, size_t channels, const float *z, const float *y, const float *mean,
                   const float *variance, float *dy, float *db);

/* Make weights (any, channels) and b, of what z came from by x w, such that max(0, b + x w) is what
   normalisation by this mean and variance would give. */
void norm_merge(size_t weights, size_t channels, const float *mean, const float *variance, float *w,
                float *b);

/* 2x2 max-pooling by itself: x (n, H, W, c) to y (n, H / 2, W / 2, c); an odd last row or column is
   left out, as in PyTorch. */
void pool_forward(size_t n, size_t height, size_t width, size_t channels, const float *x, float *y);

/* The gradient goes to the first of the largest in each square: dx (n, H, W, c). */
void pool_backward(size_t n, size_t height, size_t width, size_t channels, const float *x,
                   const float *y, const float *dy, float *dx);

/* y = b + x w: x (n, in), w (in, out), b (out), y (n, out). */
void dense_forward(size_t n, size_t in, size_t out, const float *x, const float *w, const float *b,
                   float *y);

/* dx (n, in) is not computed where NULL. */
void dense_backward(size_t n, size_t in, size_t out, const float *x, const float *w,
                    const float *dy, float *dx, float *dw, float *db);

/* y = max(0, y) for n floats; and dy = 0 wherever y, after that, is 0. */
void relu_forward(size_t n, float *y);
void relu_backward(size_t n, const float *y, float *dy);

/* Cyclic pooling (Dieleman, De Fauw and Kavukcuoglu 2016, arXiv:1602.02660): the mean over the four
   quarter turns of a picture, x (n, 4, values) to y (n, values). It is added up so that the next
   turn of a picture, whose four are the same, gives the same bits. Backwards: dy to dx. */
void cyclic_forward(size_t n, size_t values, const float *x, float *y);
void cyclic_backward(size_t n, size_t values, const float *dy, float *dx);

/* Inverted dropout (Srivastava et al. 2014): y[i] is 0 with probability rate, else x[i] / (1 -
   rate), drawn from seed alone. Backward is the same call on the gradient. In place. */
void dropout(size_t n, float rate, uint64_t seed, float *y);

#endif
