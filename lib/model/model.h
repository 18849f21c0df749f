/*
 * model - a trained network with all it takes to use it, and its place in a weights file.
 *
 * Tensors are named and shaped as netspec.h says. Metadata (gz-weights(5)): format, network,
 * classes (comma-separated), input (height,width,channels), normalise, mean and std, temperature;
 * whoever writes the file adds how it was trained.
 */
#ifndef MODEL_H
#define MODEL_H

#include "model/input.h"
#include "net/netspec.h"
#include "stream/record.h"
#include "base/status.h"
#include "model/weights.h"

#define MODEL_FORMAT "gz-weights 1"

struct model {
    struct netspec spec;
    char class[RECORD_CLASSES_MAX][NPY_NAME_MAX + 1];
    struct normalise normalise;
    double temperature; /* logits are divided by it; 1 where none was fitted */
    float *parameter;   /* owned; spec.parameters floats */
};

/* Read a weights file. On failure nothing is to be released. */
enum status model_read(struct model *, const char *path, struct error *) MUST_CHECK;

/* Put a model's tensors, with these parameters, and metadata into weights. */
enum status model_store(const struct model *, const float *parameter, struct weights *,
                        struct error *) MUST_CHECK;

/* Take the classes' names from a labelled type. STATUS_FORMAT where one can't stand in a
   list, or head a column of probability lines. */
enum status model_set_classes(struct model *, const struct record_type *,
                              struct error *) MUST_CHECK;

/* What this model wants of records of a type. */
struct input_format model_input_format(const struct model *, const struct record_type *);

void model_release(struct model *);

#endif
