/*
 * record - one galaxy as it travels in a stream: id, view, votes, pixels, and what rides along.
 *
 * A record is a row of bytes; its record_type says which field stands where. Fields are found by
 * name, those that no program here knows stay where they are:
 *
 *     id      |S1 ... |S48                the galaxy's identifier, padded with NULs
 *     view    <u4                         0 as taken (also where the field is missing), k the
 *                                         k-th augmented copy
 *     votes   a group of <f4              one a class, named for it; only in a labelled stream
 *     pixels  |u1 or <f4, (height, width, channels)
 *                                         row 0 on top; channels 1 gray or 3 R, G, B; f4 is 0..1
 *
 * Fields may stand at any offset, aligned or not: the functions here copy.
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
    RECORD_SIDE_MAX = 65535  /* the most rows or columns */
};

struct record_type {
    struct npy_header header;    /* the fields; its shape means nothing here */
    size_t size;                 /* bytes of one record */
    int id, view, votes, pixels; /* indices of the fields; view and votes may be -1 */
    enum pixel pixel;
    struct shape shape;
    size_t classes; /* 0 in a stream without votes */
};

/* A record's type from a chunk's header. The error names the field that is missing or unfit. */
enum status record_type_read(struct record_type *, const struct npy_header *,
                             struct error *) MUST_CHECK;

/* The plain type: id, view and pixels of this shape. */
enum status record_type_init(struct record_type *, enum pixel, size_t height, size_t width,
                             size_t channels, struct error *) MUST_CHECK;

/* Change the pixels' type and shape; all other fields stay. */
enum status record_type_set_pixels(struct record_type *, enum pixel, size_t height, size_t width,
                                   size_t channels, struct error *) MUST_CHECK;

/* Have votes for these n classes, in place of any that were there. */
enum status record_type_set_votes(struct record_type *, size_t n, const char *const *classes,
                                  struct error *) MUST_CHECK;

/* Have a field of this name and type (such as "<f4") before the pixels, if there is none yet. */
enum status record_type_add(struct record_type *, const char *name, const char *type,
                            struct error *) MUST_CHECK;

/* STATUS_FORMAT where a class can't have this name: it is empty, holds a control character, or is
   one of the words that predictions (gz-infer) use for their own columns: id, label, spread, std,
   and RECORD_NO_CLASS. */
enum status record_check_class(const char *name, struct error *) MUST_CHECK;

/* What stands for the class of a galaxy where none is known. */
#define RECORD_NO_CLASS "-"

/* The name of class k, owned by the type. */
const char *record_class(const struct record_type *, size_t k);

/* The id as a string. */
void record_id(const struct record_type *, const unsigned char *record, char id[RECORD_ID_MAX + 1]);

/* Write the id; STATUS_LIMIT where it is longer than the field: it is never cut. An id must be text
   on one line: STATUS_FORMAT where it is empty, begins with #, or holds a control character. */
enum status record_set_id(const struct record_type *, unsigned char *record, const char *id,
                          struct error *) MUST_CHECK;

/* STATUS_FORMAT unless record_set_id would accept this text. */
enum status record_check_id(const char *id, struct error *) MUST_CHECK;

uint32_t record_view(const struct record_type *, const unsigned char *record);
void record_set_view(const struct record_type *, unsigned char *record, uint32_t view);

/* type->classes shares, in the order of the classes. */
void record_votes(const struct record_type *, const unsigned char *record, float *votes);
void record_set_votes(const struct record_type *, unsigned char *record, const float *votes);

/* The class with most votes, the first of equals; -1 without votes or where one isn't a number. */
int record_label(const struct record_type *, const unsigned char *record);

/* A single <f4 field of this name, or otherwise where there is none. */
float record_real(const struct record_type *, const unsigned char *record, const char *name,
                  float otherwise);
void record_set_real(const struct record_type *, unsigned char *record, const char *name,
                     float value);

/* height * width * channels pixels as they are stored, not aligned for floats. */
const unsigned char *record_pixels(const struct record_type *, const unsigned char *record);
unsigned char *record_pixels_out(const struct record_type *, unsigned char *record);

/* The bytes of all pixels. */
size_t record_pixel_bytes(const struct record_type *);

/* Copies the fields that two types have in common, worked out once. */
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
