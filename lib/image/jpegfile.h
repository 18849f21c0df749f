/*
 * jpegfile - JPEG in and out: the only door to libjpeg-turbo.
 *
 * Baseline and progressive, gray and colour, from memory to rows of pixels (height, width,
 * channels), row 0 on top, channels 1 gray (BT.601 luma) or 3 R, G, B. What is refused by name:
 * CMYK, 12 bits, arithmetic coding, lossless; more pixels than max_pixels; more than
 * JPEG_SCANS_MAX scans; files above JPEG_FILE_MAX bytes. A picture that libjpeg warns about isn't
 * whole, and is an error unless lenient.
 *
 * On hostile input: no more memory than the pixels asked for and 8 bytes a pixel of max_pixels (at
 * least 64 MiB), no more work than JPEG_SCANS_MAX scans.
 */
#ifndef JPEGFILE_H
#define JPEGFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/mem.h"
#include "base/status.h"
#include "image/shape.h"

enum { JPEG_FILE_MAX = 64 * 1024 * 1024, JPEG_SCANS_MAX = 100 };

struct jpeg_options {
    bool gray;           /* decode the luma only */
    size_t crop;         /* decode only the central crop x crop pixels; 0: all. The rows above are
                            (height - crop) / 2 rounded down, columns likewise */
    bool lenient;        /* take what libjpeg makes of a damaged picture */
    uint64_t max_pixels; /* of the whole picture */
};

struct jpeg_picture {
    struct shape shape;
    struct buffer pixels; /* owned; height * width * channels bytes, kept for the next decode */
};

/* Decode the JPEG of size bytes. On failure the picture's shape is 0. */
enum status jpeg_decode(const void *jpeg, size_t size, const struct jpeg_options *,
                        struct jpeg_picture *, struct error *) MUST_CHECK;

/* Append pixels as a JPEG of this quality (1-100) to out; colour is subsampled 4:2:0. The same
   pixels always give the same bytes. */
enum status jpeg_encode(const unsigned char *pixels, size_t height, size_t width, size_t channels,
                        int quality, struct buffer *out, struct error *) MUST_CHECK;

/* How many bytes the JPEG that begins at bytes[0] has, its end marker included. 0 where the end
   isn't among these size bytes, or it is damaged; *next is then where another JPEG begins (so this
   one is cut off), or 0 where more bytes may bring the end. */
size_t jpeg_length(const void *bytes, size_t size, size_t *next);

/* The same for bytes that come piece by piece: each call has all from the JPEG's start on, but
   looks only at what the calls before didn't. All zero begins. */
struct jpeg_search {
    size_t at, segment; /* what is before `at` is done; where the segment before it began */
    bool scan;          /* at is within entropy-coded data */
    unsigned scans;     /* begun so far */
};
size_t jpeg_search(struct jpeg_search *, const void *bytes, size_t size, size_t *next);

#endif
