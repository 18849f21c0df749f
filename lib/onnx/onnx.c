#include "onnx/onnx.h"

#include "base/file.h"

/* The numbers of fields, by their messages in onnx.proto. */
enum {
    MODEL_IR_VERSION = 1,
    MODEL_PRODUCER_NAME = 2,
    MODEL_PRODUCER_VERSION = 3,
    MODEL_GRAPH = 7,
    MODEL_OPSET_IMPORT = 8,
    MODEL_METADATA_PROPS = 14,
    OPSET_VERSION = 2,
    ENTRY_KEY = 1,
    ENTRY_VALUE = 2,
    GRAPH_NODE = 1,
    GRAPH_NAME = 2,
    GRAPH_INITIALIZER = 5,
    GRAPH_INPUT = 11,
    GRAPH_OUTPUT = 12,
    NODE_INPUT = 1,
    NODE_OUTPUT = 2,
    NODE_NAME = 3,
    NODE_OP_TYPE = 4,
    NODE_ATTRIBUTE = 5,
    ATTRIBUTE_NAME = 1,
    ATTRIBUTE_I = 3,
    ATTRIBUTE_INTS = 8,
    ATTRIBUTE_TYPE = 20,
    TENSOR_DIMS = 1,
    TENSOR_DATA_TYPE = 2,
    TENSOR_NAME = 8,
    TENSOR_RAW_DATA = 9,
    VALUE_NAME = 1,
    VALUE_TYPE = 2,
    VALUE_DOC_STRING = 3,
    TYPE_TENSOR = 1,
    TENSOR_TYPE_ELEMENT = 1,
    TENSOR_TYPE_SHAPE = 2,
    SHAPE_DIM = 1,
    DIM_VALUE = 1,
    DIM_PARAM = 2
};

/* AttributeProto.AttributeType. */
enum { TYPE_INT = 2, TYPE_INTS = 7 };

void onnx_init(struct onnx *o, const char *name)
{
    *o = (struct onnx){0};
    protobuf_text(&o->graph, GRAPH_NAME, name);
}

/* ---- what comes in and goes out ---- */

static void append_value(struct onnx *o, unsigned field, const char *name, const char *description,
                         struct onnx_shape s)
{
    struct protobuf batch = {0}, shape = {0}, tensor = {0}, type = {0}, value = {0};
    protobuf_text(&batch, DIM_PARAM, "N");
    protobuf_message(&shape, SHAPE_DIM, &batch);
    for (size_t i = 0; i < s.dims; i++) {
        struct protobuf dim = {0};
        protobuf_integer(&dim, DIM_VALUE, s.dim[i]);
        protobuf_message(&shape, SHAPE_DIM, &dim);
    }
    protobuf_integer(&tensor, TENSOR_TYPE_ELEMENT, s.type);
    protobuf_message(&tensor, TENSOR_TYPE_SHAPE, &shape);
    protobuf_message(&type, TYPE_TENSOR, &tensor);
    protobuf_text(&value, VALUE_NAME, name);
    protobuf_message(&value, VALUE_TYPE, &type);
    protobuf_text(&value, VALUE_DOC_STRING, description);
    protobuf_message(&o->graph, field, &value);
}

void onnx_input(struct onnx *o, const char *name, const char *description, struct onnx_shape s)
{
    append_value(o, GRAPH_INPUT, name, description, s);
}

void onnx_output(struct onnx *o, const char *name, const char *description, struct onnx_shape s)
{
    append_value(o, GRAPH_OUTPUT, name, description, s);
}

/* ---- constants ---- */

/* Values are little-endian in the file, and on all machines that the toolchain runs on. */
static void append_tensor(struct onnx *o, const char *name, enum onnx_type type, size_t dims,
                          const size_t *dim, const void *data, size_t bytes)
{
    struct protobuf tensor = {0};
    for (size_t i = 0; i < dims; i++)
        protobuf_integer(&tensor, TENSOR_DIMS, dim[i]);
    protobuf_integer(&tensor, TENSOR_DATA_TYPE, type);
    protobuf_text(&tensor, TENSOR_NAME, name);
    protobuf_bytes(&tensor, TENSOR_RAW_DATA, data, bytes);
    protobuf_message(&o->graph, GRAPH_INITIALIZER, &tensor);
}

void onnx_floats(struct onnx *o, const char *name, size_t dims, const size_t *dim,
                 const float *value)
{
    size_t n = 1;
    for (size_t i = 0; i < dims; i++)
        n *= dim[i];
    append_tensor(o, name, ONNX_FLOAT, dims, dim, value, n * sizeof *value);
}

