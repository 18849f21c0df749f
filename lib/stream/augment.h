/*
 * augment - augmentation: random views of a galaxy, whose class doesn't depend on its orientation.
 *
 * A view has a random angle, uniform in 0 to 360 degrees, and is mirrored left to right and top to
 * bottom, each with probability 1/2. A random shift, zoom and brightness are optional. All are
 * drawn from (seed, id, view number), so that they depend neither on the order of records nor on
 * threads. The picture is turned about its centre with bilinear interpolation. The result's corners
 * come from the margin around it, if the record has one (gz-prep --margin). Outside the record, its
 * edge pixels are repeated, so that no black corners appear.
 */
#ifndef AUGMENT_H
#define AUGMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stream/record.h"

struct augment {
    size_t size;       /* side of the result, at most that of the record */
    bool rotate, flip; /* whether to turn and to mirror */
    double shift;      /* along each axis, uniform in -shift to shift pixels */
    double zoom;       /* enlarge by a factor log-uniform in 1 / (1 + zoom) to 1 + zoom */
    double brightness; /* multiply values by a factor log-uniform in 1 / (1 + brightness) to
                          1 + brightness, then limit them to white; 0: leave them as they are */
    uint64_t seed;
};

/* Write view number view, from 1, of a record's pixels to out: (size, size, channels) of the same
   type as the record's, bytes rounded to the nearest. */
void augment_view(const struct augment *, const struct record_type *, const unsigned char *record,
                  uint32_t view, unsigned char *out);

/* Set the fields fov and square of an augmented record, if it has them: it shows less than the
   record in, of which only the central pixels are kept. */
void augment_fields(const struct augment *, const struct record_type *in_type,
                    const unsigned char *in, const struct record_type *out_type,
                    unsigned char *out);

#endif
