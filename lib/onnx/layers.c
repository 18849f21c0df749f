#include "onnx/layers.h"

#include <stdio.h>

enum { NAME_BYTES = sizeof((struct onnx_value){0}).name };

/* A name such as conv1.relu; both parts are short. */
static void part_name(char name[NAME_BYTES], const char *of, const char *part)
{
    snprintf(name, NAME_BYTES, "%.31s.%.15s", of, part);
}

void onnx_append(struct onnx *o, struct onnx_value *v, const char *op, const char *name,
                 const char *const *more, const struct onnx_attribute *attribute)
{
    const char *input[4] = {v->name};
    for (size_t i = 0; more && more[i] && i < 2; i++)
        input[i + 1] = more[i];
    onnx_operator(o, op, input, name, attribute);
    snprintf(v->name, sizeof v->name, "%.47s", name);
}

void onnx_mean(struct onnx *o, size_t n, const char *name, struct onnx_value *v)
{
    char group[ONNX_OUTPUTS_MAX][NAME_BYTES], sum[NAME_BYTES], count[NAME_BYTES];
    const char *groups[ONNX_OUTPUTS_MAX + 1] = {NULL};
    for (size_t i = 0; i < n; i++) {
        char part[32];
        snprintf(part, sizeof part, "group%zu", i);
        part_name(group[i], name, part);
        groups[i] = group[i];
    }
    part_name(sum, name, "sum");
    part_name(count, name, "groups");
    onnx_number(o, count, (float)n);
    onnx_split(o, v->name, groups);
    onnx_operator(o, "Sum", groups, sum, NULL);
    onnx_operator(o, "Div", (const char *[]){sum, count, NULL}, name, NULL);
    snprintf(v->name, sizeof v->name, "%.47s", name);
}

static void append_relu(struct onnx *o, const char *layer, struct onnx_value *v)
{
    char name[NAME_BYTES];
    part_name(name, layer, "relu");
    onnx_append(o, v, "Relu", name, NULL, NULL);
}

/* An operator that has the weights and biases of the layer of this name. */
static void append_weighted(struct onnx *o, const char *op, const char *layer,
                            const struct onnx_attribute *attribute, struct onnx_value *v)
{
    char weight[NAME_BYTES], bias[NAME_BYTES];
    part_name(weight, layer, "weight");
    part_name(bias, layer, "bias");
    onnx_append(o, v, op, layer, (const char *[]){weight, bias, NULL}, attribute);
}

static void append_conv(struct onnx *o, const char *layer, struct onnx_value *v)
{
    append_weighted(
        o, "Conv", layer,
        (struct onnx_attribute[]){{"kernel_shape", 2, {3, 3}}, {"pads", 4, {1, 1, 1, 1}}, {0}}, v);
    append_relu(o, layer, v);
}

/* An odd last row or column is left out, here as there. */
static void append_pool(struct onnx *o, const char *layer, struct onnx_value *v)
{
    onnx_append(
        o, v, "MaxPool", layer, NULL,
        (struct onnx_attribute[]){{"kernel_shape", 2, {2, 2}}, {"strides", 2, {2, 2}}, {0}});
}

static void append_dense(struct onnx *o, const char *layer, bool linear, struct onnx_value *v)
{
    if (!v->flat)
        onnx_append(o, v, "Flatten", "flatten", NULL,
                    (struct onnx_attribute[]){{"axis", 0, {1}}, {0}});
    v->flat = true;
    append_weighted(o, "Gemm", layer, (struct onnx_attribute[]){{"transB", 0, {1}}, {0}}, v);
    if (!linear)
        append_relu(o, layer, v);
}

void onnx_layer(struct onnx *o, const struct layer *l, struct onnx_value *v)
{
    char name[NAME_BYTES];
    snprintf(name, sizeof name, "%s%zu", layer_name(l->kind), l->number);
    switch (l->kind) {
    case LAYER_CONV: append_conv(o, name, v); break;
    case LAYER_POOL: append_pool(o, name, v); break;
    case LAYER_DENSE: append_dense(o, name, l->linear, v); break;
    case LAYER_DROPOUT: break; /* only while training */
    case LAYER_CYCLIC: onnx_mean(o, l->images, name, v); break;
    }
}
