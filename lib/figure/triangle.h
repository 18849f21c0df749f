/*
 * triangle - one picture with many galaxies, each at the place that its three probabilities give.
 *
 * The triangle is equilateral and stands on its tip: class 0 is the lower vertex, class 1 the upper
 * left one, class 2 the upper right one. A galaxy's point is the mean of the vertices, weighted by
 * its probabilities. Each galaxy is drawn in the cell of a lattice that lattice_assign gives it, so
 * that none hides another, or (scatter) at its exact point. All places follow from the
 * probabilities, before the first picture is read. So pictures may come in any order, and a missing
 * one leaves its cell dark.
 *
 * Thumbnails are made by thumb.h, with black sky. A round window lets them fade out towards the
 * border of their cell; where two overlap, the brighter pixel shows. Coordinates are in pixels of
 * the picture, with the convention of image.h.
 *
 * Order of calls: a struct that is all zero; triangle_add for each prediction; triangle_arrange;
 * triangle_draw for each record; canvas and triangle_index; triangle_release.
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
    size_t width; /* of the picture; 0: 32 pixels for each row of cells, but 1024 to 8192 */
    size_t rows;  /* of cells; 0: as few as hold all galaxies */
    bool scatter; /* exact points, where galaxies may overlap */
    int corner;   /* the class whose vertex is shown close up, or -1: the whole triangle */
    double zoom;  /* how much larger than in the whole triangle, 1 to TRIANGLE_ZOOM_MAX */
    const char *name[TRIANGLE_CLASSES];
};

struct triangle_galaxy {
    char id[RECORD_ID_MAX + 1];
    float probability[TRIANGLE_CLASSES];
    bool repeated;        /* another prediction with this id came before */
    bool left_out;        /* by triangle_leave_out */
    bool drawn;           /* its picture came, even if it lies outside a close-up */
    size_t number;        /* of the prediction, in the order of triangle_add, from 0 */
    double y, x;          /* centre of its thumbnail */
    uint32_t row, column; /* its cell, 0 <= column < rows - row; not set if scatter */
};

/* Where the cells are: the centre of (row, column) is at top + row * pitch * sqrt(3) / 2 and
   left + (column + row / 2) * pitch, moved by less than a pixel. */
struct triangle_grid {
    double top, left, pitch;
};

struct triangle {
    struct triangle_options options;
    struct triangle_galaxy *galaxy; /* n + repeated + left_out, before triangle_place n; then in the
                                       order of ids, with all repeated ones after the n others,
                                       and those left out after these */
    struct buffer galaxies;         /* private: their memory */
    size_t n, repeated, left_out;
    size_t drawn; /* how many of n */
    size_t rows;
    struct triangle_grid grid;
    struct canvas canvas; /* after triangle_place only its sides are set */
    size_t side;          /* of a thumbnail, in pixels */
    float *window;        /* (side, side) */
    struct thumb thumb;
    unsigned char *bytes; /* a thumbnail to draw with, (side, side, 3) */
};

/* Add a prediction: an id and TRIANGLE_CLASSES probabilities. */
enum status triangle_add(struct triangle *, const char *id, const float *probability,
                         struct error *) MUST_CHECK;

/* Add a galaxy that has no place: its prediction and its pictures don't count as missing. */
enum status triangle_leave_out(struct triangle *, const char *id, struct error *) MUST_CHECK;

/* Place all galaxies and begin the picture: black, with the classes' names at the vertices. Of
   predictions with the same id, the first counts. STATUS_LIMIT if options.rows are too few. */
enum status triangle_arrange(struct triangle *, const struct triangle_options *,
                             struct error *) MUST_CHECK;

/* The same without a picture: places, window and grid only. options.width may be any. */
enum status triangle_place(struct triangle *, const struct triangle_options *,
                           struct error *) MUST_CHECK;

/* The width of a picture of n galaxies whose cells are at least pitch pixels wide. */
size_t triangle_width(size_t n, size_t pitch);

/* The galaxy of this id, once all are placed; NULL if there is none. */
struct triangle_galaxy *triangle_find(const struct triangle *, const char *id);

/* Whether the galaxy of this id is left out. */
bool triangle_leaves_out(const struct triangle *, const char *id);

/* Find a galaxy and mark it drawn. NULL (STATUS_MISMATCH) if it has no prediction or is drawn
   already. */
struct triangle_galaxy *triangle_take(struct triangle *, const char *id, struct error *) MUST_CHECK;

/* Make the thumbnail of a picture, bytes (side, side, 3). thumb is all zero the first time and the
   caller's to release, so that several threads can work at once. */
enum status triangle_thumbnail(const struct triangle *, struct thumb *, const struct thumb_source *,
                               const void *pixels, unsigned char *bytes, struct error *) MUST_CHECK;

/* Draw a galaxy: the central square of its picture, 0.8 of the shorter side. STATUS_MISMATCH, and
   nothing is drawn, if it has no prediction or is drawn already. All pictures must have the same
   shape. */
enum status triangle_draw(struct triangle *, const char *id, const struct thumb_source *,
                          const void *pixels, struct error *) MUST_CHECK;

/* Append a table to out: a row for each drawn galaxy whose centre is in the picture, in the order
   of ids, with the centre and side of its thumbnail: "#id <TAB> x <TAB> y <TAB> size". */
enum status triangle_index(const struct triangle *, struct buffer *out, struct error *) MUST_CHECK;

/* Free the contents. */
void triangle_release(struct triangle *);

#endif
