/*
 * profile - how a galaxy's light falls off with the radius, and how its arms wind.
 *
 * All lengths are in the same unit, which may be any. Nothing allocates and nothing fails. Sources:
 *
 *     Sersic 1968, Atlas de Galaxias Australes        I(r) = I_e exp(-b ((r / r_e)^(1/n) - 1))
 *     Ciotti and Bertin 1999, A&A 352, 447, eq. 18    b as a series in 1/n
 *     Freeman 1970, ApJ 160, 811                      disk: I(r) = I_0 exp(-r / h)
 *     van der Kruit and Searle 1981, A&A 95, 105      disk seen edge-on, eq. 5:
 *                                                     I_0 (r / h) K_1(r / h) sech^2(z / z_0)
 *     Kennicutt 1981, AJ 86, 1847                     arms: ln(r / r_0) = angle tan(pitch)
 */
#ifndef PROFILE_H
#define PROFILE_H

#include <stddef.h>

enum { PROFILE_STEPS = 1024 };

/* Light against radius, as a table that is dense near the centre, where profiles are steep. Over
   the last quarter of the reach the light fades to 0, so that no edge is visible. */
struct profile {
    float reach;                    /* the light is 0 from this radius on */
    float value[PROFILE_STEPS + 2]; /* entry i is the light at reach (i / PROFILE_STEPS)^4 */
};

/* Sersic's b: the constant with which r_e encloses half the light. n >= 0.5. */
double sersic_b(double n);

/* Light 1 at radius r_e. */
void profile_sersic(struct profile *, double n, double r_e, double reach);

/* Light 1 at the centre. */
void profile_exponential(struct profile *, double h, double reach);

/* An exponential disk seen edge-on, against the distance r from its axis: the integral of
   exp(-sqrt(r^2 + s^2) / h) over the line of sight s, divided by 2 h. Light 1 at the centre. */
void profile_edge_on(struct profile *, double h, double reach);

/* The light at radius r >= 0, by linear interpolation. */
float profile_at(const struct profile *, float r);

/* Logarithmic spiral arms. */
struct arms {
    unsigned count;
    double inner;     /* the radius at which they begin */
    double pitch;     /* angle between an arm and a circle, radians, > 0 */
    double direction; /* 1 or -1: the sense of winding */
    double angle;     /* at which the first arm begins, radians */
    double sharpness; /* of the ridges: the light is exp(sharpness (cos phase - 1)) */
};

/* The phase at a point: 0 or another multiple of 2 pi on the ridge of an arm. */
double arms_phase(const struct arms *, double r, double angle);

/* The angle of the ridge of arm k, from 0, at radius r. */
double arms_ridge(const struct arms *, unsigned k, double r);

/* The mean of exp(sharpness (cos phase - 1)) over all phases. */
double arms_mean(double sharpness);

#endif
