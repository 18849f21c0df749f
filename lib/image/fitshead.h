/*
 * fitshead - the headers of a FITS file, read without a library: where each HDU ends, and which one
 * has the picture.
 *
 * A FITS file is a row of HDUs. Each is a header of lines of 80 characters up to the line END,
 * padded to whole blocks of FITS_BLOCK bytes, and data, padded likewise (FITS Standard 4.0, 2018,
 * sections 3 and 4). The size of the data follows from the header alone: equations 1 and 2 there.
 * Nothing here trusts a header: a size that overflows is an error, and no memory is allocated.
 */
#ifndef FITSHEAD_H
#define FITSHEAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

enum {
    FITS_BLOCK = 2880,
    FITS_CARD = 80,
    FITS_AXES_MAX = 9,   /* the most axes of a picture */
    FITS_HDUS_MAX = 1000 /* the most HDUs that are searched for a picture */
};

enum fits_kind {
    FITS_OTHER, /* no data, or a table */
    FITS_IMAGE, /* an array */
    FITS_TILES  /* an array that is compressed in tiles, which stand in a table (section 10.1) */
};

struct fits_hdu {
    enum fits_kind kind;
    uint64_t header, data; /* their bytes; the header in whole blocks, the data not padded */

    /* Of an array, compressed or not: */
    int bitpix;                   /* 8, 16, 32, 64: whole numbers; -32, -64: floats */
    size_t naxis;                 /* at least 2 */
    uint64_t axis[FITS_AXES_MAX]; /* none is 0; axis 0 is the one whose pixels are neighbours */
    uint64_t tile[FITS_AXES_MAX]; /* of FITS_TILES: the sides of a tile */
    bool scaled;                  /* it has BSCALE or BZERO */
    bool summed;                  /* it has DATASUM */
    char bands[16];               /* the text of BANDS, as Legacy Survey's cutouts have it, or "" */
};

/* Whether these bytes begin a FITS file. */
bool fits_begins(const void *bytes, size_t size);

/* Read the header that begins at bytes[0]. STATUS_INCOMPLETE if it doesn't end within size bytes;
   STATUS_FORMAT if it isn't valid; STATUS_LIMIT if its array has more than FITS_AXES_MAX axes. */
enum status fits_hdu_read(struct fits_hdu *, const void *bytes, size_t size,
                          struct error *) MUST_CHECK;

/* The bytes of an HDU with its padding. */
uint64_t fits_hdu_size(const struct fits_hdu *);

/* Find the first HDU with an array; *number is its number, from 1, and *at its first byte.
   STATUS_FORMAT if there is none, or a header before it is not valid. STATUS_INCOMPLETE if the file
   ends before its header does. */
enum status fits_find_array(struct fits_hdu *, const void *bytes, size_t size, int *number,
                            size_t *at, struct error *) MUST_CHECK;

/* The end of a FITS file that is read piece by piece: one call after the other is given all bytes
   so far. Returns its length as soon as a further HDU doesn't follow; 0 if that isn't known yet, or
   a header is damaged. The struct is all zero before the first call. */
struct fits_search {
    size_t at;   /* where the next HDU begins */
    bool failed; /* no end will be found */
};
size_t fits_search(struct fits_search *, const void *bytes, size_t size);

#endif
