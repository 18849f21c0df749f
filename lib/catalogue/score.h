/*
 * score - how good predictions are: accuracy, confusion matrix, loss and calibration.
 *
 * A prediction for a galaxy is one probability for each class. The predicted class is the one with
 * the largest probability, the first of equals; that probability is the confidence. Rows of the
 * confusion matrix are labels, columns are predicted classes. Nothing here reads or writes files.
 */
#ifndef SCORE_H
#define SCORE_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "catalogue/sample.h"

/* Bins of equal width for the confidence from 0 to 1. A bin includes its upper border, not its
   lower one. */
enum { SCORE_BINS = 15 };

/* In the log loss, a probability below this counts as this: half of the last of six decimals. */
#define SCORE_CLIP 5e-7

struct interval {
    double low, high;
};

/* The 95 % interval for a probability, given total trials of which correct succeeded: Wilson 1927,
   "Probable inference, the law of succession, and statistical inference", with z = 1.959964.
   Without trials it is 0 to 1. */
struct interval score_wilson(uint64_t correct, uint64_t total);

/* The predicted class; the one that would be predicted if class number `except` didn't exist. */
size_t score_argmax(const float *probability, size_t classes);
size_t score_argmax_except(const float *probability, size_t classes, int except);

struct score_bin {
    uint64_t galaxies, correct;
    double confidence; /* the sum over the galaxies */
};

/* Memory: 16 MB, whatever the number of galaxies. */
struct score {
    size_t classes;
    uint64_t galaxies, correct;
    uint64_t *confusion; /* (classes, classes): (label, predicted); owned */
    double loss;         /* the sum of -log of the label's probability */

    /* Predictions by confidence. A confidence within 3e-7 of a bin's border counts as equal to it:
       written with six decimals and read as a float, a border may move by that much. */
    struct score_bin bin[SCORE_BINS];

    /* The same in steps of a millionth, because predictions are written with six decimals: entry i
       is for confidences with sample_step() i. SAMPLE_STEPS + 1 entries; owned. */
    struct score_step {
        uint64_t galaxies, correct;
    } * step;
};

enum status score_init(struct score *, size_t classes, struct error *) MUST_CHECK;

/* Add the prediction for a galaxy with this label. */
void score_add(struct score *, const float *probability, size_t label);

/* The expected calibration error: the mean, over all predictions, of |accuracy - mean confidence|
   of the prediction's bin. Guo et al. 2017, "On calibration of modern neural networks",
   equation 3. 0 without predictions. */
double score_calibration_error(const struct score *);

/* One class: precision is correct / predicted, recall is correct / labelled, and f1 is their
   harmonic mean. NAN if the divisor is 0. */
struct score_class {
    uint64_t labelled, predicted, correct;
    double precision, recall, f1;
};
struct score_class score_class(const struct score *, size_t k);

/* The most confident predictions: as many as make up the coverage, a share of all from 0 to 1,
   rounded up, and also those whose confidence equals the least of them to a millionth, so that the
   order of the galaxies doesn't matter. Accuracy against coverage describes a classifier that may
   decline to answer: El-Yaniv and Wiener 2010, "On the foundations of noise-free selective
   classification". */
struct score_selection {
    uint64_t galaxies, correct;
    double confidence; /* the least */
};
struct score_selection score_select(const struct score *, double coverage);

/* Free. A score that is all zero is fine. */
void score_release(struct score *);

#endif
