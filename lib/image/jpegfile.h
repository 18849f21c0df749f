/*
 * jpegfile - decoding and encoding JPEG. No other file uses libjpeg-turbo.
 *
 * Baseline and progressive JPEGs, gray or in colour, become pictures of bytes as in shape.h, with 1
 * channel (BT.601 luma) or 3. There is an error for: CMYK, 12 bits, arithmetic coding, lossless
 * JPEG; more pixels than max_pixels; more than JPEG_SCANS_MAX scans.
 * A picture that libjpeg warns about is damaged, which is an error unless lenient is set.
 *
 * The input may be hostile (picture.h): decoding takes no more memory than the pixels of the result
 * and 8 bytes for each of max_pixels (but at least 64 MiB), and no more work than for
 * JPEG_SCANS_MAX scans.
 */
#ifndef JPEGFILE_H
#define JPEGFILE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/mem.h"
#include "base/status.h"
#include "image/picture.h"

enum { JPEG_SCANS_MAX = 100 };

/* Decode the JPEG of size bytes. On failure the picture's shape is (0, 0, 0). */
enum status jpeg_decode(const void *jpeg, size_t size, const struct picture_options *,
                        struct picture_data *, struct error *) MUST_CHECK;

/* Append pixels as a JPEG of this quality (1-100) to out; colour is subsampled 4:2:0. The same
   pixels always give the same bytes. */
enum status jpeg_encode(const unsigned char *pixels, size_t height, size_t width, size_t channels,
                        int quality, struct buffer *out, struct error *) MUST_CHECK;

/* Find the end of the JPEG that begins at bytes[0], as picture_search does (picturefile.h). */
struct jpeg_search {
    size_t at;      /* the search goes on at this byte */
    size_t segment; /* where the last segment before it began */
    bool scan;      /* at is within entropy-coded data */
    unsigned scans; /* how many have begun */
};
size_t jpeg_search(struct jpeg_search *, const void *bytes, size_t size, size_t *next);

/* The library behind this, and its version. */
const char *jpegfile_library(void);

#endif
