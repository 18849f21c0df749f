/*
 * sheets - the stream's own pictures, many to a JPEG.
 *
 * Sheet (Y, X) has the pictures of block x block cells, of which the first is cell (Y * block,
 * X * block), each where its cell is: a picture's place follows from its cell. Pictures begin at
 * multiples of `height` and `width`, which are theirs rounded up to whole blocks of the JPEG, so
 * that none changes its neighbour (but decoders smooth colour across a border); the rest repeats
 * their edge. File sheets/Y-X.jpg; a sheet without a galaxy has none.
 */
#ifndef SHEETS_H
#define SHEETS_H

#include <stddef.h>

#include "atlas/folder.h"
#include "atlas/pictures.h"
#include "base/status.h"

enum { SHEETS_QUALITY = 90 };

struct sheets {
    size_t block;         /* cells on a side */
    size_t height, width; /* from one picture to the next */
};

/* How pictures of this shape are packed: sheets of at most about 2048 pixels a side, but at most
   16 x 16 pictures. */
struct sheets sheets_plan(struct shape);

/* Write all sheets. */
enum status sheets_write(const struct pictures *, const struct folder *, unsigned jobs,
                         struct error *) MUST_CHECK;

#endif
