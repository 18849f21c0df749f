/*
 * layer - one layer of a network: its kind, its shapes, where its parameters stand, and how it is
 * computed forwards, which training (network.h) and inference (infer.h) share. The arithmetic of
 * each kind has a header of its own: layer_conv.h, layer_dense.h and so on.
 *
 * Activations are (N, H, W, C): image, row, column, channel. The channel runs fastest, so that
 * inner loops run over neighbours in memory. Weights of a convolution are (3, 3, in, out), of a
 * dense layer (in, out); PyTorch's orders exist in weights files only (netspec.h converts).
 *
 * These functions and those of layer_*.h keep no state and allocate nothing. Their results don't
 * depend on threads; they may depend, in the last bits, on the instruction set (kernels.h, simd.h).
 */
#ifndef LAYER_H
#define LAYER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/conv.h"

enum layer_kind { LAYER_CONV, LAYER_POOL, LAYER_DENSE, LAYER_DROPOUT, LAYER_CYCLIC };

struct layer {
    enum layer_kind kind;
    size_t number;                     /* among the layers of its kind, from 1: conv1, conv2 ... */
    size_t images;                     /* for each picture: up to a cyclic layer 4, the picture's
                                          quarter turns; else 1 */
    size_t height, width, channels;    /* of the input; after a dense layer 1 x 1 x units */
    size_t out_height, out_width, out; /* of the output */
    bool linear;                       /* a dense layer without ReLU: the network's last */
    bool pooled;                       /* a convolution that is computed with the pool after it */
    bool skipped;                      /* that pool, which has nothing left to compute */
    float rate;                        /* of dropout */
    size_t weights, biases;            /* how many it has */
    size_t weight_at, bias_at;         /* where they begin in the block of parameters */
    size_t running_at;                 /* with batch normalisation: where its running means begin,
                                          then come the variances; else 0 */
};

/* "conv", "pool", "dense", "dropout" or "cyclic". */
const char *layer_name(enum layer_kind);

/* Values of one image before the layer, and after it. */
size_t layer_in(const struct layer *);
size_t layer_out(const struct layer *);

/* Values of all images of one picture, as they are stored before the layer, and after it. After a
   pooled convolution the values after pooling are stored. */
size_t layer_picture_in(const struct layer *);
size_t layer_picture_out(const struct layer *);

/* Multiplications for one picture as the layer is defined, not as it is computed. */
size_t layer_multiplications(const struct layer *);

/* The convolution that a layer of kind LAYER_CONV computes. */
struct conv layer_as_conv(const struct layer *);

/* Floats of scratch memory that layer_forward needs. */
size_t layer_scratch(const struct layer *);

/* Compute y from x for n pictures, each with layer_picture_in() values of x and layer_picture_out()
   of y. Not for a layer that is skipped. A dropout layer copies x. argmax: see conv_forward(). */
void layer_forward(const struct layer *, const float *parameter, size_t n, const float *x, float *y,
                   uint8_t *argmax, float *scratch);

#endif
