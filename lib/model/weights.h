/*
 * weights - safetensors files: named tensors of 32-bit floats, and metadata. Knows no network.
 * The only door to jansson.
 *
 *     bytes        what
 *     0-7          n, u64, little-endian: bytes of the header
 *     8-(n+7)      the header: a JSON object, padded with spaces to a multiple of 8
 *                    {"__metadata__": {"key": "value", ...},
 *                     "conv1.weight": {"dtype": "F32", "shape": [32, 1, 3, 3],
 *                                      "data_offsets": [0, 1152]}, ...}
 *     then         the tensors' values, little-endian, C order, without holes
 *
 * A valid file, here:
 *  1. n is at most WEIGHTS_HEADER_MAX, and header and values fill the file exactly.
 *  2. The header is valid UTF-8 JSON, an object; no key stands twice.
 *  3. __metadata__, where there is one, holds strings only.
 *  4. Every other key is a tensor: dtype F32, shape a list of at most 4 non-negative integers,
 *     data_offsets two; its bytes are 4 times the product of its shape.
 *  5. Sorted by offset, the first tensor begins at 0 and each begins where the one before ended.
 *  6. At most WEIGHTS_TENSORS_MAX tensors, names of at most WEIGHTS_NAME_MAX bytes; at most
 *     WEIGHTS_MARKS_MAX commas and opening brackets of either kind in the header, not counting
 * those in strings.
 *  7. All values are finite.
 *
 * Memory: what the file has, once more for the values, and for the header at most 10 MiB and four
 * times its size: without the marks of rule 6 it would be eighty times.
 *
 * Writing sorts tensors by name and replaces the file as a whole or not at all; what reading would
 * refuse isn't written.
 */
#ifndef WEIGHTS_H
#define WEIGHTS_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

enum {
    WEIGHTS_HEADER_MAX = 1 << 22,
    WEIGHTS_TENSORS_MAX = 1000,
    WEIGHTS_MARKS_MAX = 20 * WEIGHTS_TENSORS_MAX, /* a tensor of four dimensions has ten */
    WEIGHTS_NAME_MAX = 255,
    WEIGHTS_DIMS_MAX = 4,
    WEIGHTS_METADATA_MAX = 100
};

struct weights_tensor {
    char *name; /* owned */
    size_t dims, dim[WEIGHTS_DIMS_MAX];
    size_t size;  /* values: the product of dim */
    float *value; /* owned */
};

struct weights_metadata {
    char *key, *value; /* owned */
};

/* All zero is a valid empty one. */
struct weights {
    size_t tensors, entries;
    struct weights_tensor tensor[WEIGHTS_TENSORS_MAX];
    struct weights_metadata metadata[WEIGHTS_METADATA_MAX];
};

/* Read a file of at most limit bytes. On failure the weights are empty. */
enum status weights_read(struct weights *, const char *path, size_t limit,
                         struct error *) MUST_CHECK;

/* The tensor of this name, or NULL. The value of this key, or NULL. */
const struct weights_tensor *weights_tensor(const struct weights *, const char *name);
const char *weights_metadata(const struct weights *, const char *key);

/* Add a tensor and return its values, all zero, to be filled in; NULL on failure. */
float *weights_add(struct weights *, const char *name, size_t dims, const size_t *dim,
                   struct error *) MUST_CHECK;

/* Set a key of the metadata to what format makes. */
enum status weights_set(struct weights *, struct error *, const char *key, const char *format,
                        ...) MUST_CHECK __attribute__((format(printf, 4, 5)));

/* Write the file; path NULL or "-" is standard output. */
enum status weights_write(const struct weights *, const char *path, struct error *) MUST_CHECK;

/* Free the contents. */
void weights_release(struct weights *);

#endif
