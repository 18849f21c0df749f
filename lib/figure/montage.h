/*
 * montage - a contact sheet: pictures of one shape in a grid, with one or two lines of text under
 * each.
 *
 * Each picture is resized when it is added, and kept with 3 bytes a pixel. The sheet is made one
 * row of pictures after another, so it is never in memory as a whole. In texts wider than a
 * picture, the middle is left out.
 *
 * Order of calls: montage_init; montage_add for each picture; montage_arrange; montage_draw_row for
 * each row; montage_release.
 */
#ifndef MONTAGE_H
#define MONTAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "image/canvas.h"
#include "base/mem.h"
#include "base/status.h"
#include "image/thumb.h"

enum {
    MONTAGE_SIDE_MAX = 4096,    /* pixels of a picture in the sheet, either way */
    MONTAGE_TEXT_MAX = 96,      /* bytes of a line of text, with its NUL */
    MONTAGE_BYTES_MAX = 1 << 30 /* of all pictures together */
};

struct montage_options {
    size_t width;   /* of a picture in the sheet, from which its height follows. 0: its own, but
                       pictures below 128 are enlarged by a whole number to 128 or more */
    size_t square;  /* show only the central square of this side, such as has a margin around it;
                       0: the whole picture */
    size_t columns; /* of the grid; 0: about as many as rows */
    bool bare;      /* no text */
    bool stretch;   /* thumb_stretch: black sky, and faint light visible */
};

struct montage {
    struct montage_options options;
    struct thumb thumb;
    size_t scale;            /* of the letters */
    size_t n;                /* pictures */
    struct buffer pictures;  /* n of (thumb.height, thumb.width, 3) */
    struct buffer texts;     /* n of two times MONTAGE_TEXT_MAX bytes */
    bool two_lines;          /* some picture has a second line */
    size_t columns, rows;    /* of the grid; this and what follows: from montage_arrange on */
    size_t pitch_y, pitch_x; /* from picture to picture, in pixels */
    size_t height, width;    /* of the sheet */
};

/* Begin a sheet of pictures of this shape, none of whose sides is 0. STATUS_LIMIT if a picture in
   the sheet would be larger than MONTAGE_SIDE_MAX. */
enum status montage_init(struct montage *, const struct montage_options *,
                         const struct thumb_source *, struct error *) MUST_CHECK;

/* Add a picture with its two lines of text. The second line takes no room if it is empty for all
   pictures. STATUS_LIMIT if the pictures would need more than MONTAGE_BYTES_MAX. */
enum status montage_add(struct montage *, const void *pixels, const char *first, const char *second,
                        struct error *) MUST_CHECK;

/* Find the shape of the grid and of the sheet. There is at least one picture. */
void montage_arrange(struct montage *);

/* Draw row i of the grid on a canvas of (pitch_y, width) pixels. The sheet is all rows, one below
   another. */
void montage_draw_row(const struct montage *, size_t i, struct canvas *);

/* Free the contents. */
void montage_release(struct montage *);

#endif
