/*
 * layers - each layer of a network as operators of ONNX, which compute what layer.h computes.
 *
 * Here values are as ONNX and PyTorch have them: images (N, C, H, W), after the first dense layer
 * (N, units). Parameters are the constants that netspec_tensor names, in its shapes. Up to a cyclic
 * layer N counts images, turn after turn: all pictures in their first turn, then all in the second.
 */
#ifndef ONNX_LAYERS_H
#define ONNX_LAYERS_H

#include <stdbool.h>

#include "net/layer.h"
#include "onnx/onnx.h"

/* What has been computed so far. */
struct onnx_value {
    char name[48];
    bool flat; /* (N, units) */
};

/* Append the operator op under a name. Its inputs are the value and then those of `more`, a list
   that ends with NULL, or NULL. The value becomes its result. */
void onnx_append(struct onnx *, struct onnx_value *, const char *op, const char *name,
                 const char *const *more, const struct onnx_attribute *);

/* Append the operators of a layer. The value becomes its output. */
void onnx_layer(struct onnx *, const struct layer *, struct onnx_value *);

/* Append the mean over n groups, at most ONNX_OUTPUTS_MAX. The value has the N entries of the first
   group, then those of the next, and so on; it becomes the N means. */
void onnx_mean(struct onnx *, size_t n, const char *name, struct onnx_value *);

#endif
