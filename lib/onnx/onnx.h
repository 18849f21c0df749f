/*
 * onnx - an ONNX file: a graph of operators, the constant tensors that they use, and metadata.
 *
 * Operators and messages are those of https://github.com/onnx/onnx (docs/Operators.md,
 * onnx/onnx.proto), in ONNX_OPSET. That is the lowest opset whose operators have their present
 * form, and ONNX_IR is the version of the format that came with it: so most programs know both.
 *
 * An operator makes one value. Values and constants have names, and an operator is named after its
 * value. All calls between onnx_init and onnx_write only append; if one fails, those after it do
 * nothing, and onnx_write reports the error.
 */
#ifndef ONNX_H
#define ONNX_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "onnx/protobuf.h"

enum { ONNX_OPSET = 13, ONNX_IR = 7, ONNX_DIMS_MAX = 4, ONNX_OUTPUTS_MAX = 8 };

/* The numbers that ONNX gives to types of values (TensorProto.DataType). */
enum onnx_type { ONNX_FLOAT = 1, ONNX_UINT8 = 2, ONNX_INT64 = 7 };

struct onnx {
    struct protobuf graph;    /* GraphProto */
    struct protobuf metadata; /* the metadata_props of ModelProto */
};

/* An attribute of an operator: one integer where n is 0, else a list of n. */
struct onnx_attribute {
    const char *name;
    size_t n;
    int64_t value[ONNX_DIMS_MAX];
};

/* A value that comes in or goes out: its shape has the batch N before these dims. */
struct onnx_shape {
    enum onnx_type type;
    size_t dims, dim[ONNX_DIMS_MAX];
};

/* Begin a graph of this name. */
void onnx_init(struct onnx *, const char *name);

void onnx_input(struct onnx *, const char *name, const char *description, struct onnx_shape);
void onnx_output(struct onnx *, const char *name, const char *description, struct onnx_shape);

/* Add a constant: floats of shape dim (dims); one number; a list of n integers. */
void onnx_floats(struct onnx *, const char *name, size_t dims, const size_t *dim,
                 const float *value);
void onnx_number(struct onnx *, const char *name, float value);
void onnx_integers(struct onnx *, const char *name, size_t n, const int64_t *value);

/* Append an operator. NULL ends the list of inputs. An attribute whose name is NULL ends the list
   of attributes, which may itself be NULL. */
void onnx_operator(struct onnx *, const char *op, const char *const *input, const char *output,
                   const struct onnx_attribute *);

/* Split a value along the first axis into equal parts, one for each name; NULL ends the names. */
void onnx_split(struct onnx *, const char *input, const char *const *part);

void onnx_set_metadata(struct onnx *, const char *key, const char *value);

/* Write the file; path NULL or "-" is standard output. The version is that of the program. Errors
   name the file. */
enum status onnx_write(const struct onnx *, const char *version, const char *path,
                       struct error *) MUST_CHECK;

/* Free the contents. */
void onnx_release(struct onnx *);

#endif
