/*
 * layer_norm - batch normalisation (Ioffe and Szegedy 2015, algorithm 1), then ReLU.
 *
 * z and y are (n, channels): n values of each channel. With the mean and the variance of the n
 * values of a channel,
 *
 *     y = max(0, (z - mean) / sqrt(variance + NORM_EPSILON) + b)
 *
 * The paper's factor gamma is left out: after ReLU, the weights of the next layer can do the same.
 * The n values are those of one shard of a batch (ghost batch normalisation, Hoffer et al. 2017),
 * so that no shard waits for another.
 */
#ifndef LAYER_NORM_H
#define LAYER_NORM_H

#include <stddef.h>

#define NORM_EPSILON 1e-5f

/* Set y, mean (channels) and variance (channels). */
void norm_forward(size_t n, size_t channels, const float *z, const float *b, float *y, float *mean,
                  float *variance);

/* With y, mean and variance as the forward left them: dy, the gradient with respect to y, is
   replaced by the gradient with respect to z; db (channels) is set. */
void norm_backward(size_t n, size_t channels, const float *z, const float *y, const float *mean,
                   const float *variance, float *dy, float *db);

/* Merge normalisation by this mean and variance into the layer x w that made z: change w (weights
   floats, the channel running fastest) and b so that max(0, x w + b) is what y was. */
void norm_merge(size_t weights, size_t channels, const float *mean, const float *variance, float *w,
                float *b);

#endif
