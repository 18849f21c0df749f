/*
 * image - geometry of pictures: shrinking, cutting, turning, sampling.
 *
 * Pictures are arrays (height, width, channels) as in shape.h. Pixel (i, j) covers the square
 * [i, i+1) x [j, j+1), so its centre is (i + 1/2, j + 1/2). The centre of a picture is
 * (height / 2, width / 2), which is between pixels where a side is even. No function here allocates
 * memory.
 */
#ifndef IMAGE_H
#define IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "image/shape.h"

enum { IMAGE_SHRINK_MAX = 1024 }; /* the largest side of a shrunken picture */

/*
 * Cut the central square out of a picture and shrink it by exact area averaging: a pixel of the
 * result is the mean over the area that it covers in the input, where an input pixel that is only
 * partly covered counts with the covered part of its area. Sums are integers and are rounded once,
 * half up. So the result has the symmetries of the input to the bit: the shrunken mirror image is
 * the mirror image of the shrunken picture, even where the sides are odd and the square begins
 * within a pixel. Floats are rounded to multiples of 2^-29; those below 0 and NaN count as 0, those
 * above 1 as 1.
 */
struct shrink {
    struct shape shape; /* of the input */
    enum pixel pixel;   /* of the input and of the result */
    bool gray;          /* make one channel of three: BT.601 luma */
    size_t crop;        /* side of the square, in pixels of the input */
    size_t size;        /* side of the square in the result */
    size_t full;        /* side of the whole result: size, or an even number more for a margin
                           around the square; outside the input, its edge pixels are repeated */
};

/* STATUS_MISMATCH unless crop is from 1 to the shorter side of the input. STATUS_LIMIT unless size
   is at least 1 and full at most IMAGE_SHRINK_MAX. */
enum status shrink_check(const struct shrink *, struct error *) MUST_CHECK;

/* Shrink the picture in to out: (full, full, gray ? 1 : channels). */
void shrink_run(const struct shrink *, const void *in, void *out);

/* The smallest value of full with which size x size pixels can be turned by any angle without going
   beyond the result: the diagonal, rounded up to the parity of size. */
size_t shrink_margin(size_t size);

/* Copy the central pixels (rows, columns), each of pixel_bytes, out of (height, width). height -
   rows and width - columns must be even. */
void image_centre(const void *in, size_t height, size_t width, size_t pixel_bytes, size_t rows,
                  size_t columns, void *out);

/* Copy a square picture (n, n), with pixels of pixel_bytes each, in one of its eight orientations:
   0 to 3 are as many quarter turns clockwise, 4 to 7 the same turns of the picture mirrored left to
   right. in and out must not overlap. */
void image_orient(const void *in, size_t n, size_t pixel_bytes, unsigned orientation, void *out);

/* A picture to sample. */
struct picture {
    const void *pixels;
    struct shape shape;
    enum pixel pixel;
};

/* Set value to every channel's value at the point (y, x), by bilinear interpolation. (1/2, 1/2) is
   the centre of the first pixel. Outside the picture, its edge pixels are repeated. */
void image_sample(const struct picture *, double y, double x, float *value);

#endif
