/*
 * triangle - galaxies at the places their three probabilities say, in one picture.
 *
 * The triangle has equal sides and stands on its tip: class 0 is the lower vertex, class 1 the
 * upper left one, class 2 the upper right one. A galaxy's point is the mean of the vertices,
 * weighted by its probabilities. Each is drawn in the cell of a lattice that lattice_assign gives
 * it, so that none hides another, or (scatter) at its very point. All places follow from the
 * probabilities alone, before the first picture is seen: so pictures may come in any order, and
 * one that never comes leaves its cell dark.
 *
 * Thumbnails are made by thumb.h, with black sky, fade out in a round window towards the border
 * of their cell, and where two overlap the brighter pixel shows. Coordinates are in pixels of the
 * picture, with the convention of image.h.
 *
 * Order of life: all zero; triangle_add for each line; triangle_arrange; triangle_draw for each
 * record; canvas and triangle_index; triangle_release.
 */
#ifndef TRIANGLE_H
#define TRIANGLE_H

#include <stdbool.h>
#include <stddef.h>

#include "image/canvas.h"
#include "base/mem.h"
#include "stream/record.h"
#include "base/status.h"
#include "image/thumb.h"

enum { TRIANGLE_WIDTH_MIN = 64, TRIANGLE_WIDTH_MAX = 16384, TRIANGLE_CLASSES = 3 };

#define TRIANGLE_ZOOM_MAX 1000.0

struct triangle_options {
    size_t width; /* of the picture; 0: 32 pixels a cell, but 1024 to 8192 in all */
    size_t rows;  /* of cells; 0: as few as hold all galaxies */
    bool scatter; /* places are exact, galaxies may overlap */
    int corner;   /* the class whose vertex is shown close up, or -1: the whole triangle */
    double zoom;  /* how much larger than in the whole triangle, 1 to TRIANGLE_ZOOM_MAX */
    const char *name[TRIANGLE_CLASSES];
};

struct triangle_galaxy {
    char id[RECORD_ID_MAX + 1];
    float probability[TRIANGLE_CLASSES];
    bool repeated; /* another line with this id came before */
    bool drawn;    /* its picture was there, even if it lies outside a close-up */
    size_t line;   /* which line this was, from 0 */
    double y, x;   /* centre of its thumbnail */
};

struct triangle {
    struct triangle_options options;
    struct triangle_galaxy
        *galaxy;                  /* owned; once arranged, by id, repeated ones behind all others */
    size_t n, repeated, capacity; /* n counts those with a place */
    size_t drawn;                 /* how many of them */
    size_t rows;
    struct canvas canvas;
    size_t side;   /* of a thumbnail, in pixels */
    float *window; /* (side, side) */
    struct thumb thumb;
    unsigned char *bytes; /* a thumbnail, (side, side, 3) */
};

/* Add a line. */
enum status triangle_add(struct triangle *, const char *id, const float *probability,
                         struct error *) MUST_CHECK;

/* Find everybody's place and begin the picture: black, with the names at the vertices. Of lines
   with the same id the first counts. STATUS_LIMIT where options.rows are too few. */
enum status triangle_arrange(struct triangle *, const struct triangle_options *,
                             struct error *) MUST_CHECK;

/* Draw a galaxy: the central square of its picture, 0.8 of the shorter side. STATUS_MISMATCH where
   its id was in no line, or where it is drawn already, and then nothing is. All pictures must have
   the same shape. */
enum status triangle_draw(struct triangle *, const char *id, const struct thumb_source *,
                          const void *pixels, struct error *) MUST_CHECK;

/* Append a table to out: a line for each galaxy drawn whose centre is in the picture, by id, with
   the centre and side of its thumbnail: "#id <TAB> x <TAB> y <TAB> size". */
enum status triangle_index(const struct triangle *, struct buffer *out, struct error *) MUST_CHECK;

/* Free the contents. */
void triangle_release(struct triangle *);

#endif
