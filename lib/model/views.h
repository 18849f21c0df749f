/*
 * views - the orientations of a picture that a network sees, and what their logits say together.
 *
 * With one view a network sees the picture as it is. With eight it sees the eight orientations of a
 * square picture (image_orient), and the logits are the mean over them. A network with a cyclic
 * layer averages over quarter turns itself, so of the eight only two are computed, the picture and
 * its mirror image.
 *
 * The views are put in the order of their bytes, so that all orientations of a picture give the
 * same bits. Logits are averaged and not probabilities, since the temperature was fitted to single
 * views: a mean of probabilities is less confident than each of them, and the temperature would
 * make it even less so.
 */
#ifndef VIEWS_H
#define VIEWS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"
#include "model/input.h"

struct views {
    size_t n;     /* views that are computed */
    size_t alike; /* orientations that each of them stands for */
};

/* The views of so many orientations, 1 or 8, for a network with or without a cyclic layer. */
struct views views_of(size_t orientations, bool cyclic);

/* Bytes of scratch memory for views_load. */
size_t views_scratch(const struct input_format *);

/* Make the inputs of a record's views: (n, height, width, channels). */
void views_load(const struct views *, const struct input_format *, const unsigned char *record,
                unsigned char *scratch, float *input);

/* The class probabilities (classes) of n views with these logits (n, classes): softmax of their
   mean, divided by the temperature, with the weights (classes) of softmax_weighted. Returns the
   standard deviation, over the views, of the probability of the likeliest class. */
float views_probabilities(const struct views *, size_t classes, const float *logit,
                          double temperature, const double *weight, float *probability);

#endif
