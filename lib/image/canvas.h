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

/* Make a black picture. */
enum status canvas_init(struct canvas *, size_t height, size_t width, struct error *) MUST_CHECK;

/* Make all pixels black. */
void canvas_clear(struct canvas *);

/* Mix a pixel with the colour: share 0 keeps the pixel, 1 gives the colour. */
void canvas_blend(struct canvas *, int64_t y, int64_t x, const unsigned char colour[3],
                  float share);

/* Lay a picture (height, width, 3) on the canvas, its first pixel on (y, x): of every two pixels
   the brighter one shows, by its BT.601 luma. Of two colours of equal luma the one with the larger
   bytes counts as brighter, so that the result doesn't depend on the order of drawing. */
void canvas_lighten(struct canvas *, int64_t y, int64_t x, const unsigned char *rgb, size_t height,
                    size_t width);

/* Copy a picture (height, width, 3) to the canvas, its first pixel to (y, x). */
void canvas_paste(struct canvas *, int64_t y, int64_t x, const unsigned char *rgb, size_t height,
                  size_t width);

/* Free the contents. */
void canvas_release(struct canvas *);

#endif
