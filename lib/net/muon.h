/*
 * muon - a step of the optimiser Muon on one matrix of weights (Jordan and others 2024,
 * https://kellerjordan.github.io/posts/muon).
 *
 * Adam scales every weight's step by itself. Muon takes the matrix as a whole: it turns the mean
 * gradient into about the nearest matrix whose singular values are all 1, so that the step is as
 * long in rare directions as in frequent ones. The weights of a convolution count as a matrix of
 * (3 x 3 x in, out).
 */
#ifndef MUON_H
#define MUON_H

#include <stddef.h>

struct muon {
    float momentum;
    float length;       /* of a step, see muon_step() */
    float weight_decay; /* per step, times the learning rate; 0: none */
};

/* Jordan's momentum, 0.95; a length of 0.2, with which a step is about as long as Adam's, so that
   both take the same learning rate (Liu and others 2025, arXiv:2502.16982, eq. 4); no decay. */
extern const struct muon muon_default;

/* Floats of scratch memory that the functions below need for a matrix of this size. */
size_t muon_scratch(size_t rows, size_t columns);

/*
 * Replace the matrix x (rows, columns) = U S V^T by about U V^T, by five steps of a Newton-Schulz
 * iteration with Jordan's coefficients: singular values of at least 0.0015 of x's Frobenius norm
 * become 0.68 to 1.21, and much smaller ones 485 times this share. A matrix of zeros stays.
 */
void muon_orthogonalise(size_t rows, size_t columns, float *x, float *scratch);

/*
 * One step of a matrix (rows, columns), whose values stand at [0, rows columns) of every block:
 *
 *     g = the sum of the shards' gradients, added in their order
 *     m = momentum m + (1 - momentum) g
 *     u = orthogonalised (momentum m + (1 - momentum) g)
 *     w = (1 - rate decay) w - rate length sqrt(max(rows, columns)) u
 */
void muon_step(const struct muon *, size_t rows, size_t columns, float learning_rate, size_t shards,
               const float *const *gradient, float *m, float *parameter, float *scratch);

#endif
