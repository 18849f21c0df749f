/*
 * atlas - the triangle of all galaxies as a page to walk through: a folder with index.html.
 *
 *     index.html atlas.js atlas.css    the page, from the folder web
 *     leaflet.js leaflet.css           Leaflet, from its folder
 *     about.js                         what all the rest is: gz.about({...}), see atlas.c
 *     tiles/ sheets/                   the picture (tiles.h), and the pictures in it (sheets.h)
 *     cells/ index/ values/            the galaxies (data.h)
 *     columns/                         what colours them (shades.h)
 *     gz-atlas.txt                     the mark of folder.h
 *
 * Places are those of figure/triangle.h in a picture whose cells are ATLAS_PITCH pixels wide; with
 * more than three classes, by figure/corners.h. Galaxies that have probabilities but no picture
 * aren't in it.
 *
 * Memory: about 130 bytes and 4 a class for a prediction, twice as much while places are found; 8 a
 * cell; the strips of tiles.h. A stream's pixels are in a temporary file in the folder meanwhile.
 *
 * Call atlas_init, atlas_read and atlas_begin, then atlas_use for each picture, then atlas_finish,
 * and in any case atlas_release.
 */
#ifndef ATLAS_H
#define ATLAS_H

#include <stdint.h>

#include "atlas/columns.h"
#include "atlas/folder.h"
#include "atlas/pictures.h"
#include "base/status.h"
#include "catalogue/predictions.h"
#include "figure/corners.h"
#include "figure/triangle.h"
#include "image/thumb.h"

enum { ATLAS_PITCH = 64, ATLAS_LABELS_MAX = 16 };

struct atlas_options {
    const char *output;             /* the folder */
    char *probs;                    /* file of probabilities; "-": standard input */
    char *table;                    /* a table with more columns; NULL: none */
    char *labels[ATLAS_LABELS_MAX]; /* labelled streams (labels.h): then the predictions' labels */
    size_t label_streams;           /* don't count; how many there are */
    const char *corners; /* names of three classes, separated by commas; NULL: there are just 3 */
    bool only;           /* leave out galaxies whose likeliest class is not at a corner */
    const char *web, *leaflet; /* folders: of the page; of leaflet.min.js and leaflet.css */
    unsigned jobs;
    void (*warn)(const struct error *); /* of wrong rows of the table */
    void (*progress)(uint64_t done, uint64_t of);
};

struct atlas {
    struct atlas_options options;
    struct predictions predictions;
    struct corners corners;
    struct triangle triangle;
    struct buffer probability, label; /* of each prediction: floats, one a class; a char */
    struct columns columns;
    struct pictures pictures;
    struct folder folder;
};

/* Copy the options; what they point to must outlive the atlas. */
void atlas_init(struct atlas *, const struct atlas_options *);

/* Read the probabilities and the labels, and give every galaxy its place. STATUS_MISMATCH where the
   classes aren't three and corners doesn't name three of them. */
enum status atlas_read(struct atlas *, struct error *) MUST_CHECK;

/* Begin the folder with what doesn't depend on pictures, and read the table. All pictures will be
   like source. STATUS_MISMATCH where web or leaflet don't hold what they should. */
enum status atlas_begin(struct atlas *, const struct thumb_source *, struct error *) MUST_CHECK;

/* Take a galaxy's picture (struct triangle_stream calls this; context is the atlas). */
enum status atlas_use(void *context, const struct triangle_galaxy *, const void *pixels,
                      struct error *) MUST_CHECK;

/* Make the rest, and give the folder its name. */
enum status atlas_finish(struct atlas *, struct error *) MUST_CHECK;

/* Free, and leave no trace of a folder that isn't finished. */
void atlas_release(struct atlas *);

#endif
