/*
 * thumb - pictures brought to the size they are drawn at, and their dark sky to black.
 *
 * Shrinking averages by area, enlarging interpolates bilinearly; gray becomes three equal
 * channels. The result is (height, width, 3) floats, 0..1. Pixels that aren't numbers count as 0.
 * One struct thumb serves all pictures of one shape, one after the other.
 */
#ifndef THUMB_H
#define THUMB_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"
#include "image/shape.h"

/* The pictures. */
struct thumb_source {
    struct shape shape; /* of 1 or 3 channels */
    enum pixel pixel;
};

struct thumb_axis; /* which source pixels make one pixel of the result, along one axis */

/* All zero is a valid released one. */
struct thumb {
    struct thumb_source source;
    size_t height, width;            /* of the result */
    size_t top, left, rows, columns; /* the part of the source that is used */
    struct thumb_axis *down, *across;
    float *row;    /* one source row, (source.width, 3) */
    float *narrow; /* (rows, width, 3) */
    float *rgb;    /* the result, owned: (height, width, 3) */
};

/* Get ready to make pictures of height x width pixels out of the source's central rectangle of
   rows x columns. No side may be 0, rows and columns must fit into the source. */
enum status thumb_init(struct thumb *, const struct thumb_source *, size_t rows, size_t columns,
                       size_t height, size_t width, struct error *) MUST_CHECK;

/* Make thumb->rgb of these pixels. */
void thumb_make(struct thumb *, const void *pixels);

/*
 * Make the sky of thumb->rgb black and faint light visible. The sky, for each channel, is the
 * median of the border (a tenth of the sides); it is taken away, and as much light as the border's
 * noise with it, so that a picture fades into the black around it. Then all three channels of a
 * pixel are scaled by one factor, so that hues stay: their mean I becomes
 * asinh(softening I / white) / asinh(softening), where white is the brightest I (Lupton et al.
 * 2004, PASP 116, 133, equations 2 and 3). Where a channel would go beyond 1, all three are scaled
 * back. What is little brighter than the noise is paler than it was, as the noise has the gaudiest
 * colours. A picture of nothing but sky stays dark: white is at least THUMB_WHITE_MIN.
 */
void thumb_stretch(struct thumb *);
#define THUMB_WHITE_MIN 0.12f

/* thumb->rgb as bytes, rounded: (height, width, 3). */
void thumb_bytes(const struct thumb *, unsigned char *out);

/* Free the contents. */
void thumb_release(struct thumb *);

#endif
