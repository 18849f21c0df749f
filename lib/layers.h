/*
 * layers - the layers of a network as plain functions over arrays of floats.
 *
 * Activations are (N, H, W, C): image, row, column, channel, the channel running fastest, so that
 * every inner loop runs over neighbours in memory. Weights of a convolution are (3, 3, in, out),
 * of a dense layer (out, in). PyTorch's order (out, in, 3, 3) exists in weights files only
 * (network.h converts).
 *
 * Each fast form has a naive twin that says in a few loops what is computed; tests hold one against
 * the other. Functions keep no state and allocate nothing; scratch memory comes from the caller.
 * Gradients with respect to parameters are added to what is there, those with respect to
 * activations are set. Results depend neither on threads nor on the processor's neighbours; they
 * may depend, in the last bits, on the instruction set (functions are compiled for several and
 * chosen when the program starts).
 */
#ifndef LAYERS_H
#define LAYERS_H

#include <stddef.h>
#include <stdint.h>

/* A 3x3 convolution that keeps the size: beyond the edge there are zeros. */
struct conv {
    size_t height, width; /* of input and output */
    size_t in, out;       /* channels */
};

/*
 * y = max(0, b + x * w), for n images: x (n, H, W, in), w (3, 3, in, out), b (out),
 * y (n, H, W, out); as in PyTorch, * is a cross-correlation:
 *     y[r][c][o] = b[o] + sum over i, j, k of x[r + i - 1][c + j - 1][k] w[i][j][k][o]
 * Layers of few input channels are computed directly, others by Winograd's minimal filtering
 * F(4x4, 3x3) with one matrix product for each of the 36 points (Lavin and Gray 2015,
 * arXiv:1509.09308, section 4). scratch: conv_scratch() floats.
 */
void conv_forward(const struct conv *, size_t n, const float *x, const float *w, const float *b,
                  float *y, float *scratch);
void conv_forward_naive(const struct conv *, size_t n, const float *x, const float *w,
                        const float *b, float *y);

/*
 * From dy (n, H, W, out), the gradient with respect to the sum before max(0, .): dx (n, H, W, in),
 * not computed where NULL, dw and db. The adjoint of the forward transform, step by step backwards.
 */
void conv_backward(const struct conv *, size_t n, const float *x, const float *w, const float *dy,
                   float *dx, float *dw, float *db, float *scratch);
void conv_backward_naive(const struct conv *, size_t n, const float *x, const float *w,
                         const float *dy, float *dx, float *dw, float *db);

/* Floats of scratch for one layer, whatever n is. */
size_t conv_scratch(const struct conv *);

/* 2x2 max-pooling: x (n, H, W, c) to y (n, H / 2, W / 2, c); an odd last row or column is left out,
   as in PyTorch. */
void pool_forward(size_t n, size_t height, size_t width, size_t channels, const float *x, float *y);

/* The gradient goes to the first of the largest in each square: dx (n, H, W, c). */
void pool_backward(size_t n, size_t height, size_t width, size_t channels, const float *x,
                   const float *y, const float *dy, float *dx);

/* y = b + x w^T: x (n, in), w (out, in), b (out), y (n, out). */
void dense_forward(size_t n, size_t in, size_t out, const float *x, const float *w, const float *b,
                   float *y);

/* dx (n, in) is not computed where NULL. */
void dense_backward(size_t n, size_t in, size_t out, const float *x, const float *w,
                    const float *dy, float *dx, float *dw, float *db);

/* y = max(0, y) for n floats; and dy = 0 wherever y, after that, is 0. */
void relu_forward(size_t n, float *y);
void relu_backward(size_t n, const float *y, float *dy);

/* Inverted dropout (Srivastava et al. 2014): y[i] is 0 with probability rate, else x[i] / (1 -
   rate), drawn from seed alone. Backward is the same call on the gradient. In place. */
void dropout(size_t n, float rate, uint64_t seed, float *y);

#endif
