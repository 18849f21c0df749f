/*
 * score - how good answers are: accuracy, confusion, loss, calibration; knows no files.
 *
 * An answer is a galaxy's probabilities, one a class; the class predicted is the likeliest, the
 * first of equals, and the confidence its probability. Rows of the confusion matrix are labels,
 * its columns are predictions.
 */
#ifndef SCORE_H
#define SCORE_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

/* Equal bins of the confidence from 0 to 1; each holds its upper border, not its lower. */
enum { SCORE_BINS = 15 };

/* Probabilities below this count as this in the log loss: half the last of six decimals. */
#define SCORE_CLIP 5e-7

struct interval {
    double low, high;
};

/* The 95 % interval for a probability, of total trials of which correct succeeded: Wilson 1927,
   "Probable inference, the law of succession, and statistical inference", with z = 1.959964.
   Without trials it is 0 to 1. */
struct interval score_wilson(uint64_t correct, uint64_t total);

/* The class predicted. */
size_t score_predict(const float *probability, size_t classes);

struct score_bin {
    uint64_t answers, correct;
    double confidence; /* the sum */
};

/* The answers of one confidence, to a millionth: probability lines have six decimals. */
struct score_level {
    uint64_t answers, correct;
};
enum { SCORE_LEVELS = 1000001 };

/* What became of the answers to many galaxies. Memory: 16 MB, however many they are. */
struct score {
    size_t classes;
    uint64_t answers, correct;
    uint64_t *confusion; /* (label, predicted), classes x classes; owned */
    double loss;         /* the sum of -log of the label's probability */

    /* By confidence. Within 3e-7 of a bin's border counts as on it: that is what a border written
       with six decimals becomes in a float. */
    struct score_bin bin[SCORE_BINS];
    struct score_level *level; /* SCORE_LEVELS of them; owned */
};

enum status score_init(struct score *, size_t classes, struct error *) MUST_CHECK;

/* Add the answer to a galaxy of this label. */
void score_add(struct score *, const float *probability, size_t label);

/* The expected calibration error, the mean over answers of |accuracy - mean confidence| of their
   bin: Guo et al. 2017, "On calibration of modern neural networks", equation 3. 0 for none. */
double score_calibration_error(const struct score *);

/* One class: precision is correct / predicted, recall correct / labelled, f1 their harmonic mean.
   NAN where there is nothing to divide by. */
struct score_class {
    uint64_t labelled, predicted, correct;
    double precision, recall, f1;
};
struct score_class score_class(const struct score *, size_t k);

/* The most confident answers that make up share (0 to 1) of all, rounded up, and those as
   confident, to a millionth, as the least of them: so it never depends on the order of the lines.
 */
struct score_kept {
    uint64_t answers, correct;
    double confidence; /* the least */
};
struct score_kept score_keep(const struct score *, double share);

/* Free. A score that is all zero is fine. */
void score_release(struct score *);

#endif
