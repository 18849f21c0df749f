/*
 * npy - the header of one NumPy .npy chunk.
 *
 *     bytes   what
 *     0-5     93 4e 55 4d 50 59            magic: "\x93NUMPY"
 *     6-7     01 00 or 02 00               version
 *     8-9     header length n, u16, little-endian    (version 2.0: 8-11, u32)
 *     then    n bytes of text: {'descr': ..., 'fortran_order': False, 'shape': (1,), }
 *             spaces, and a newline
 *
 * A valid header, here (numbered so that the tests can name the rules):
 *  1. Version 1.0 or 2.0; magic and text together at most NPY_HEADER_MAX bytes.
 *  2. The text is a Python dict literal with exactly the keys descr, fortran_order and shape, each
 *     once, in any order, in single or double quotes; spaces anywhere between tokens; no NUL.
 *  3. fortran_order is False.
 *  4. shape is a tuple of one or two plain non-negative integers, each below 2^62.
 *  5. descr is a list of fields (name, type) or (name, type, shape). A name is at most
 *     NPY_NAME_MAX bytes of ASCII and stands once in its list; type is a string such as '<f4' or
 *     '|S48' (b i u f c S U V, as NumPy writes them), or again such a list (depth at most
 *     NPY_DEPTH_MAX).
 *     A field's shape is a tuple or a number, at most NPY_DIMS_MAX dimensions.
 *  6. At most NPY_FIELDS_MAX fields in all; a record has at most NPY_RECORD_MAX bytes.
 *
 * Writing gives version 1.0, keys in alphabetical order, spaces so that the whole is a multiple of
 * 64 bytes, and a newline: NumPy's own recommendation (numpy.lib.format).
 * Nothing here allocates.
 */
#ifndef NPY_H
#define NPY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

enum {
    NPY_PREAMBLE = 12, /* bytes that are enough to know the header's size, in any version */
    NPY_HEADER_MAX = 4096,
    NPY_NAME_MAX = 63,
    NPY_DEPTH_MAX = 4,
    NPY_DIMS_MAX = 4,
    NPY_FIELDS_MAX = 64,
    NPY_RECORD_MAX = 1 << 28
};

/* One field. A nested list of fields follows its parent in the array, each with the parent's
   index; offsets are from the start of the record. */
struct npy_field {
    char name[NPY_NAME_MAX + 1];
    char type[8];  /* as written, "<f4"; empty for a field that holds a list of fields */
    size_t width;  /* bytes of one element */
    size_t offset; /* bytes before the field in its record */
    size_t size;   /* bytes of the field: width times the dimensions */
    int parent;    /* index of the field it is nested in, or -1 */
    unsigned dims; /* 0 for a single element */
    size_t dim[NPY_DIMS_MAX];
};

struct npy_header {
    struct npy_field field[NPY_FIELDS_MAX];
    size_t fields;
    size_t record; /* bytes of one record */
    unsigned dims; /* of the chunk: 1 for records, 2 for an end chunk */
    uint64_t shape[2];
};

/* The size in bytes of the whole header that begins with these NPY_PREAMBLE bytes. */
enum status npy_header_size(const void *preamble, size_t *size, struct error *) MUST_CHECK;

/* Parse a whole header of size bytes. The error names the byte (from the header's start). */
enum status npy_parse(const void *header, size_t size, struct npy_header *,
                      struct error *) MUST_CHECK;

/* Write header into out[0 .. NPY_HEADER_MAX-1]; its size goes to *size. STATUS_LIMIT where it
   doesn't fit. */
enum status npy_format(const struct npy_header *, char *out, size_t *size,
                       struct error *) MUST_CHECK;

/* Set up a field that isn't nested: type such as "<f4", dims dimensions in dim. It goes before
   field number at (header->fields to append); offsets and sizes are made to fit. */
enum status npy_insert(struct npy_header *, size_t at, const char *name, const char *type,
                       unsigned dims, const size_t *dim, struct error *) MUST_CHECK;

/* The same for a field that holds n nested fields, all of one type, with these names. */
enum status npy_insert_group(struct npy_header *, size_t at, const char *name, const char *type,
                             size_t n, const char *const *names, struct error *) MUST_CHECK;

/* Remove field number at, and what is nested in it. */
void npy_remove(struct npy_header *, size_t at);

/* The index of the field of this name that isn't nested, or -1. */
int npy_find(const struct npy_header *, const char *name);

/* Whether the records of both have the same fields, in the same order, of the same types. */
bool npy_same_record(const struct npy_header *, const struct npy_header *);

#endif
