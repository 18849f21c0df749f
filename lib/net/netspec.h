/*
 * netspec - a network written as a line of text, parsed into a checked list of layers.
 *
 *     conv32 pool conv64 pool conv128 pool conv128 pool dense256 dense128 dropout0.5
 *
 *     convN      3x3 convolution to N channels that keeps the size, then ReLU
 *     pool       2x2 max-pooling
 *     denseN     fully connected to N units, then ReLU; what comes before is flattened
 *     dropoutP   while training, each value is dropped with probability P, 0 <= P < 1
 *     cyclic     the mean over the four quarter turns of the picture, which must be square. For the
 *                layers before it, at least one of which is dense, each turn is an image of its
 *                own. A network has at most one such layer
 *
 * Words are separated by spaces. The last layer, dense, with one output for each class and without
 * ReLU, is not written but stands in the list. Limits: NETSPEC_LAYERS_MAX layers, NETSPEC_UNITS_MAX
 * channels or units each, NETSPEC_PARAMETERS_MAX parameters in all.
 *
 * All parameters lie in one block of floats, layer after layer, weights before biases. Where the
 * network learns with batch normalisation (netspec_add_norm), the running means and variances of
 * its convolutions follow: for each layer the means of all channels, then their variances. Weights
 * have the order of axes of layer.h in the block, and PyTorch's in files.
 */
#ifndef NETSPEC_H
#define NETSPEC_H

#include <stdbool.h>
#include <stddef.h>

#include "base/mem.h"
#include "base/status.h"
#include "image/shape.h"
#include "net/layer.h"

#define NETSPEC_DEFAULT                                                                            \
    "conv32 pool conv64 pool conv128 pool conv128 pool dense256 dense128 dropout0.5"

enum {
    NETSPEC_LAYERS_MAX = 64,
    NETSPEC_UNITS_MAX = 8192,
    NETSPEC_PARAMETERS_MAX = 1 << 27,
    NETSPEC_TEXT_MAX = 1024
};

struct netspec {
    char text[NETSPEC_TEXT_MAX]; /* as given */
    struct shape shape;          /* of a picture */
    size_t classes;
    size_t layers;
    struct layer layer[NETSPEC_LAYERS_MAX]; /* the implied last one included */
    size_t parameters;                      /* weights and biases */
    size_t block_size; /* floats of the block: parameters, then running means and variances */
};

/* Parse text for pictures of this shape. The error names the word that is wrong. */
enum status netspec_parse(struct netspec *, const char *text, size_t height, size_t width,
                          size_t channels, size_t classes, struct error *) MUST_CHECK;

/* Add batch normalisation to every convolution, for training only: network_merge_norm() removes it
   before weights are written. */
void netspec_add_norm(struct netspec *);

/* Whether it has a cyclic layer. */
bool netspec_is_cyclic(const struct netspec *);

/* Append a table to out with a line for each layer and one for all: name, shape of the output
   (height, width, channels), parameters, multiplications. */
enum status netspec_describe(const struct netspec *, struct buffer *out, struct error *) MUST_CHECK;

/* The weights or the biases of a layer as files have them: PyTorch's shape and order of axes. */
struct netspec_tensor {
    char name[32]; /* "conv1.weight" */
    size_t dims, dim[4];
    size_t size; /* values */
    const struct layer *layer;
};

/* Tensor number i, from 0; STATUS_END after the last. */
enum status netspec_tensor(const struct netspec *, size_t i, struct netspec_tensor *);

/* Copy one tensor's values from the block of parameters to values, and back. */
void netspec_export(const struct netspec_tensor *, const float *parameter, float *values);
void netspec_import(const struct netspec_tensor *, const float *values, float *parameter);

#endif