void onnx_number(struct onnx *o, const char *name, float value)
{
    onnx_floats(o, name, 0, NULL, &value);
}

void onnx_integers(struct onnx *o, const char *name, size_t n, const int64_t *value)
{
    append_tensor(o, name, ONNX_INT64, 1, &n, value, n * sizeof *value);
}

/* ---- operators ---- */

static void append_attribute(struct protobuf *node, const struct onnx_attribute *a)
{
    struct protobuf attribute = {0};
    protobuf_text(&attribute, ATTRIBUTE_NAME, a->name);
    if (a->n == 0)
        protobuf_integer(&attribute, ATTRIBUTE_I, (uint64_t)a->value[0]);
    for (size_t i = 0; i < a->n; i++)
        protobuf_integer(&attribute, ATTRIBUTE_INTS, (uint64_t)a->value[i]);
    protobuf_integer(&attribute, ATTRIBUTE_TYPE, a->n ? TYPE_INTS : TYPE_INT);
    protobuf_message(node, NODE_ATTRIBUTE, &attribute);
}

static void append_node(struct onnx *o, const char *op, const char *const *input,
                        const char *const *output, const struct onnx_attribute *attribute)
{
    struct protobuf node = {0};
    protobuf_text(&node, NODE_NAME, *output);
    protobuf_text(&node, NODE_OP_TYPE, op);
    for (; *input; input++)
        protobuf_text(&node, NODE_INPUT, *input);
    for (; *output; output++)
        protobuf_text(&node, NODE_OUTPUT, *output);
    for (; attribute && attribute->name; attribute++)
        append_attribute(&node, attribute);
    protobuf_message(&o->graph, GRAPH_NODE, &node);
}

void onnx_operator(struct onnx *o, const char *op, const char *const *input, const char *output,
                   const struct onnx_attribute *attribute)
{
    append_node(o, op, input, (const char *[]){output, NULL}, attribute);
}

void onnx_split(struct onnx *o, const char *input, const char *const *part)
{
    append_node(o, "Split", (const char *[]){input, NULL}, part,
                (struct onnx_attribute[]){{"axis", 0, {0}}, {0}});
}

/* ---- the file ---- */

void onnx_set_metadata(struct onnx *o, const char *key, const char *value)
{
    struct protobuf entry = {0};
    protobuf_text(&entry, ENTRY_KEY, key);
    protobuf_text(&entry, ENTRY_VALUE, value);
    protobuf_message(&o->metadata, MODEL_METADATA_PROPS, &entry);
}

/* All of the model but the bytes of the graph, which follow as they are. */
static void make_head(struct protobuf *head, const struct protobuf *graph, const char *version)
{
    struct protobuf opset = {0};
    protobuf_integer(&opset, OPSET_VERSION, ONNX_OPSET);
    protobuf_integer(head, MODEL_IR_VERSION, ONNX_IR);
    protobuf_text(head, MODEL_PRODUCER_NAME, "gz-export");
    protobuf_text(head, MODEL_PRODUCER_VERSION, version);
    protobuf_message(head, MODEL_OPSET_IMPORT, &opset);
    protobuf_begin(head, MODEL_GRAPH, graph->bytes.size);
}

static enum status write_parts(const struct onnx *o, const struct protobuf *head, const char *path,
                               struct error *err)
{
    const struct protobuf *part[] = {&o->metadata, head, &o->graph};
    struct output out;
    enum status s = output_open(&out, path, err);
    if (s)
        return s;
    for (size_t i = 0; i < 3 && !s; i++)
        s = file_write(out.fd, part[i]->bytes.data, part[i]->bytes.size, err);
    if (!s)
        s = output_commit(&out, err);
    output_abandon(&out);
    return s;
}

enum status onnx_write(const struct onnx *o, const char *version, const char *path,
                       struct error *err)
{
    struct protobuf head = {0}, graph = o->graph;
    make_head(&head, &graph, version);
    const struct error *error = graph.error.status         ? &graph.error
                                : o->metadata.error.status ? &o->metadata.error
                                                           : &head.error;
    enum status s = error->status;
    if (s)
        *err = *error;
    else if ((s = write_parts(o, &head, path, err)))
        error_prefix(err, "%s", output_name(path));
    protobuf_release(&head);
    return s;
}

void onnx_release(struct onnx *o)
{
    protobuf_release(&o->graph);
    protobuf_release(&o->metadata);
}
