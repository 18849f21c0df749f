/*
 * prior - correct probabilities for how common the classes are in the sample that is sorted.
 *
 * A network answers as if the classes were as common in this sample as they were among the galaxies
 * that it learned from. If they aren't, Bayes' rule corrects its probabilities (Saerens, Latinne
 * and Decaestecker 2002, Neural Computation 14, 21, equation 2.4):
 *
 *     p'[k] = p[k] share[k] / trained[k], divided by the sum of these over all classes
 *
 * Here share[k] is the share of class k in the sample, and trained[k] that in training. The rule
 * assumes that p is calibrated, and that the galaxies of a class look alike in both.
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
   with shares of at least PRIOR_LEAST. Their sum must be 1 within MODEL_SHARES_TOLERANCE, and they
   are scaled to 1. STATUS_FORMAT says what is wrong with the text. */
#define PRIOR_LEAST 1e-9
enum status prior_parse(struct prior *, const struct model *, const char *text,
                        struct error *) MUST_CHECK;

/* STATUS_MISMATCH unless the model has the shares of the classes in training, and none is 0. */
enum status prior_check(const struct model *, struct error *) MUST_CHECK;

/* Append the shares as prior_parse reads them. */
enum status prior_print(const struct prior *, const struct model *, struct buffer *,
                        struct error *) MUST_CHECK;

/* Set the weight of each class (classes) to share / trained: with these softmax_weighted follows
   the rule above. */
void prior_weights(const struct prior *, const struct model *, double *weight);

/*
 * Estimate the shares from the probabilities p (n, classes) of n galaxies, by expectation
 * maximisation (Saerens et al. 2002, section 2.2, equation 2.9). The first shares are those of
 * training. Each round corrects all p by the shares, and the mean of the results are the new
 * shares. The likelihood has one maximum only, so the first shares don't matter.
 *
 * The mean is over n + 1 galaxies: one is added whose p' are always the shares of training. So each
 * class keeps at least trained / (n + 1), and a few galaxies of one class don't make the others
 * impossible. Among many galaxies, the one that is added makes less difference than chance does.
 *
 * The rounds end when no share changes by more than PRIOR_PRECISION, or after PRIOR_ROUNDS.
 */
#define PRIOR_PRECISION 1e-8
enum { PRIOR_ROUNDS = 1000 };
void prior_estimate(size_t n, size_t classes, const float *p, const double *trained, double *share);

#endif
