/*
 * font - a font of strokes for labels in pictures: printable ASCII.
 *
 * Each character is a few lines on a grid of 5 x 9 points. Capitals use rows 0 to 6, small letters
 * rows 2 to 6, and descenders reach row 8. At scale 1 a grid step is one pixel and the lines go
 * through pixel centres, so that small text is as sharp as in a bitmap font. At larger scales the
 * pen is round, edges are smooth, and obtuse corners become curves. The font is proportional. Any
 * other character than printable ASCII, of one byte or several in UTF-8, is drawn as one box.
 */
#ifndef FONT_H
#define FONT_H

#include <stddef.h>
#include <stdint.h>

#include "image/canvas.h"

enum {
    FONT_HEIGHT = 7, /* of capitals and digits, in grid steps */
    FONT_LINE = 11   /* from one line of text to the next, with room for descenders */
};

/* The width of the text in pixels, from its first to its last column. */
size_t font_width(const char *text, size_t scale);

/* Draw the text. (y, x) is the upper left corner of its first character, if that is a capital. */
void font_draw(struct canvas *, int64_t y, int64_t x, const char *text, size_t scale,
               const unsigned char colour[3]);

/* Copy text to out[0 .. room-1]. If it is wider than width pixels or longer than room - 1 bytes,
   ".." replaces its middle, since both ends of an id distinguish it. out is empty if nothing fits.
 */
void font_shorten(char *out, size_t room, const char *text, size_t scale, size_t width);

#endif
