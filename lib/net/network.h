/*
 * network - a netspec with its arithmetic: forward and backward.
 *
 * All parameters lie in one block of spec->block_size floats, so that saving, stepping and adding
 * up are one loop each. In the block, weights have the layers' own order (layer_conv.h,
 * layer_dense.h). What is only said of spec->parameters needs no statistics of batch normalisation
 * behind them.
 *
 * A pass is the memory that computing some images needs; passes may be used at the same time, each
 * by one thread, with the same parameters. Inputs are (N, height, width, channels) floats. Where a
 * network has a cyclic layer, it makes the four quarter turns of each picture itself: what it gives
 * for the turns of one picture is the same, but for the last bits in training.
 */
#ifndef NETWORK_H
#define NETWORK_H

#include <stddef.h>
#include <stdint.h>

#include "net/netspec.h"
#include "base/status.h"

/* Parameters for the start: He et al. (2015, eq. 10), weights normal with variance 2 / inputs,
   biases 0; the last layer with variance 1 / inputs, as no ReLU follows. Statistics, where there
   are some: means 0, variances 1. */
void network_init_parameters(const struct netspec *, uint64_t seed, float *parameter);

struct workspace {
    const struct netspec *spec;
    size_t most;                    /* pictures it has memory for */
    size_t n;                       /* pictures of the last forward */
    float *out[NETSPEC_LAYERS_MAX]; /* after each layer: (images, out_height, out_width, out); where
                                       a pool follows a convolution, both have the pool's */
    uint8_t *argmax[NETSPEC_LAYERS_MAX];   /* of such convolutions (conv.h) */
    float *raw[NETSPEC_LAYERS_MAX];        /* with batch normalisation: what it began with ... */
    float *statistics[NETSPEC_LAYERS_MAX]; /* ... and found in it: means, variances */
    float *gradient[2];
    float *scratch;
    float *turned;      /* with a cyclic layer: the four turns of each picture */
    const float *input; /* of the first layer */
    uint64_t seed;      /* of the last forward's dropout */
    float *memory;      /* owned: all of the above */
};

/* Memory for training on up to most pictures at a time. */
enum status workspace_init(struct workspace *, const struct netspec *, size_t most,
                           struct error *) MUST_CHECK;
void workspace_release(struct workspace *);

/* Logits (n, classes) of n <= most pictures, kept in the pass; input must stay until the backward.
   Dropout is drawn from seed; batch normalisation is by these n pictures. */
const float *network_forward(struct workspace *, const float *parameter, size_t n,
                             const float *input, uint64_t seed);

/* Set gradient (spec->block_size) to what follows from the logits' gradient (n, classes). In the
   place of statistics stand those of the forward. */
void network_backward(struct workspace *, const float *parameter, const float *logit_gradient,
                      float *gradient);

/* Set parameter (spec->parameters) to those of the network without batch normalisation that does
   what this block (spec->block_size) does with the statistics in it. */
void network_merge_norm(const struct netspec *, const float *block, float *parameter);

/*
 * Memory to apply a network, much less than a pass, to at most INFER_BLOCK pictures at a time.
 * Every picture gets the same bits, whichever its neighbours are, however many, and wherever it
 * stands; with a cyclic layer, its four turns do, too.
 */
enum { INFER_BLOCK = 64 };

struct infer {
    const struct netspec *spec;
    float *input; /* (INFER_BLOCK, height, width, channels), to be filled before infer_logits */
    float *logit; /* (INFER_BLOCK, classes), the result */
    float *activation[2];
    float *flat[2];
    float *turned; /* with a cyclic layer: the turns of a few pictures */
    float *scratch;
    float *memory; /* owned: all of the above */
};

enum status infer_init(struct infer *, const struct netspec *, struct error *) MUST_CHECK;
void infer_release(struct infer *);

/* Logits of the first n <= INFER_BLOCK pictures in input, without dropout and batch normalisation
   (network_merge_norm). */
void infer_logits(struct infer *, const float *parameter, size_t n);

#endif
