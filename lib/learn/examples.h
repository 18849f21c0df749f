/*
 * examples - what labelled records teach: for each an input, and the target that the network should
 * give for it.
 *
 * An input is (height, width, channels) floats, normalised as the input_format says. A target is
 * (classes) floats, shares that sum to 1. Only datasets own memory.
 */
#ifndef EXAMPLES_H
#define EXAMPLES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/mem.h"
#include "base/status.h"
#include "model/input.h"
#include "model/model.h"
#include "stream/record.h"
#include "stream/stream.h"

/* How votes become a target. */
struct target_rule {
    bool soft_labels;       /* the shares of the votes; else 1 for the class with most votes */
    double label_smoothing; /* this share of the target is spread evenly over all classes */
};

/* STATUS_MISMATCH unless records of this type can teach the model: they have votes for its classes,
   and pixels for its input. */
enum status example_check_type(const struct model *, const struct record_type *,
                               struct error *) MUST_CHECK;

/* Read the next record that an example can be made of. STATUS_FORMAT, naming the record, where its
   votes do not sum to 1, its weight is not from 0 to 1000, or its pixels cannot be used;
   STATUS_MISMATCH where it shows another share of the picture (input_check_fov); otherwise as
   stream_read. */
enum status example_read(struct stream_reader *, const struct input_format *, unsigned char *record,
                         struct error *) MUST_CHECK;

/* Make a record's target: (classes). */
void example_target(const struct record_type *, const struct target_rule *,
                    const unsigned char *record, float *target);

/* Make an example of a record. pixels is scratch memory of input_bytes(). */
void example_load(const struct input_format *, const struct target_rule *,
                  const unsigned char *record, unsigned char *pixels, float *input, float *target);

/* Examples held in memory, to measure a network on again and again. Pixels are kept as they are
   stored and normalised at each use, so a byte takes a byte. Targets are the shares of the votes.
 */
struct dataset {
    struct input_format format;
    size_t n;
    struct buffer pixels; /* owned; n times input_bytes() */
    struct buffer target; /* owned; (n, classes) floats */
};

/* Add a record that has votes. */
enum status dataset_add(struct dataset *, const unsigned char *record, struct error *) MUST_CHECK;
void dataset_release(struct dataset *);

/* Input number i, and the targets of all, (n, classes). */
void dataset_input(const struct dataset *, size_t i, float *input);
const float *dataset_targets(const struct dataset *);

#endif
