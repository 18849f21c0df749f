/*
 * pictures - the pixels of all galaxies in a file, in the order of their cells.
 *
 * A stream has its records in any order; tiles and sheets want those of a few cells. So the pixels
 * go through a temporary file, each to the place of its cell: rows of cells one after the other,
 * rows - r cells in row r. The file is as large as the stream's pixels; memory is 4 bytes a cell.
 */
#ifndef PICTURES_H
#define PICTURES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "image/thumb.h"

/* Of so many cells, by number, the values are in one script (data.h, shades.h). */
enum { PICTURES_BATCH = 65536 };

/* All zero but fd = -1 is a valid released one. */
struct pictures {
    struct thumb_source source; /* of every picture */
    size_t bytes;               /* of one */
    size_t rows;                /* of cells */
    uint32_t *galaxy;           /* owned: for each cell, 1 + the number of its galaxy; 0: empty */
    int fd;                     /* owned */
};

/* The number of cell (row, column), from 0, and of all cells. */
static inline size_t pictures_cell(size_t rows, size_t row, size_t column)
{
    return row * (2 * rows - row + 1) / 2 + column;
}
static inline size_t pictures_cells(size_t rows)
{
    return rows * (rows + 1) / 2;
}

/* Begin with an empty file fd, which is then the struct's. */
enum status pictures_init(struct pictures *, int fd, const struct thumb_source *, size_t rows,
                          struct error *) MUST_CHECK;

/* The galaxy in a cell and its pixels. */
enum status pictures_put(struct pictures *, size_t row, size_t column, size_t galaxy,
                         const void *pixels, struct error *) MUST_CHECK;

/* Read the pixels of n cells of a row into out, n * bytes; those of empty cells are 0. Several
   threads can do so at once. */
enum status pictures_get(const struct pictures *, size_t row, size_t column, size_t n, void *out,
                         struct error *) MUST_CHECK;

/* Close and free. */
void pictures_release(struct pictures *);

#endif
