/*
 * picturefile - pictures of any format that is read: JPEG, PNG and FITS. Other files call no
 * decoder directly. To add a format, add a row to the table in picturefile.c.
 */
#ifndef PICTUREFILE_H
#define PICTUREFILE_H

#include <stddef.h>

#include "image/fitsfile.h"
#include "image/fitshead.h"
#include "image/format.h"
#include "image/jpegfile.h"
#include "image/picture.h"
#include "image/pngchunks.h"
#include "image/pngfile.h"

/* Decode a picture; its first bytes tell the format. On failure the picture's shape is (0, 0, 0).
   STATUS_FORMAT for a format that isn't read; the message names it. */
enum status picture_decode(const void *bytes, size_t size, const struct picture_options *,
                           struct picture_data *, struct error *) MUST_CHECK;

/* Find the end of the picture that begins at bytes[0], of several in a row. Each call is given all
   its bytes so far, but searches only those that were not there before. The struct is all zero
   before the first call. The result is the picture's length, or 0 if the end is not among these
   size bytes, or the picture is damaged. *next is then the place where another picture begins,
   before which this one was cut off, or 0 if the end may be in the bytes to come. */
struct picture_search {
    struct jpeg_search jpeg;
    struct pngchunks_search png;
    struct fits_search fits;
};
size_t picture_search(struct picture_search *, const void *bytes, size_t size, size_t *next);

#endif
