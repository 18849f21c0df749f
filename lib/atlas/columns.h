/*
 * columns - what a table (catalogue/table.h) says of the galaxies of a triangle, as script.
 *
 * The table's rows are joined by id: reading_id_column chooses the id column, and an id may be
 * spelled as in lookup.h. Rows of other galaxies are left out; of rows of the same galaxy the first
 * counts. The text goes through a temporary file; memory is 16 bytes a galaxy, and lookup.h's while
 * the table is read.
 */
#ifndef COLUMNS_H
#define COLUMNS_H

#include <stddef.h>
#include <stdint.h>

#include "base/mem.h"
#include "base/status.h"
#include "catalogue/lookup.h"
#include "atlas/shades.h"
#include "figure/triangle.h"

/* All zero but fd = shades.fd = -1 is a valid released one, a table without columns. */
struct columns {
    struct buffer names; /* of all columns but the id, as a list of strings; "[]" with no table */
    struct columns_row *row;            /* owned: where each galaxy's is in the file */
    void (*warn)(const struct error *); /* receives the errors of the first WARNINGS_MAX rows */
    uint64_t wrong;                     /* rows that can't be read, and are left out */
    struct shades shades;               /* of these columns */
    struct lookup galaxies;             /* private: their numbers by id, while reading */
    int fd;                             /* owned */
};

/* Read the table path ("-": standard input) into two empty files, which are then the struct's: one
   for text, one for shades. warn is set before. Errors name file and line. */
enum status columns_read(struct columns *, char *path, const struct triangle *, int fd, int shades,
                         struct error *) MUST_CHECK;

/* Append the cells of galaxy i as a list of strings; an empty list where the table has no row. */
enum status columns_add(const struct columns *, size_t i, struct buffer *,
                        struct error *) MUST_CHECK;

/* Close and free. */
void columns_release(struct columns *);

#endif
