/*
 * simulate - a simulated survey: random galaxies, their pictures, and the votes of volunteers.
 *
 * A galaxy depends on (seed, id) alone. Three random generators, which rng_child makes for the
 * views 0 to 2 of the id, draw the galaxy and its neighbour; stars, background galaxies and noise
 * of its picture; and the volunteers' answers. So a survey of 100 is the beginning of one of 200,
 * and the number of threads changes nothing. On another machine the mathematical library may round
 * differently: the same bytes are promised on one machine only.
 *
 * The field is that of Galaxy Zoo 2's pictures (Willett et al. 2013): 424 pixels a side, each 1/50
 * of the radius with 90 % of the galaxy's light. So all galaxies look about equally large; how
 * coarse the camera's pixels and the seeing are, compared to them, varies. camera.h has the camera,
 * profile.h the laws of light, volunteers.h the crowd. The shares of the kinds of galaxies, sizes,
 * colours and noise were chosen by looking at survey pictures, not taken from a catalogue.
 *
 * A disk that isn't edge-on is thin, and appears as an ellipse of axis ratio
 * sqrt(cos^2 i + q0^2 sin^2 i) (Hubble 1926, ApJ 64, 321). A regular disk without arms is drawn
 * edge-on: profile_edge_on along its plane and sech^2 across.
 *
 * Lengths are in pixels of the camera, angles in radians, light in camera.h's units.
 */
#ifndef SIMULATE_H
#define SIMULATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/mem.h"
#include "survey/profile.h"
#include "stream/record.h"
#include "base/status.h"
#include "survey/volunteers.h"

enum {
    SIMULATE_SIDE = 424,    /* of the field, in the survey's own pixels */
    SIMULATE_QUALITY = 75,  /* of the survey's JPEGs, as their quantisation tables show */
    SIMULATE_SIZE_MIN = 16, /* of a picture */
    SIMULATE_SIZE_MAX = 4096
};

/* What a galaxy is, whatever the volunteers take it for. */
enum truth {
    TRUTH_SPIRAL,  /* a disk, regular or not, that isn't edge-on */
    TRUTH_EDGE_ON, /* a disk whose plane is within 14 degrees of the line of sight */
    TRUTH_ROUND    /* an elliptical galaxy, with any axis ratio */
};

/* A bulge, a bar, an elliptical galaxy or a neighbour: Sersic's law on ellipses. */
struct spheroid {
    double light;      /* at r_e; 0: it doesn't exist */
    double r_e, n;     /* along the major axis */
    double axis_ratio; /* as seen */
    double redness;    /* 0 is white, 0.3 like old stars; negative is blue */
};

struct disk {
    double light; /* at the centre, if seen face-on; 0: it doesn't exist */
    double h;     /* scale length */
    double z_0;   /* scale height */
    double inclination;
    double redness;
    double dust; /* optical depth of the dust lane in a disk seen edge-on */
};

struct spiral {
    struct arms arms;
    double strength; /* the share of the disk's light in the arms, 0..1; 0: no arms */
    double wobble;   /* how far the arms deviate from the law, in radians of phase */
    double dust;     /* the share of light that is lost along the arms' inner edge */
    double redness;
    unsigned knots; /* clumps of young stars */
};

struct galaxy {
    uint64_t seed;
    char id[RECORD_ID_MAX + 1];
    enum truth truth;
    bool irregular;
    double scale;  /* survey pixels in a camera pixel */
    double seeing; /* full width at half maximum */
    double y, x;   /* offset of its centre from that of the field */
    double angle;  /* of the major axis */
    struct disk disk;
    struct spiral spiral;
    struct spheroid bulge, bar; /* an elliptical galaxy is a bulge without a disk */
    struct spheroid neighbour;
    double neighbour_y, neighbour_x, neighbour_angle;
};

/* Draw a random galaxy, given by seed and id. id has at most RECORD_ID_MAX bytes. */
void galaxy_generate(struct galaxy *, uint64_t seed, const char *id);

/* How clearly its arms are visible, 0..1: their contrast after blurring by the seeing. */
double galaxy_arm_contrast(const struct galaxy *);

/* Render its picture: pixels of shape (size, size, 3). */
enum status galaxy_render(const struct galaxy *, size_t size, unsigned char *pixels,
                          struct error *) MUST_CHECK;

/* Ask volunteers about it. */
void galaxy_votes(const struct galaxy *, double share[VOLUNTEERS_ANSWERS]);

/* Append the galaxy's row of a table of truths, or for NULL the header. It has the form of a table
   of votes with a column for each class: GalaxyID,spiral,edge-on,round, one of which is 1. */
enum status galaxy_write_truth(struct buffer *out, const struct galaxy *,
                               struct error *) MUST_CHECK;

#endif
