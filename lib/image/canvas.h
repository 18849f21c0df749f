/*
 * canvas - a picture in memory to draw on: bytes (height, width, 3), row 0 on top, R, G, B.
 *
 * Pixel (y, x) covers the square [y, y+1) x [x, x+1), as in image.h. Drawing outside the picture
 * does nothing.
 */
#ifndef CANVAS_H
#define CANVAS_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

/* All zero is a valid empty one. */
struct canvas {
    size_t height, width;
    unsigned char *rgb; /* owned */
};

/* A black picture. */
enum status canvas_init(struct canvas *, size_t height, size_t width, struct error *) MUST_CHECK;

/* All black again. */
void canvas_clear(struct canvas *);

/* Move a pixel towards the colour by share, 0 to 1. */
void canvas_blend(struct canvas *, int64_t y, int64_t x, const unsigned char colour[3],
                  float share);

/* Let the colour show where it is brighter (by its BT.601 luma) than the pixel. Pixels of equal
   luma are put in order by their bytes: the result depends on what was drawn, not in what order. */
void canvas_lighten(struct canvas *, int64_t y, int64_t x, const unsigned char colour[3]);

/* Put a picture (height, width, 3) with its first pixel at (y, x). */
void canvas_paste(struct canvas *, int64_t y, int64_t x, const unsigned char *rgb, size_t height,
                  size_t width);

/* Free the contents. */
void canvas_release(struct canvas *);

#endif
