/*
 * augment - other views of the same galaxy: it has no up and no handedness that matter here.
 *
 * A view is drawn from (seed, id, view number) alone, so neither order nor threads change it: an
 * angle uniform in 0 to 360 degrees, a mirroring left to right and one top to bottom, each with
 * probability 1/2; where asked for, a shift, a zoom and a brightness. The picture is turned about
 * its centre by bilinear interpolation. What the turn brings in from outside the result is read
 * from the margin, where the record has one (gz-prep --margin), and beyond its edge the edge goes
 * on: nothing black is invented.
 */
#ifndef AUGMENT_H
#define AUGMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stream/record.h"

struct augment {
    size_t size; /* side of the result, at most that of the record */
    bool rotate, flip;
    double shift; /* up to so many pixels along each axis, uniform */
    double zoom; /* enlarged by up to this share or shrunk by its inverse, log-uniform: 0.1 is 1/1.1
                    to 1.1 */
    double brightness; /* values are multiplied by 1 / (1 + brightness) to 1 + brightness,
                          log-uniform; what is then brighter than white is white. 0: as they are */
    uint64_t seed;
};

/* Write view number view (from 1) of a record's pixels to out: (size, size, channels), of the
   record's kind, u1 rounded to nearest. Neither need be aligned. */
void augment_view(const struct augment *, const struct record_type *, const unsigned char *record,
                  uint32_t view, unsigned char *out);

#endif
