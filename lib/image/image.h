/*
 * image - pure geometry on pixels; knows no streams and no files.
 *
 * Pictures are rows of (height, width, channels), row 0 on top. Pixel (i, j) covers the square
 * [i, i+1) x [j, j+1), its centre is (i + 1/2, j + 1/2): the centre of a picture is
 * (height / 2, width / 2), between pixels where the sides are even. Nothing allocates.
 */
#ifndef IMAGE_H
#define IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "image/shape.h"

enum { IMAGE_SHRINK_MAX = 1024 /* the largest side of a shrunken picture */ };

/*
 * Cut the central square out of a picture and shrink it, by exact area averaging: a pixel of the
 * result is the mean of the square it covers, pixels on its border counted by their share. All
 * sums are integers, rounded once (half up), so the result has every symmetry of the input, to the
 * bit: the shrunken mirror image is the mirrored shrunken image, also where the sides are odd and
 * the square begins within a pixel. Floats are counted in steps of 2^-29; below 0 (or no number)
 * they are taken for 0, above 1 for 1.
 */
struct shrink {
    struct shape shape; /* of the input */
    enum pixel pixel;   /* also of the result */
    bool gray;          /* make one channel of three: BT.601 luma */
    size_t crop;        /* side of the square, in pixels of the input */
    size_t size;        /* its side in the result */
    size_t full;        /* side of the result: size, or more (by an even number) to
                           keep what lies around the square, on the same grid. Beyond
                           the input its edge goes on. */
};

/* STATUS_MISMATCH or STATUS_LIMIT where there is no such shrinking. */
enum status shrink_check(const struct shrink *, struct error *) MUST_CHECK;

/* in has the input's shape; out is (full, full, gray ? 1 : channels), of the input's kind. */
void shrink_run(const struct shrink *, const void *in, void *out);

/* The smallest full that leaves real sky after any rotation of size x size pixels: the diagonal,
   rounded up to the same parity. */
size_t shrink_margin(size_t size);

/* Copy the central (rows, columns) pixels of pixel_bytes each; height - rows and width - columns
   must be even. */
void image_centre(const void *in, size_t height, size_t width, size_t pixel_bytes, size_t rows,
                  size_t columns, void *out);

/* The eight orientations of a square picture of side n: 0-3 are quarter turns clockwise, 4-7 the
   same after a mirroring left to right. in and out don't overlap. */
void image_orient(const void *in, size_t n, size_t pixel_bytes, unsigned orientation, void *out);

/* A picture to read from. */
struct picture {
    const void *pixels;
    struct shape shape;
    enum pixel pixel;
};

/* Bilinear reading: the value of every channel at the point (y, x), in pixel coordinates as above,
   so (1/2, 1/2) is the centre of the first pixel. Outside, the edge goes on. */
void image_sample(const struct picture *, double y, double x, float *value);

#endif
