/*
 * camera - from light on the sky to a colour picture, in the way survey pictures are made.
 *
 * A frame holds light in three bands, in the camera's own pixels. It is painted, blurred by the
 * atmosphere and the telescope, exposed (photons are counted, so there is noise) and developed: an
 * asinh stretch that keeps colours, then resampling to the picture's size. In this order the noise
 * has the texture of real cut-outs, which are enlarged from the camera's pixels.
 *
 * Light is in units of the stretch: 1 becomes a third of full white. Positions (y, x) are in pixels
 * of the frame; the centre of pixel (i, j) is at (i + 1/2, j + 1/2). The bands are in the order
 * red, green, blue. Sources:
 *
 *     Lupton et al. 2004, PASP 116, 133         the stretch; the bands i, r, g as R, G, B
 *     Stoughton et al. 2002, AJ 123, 485        the SDSS point spread as two Gaussians
 *     Keys 1981, IEEE ASSP 29, 1153             resampling by cubic convolution
 */
#ifndef CAMERA_H
#define CAMERA_H

#include <stddef.h>

#include "base/rng.h"
#include "base/status.h"

enum { CAMERA_BANDS = 3 };

struct frame {
    size_t side;
    float *band[CAMERA_BANDS]; /* (side, side) each; one block, owned */
};

/* A dark frame. */
enum status frame_init(struct frame *, size_t side, struct error *) MUST_CHECK;

/* Paint the square around (y, x) that reaches radius to each side. light(context, u, v, value) adds
   to value, three bands, the light of a point, given by its offset from the centre: u along an axis
   that is turned by angle from the x axis towards the y axis, v across. Pixels near the centre,
   where light is steep, are sampled finely. */
void frame_paint(struct frame *, double y, double x, double angle, double radius,
                 void (*light)(const void *context, float u, float v, float *value),
                 const void *context);

/* Add a point source, light (3), shared between the four nearest pixels. Outside the frame nothing
   is added. */
void frame_add_point(struct frame *, double y, double x, const float *light);

/* Convolve each band with its point spread, given by its full width at half maximum in pixels,
   fwhm (3). */
enum status frame_blur(struct frame *, const double *fwhm, struct error *) MUST_CHECK;

struct sky {
    float level[CAMERA_BANDS];  /* what is left of the sky's light after its subtraction */
    float tilt_y[CAMERA_BANDS]; /* change of the level from edge to edge */
    float tilt_x[CAMERA_BANDS];
    float noise[CAMERA_BANDS]; /* standard deviation of a pixel of empty sky */
    float brightness;          /* of the sky before its subtraction, which sets the photons */
};

/* Add the sky, and the noise of counting the photons of sky and light: its variance is that of
   empty sky times 1 + light / brightness. Four fifths of the variance are common to the bands: the
   survey keeps its frames as JPEGs, which lose most of the noise's colour. */
void frame_expose(struct frame *, const struct sky *, struct rng *);

/* Stretch, and resample the central field x field pixels to pixels of shape (size, size, 3). The
   frame's light is overwritten. field <= side. If the picture is more than 15 times smaller than
   the field, some of the light is left out. */
enum status frame_develop(struct frame *, double field, size_t size, unsigned char *pixels,
                          struct error *) MUST_CHECK;

/* Lupton's stretch of one pixel, light (3), to 0..1. Light brighter than white keeps its colour. */
void camera_stretch(float *light);

void frame_release(struct frame *);

#endif
