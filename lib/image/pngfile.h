/*
 * pngfile - reading and writing PNG. No other file uses libpng or zlib.
 *
 * Reading takes PNGs of all kinds: gray, colour and palettes, 1 to 16 bits, with and without
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
 *
 * Written are pictures of 8-bit R, G, B, row by row, so that memory is a few rows, however large
 * the picture is. A file appears under its name only when it is complete (file.h). It doesn't
 * contain the time or the name of a program: with one version of libpng and zlib, the same pixels
 * always give the same bytes.
 *
 * Errors name the file. After the first failure only pngfile_abandon may be called.
 */
#ifndef PNGFILE_H
#define PNGFILE_H

#include <stddef.h>

#include "base/status.h"
#include "image/picture.h"

enum { PNGFILE_SIDE_MAX = 1 << 20 /* the most rows or columns */ };

/* Decode the PNG of size bytes. On failure the picture's shape is (0, 0, 0). */
enum status pngfile_decode(const void *png, size_t size, const struct picture_options *,
                           struct picture_data *, struct error *) MUST_CHECK;

/* Find the end of the PNG that begins at bytes[0], as picture_search does (picturefile.h). */
struct pngfile_search {
    size_t chunk;  /* where the chunk begins that goes beyond the bytes so far */
    size_t before; /* where the chunk before it began */
    size_t looked; /* no picture begins within the chunk before this byte */
};
size_t pngfile_search(struct pngfile_search *, const void *bytes, size_t size, size_t *next);

struct pngfile;

/* Begin a picture in the file path, or on standard output where path is NULL or "-". NULL on
   failure; STATUS_LIMIT if a side is 0 or above PNGFILE_SIDE_MAX. */
struct pngfile *pngfile_create(const char *path, size_t height, size_t width,
                               struct error *) MUST_CHECK;

/* Write the next rows: (rows, width, 3) bytes. Rows after the picture's last row are ignored. */
enum status pngfile_write(struct pngfile *, const unsigned char *rgb, size_t rows,
                          struct error *) MUST_CHECK;

/* End the picture and free; in case of failure, too, when the file is removed. STATUS_INCOMPLETE if
   rows are missing. */
enum status pngfile_finish(struct pngfile *, struct error *) MUST_CHECK;

/* Remove the unfinished file, and free. The argument may be NULL. */
void pngfile_abandon(struct pngfile *);

/* Write a whole picture: (height, width, 3) bytes. */
enum status pngfile_save(const char *path, const unsigned char *rgb, size_t height, size_t width,
                         struct error *) MUST_CHECK;

/* The library behind this, and its version. */
const char *pngfile_library(void);

#endif
