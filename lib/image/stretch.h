/*
 * stretch - from the fluxes of one or three bands to values 0 to 1 that a screen can show.
 *
 * Let F be a pixel's flux in a band. Its signal there is
 *
 *     x = (F - sky) / scale                                                                   (1)
 *
 * with a sky and a scale for each band. Let a(x) = asinh(x / softening). Then, where low and high
 * are signals and the same for all bands, a band's value is
 *
 *     asinh:  v = (a(x) - a(low)) / (a(high) - a(low))                                        (2)
 *     linear: v = (x - low) / (high - low)                                                    (3)
 *     lupton: v = y f / I,  y = max(0, x - low),  I = the mean of y over the bands,
 *             f = a(I) / a(high - low);  if a band's v is above 1, all v of the pixel are
 *             divided by the largest                                                          (4)
 *
 * cut off at 0 and 1. (2) is applied band by band, as for the pictures of Galaxy Zoo DECaLS. (4) is
 * Lupton et al. 2004 (PASP 116, 133), equation 2 and the text after it: it keeps the ratio of the
 * bands, so that a galaxy's colour doesn't depend on its brightness, and pixels that are too bright
 * keep their colour. There the softening is 1 / Q alpha; here it is the signal where a(x) turns
 * from linear to logarithmic. The minimum is subtracted from each band, not from the mean only. For
 * one band, (4) is (2) but for the place of low.
 *
 * Fluxes are doubles, as small differences on a large pedestal would be lost in floats.
 *
 * A value that is NaN, or whose pixel has a band that is NaN in (4), is 0.
 */
#ifndef STRETCH_H
#define STRETCH_H

#include <stdbool.h>
#include <stddef.h>

#include "base/option.h"
#include "base/status.h"

enum { STRETCH_BANDS = 3 /* the most bands of a picture: red, green, blue */ };

enum stretch_curve { STRETCH_ASINH, STRETCH_LUPTON, STRETCH_LINEAR };

struct stretch {
    enum stretch_curve curve;
    size_t bands; /* 1, or 3: red, green, blue */
    double sky[STRETCH_BANDS], scale[STRETCH_BANDS];
    double low, high, softening; /* signals; low < high, softening > 0 */
};

/* What the user wants; all zero: nothing in particular. Texts become it by stretch_options. */
struct stretch_options {
    size_t bands; /* how many planes are named, 0, 1 or 3, ... */
    size_t plane[STRETCH_BANDS];
    size_t scales; /* how many scales are, 0, 1 or 3 */
    double scale[STRETCH_BANDS];
    bool ranged;
    double low, high;
    double softening; /* 0: not set */
    bool curved;
    enum stretch_curve curve;
};

/* The options --fits-bands, --fits-range, --fits-scales, --fits-softening and --fits-stretch. */
extern const struct option_spec stretch_options[];

/* What n fluxes say about themselves. Their sky is the median and their noise is 1.4826 times the
   median distance from it, both of the fluxes that are within three times the noise from the sky:
   they are computed five times, first of all fluxes. So a galaxy that fills less than half of the
   picture hardly matters. peak is the flux that one of 1000 exceeds. NaN and infinite fluxes don't
   count. Of more than STRETCH_SAMPLE fluxes, only every k-th is used, with the smallest odd k so
   that no more are left. A noise of 0 becomes (peak - sky) / 100, or 1 where that is 0, too. */
enum { STRETCH_SAMPLE = 1 << 16 };
struct stretch_measure {
    double sky, noise, peak;
};
struct stretch_measure stretch_measure(const double *flux, size_t n,
                                       double scratch[STRETCH_SAMPLE]);

/* The values of n pixels: fluxes as s->bands arrays of n, values as (n, s->bands). */
void stretch_run(const struct stretch *, const double *const flux[STRETCH_BANDS], size_t n,
                 float *value);

#endif
