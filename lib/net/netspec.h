/*
 * netspec - a network as a line of text, made a checked list of layers.
 *
 *     conv32 pool conv64 pool conv128 pool conv128 pool dense256 cyclic dropout0.5 dense128
 *
 *     convN      3x3 convolution to N channels that keeps the size, then ReLU
 *     pool       2x2 max-pooling
 *     denseN     fully connected to N units, then ReLU; what comes before is flattened
 *     dropoutP   while training, each value is dropped with probability P, 0 <= P < 1
 *     cyclic     the mean over the four quarter turns of the picture, which is square: the layers
 *                before it, a dense one at least, see each turn by itself; once at most
 *
 * All parameters lie in one block of floats, layer after layer, weights before biases; weights have
 * the order of layers.h there and PyTorch's in files. Behind them stand, where a network is to
 * learn with batch normalisation, the statistics of its convolutions: of each the means of all
 * channels, then the variances.
 *
 * Words are separated by spaces. The last dense layer, one output a class, without ReLU, is implied
 * and stands in the list. Limits: NETSPEC_LAYERS_MAX layers, NETSPEC_UNITS_MAX channels or units
 * each, NETSPEC_PARAMETERS_MAX parameters in all.
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
    "conv32 pool conv64 pool conv128 pool conv128 pool dense256 cyclic dropout0.5 dense128"

enum {
    NETSPEC_LAYERS_MAX = 64,
    NETSPEC_UNITS_MAX = 8192,
    NETSPEC_PARAMETERS_MAX = 1 << 27,
    NETSPEC_TEXT_MAX = 1024
};

struct netspec {
    char text[NETSPEC_TEXT_MAX]; /* as given */
    struct shape shape;          /* of the input */
    size_t classes;
    size_t layers;
    struct layer layer[NETSPEC_LAYERS_MAX]; /* the implied last one included */
    size_t parameters;
    size_t
        block_size; /* the parameters and, with batch normalisation, running means and variances */
};

/* Parse text for inputs of this shape. The error names the word that is wrong. */
enum status netspec_parse(struct netspec *, const char *text, size_t height, size_t width,
                          size_t channels, size_t classes, struct error *) MUST_CHECK;

/* Have every convolution learn with batch normalisation. Files don't know of it: what training ends
   with is a network without (network_merge_norm). */
void netspec_add_norm(struct netspec *);

/* Whether it has a cyclic layer. */
bool netspec_is_cyclic(const struct netspec *);

/* Append a table to out, a line a layer and one for all: name, shape of the output (height, width,
   channels), parameters, multiplications. */
enum status netspec_describe(const struct netspec *, struct buffer *out, struct error *) MUST_CHECK;

/* One parameter tensor as it stands in files, under PyTorch's shape and order of axes. */
struct netspec_tensor {
    char name[32]; /* "conv1.weight" */
    size_t dims, dim[4];
    size_t size; /* values */
    const struct layer *layer;
};

/* Tensor number i, from 0; STATUS_END after the last. */
enum status netspec_tensor(const struct netspec *, size_t i, struct netspec_tensor *);

/* Copy one tensor's values out of the block of parameters, into it. */
void netspec_export(const struct netspec_tensor *, const float *parameter, float *values);
void netspec_import(const struct netspec_tensor *, const float *values, float *parameter);

#endif
