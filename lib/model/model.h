/*
 * model - a trained network with all that it takes to use it, read from a weights file and written
 * to one.
 *
 * Tensors have the names and shapes that netspec.h gives them. The metadata (gz-weights(5)) are
 * format, network, classes (comma-separated), input (height,width,channels), fov, normalise, mean
 * and std, temperature, and trained.shares. model_store doesn't write the last one: the caller
 * adds it, with the other metadata on how the network was trained.
 */
#ifndef MODEL_H
#define MODEL_H

#include "base/status.h"
#include "model/input.h"
#include "model/weights.h"
#include "net/netspec.h"
#include "stream/record.h"

#define MODEL_FORMAT "gz-weights 1"

/* Shares of all classes may differ from a sum of 1 this much, and are scaled. */
#define MODEL_SHARES_TOLERANCE 0.01

struct model {
    struct netspec spec;
    char class[RECORD_CLASSES_MAX][NPY_NAME_MAX + 1]; /* the names of the spec's classes */
    struct normalise normalise;
    double fov;         /* field of view of the input (input.h) in training; 0: unknown */
    double temperature; /* logits are divided by it; 1 where none was fitted */
    /* Of the classes among the galaxies learned from: they sum to 1, or are all 0 if unknown. */
    double trained[RECORD_CLASSES_MAX];
    float *parameter; /* owned; spec.parameters floats */
};

/* Read a weights file. On failure there is nothing to release. */
enum status model_read(struct model *, const char *path, struct error *) MUST_CHECK;

/* The same, and set weights to all that the file holds, for its other metadata. The caller releases
   the weights. */
enum status model_read_weights(struct model *, struct weights *, const char *path,
                               struct error *) MUST_CHECK;

/* Add to weights the model's tensors, with these parameters, and its metadata. */
enum status model_store(const struct model *, const float *parameter, struct weights *,
                        struct error *) MUST_CHECK;

/* Add only the metadata classes and input: what records must be like. */
enum status model_store_format(const struct model *, struct weights *, struct error *) MUST_CHECK;

/* Take the names of the classes from a type with votes. STATUS_FORMAT where one is not allowed
   (record_check_class) or holds a comma, which separates the names in the metadata. */
enum status model_set_classes(struct model *, const struct record_type *,
                              struct error *) MUST_CHECK;

/* STATUS_MISMATCH unless the type has votes for the model's classes, in their order. The error says
   whose classes those are: "class 'ring', where the weights have 'spiral'". */
enum status model_check_classes(const struct model *, const struct record_type *, const char *whose,
                                struct error *) MUST_CHECK;

/* How records of this type become the model's input. */
struct input_format model_input_format(const struct model *, const struct record_type *);

void model_release(struct model *);

#endif
