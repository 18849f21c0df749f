/*
 * prior - probabilities for a sample in which the classes are as common as they are there.
 *
 * A network answers as if the classes were as common in the sample that it sorts as they were among
 * the galaxies that it learned from. Where they aren't, Bayes' rule corrects its probabilities
 * (Saerens, Latinne and Decaestecker 2002, Neural Computation 14, 21, equation 2.4):
 *
 *     p'[k] = p[k] share[k] / trained[k], divided by the sum of these over all classes
 *
 * with the shares of the classes in the sample and in training. It takes for granted that p is
 * calibrated, and that the galaxies of one class look alike in both.
 *
 * Shares are (classes) doubles that sum to 1, in the order of the model's classes; none is 0.
 */
#ifndef PRIOR_H
#define PRIOR_H

#include <stdbool.h>
#include <stddef.h>

#include "base/mem.h"
#include "base/status.h"
#include "model/model.h"
#include "stream/record.h"

struct prior {
    bool estimate; /* find the shares from the sample's own probabilities */
    double share[RECORD_CLASSES_MAX];
};

/* Read "estimate", or "spiral=0.2,edge-on=0.1,round=0.7": all of the model's classes in any order,
   with shares of at least PRIOR_LEAST, which are scaled if their sum is 1 within
   MODEL_SHARES_TOLERANCE. STATUS_FORMAT says what is wrong with the text. */
#define PRIOR_LEAST 1e-9
enum status prior_parse(struct prior *, const struct model *, const char *text,
                        struct error *) MUST_CHECK;

/* STATUS_MISMATCH unless the model knows the shares that it learned from, and has learned from all
   classes. */
enum status prior_check(const struct model *, struct error *) MUST_CHECK;

/* Append the shares as prior_parse reads them. */
enum status prior_print(const struct prior *, const struct model *, struct buffer *,
                        struct error *) MUST_CHECK;

/* The weight of each class (classes), share / trained, by which softmax_weighted follows the rule
   above. */
void prior_weights(const struct prior *, const struct model *, double *weight);

/*
 * Estimate the shares from the probabilities p (n, classes) of n galaxies, by expectation
 * maximisation (Saerens et al. 2002, section 2.2, equation 2.9): from the trained shares on, each
 * round corrects all p by the shares, and takes the mean of the results as the new shares. The
 * likelihood has one maximum only, so the beginning doesn't matter.
 *
 * One more galaxy counts, for which p' is the trained shares. So a class that no galaxy seems to
 * have keeps trained / (n + 1) at least, and a sample of a few galaxies isn't taken for all of one
 * class; among many, the galaxy makes less difference than chance does.
 *
 * The rounds end when no share changes by more than PRIOR_PRECISION, or after PRIOR_ROUNDS.
 */
#define PRIOR_PRECISION 1e-8
enum { PRIOR_ROUNDS = 1000 };
void prior_estimate(size_t n, size_t classes, const float *p, const double *trained, double *share);

#endif
