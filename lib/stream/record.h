/*
 * record - one galaxy in a stream: its id, view, votes and pixels, and any further fields.
 *
 * A record is an array of bytes. Its record_type tells where each field is. Fields are found by
 * their names; fields that no program here knows are kept as they are:
 *
 *     id      |S1 ... |S48                the galaxy's identifier, padded with NULs
 *     view    <u4                         0: the original picture (also if there is no such field);
 *                                         k: the k-th augmented view
 *     votes   a group of <f4              one for each class, with the class's name; only in a
 *                                         labelled stream
 *     fov     <f4                         the field of view: what the shorter side of the pixels
 *                                         shows, as a share of the shorter side of the picture as
 *                                         taken; above 1 where a margin goes beyond the picture;
 *                                         0: not known
 *     square  <f4                         the side, in pixels, of the central square that is meant;
 *                                         what is around it is a margin
 *     weight  <f4                         how often training counts the galaxy; 1 if missing
 *     pixels  |u1 or <f4, (height, width, channels)
 *                                         a picture as in shape.h, of 1 or 3 channels
 *
 * A field of these names and of another type is an error. Fields need not be aligned: the functions
 * here copy their values.
 */
#ifndef RECORD_H
#define RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stream/npy.h"
#include "base/status.h"
#include "image/shape.h"

enum {
    RECORD_ID_MAX = 48,      /* bytes of an id; one more with its NUL */
    RECORD_CLASSES_MAX = 32, /* the most classes a stream may have */
    RECORD_SIDE_MAX = 65535, /* the most rows or columns */
    RECORD_FOV_MAX = 10      /* the largest field of view */
};

struct record_type {
    struct npy_header header;    /* the fields; its shape is not used */
    size_t size;                 /* bytes of one record */
    int id, view, votes, pixels; /* indices of the fields; view and votes may be -1: missing */
    enum pixel pixel;
    struct shape shape;
    size_t classes; /* 0 in a stream without votes */
};

/* The type of the records that a chunk's header describes. The error names the missing or
   unsuitable field. */
enum status record_type_read(struct record_type *, const struct npy_header *,
                             struct error *) MUST_CHECK;

/* The simplest type: id, view, and pixels of this shape. */
enum status record_type_init(struct record_type *, enum pixel, size_t height, size_t width,
                             size_t channels, struct error *) MUST_CHECK;

/* Change the type and shape of the pixels, and keep all other fields. */
enum status record_type_set_pixels(struct record_type *, enum pixel, size_t height, size_t width,
                                   size_t channels, struct error *) MUST_CHECK;

/* Add votes for these n classes, in place of any others. */
enum status record_type_set_votes(struct record_type *, size_t n, const char *const *classes,
                                  struct error *) MUST_CHECK;

/* Add a field of this name and type (such as "<f4") before the pixels, unless there is a field of
   this name. */
enum status record_type_add(struct record_type *, const char *name, const char *type,
                            struct error *) MUST_CHECK;

/* STATUS_FORMAT if a class can't have this name: it is empty, contains a control character, is the
   name of another column of predictions (id, label, spread, std), or RECORD_NO_CLASS. */
enum status record_check_class(const char *name, struct error *) MUST_CHECK;

/* Written in place of a class whose name is not known. */
#define RECORD_NO_CLASS "-"

/* The name of class k; owned by the type. */
const char *record_class(const struct record_type *, size_t k);

/* Which of these n names each class of the type is: as[i], or -1. Returns whether any is. */
bool record_match_classes(const struct record_type *, size_t n, const char *const *name,
                          int as[RECORD_CLASSES_MAX]);

/* The id as a string. */
void record_id(const struct record_type *, const unsigned char *record, char id[RECORD_ID_MAX + 1]);

/* Set the id. STATUS_LIMIT if it is longer than the field: an id is never cut. STATUS_FORMAT if it
   is empty, begins with # or contains a control character, since ids are written to tables of text.
 */
enum status record_set_id(const struct record_type *, unsigned char *record, const char *id,
                          struct error *) MUST_CHECK;

/* STATUS_FORMAT if record_set_id would refuse this id, whatever the length of the field. */
enum status record_check_id(const char *id, struct error *) MUST_CHECK;

/* The view; 0 if there is no such field. There must be one to set it. */
uint32_t record_view(const struct record_type *, const unsigned char *record);
void record_set_view(const struct record_type *, unsigned char *record, uint32_t view);

/* The votes as type->classes shares, in the order of the classes. */
void record_votes(const struct record_type *, const unsigned char *record, float *votes);
void record_set_votes(const struct record_type *, unsigned char *record, const float *votes);

/* The class with most votes, or the first of several; -1 if there are no votes, or one of them is
   NaN, negative or above 1e6. */
int record_label(const struct record_type *, const unsigned char *record);

/* The value of the field of this name; fallback if there is no such field, or it is not a single
   <f4. Setting it then does nothing. */
float record_real(const struct record_type *, const unsigned char *record, const char *name,
                  float fallback);
void record_set_real(const struct record_type *, unsigned char *record, const char *name,
                     float value);

/* The field of view, as above; 0 if the record doesn't say, or says what can't be. */
double record_fov(const struct record_type *, const unsigned char *record);

/* The weight, as above: what the field says, be it usable or not. */
float record_weight(const struct record_type *, const unsigned char *record);

/* The side of the square that is meant, if there is one such that it can be cut out of the centre
   of the pixels (shape_has_centre); else 0. record may be NULL: 0. */
size_t record_square(const struct record_type *, const unsigned char *record);

/* The pixels within the record: values of type->shape and type->pixel, not aligned. */
const unsigned char *record_pixels(const struct record_type *, const unsigned char *record);
unsigned char *record_pixels_out(const struct record_type *, unsigned char *record);

/* STATUS_FORMAT if a pixel is a float that is not a number from 0 to 1, but for rounding: a picture
   of 0 to 255, say, which all programs would take for white. Bytes are always good. Or if the field
   of view is not a number from 0 to RECORD_FOV_MAX. */
enum status record_check(const struct record_type *, const unsigned char *record,
                         struct error *) MUST_CHECK;

/* The size of all pixels in bytes. */
size_t record_pixel_bytes(const struct record_type *);

/* Which bytes to copy so that all fields that two types have in common are copied. */
struct record_map {
    size_t parts;
    struct {
        size_t to, from, size;
    } part[NPY_FIELDS_MAX];
};

void record_map_init(struct record_map *, const struct record_type *to,
                     const struct record_type *from);
void record_map_copy(const struct record_map *, unsigned char *to, const unsigned char *from);

#endif
