/*
 * font - printable ASCII as strokes of a pen, for labels in pictures.
 *
 * Each character is a few lines on a grid of 5 x 9 points: capitals stand on rows 0 to 6, small
 * letters on 2 to 6, tails reach to 8. At scale 1 a grid step is one pixel and the lines run
 * through pixel centres, so small text is as crisp as a bitmap font; at larger scales the pen has a
 * round tip, soft edges, and goes around obtuse corners in a curve. Characters are as wide as they
 * need. Any other character than printable ASCII (one of UTF-8 counts once) is drawn as a box.
 */
#ifndef FONT_H
#define FONT_H

#include <stddef.h>
#include <stdint.h>

#include "image/canvas.h"

enum {
    FONT_HEIGHT = 7, /* of capitals and digits, in grid steps */
    FONT_LINE = 11   /* from one line to the next, with room for tails */
};

/* Pixels the text takes from its first to its last column. */
size_t font_width(const char *text, size_t scale);

/* Draw with the upper left corner of a capital's box at (y, x). */
void font_draw(struct canvas *, int64_t y, int64_t x, const char *text, size_t scale,
               const unsigned char colour[3]);

/* Copy text to out[0 .. room-1], and where it is wider than width pixels, or longer than room - 1
   bytes, with ".." in place of its middle: of an id both ends tell. out may come out empty. */
void font_shorten(char *out, size_t room, const char *text, size_t scale, size_t width);

#endif
