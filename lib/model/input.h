/*
 * input - how records become the input of a network: the centre is cut out, and pixels become
 * normalised floats.
 *
 * An input_format borrows the record_type. Nothing here owns memory.
 */
#ifndef INPUT_H
#define INPUT_H

#include <stddef.h>

#include "base/status.h"
#include "image/shape.h"
#include "stream/record.h"

/* How pixels, scaled to 0..1, become inputs. */
enum normalise_kind {
    NORMALISE_MEAN_STD, /* (x - mean) / std, the same for all pictures */
    NORMALISE_PER_IMAGE /* the same with each picture's own mean and standard deviation */
};

struct normalise {
    enum normalise_kind kind;
    double mean, std;
};

/* The network takes the central height x width pixels of a record of this type. */
struct input_format {
    const struct record_type *type;
    struct shape shape;
    struct normalise normalise;
    double fov; /* the field of view that these pixels should have (gz-stream(5)); 0: any */
};

/* STATUS_MISMATCH, naming both shapes, unless records of the type have the network's channels and
   its pixels at their centre (shape_has_centre). */
enum status input_check(const struct input_format *, struct error *) MUST_CHECK;

/* Bytes of the central pixels, as they are stored. */
size_t input_bytes(const struct input_format *);

/* The field of view of a record's central pixels; 0 if the record doesn't say. */
double input_fov(const struct input_format *, const unsigned char *record);

/* STATUS_MISMATCH, naming both, if a record's field of view differs from that of the format by more
   than INPUT_FOV_TOLERANCE, as a share of the latter. STATUS_OK if one of the two isn't known. */
enum status input_check_fov(const struct input_format *, const unsigned char *record,
                            struct error *) MUST_CHECK;
#define INPUT_FOV_TOLERANCE 0.05

/* Copy the central pixels out of a record. */
void input_cut(const struct input_format *, const unsigned char *record, unsigned char *pixels);

/* Normalise pixels that were cut out: (height, width, channels) floats. */
void input_normalise(const struct input_format *, const unsigned char *pixels, float *input);

/* Sums over pixels, for their mean and standard deviation. All zero is a valid empty one. */
struct moments {
    double n, sum, squares;
};

/* Add the pixels of one picture, as input_cut made them; add the sums of other moments. */
void moments_add(struct moments *, const struct input_format *, const unsigned char *pixels);
void moments_merge(struct moments *, const struct moments *);

/* The mean, and the standard deviation, which is at least 1e-3, so that one can divide by it.
   Without pixels they are 0 and 1. */
double moments_mean(const struct moments *);
double moments_std(const struct moments *);

#endif
