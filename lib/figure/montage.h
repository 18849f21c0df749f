/*
 * montage - a contact sheet: pictures of one shape in a grid, with a line or two under each.
 *
 * Pictures are brought to the sheet's size as they come and kept like that, 3 bytes a pixel; the
 * sheet is then made one row of pictures after the other, so that it never stands in memory as a
 * whole. Texts wider than a picture lose their middle.
 *
 * Order of life: montage_init; montage_add for each picture; montage_settle; montage_row for each
 * row; montage_release.
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
    size_t width;   /* of a picture in the sheet; its height follows. 0: as it is, but narrower ones
                       enlarged by a whole number to 128 or more */
    size_t columns; /* of the grid; 0: about as many as rows */
    bool bare;      /* no text */
    bool stretch;   /* black sky and faint light visible, as thumb_stretch makes it */
};

struct montage {
    struct montage_options options;
    struct thumb thumb;
    size_t n;
    struct buffer pictures;  /* n of (thumb.height, thumb.width, 3) */
    struct buffer texts;     /* n of two times MONTAGE_TEXT_MAX bytes */
    bool two_lines;          /* some picture has a second line */
    size_t columns, rows;    /* of the grid, once settled */
    size_t scale;            /* of the letters */
    size_t pitch_y, pitch_x; /* from picture to picture, in pixels */
    size_t height, width;    /* of the sheet */
};

/* Begin a sheet of pictures of this shape, none of whose sides is 0. */
enum status montage_init(struct montage *, const struct montage_options *,
                         const struct thumb_source *, struct error *) MUST_CHECK;

/* Add a picture with its two lines of text; an empty second one takes no room unless another
   picture has one. STATUS_LIMIT where the sheet would be larger than MONTAGE_BYTES_MAX. */
enum status montage_add(struct montage *, const void *pixels, const char *first, const char *second,
                        struct error *) MUST_CHECK;

/* Find out the shape of the grid and the sheet. There must be a picture. */
void montage_settle(struct montage *);

/* Draw row i of the grid on a canvas of (pitch_y, width) pixels. The sheet is all rows, one below
   the other. */
void montage_row(const struct montage *, size_t i, struct canvas *);

/* Free the contents. */
void montage_release(struct montage *);

#endif
