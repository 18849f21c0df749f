/*
 * shades - what the page of an atlas needs to colour galaxies by a column of a table.
 *
 * A column whose cells are numbers has a scale: from its 1st to its 99th percentile, since a few
 * wild values (-999, say) would leave all others the same colour. One of at most SHADES_TEXTS
 * different texts has categories. Cells such as "", "nan" or "null" have no value; other columns
 * can't colour.
 *
 *     file              calls                         holds
 *     columns/K-N.js    gz.columns("K-N", "base64")   column K of PICTURES_BATCH cells, a byte each
 *
 * A byte is 0 where there is no value, from the scale's low end to its high one 1 to 255, and of a
 * category 1 + its number.
 *
 * Values go through a temporary file of 4 + 5 * columns bytes a row. Memory: about SHADES_MEMORY,
 * or 9 bytes a galaxy if that is more.
 */
#ifndef SHADES_H
#define SHADES_H

#include <stddef.h>
#include <stdint.h>

#include "atlas/folder.h"
#include "atlas/pictures.h"
#include "base/mem.h"
#include "base/status.h"

enum { SHADES_TEXTS = 12, SHADES_MEMORY = 64 * 1024 * 1024 };

/* All zero but fd = -1 is a valid released one, without columns. */
struct shades {
    size_t columns;
    struct shade *shade; /* owned, one a column */
    uint64_t rows;       /* so far */
    unsigned char *row;  /* owned: one of the file */
    int fd;              /* owned */
};

/* Begin with an empty file fd, which is then the struct's. */
enum status shades_init(struct shades *, size_t columns, int fd, struct error *) MUST_CHECK;

/* Add a row of cells: a galaxy's, each at most once. */
enum status shades_add(struct shades *, uint32_t galaxy, char *const *cell,
                       struct error *) MUST_CHECK;

/* Write all files, and append to out a list with, for each column, null, or of numbers
   {low,high,least,most}: the ends of the scale and of the column; or {names:[...]}. galaxies is
   how many there are. */
enum status shades_write(const struct shades *, size_t galaxies, const struct pictures *,
                         const struct folder *, struct buffer *out, struct error *) MUST_CHECK;

/* Close and free. */
void shades_release(struct shades *);

#endif
