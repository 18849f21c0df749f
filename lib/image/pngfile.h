/*
 * pngfile - decoding PNG. Besides pngwriter.c, no other file uses libpng.
 *
 * PNGs of all kinds are taken: gray, colour and palettes, 1 to 16 bits, with and without
 * transparency, interlaced or not; of an animation the first frame. They become bytes as in
 * shape.h. 16 bits are divided by 257 and rounded, so that white stays white. Transparent pixels
 * are laid over black: a value v with the alpha a of at most m is v * a / m, rounded once, together
 * with the 16 bits. Gray of colour is luma() of the result. Gamma, colour profiles and all other
 * ancillary chunks but tRNS are ignored.
 *
 * A checksum that is wrong, a cut, a pixel outside the palette are errors, unless lenient is set:
 * then the rows that can't be decoded are black. The input may be hostile (picture.h): decoding
 * takes no more memory than the pixels of the result, up to 8 bytes for each of max_pixels where
 * the picture is interlaced, and some rows.
 */
#ifndef PNGFILE_H
#define PNGFILE_H

#include <stddef.h>

#include "base/status.h"
#include "image/picture.h"

/* Decode the PNG of size bytes. On failure the picture's shape is (0, 0, 0). */
enum status pngfile_decode(const void *png, size_t size, const struct picture_options *,
                           struct picture_data *, struct error *) MUST_CHECK;

/* The library behind this, and its version. */
const char *pngfile_library(void);

#endif
