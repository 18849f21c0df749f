/*
 * corners - three of a network's classes at the corners of a triangle.
 *
 * A triangle has places for three classes, but a network can have more. What a galaxy has for the
 * others is shared equally by the three: with p_0, p_1, p_2 of the corners and r = 1 - p_0 - p_1 -
 * p_2 it stands at p_k + r / 3, so it moves towards the centre the less of the three it is. With
 * three classes r is 0, and the places are those of the probabilities.
 */
#ifndef CORNERS_H
#define CORNERS_H

#include <stdbool.h>

#include "base/status.h"
#include "catalogue/predictions.h"
#include "figure/triangle.h"

struct corners {
    int class[TRIANGLE_CLASSES]; /* at the lower, the upper left, the upper right vertex */
    size_t classes;              /* of the predictions */
    bool only;                   /* leave out galaxies whose likeliest class is not one of these */
};

/* Find the classes that names (three, with commas between) gives; NULL: there must be just three.
   Sets class and classes. STATUS_MISMATCH where they can't be found. */
enum status corners_find(struct corners *, const struct predictions *, const char *names,
                         struct error *) MUST_CHECK;

/* Add a galaxy to a triangle at its place, or as one that is left out. */
enum status corners_add(const struct corners *, const struct prediction *, struct triangle *,
                        struct error *) MUST_CHECK;

#endif
