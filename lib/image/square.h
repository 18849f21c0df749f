/*
 * square - which square of a picture is meant, and what it becomes: the plan that gz-prep and
 * gz-decode share.
 *
 * The square is central. Its side is a share of the shorter side of the picture as it was taken, so
 * that pictures of any size show the same part of the sky, or a number of pixels. The field of view
 * of a picture that was cut before is the share of that side which its own shorter side shows; it
 * tells how large the picture was. Where it is unknown (0), the picture counts as whole.
 */
#ifndef SQUARE_H
#define SQUARE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/mem.h"
#include "base/status.h"
#include "image/image.h"

/* The shares that suit Galaxy Zoo's pictures: of gray ones, from which a network learns best when
   it sees them from close up; of colour ones, which are to look at. */
#define SQUARE_GRAY   0.3
#define SQUARE_COLOUR 0.5
enum { SQUARE_SIZE = 64 }; /* the default */

struct square {
    size_t crop;  /* side in pixels; 0: what follows */
    double share; /* of the shorter side of the picture as taken; 0: not chosen yet */
    size_t size;  /* side of the square in the result; 0: not chosen yet */
    bool margin;  /* the result has a margin, to turn the square by any angle (shrink_margin) */
    bool gray;    /* the result has one channel */
};

/* Choose what isn't chosen yet: the share for gray or colour, and 64 pixels. */
void square_complete(struct square *, bool colour);

/* Plan how a picture of this shape and type, whose shorter side shows the share fov of the picture
   as taken (0: unknown), is shrunken. A square up to 1 % larger than what it shows is cut as large
   as possible, since sides are rounded to pixels. STATUS_MISMATCH where it is larger than that,
   naming both; otherwise as shrink_check. */
enum status square_plan(const struct square *, struct shape, enum pixel, double fov,
                        struct shrink *plan, struct error *) MUST_CHECK;

/* The field of view of the whole result of a plan; 0 where that of the picture is 0. The same for a
   picture and for a larger one that it was cut out of. */
double square_fov(const struct shrink *plan, double fov);

/* The side of the whole result. */
size_t square_side(const struct square *);

/* The side of the smallest central square of a whole picture from which a plan makes the same bytes
   as from the whole; 0: there is none but the whole picture. */
size_t square_window(const struct square *, size_t height, size_t width);

/* Make the square of a picture that has just been decoded: set out, and change *shape and *fov,
   those of the picture, to those of the result. STATUS_MISMATCH as square_plan, and also
   where the square would have to be enlarged more than SQUARE_ENLARGE_MAX times: it has too few
   pixels to be compared with those of other pictures. */
enum status square_cut(const struct square *, struct shape *shape, double *fov, enum pixel,
                       const void *pixels, struct buffer *out, struct error *) MUST_CHECK;
enum { SQUARE_ENLARGE_MAX = 2 };

#endif
