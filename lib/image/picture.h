/*
 * picture - what the decoders of all picture formats are told, and what they give back.
 *
 * Each format has a file (jpegfile.h) with its decoder; picturefile.h chooses among them. The bytes
 * of a file may be hostile: a decoder checks what they say before it trusts it, and takes memory in
 * proportion to the pixels that max_pixels allows.
 */
#ifndef PICTURE_H
#define PICTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/mem.h"
#include "base/status.h"
#include "image/shape.h"
#include "image/square.h"
#include "image/stretch.h"

/* The most bytes of a file. */
enum { PICTURE_FILE_MAX = 64 * 1024 * 1024 };

/* The most rows or columns of a picture. */
enum { PICTURE_SIDE_MAX = 65535 };

struct picture_options {
    bool gray;                   /* 1 channel instead of 3: the luma of BT.601 */
    size_t crop;                 /* decode only the central crop x crop pixels, 0: all. There
                                    are (height - crop) / 2 rows above them, rounded down; columns
                                    likewise */
    const struct square *square; /* decode only what it takes to make this square; NULL, or where
                                    crop is not 0: ignored */
    bool lenient;                /* accept a damaged picture as far as it can be decoded */
    uint64_t max_pixels;         /* the most pixels that a picture may have, before it is cropped */
    bool floats;                 /* values are PIXEL_F4; else they are PIXEL_U1 */
    struct stretch_options fits; /* how fluxes become values; for FITS only */
};

struct picture_data {
    struct shape shape;   /* channels: 1 if options.gray, else 3 */
    enum pixel pixel;     /* the type of the values */
    double fov;           /* the share of the whole picture's shorter side that the pixels show */
    struct buffer pixels; /* owned; all values in the order of shape.h. Used again by the next
                             decoding */
};

/* The pixels to decode, within the whole picture: the first column and row, and how many. */
struct picture_window {
    size_t x, y, width, height;
    double fov; /* its shorter side, as a share of the picture's */
};

/* Find the window of a picture of this size, which options.crop or options.square asks for.
   STATUS_LIMIT if the picture has more than max_pixels or than PICTURE_SIDE_MAX rows or columns,
   STATUS_MISMATCH if it is smaller than the window. */
enum status picture_window(const struct picture_options *, size_t height, size_t width,
                           struct picture_window *, struct error *) MUST_CHECK;

#endif
