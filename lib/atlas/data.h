/*
 * data - what the page of an atlas knows of its galaxies, as scripts that it loads when it needs
 * them (a page opened from a file can load scripts, but can't fetch).
 *
 *     file            calls                         holds
 *     cells/Y-X.js    gz.cells("Y-X", [galaxy ...])  the galaxies of the DATA_BLOCK x DATA_BLOCK
 *                                                   cells from (Y, X) * DATA_BLOCK on
 *     index/N.js      gz.index(N, [ids], [cells])   DATA_INDEX galaxies, by the bytes of their
 *                                                   ids; of cells row and column in turn
 *     values/N.js     gz.values(N, "base64")        PICTURES_BATCH cells, by number (pictures.h)
 *
 * A galaxy is [row, column, id, [probability ...], label, [cell of the table ...]]; probabilities
 * are in millionths, the label is the number of a class or -1. A value is, for each class, its
 * probability in millionths as three bytes, low byte first, and a last byte: 0 where the cell is
 * empty, 1 for a galaxy without label, 2 + its label.
 */
#ifndef DATA_H
#define DATA_H

#include <stddef.h>

#include "atlas/columns.h"
#include "atlas/folder.h"
#include "atlas/pictures.h"
#include "base/mem.h"
#include "base/status.h"
#include "figure/triangle.h"

enum { DATA_BLOCK = 16, DATA_INDEX = 4096, DATA_MILLION = 1000000 };

struct data {
    const struct triangle *triangle; /* of its galaxies those that are drawn are told of */
    const struct pictures *pictures;
    const struct columns *columns;
    const struct folder *folder;
    size_t classes;
    const float *probability; /* (predictions, classes) */
    const signed char *label; /* of each prediction; -1: not known */
    unsigned jobs;
};

/* Write all files, and append to out the list of the first id of each index file. */
enum status data_write(const struct data *, struct buffer *out, struct error *) MUST_CHECK;

#endif
