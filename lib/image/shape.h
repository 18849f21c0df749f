/*
 * shape - how a picture is stored: its rows, columns and channels, and the type of its values.
 *
 * A picture is an array (height, width, channels): row 0 is the top row, and the values of one
 * pixel are next to each other. Three channels are red, green and blue. Floats need not be aligned.
 */
#ifndef SHAPE_H
#define SHAPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* The type of a value, by its name in NumPy: u1 is a byte, 0 to 255, and f4 a float, 0 to 1. */
enum pixel { PIXEL_U1, PIXEL_F4 };

struct shape {
    size_t height, width, channels;
};

/* The number of values in a picture of this shape. */
static inline size_t shape_values(struct shape s)
{
    return s.height * s.width * s.channels;
}

/* The shorter side. */
static inline size_t shape_shorter(struct shape s)
{
    return s.height < s.width ? s.height : s.width;
}

/* The size of one value in bytes. */
static inline size_t pixel_value_bytes(enum pixel type)
{
    return type == PIXEL_U1 ? sizeof(uint8_t) : sizeof(float);
}

/* Value i of a picture, not scaled: 0 to 255 for a byte. */
static inline float pixel_value(enum pixel type, const void *pixels, size_t i)
{
    float f;
    if (type == PIXEL_U1)
        return ((const uint8_t *)pixels)[i];
    memcpy(&f, (const uint8_t *)pixels + i * sizeof f, sizeof f);
    return f;
}

/* The same, scaled to 0 to 1. */
static inline float pixel_unit(enum pixel type, const void *pixels, size_t i)
{
    float f = pixel_value(type, pixels, i);
    return type == PIXEL_U1 ? f / 255 : f;
}

/* The weights of red, green and blue in the luma of ITU-R BT.601, as in the JPEG libraries; their
   sum is 2^16. */
enum { LUMA_RED = 19595, LUMA_GREEN = 38470, LUMA_BLUE = 7471 };

/* The luma of a pixel of bytes, rounded half up. */
static inline uint8_t luma(const uint8_t *rgb)
{
    return (uint8_t)((LUMA_RED * rgb[0] + LUMA_GREEN * rgb[1] + LUMA_BLUE * rgb[2] + (1 << 15)) >>
                     16);
}

/* Whether the central height x width pixels can be cut out of a picture: it must be as large, and
   an even number of pixels must be left over, as the cut would otherwise go through pixels. */
static inline bool shape_has_centre(struct shape s, size_t height, size_t width)
{
    return s.height >= height && s.width >= width && (s.height - height) % 2 == 0 &&
           (s.width - width) % 2 == 0;
}

#endif
