/*
 * npy - the header of a chunk in NumPy's .npy format.
 *
 *     bytes   contents
 *     0-5     93 4e 55 4d 50 59            magic: "\x93NUMPY"
 *     6-7     01 00 or 02 00               version
 *     8-9     header length n, u16, little-endian    (version 2.0: 8-11, u32)
 *     then    n bytes of text: {'descr': ..., 'fortran_order': False, 'shape': (1,), }
 *             spaces, and a newline
 *
 * A header is valid here if (the tests refer to these numbers):
 *  1. Version 1.0 or 2.0; magic and text together at most NPY_HEADER_MAX bytes.
 *  2. The text is a Python dict literal with exactly the keys descr, fortran_order and shape, each
 *     once, in any order, in single or double quotes, with spaces anywhere between tokens; no NUL.
 *  3. fortran_order is False.
 *  4. shape is a tuple of one or two plain non-negative integers, each below 2^62.
 *  5. descr is a list of fields (name, type) or (name, type, shape). A name has at most
 *     NPY_NAME_MAX bytes of ASCII and occurs once in its list. A type is a string such as '<f4' or
 *     '|S48' (b i u f c S U V, as NumPy writes them), or a list of nested fields (depth at most
 *     NPY_DEPTH_MAX). A shape is a tuple or a number, of at most NPY_DIMS_MAX dimensions.
 *  6. There are at most NPY_FIELDS_MAX fields in all, and a record has at most NPY_RECORD_MAX
 * bytes.
 *
 * Headers are written as version 1.0, with keys in alphabetical order, spaces so that the whole is
 * a multiple of 64 bytes, and a newline, as numpy.lib.format recommends. No function here allocates
 * memory.
 */
#ifndef NPY_H
#define NPY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

enum {
    NPY_PREAMBLE = 12, /* so many bytes tell the size of the header, in each version */
    NPY_HEADER_MAX = 4096,
    NPY_NAME_MAX = 63,
    NPY_DEPTH_MAX = 4,
    NPY_DIMS_MAX = 4,
    NPY_FIELDS_MAX = 64,
    NPY_RECORD_MAX = 1 << 28
};

/* One field. Nested fields follow their parent in the array of all fields. */
struct npy_field {
    char name[NPY_NAME_MAX + 1];
    char type[8];  /* as written, "<f4"; empty for a field that holds a list of fields */
    size_t width;  /* bytes of one element */
    size_t offset; /* of the field's first byte, from the start of the record */
    size_t size;   /* bytes of the field: width times the dimensions */
    int parent;    /* index of the field that it is nested in, or -1 */
    unsigned dims; /* 0 for a single element */
    size_t dim[NPY_DIMS_MAX];
};

struct npy_header {
    struct npy_field field[NPY_FIELDS_MAX];
    size_t fields;
    size_t record; /* bytes of one record */
    unsigned dims; /* dimensions of the chunk: 1 for records, 2 for an end chunk */
    uint64_t shape[2];
};

/* Set *size to the bytes of the whole header that begins with these NPY_PREAMBLE bytes. */
enum status npy_header_size(const void *preamble, size_t *size, struct error *) MUST_CHECK;

/* Parse a whole header of size bytes. The error names the byte, counted from the header's start. */
enum status npy_parse(const void *header, size_t size, struct npy_header *,
                      struct error *) MUST_CHECK;

/* Write a header of *size bytes to out[0 .. NPY_HEADER_MAX-1]. STATUS_LIMIT if it doesn't fit. */
enum status npy_format(const struct npy_header *, char *out, size_t *size,
                       struct error *) MUST_CHECK;

/* Insert a field that is not nested before field number at, or append it where at is
   header->fields. type is such as "<f4"; dim holds dims dimensions. All offsets are updated. */
enum status npy_insert(struct npy_header *, size_t at, const char *name, const char *type,
                       unsigned dims, const size_t *dim, struct error *) MUST_CHECK;

/* The same for a field with n nested fields of these names, all of one type. */
enum status npy_insert_group(struct npy_header *, size_t at, const char *name, const char *type,
                             size_t n, const char *const *names, struct error *) MUST_CHECK;

/* Remove field number at and the fields nested in it. */
void npy_remove(struct npy_header *, size_t at);

/* The index of the field of this name that is not nested, or -1. */
int npy_find(const struct npy_header *, const char *name);

/* Whether the records of both have the same fields, in the same order, of the same types. */
bool npy_same_record(const struct npy_header *, const struct npy_header *);

#endif
