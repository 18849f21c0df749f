/*
 * tiles - the picture of the whole triangle as a pyramid of JPEGs.
 *
 * The deepest level, number levels - 1, is the picture that gz-triangle would draw without names
 * at the same width; each level above is half as large, every pixel the mean of 2 x 2 (rounded,
 * black beyond the border), and level 0 is one tile. Tile (y, x) of a level covers its pixels from
 * (y, x) * TILES_SIDE on: file tiles/LEVEL/Y-X.jpg. A tile that is all black has no file.
 *
 * The picture is never in memory: tiles are made one row after the other from the galaxies in it,
 * and a level holds one row of tiles: 3 * TILES_SIDE * (width of the picture) bytes at the deepest,
 * as much again for all above.
 */
#ifndef TILES_H
#define TILES_H

#include <stdint.h>

#include "atlas/folder.h"
#include "atlas/pictures.h"
#include "base/mem.h"
#include "base/status.h"
#include "figure/triangle.h"

enum { TILES_SIDE = 512, TILES_QUALITY = 85, TILES_LEVELS_MAX = 24 };

struct tiles {
    const struct triangle *triangle; /* places are known; canvas has the picture's sides */
    const struct pictures *pictures;
    const struct folder *folder;
    unsigned jobs;
    void (*progress)(uint64_t done, uint64_t of); /* in galaxies, about */
};

/* Write all tiles, and append to out which there are: a list of levels, each a list of rows, each
   a list of numbers: first and last x of each run of tiles. */
enum status tiles_write(const struct tiles *, struct buffer *out, struct error *) MUST_CHECK;

#endif
