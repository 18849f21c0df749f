/*
 * weights - safetensors files: named tensors of 32-bit floats, and metadata. What the tensors mean
 * isn't known here.
 *
 *     bytes        what
 *     0-7          n, u64, little-endian: bytes of the header
 *     8-(n+7)      the header: a JSON object, padded with spaces to a multiple of 8
 *                    {"__metadata__": {"key": "value", ...},
 *                     "conv1.weight": {"dtype": "F32", "shape": [32, 1, 3, 3],
 *                                      "data_offsets": [0, 1152]}, ...}
 *     then         the tensors' values, little-endian, in C order, without gaps
 *
 * A file is valid here if:
 *  1. n is at most WEIGHTS_HEADER_MAX, and header and values fill the file exactly.
 *  2. The header is a JSON object in valid UTF-8; no object has the same key twice.
 *  3. __metadata__, if it is there, has only strings as values.
 *  4. Every other key is a tensor: dtype is F32, shape a list of at most 4 integers >= 0, and
 *     data_offsets are two positions; the bytes between them are 4 times the product of the shape.
 *  5. Sorted by offset, the first tensor begins at 0 and each other begins where the last one ends.
 *  6. There are at most WEIGHTS_TENSORS_MAX tensors and WEIGHTS_METADATA_MAX keys of metadata, and
 *     a tensor's name has at most WEIGHTS_NAME_MAX bytes. Outside of strings the header has at most
 *     WEIGHTS_STRUCTURAL_MAX commas, opening brackets and opening braces.
 *  7. All values are finite.
 *
 * Memory while reading: the size of the file, the size of the values again, and for the header at
 * most 20 MiB and eight times its size. Without the last limit of rule 6, parsing could take 160
 * times the size of the header.
 *
 * Writing sorts tensors by name, and writes the whole file or none. It refuses what reading would
 * refuse.
 */
#ifndef WEIGHTS_H
#define WEIGHTS_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

enum {
    WEIGHTS_HEADER_MAX = 1 << 22,
    WEIGHTS_TENSORS_MAX = 1000,
    WEIGHTS_STRUCTURAL_MAX = 20 * WEIGHTS_TENSORS_MAX, /* a tensor of four dimensions has ten */
    WEIGHTS_NAME_MAX = 255,
    WEIGHTS_DIMS_MAX = 4,
    WEIGHTS_METADATA_MAX = 100
};

struct weights_tensor {
    char *name; /* owned */
    size_t dims, dim[WEIGHTS_DIMS_MAX];
    size_t size;  /* number of values: the product of dim */
    float *value; /* owned */
};

struct weights_metadata {
    char *key, *value; /* owned */
};

/* A struct that is all zero is valid and empty. */
struct weights {
    size_t tensors, entries;
    struct weights_tensor tensor[WEIGHTS_TENSORS_MAX];
    struct weights_metadata metadata[WEIGHTS_METADATA_MAX];
};

/* Read a file of at most limit bytes. On failure the weights are empty. Errors name the file. */
enum status weights_read(struct weights *, const char *path, size_t limit,
                         struct error *) MUST_CHECK;

/* The tensor of this name, or NULL; the value of this key of the metadata, or NULL. */
const struct weights_tensor *weights_tensor(const struct weights *, const char *name);
const char *weights_metadata(const struct weights *, const char *key);

/* Add a tensor of shape dim (dims). Returns its values, all zero, to be set; NULL on failure, which
   rule 6, a name that is there already, and __metadata__ as a name are too. */
float *weights_add(struct weights *, const char *name, size_t dims, const size_t *dim,
                   struct error *) MUST_CHECK;

/* Set a key of the metadata to the text that format makes. */
enum status weights_set(struct weights *, struct error *, const char *key, const char *format,
                        ...) MUST_CHECK __attribute__((format(printf, 4, 5)));

/* Write the file; path NULL or "-" is standard output. Errors name the file. */
enum status weights_write(const struct weights *, const char *path, struct error *) MUST_CHECK;

/* STATUS_FORMAT: a key of the metadata is missing, or has a value that can't be used. */
enum status weights_unusable(const char *key, struct error *);

/* Free the contents, after which the struct is empty. */
void weights_release(struct weights *);

/* Empty weights on the heap, since the struct is large; NULL on failure. weights_free takes NULL,
   too. */
struct weights *weights_new(struct error *) MUST_CHECK;
void weights_free(struct weights *);

/* The library behind this, and its version. */
const char *weights_library(void);

#endif
