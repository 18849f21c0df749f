/*
 * simulate - a survey of galaxies that never were: pictures, and what volunteers said of them.
 *
 * A galaxy is drawn from (seed, id) alone, by three generators that don't touch each other: one for
 * what it is, one for its picture's noise, stars and neighbours, one for the volunteers. So a
 * survey of 100 is the beginning of one of 200, and threads change nothing. On another machine the
 * mathematical library may round differently: bytes are promised on one machine only.
 *
 * The field is that of Galaxy Zoo 2's pictures (Willett et al. 2013): 424 pixels a side, each a
 * fiftieth of the radius that holds 90 % of the galaxy's light. So all galaxies look about equally
 * large, and what varies is how coarse the camera's pixels and the seeing are beside them. What the
 * camera does is in camera.h, the light's laws in profile.h, the crowd in volunteers.h. Shares of
 * kinds, sizes, colours and noise were set by looking at survey pictures; they follow no catalogue.
 *
 * A disk that shows its face is thin, and appears as an ellipse of axis ratio
 * sqrt(cos^2 i + q0^2 sin^2 i) (Hubble 1926, ApJ 64, 321); one without arms is taken for seen from
 * the side, with the light of profile_edge_on along its plane and sech^2 across.
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
    SIMULATE_QUALITY = 75,  /* of the survey's JPEGs: by their tables */
    SIMULATE_SIZE_MIN = 16, /* the sizes a picture may have */
    SIMULATE_SIZE_MAX = 4096
};

/* What a galaxy truly is, whatever the volunteers make of it. */
enum truth {
    TRUTH_SPIRAL,  /* a disk, or an irregular one, whose face is seen */
    TRUTH_EDGE_ON, /* a disk whose plane is within 14 degrees of the line of sight */
    TRUTH_ROUND    /* no disk: an elliptical galaxy, also one that isn't round */
};

/* The bulge, a bar, an elliptical galaxy, a neighbour: Sersic's law on ellipses. */
struct spheroid {
    double light;      /* at r_e; 0: there is none */
    double r_e, n;     /* along the major axis */
    double axis_ratio; /* as seen */
    double redness;    /* 0 white, 0.3 like old stars, negative blue */
};

struct disk {
    double light; /* at the centre, if seen face-on; 0: there is none */
    double h;     /* scale length */
    double z_0;   /* scale height */
    double inclination;
    double redness;
    double dust; /* optical depth of the lane in a disk from the side */
};

struct spiral {
    struct arms arms;
    double strength; /* the share of the disk's light that is in the arms, 0..1; 0: no arms */
    double wobble;   /* how far the arms stray from the law, in radians of phase */
    double dust;     /* the share of light lost along the arms' inner edge */
    double redness;
    unsigned knots; /* clumps of young stars */
};

struct galaxy {
    uint64_t seed;
    char id[RECORD_ID_MAX + 1];
    enum truth truth;
    bool irregular;
    double scale;  /* survey pixels a camera pixel */
    double seeing; /* full width at half maximum */
    double y, x;   /* offset of its centre from the middle of the field */
    double angle;  /* of the major axis */
    struct disk disk;
    struct spiral spiral;
    struct spheroid bulge, bar; /* an elliptical galaxy is all bulge */
    struct spheroid neighbour;
    double neighbour_y, neighbour_x, neighbour_angle;
};

/* Draw the galaxy of this seed and id. id has at most RECORD_ID_MAX bytes. */
void galaxy_draw(struct galaxy *, uint64_t seed, const char *id);

/* How clearly its arms can be seen, 0..1: their contrast after blurring by the seeing. */
double galaxy_arms_seen(const struct galaxy *);

/* Take its picture: pixels of shape (size, size, 3). */
enum status galaxy_picture(const struct galaxy *, size_t size, unsigned char *pixels,
                           struct error *) MUST_CHECK;

/* Ask volunteers about it. */
void galaxy_votes(const struct galaxy *, double share[VOLUNTEERS_ANSWERS]);

/* Append the galaxy's line of a table of truths, in the form of a table of votes with a column a
   class: GalaxyID,spiral,edge-on,round, one of them 1. NULL: the header. */
enum status galaxy_write_truth(struct buffer *out, const struct galaxy *,
                               struct error *) MUST_CHECK;

#endif
