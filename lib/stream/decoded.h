/*
 * decoded - a picture of a source on its way to a record: decoded, cut to its square if one is
 * wanted, and laid into the record.
 *
 * The records have id, view and pixels, the field fov, and where the square has a margin the field
 * square. All have one shape, that of the first good picture.
 */
#ifndef DECODED_H
#define DECODED_H

#include <stdbool.h>

#include "base/mem.h"
#include "base/status.h"
#include "image/picturefile.h"
#include "stream/record.h"
#include "stream/source.h"

/* All zero is valid; used again for the next picture. */
struct decoded {
    struct source_item item; /* taken by the caller (source_next); item.err says why not */
    struct picture_data picture;
    struct buffer square; /* owned; with options.square, what the picture becomes */
};

/* Load, decode and cut the item, unless there is no picture. A failure is in item.err. */
void decoded_make(struct decoded *, const struct picture_options *);

/* The type of records of this picture's shape; of an empty stream's where picture is NULL. */
enum status decoded_type(struct record_type *, const struct picture_data *picture,
                         const struct picture_options *, struct error *) MUST_CHECK;

/* Whether a good picture has another size than the records. item.err is then set. */
bool decoded_is_odd(struct decoded *, const struct record_type *);

/* Make the record of this type. STATUS_LIMIT or STATUS_FORMAT as record_set_id. */
enum status decoded_write(const struct decoded *, const struct record_type *,
                          const struct picture_options *, unsigned char *record,
                          struct error *) MUST_CHECK;

/* Free the contents. */
void decoded_release(struct decoded *);

#endif
