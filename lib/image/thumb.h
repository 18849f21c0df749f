/*
 * thumb - thumbnails: pictures resized and stretched for drawing, with a black sky.
 *
 * Shrinking averages over areas, enlarging interpolates bilinearly; gray becomes three equal
 * channels. The result is (height, width, 3) floats, 0 to 1. NaN counts as 0. One struct thumb is
 * used for all pictures of one shape, one after the other.
 */
#ifndef THUMB_H
#define THUMB_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"
#include "image/shape.h"

/* What the pictures are like. */
struct thumb_source {
    struct shape shape; /* of 1 or 3 channels */
    enum pixel pixel;
};

struct thumb_axis; /* the source pixels that one pixel of the result is made of, along one axis */

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

/* Prepare to make pictures (height, width) out of the central (rows, columns) pixels of the source.
   No side may be 0, and rows and columns must not exceed the source. */
enum status thumb_init(struct thumb *, const struct thumb_source *, size_t rows, size_t columns,
                       size_t height, size_t width, struct error *) MUST_CHECK;

/* Resize a picture: set thumb->rgb. */
void thumb_make(struct thumb *, const void *pixels);

/*
 * Make the sky of thumb->rgb black and faint light visible. The sky level of each channel is the
 * median of the border (a tenth of the sides). It is subtracted, and then as much again as the
 * noise of the border, so that the picture fades into a black background. Then all three channels
 * of a pixel are multiplied by one factor, so that hues are kept: their mean I becomes
 * asinh(softening I / white) / asinh(softening), where white is the brightest I (Lupton et al.
 * 2004, PASP 116, 133, equations 2 and 3). If a channel would then be above 1, all three are scaled
 * down. Pixels little brighter than the noise lose colour, since noise is the most colourful part
 * of a picture. A picture of sky only stays dark: white is at least THUMB_WHITE_MIN.
 */
void thumb_stretch(struct thumb *);
#define THUMB_WHITE_MIN 0.12f

/* thumb->rgb as bytes, rounded: (height, width, 3). */
void thumb_bytes(const struct thumb *, unsigned char *out);

/* Free the contents. */
void thumb_release(struct thumb *);

#endif
