/*
 * network - a network while it learns: its first parameters, forward and backward.
 *
 * All parameters lie in one block of floats, so that saving, stepping and adding up are one loop
 * each. netspec.h describes the block; of its spec->block_size floats, the first spec->parameters
 * are the parameters proper, and the others are running means and variances. Inputs are (N, height,
 * width, channels) floats. Where a network has a cyclic layer, it makes the four quarter turns of
 * each picture itself.
 */
#ifndef NETWORK_H
#define NETWORK_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "net/netspec.h"

/* Set a block to the values before the first step: weights normal with variance 2 / inputs (He et
   al. 2015, eq. 10), in the last layer, which no ReLU follows, 1 / inputs; biases 0; running means
   0 and variances 1. */
void network_init_parameters(const struct netspec *, uint64_t seed, float *block);

/* What the backward needs to know of the forward before it, and memory for both. Several workspaces
   may be used at the same time, each by one thread, with the same parameters. */
struct workspace {
    const struct netspec *spec;
    size_t n;           /* pictures of the last forward */
    const float *input; /* of the first layer in the last forward */
    uint64_t seed;      /* of dropout in the last forward */

    float *memory; /* owned: all of the below */

    /* For each layer ... */
    float *out[NETSPEC_LAYERS_MAX];         /* (images, out_height, out_width, out); of a pooled
                                               convolution the pool's, which has the same */
    uint8_t *argmax[NETSPEC_LAYERS_MAX];    /* of a pooled convolution (conv.h) */
    float *before_norm[NETSPEC_LAYERS_MAX]; /* where batch normalisation follows: as out, before */
    float *moments[NETSPEC_LAYERS_MAX];     /* likewise: means and variances found, (2, out) */
    /* ... and for all of them. */
    float *gradient[2]; /* with respect to a layer's output and input */
    float *scratch;
    float *turns; /* with a cyclic layer: the quarter turns of each picture */
};

/* Memory for training on up to `most` pictures at a time. */
enum status workspace_init(struct workspace *, const struct netspec *, size_t most,
                           struct error *) MUST_CHECK;
void workspace_release(struct workspace *);

/* Logits (n, classes) of n pictures, kept in the workspace; input must stay as it is until the
   backward. Dropout is drawn from seed. Batch normalisation uses the means and variances of these n
   pictures. */
const float *network_forward(struct workspace *, const float *block, size_t n, const float *input,
                             uint64_t seed);

/* From the gradient with respect to the logits (n, classes), set gradient (spec->block_size): for
   each parameter its gradient, and in the places of running means and variances those that the
   forward found. */
void network_backward(struct workspace *, const float *block, const float *logit_gradient,
                      float *gradient);

/* Merge batch normalisation by the running means and variances of block into weights and biases:
   set parameter (spec->parameters) to those of a network without it that gives the same logits. */
void network_merge_norm(const struct netspec *, const float *block, float *parameter);

#endif
