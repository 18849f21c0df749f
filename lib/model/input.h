/*
 * batch - records made the input of a network: the centre cut out, pixels made normalised floats.
 *
 * A batch borrows the record_type; only datasets own memory.
 */
#ifndef INPUT_H
#define INPUT_H

#include <stddef.h>
#include <stdint.h>

#include "base/mem.h"
#include "image/shape.h"
#include "stream/record.h"
#include "base/status.h"

/* How pixels, scaled to 0..1, become inputs. */
enum normalise_kind {
    NORMALISE_MEAN_STD, /* (x - mean) / deviation, the same for all pictures */
    NORMALISE_PER_IMAGE /* the same with each picture's own mean and deviation */
};

struct normalise {
    enum normalise_kind kind;
    double mean, deviation;
};

/* Pictures of this shape are wanted: the central height x width pixels of a record. */
struct input_format {
    const struct record_type *type;
    struct shape shape;
    struct normalise normalise;
};

/* STATUS_MISMATCH, naming both shapes, unless records of type can give what is wanted: enough
   pixels, by an even number more (or the centre would be between pixels), and the same channels. */
enum status input_check(const struct input_format *, struct error *) MUST_CHECK;

/* Bytes of the central pixels, as they are stored. */
size_t input_bytes(const struct input_format *);

/* STATUS_FORMAT where one of the central pixels is no number that a network can work with: none at
   all, infinite, or beyond 1e6 (they should be 0..1). Bytes always are. */
enum status input_check_pixels(const struct input_format *, const unsigned char *record,
                               struct error *) MUST_CHECK;

/* Copy the central pixels out of a record. */
void input_cut(const struct input_format *, const unsigned char *record, unsigned char *pixels);

/* Normalise pixels that were cut out: (height, width, channels) floats. */
void input_normalise(const struct input_format *, const unsigned char *pixels, float *input);

/* Sums over pixels, for a mean and deviation over many records. All zero is a valid empty one. */
struct moments {
    double n, sum, squares;
};

void moments_add(struct moments *, const struct input_format *, const unsigned char *pixels);
double moments_mean(const struct moments *);
double moments_deviation(const struct moments *); /* never 0: at least 1e-3 */

/* Labelled pictures held in memory, to measure a network with again and again. */
struct dataset {
    struct input_format format;
    size_t n;
    struct buffer pixels; /* owned; n times input_bytes(): as stored, so a byte a value */
    struct buffer target; /* owned; (n, classes) floats: the shares of the votes */
};

/* Add one record, which must have votes. */
enum status dataset_add(struct dataset *, const unsigned char *record, struct error *) MUST_CHECK;
void dataset_release(struct dataset *);

/* Picture number i, normalised: (height, width, channels) floats. Its target: (classes). */
void dataset_input(const struct dataset *, size_t i, float *input);
const float *dataset_target(const struct dataset *, size_t i);

#endif
