/*
 * shape - the shape of a picture: rows, columns, and values of each pixel.
 *
 * Pixels are stored as (height, width, channels): row 0 on top, the channel running fastest. Three
 * channels are red, green and blue.
 */
#ifndef SHAPE_H
#define SHAPE_H

#include <stdbool.h>
#include <stddef.h>

struct shape {
    size_t height, width, channels;
};

/* How many values a picture of this shape has. */
static inline size_t shape_values(struct shape s)
{
    return s.height * s.width * s.channels;
}

/* Whether the central height x width pixels of a picture can be cut out of it: it is large enough,
   and the rest is even, as the centre would otherwise lie within a pixel. */
static inline bool shape_has_centre(struct shape s, size_t height, size_t width)
{
    return s.height >= height && s.width >= width && (s.height - height) % 2 == 0 &&
           (s.width - width) % 2 == 0;
}

#endif
