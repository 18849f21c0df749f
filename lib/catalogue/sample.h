/*
 * sample - predictions for labelled galaxies, held in memory: for statistics that need all of them
 * at once.
 *
 * A label is a class, or SAMPLE_OTHER for a galaxy that is known to be of none of the classes.
 * Probabilities are compared in steps of a millionth, because predictions are written with six
 * decimals (predictions.h). Memory: 4 bytes for each probability, and 4 for the label.
 */
#ifndef SAMPLE_H
#define SAMPLE_H

#include <stddef.h>
#include <stdint.h>

#include "base/mem.h"
#include "base/status.h"

enum { SAMPLE_OTHER = -1, SAMPLE_STEPS = 1000000 };

struct sample {
    size_t classes, n;
    struct buffer label;       /* n of int32_t; owned */
    struct buffer probability; /* (n, classes) floats; owned */
};

/* Begin an empty one, of at least 2 classes. */
struct sample sample_of(size_t classes);

enum status sample_add(struct sample *, const float *probability, int label,
                       struct error *) MUST_CHECK;

/* Of galaxy i: the probabilities of all classes, and the label. */
const float *sample_probability(const struct sample *, size_t i);
int sample_label(const struct sample *, size_t i);

/* How many galaxies have this label. */
uint64_t sample_count(const struct sample *, int label);

/* A probability in steps of a millionth, from 0 to SAMPLE_STEPS. */
uint32_t sample_step(double probability);

/* Galaxies in the order of a value in steps, and whether each is what one looks for. */
struct sample_rank {
    uint32_t step;
    uint32_t hit; /* 0 or 1 */
};

/* Sort n of them, the largest step first. */
void sample_sort(struct sample_rank *, size_t n);

void sample_release(struct sample *);

#endif
