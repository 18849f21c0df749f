/*
 * shape - how a picture's pixels are stored: its rows, columns and channels, and the type of
 * values.
 *
 * Pixels are stored as (height, width, channels): row 0 is the top row, and the channel is the last
 * index. Three channels are red, green and blue. Floats need not be aligned.
 */
#ifndef SHAPE_H
#define SHAPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* The type of a value, in NumPy's notation: u1 is a byte, 0 to 255; f4 a float, 0 to 1. */
enum pixel { PIXEL_U1, PIXEL_F4 };

struct shape {
    size_t height, width, channels;
};

/* How many values a picture of this shape has. */
static inline size_t shape_values(struct shape s)
{
    return s.height * s.width * s.channels;
}

/* The bytes of one value. */
static inline size_t pixel_value_bytes(enum pixel type)
{
    return type == PIXEL_U1 ? sizeof(uint8_t) : sizeof(float);
}

/* Value i of a picture, as it is stored: a byte is not scaled to 0 to 1. */
static inline float pixel_value(enum pixel type, const void *pixels, size_t i)
{
    float f;
    if (type == PIXEL_U1)
        return ((const uint8_t *)pixels)[i];
    memcpy(&f, (const uint8_t *)pixels + i * sizeof f, sizeof f);
    return f;
}

/* Whether the central height x width pixels of a picture can be cut out of it: it is large enough,
   and the rest is even, as the centre would otherwise lie within a pixel. */
static inline bool shape_has_centre(struct shape s, size_t height, size_t width)
{
    return s.height >= height && s.width >= width && (s.height - height) % 2 == 0 &&
           (s.width - width) % 2 == 0;
}

#endif
