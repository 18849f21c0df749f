/*
 * camera - from light on the sky to a colour picture, the way survey pictures are made.
 *
 * A frame holds light in three bands, in the camera's own pixels. It is painted, blurred by the
 * air and the telescope, exposed (photons are counted, so there is noise), and developed: an
 * asinh stretch that keeps colours, and enlarging to the picture's size. That order gives noise the
 * grain of real cut-outs, which are enlarged from the camera's pixels.
 *
 * Light is in units of the stretch: 1 gives a third of full white. Positions (y, x) are in pixels
 * of the frame, pixel (i, j) centred on (i + 1/2, j + 1/2). Bands go from red to blue. Sources:
 *
 *     Lupton et al. 2004, PASP 116, 133         the stretch; the bands i, r, g as R, G, B
 *     Stoughton et al. 2002, AJ 123, 485        the SDSS point spread as two Gaussians
 *     Keys 1981, IEEE ASSP 29, 1153             enlarging by cubic convolution
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

/* Add to the light of the circle around (y, x) what light(context, dy, dx, value) says for points
   dy, dx from its centre; value is three bands, all zero before. Pixels near the centre are
   sampled finely, since light is steep there. */
void frame_paint(struct frame *, double y, double x, double radius,
                 void (*light)(const void *context, float dy, float dx, float *value),
                 const void *context);

/* Add a point of this much light, shared by the four pixels nearest to it. Outside: nothing. */
void frame_add_point(struct frame *, double y, double x, const float *light);

/* Blur each band by its point spread, given as the full width at half maximum in pixels. */
enum status frame_blur(struct frame *, const double *fwhm, struct error *) MUST_CHECK;

struct sky {
    float level[CAMERA_BANDS];  /* what is left of the sky after it was subtracted */
    float tilt_y[CAMERA_BANDS]; /* its change from edge to edge */
    float tilt_x[CAMERA_BANDS];
    float noise[CAMERA_BANDS]; /* standard deviation of a pixel of empty sky */
    float glow;                /* the light that has as many photons as the sky */
};

/* Add the sky, and the noise of counting photons, of sky and light. Four fifths of its variance
   are common to the bands: the survey keeps its frames as JPEGs, which lose most of the colour of
   noise. */
void frame_expose(struct frame *, const struct sky *, struct rng *);

/* Stretch, and enlarge (or shrink) the central field x field pixels to pixels of shape
   (size, size, 3). The frame's light is used up. field <= side. Shrinking more than
   15-fold leaves out some of the light between. */
enum status frame_develop(struct frame *, double field, size_t size, unsigned char *pixels,
                          struct error *) MUST_CHECK;

/* Lupton's stretch of one pixel, to 0..1: brighter than white keeps its colour. */
void camera_stretch(float *light);

void frame_release(struct frame *);

#endif
