/*
 * evaluate - how good a network is on a dataset.
 */
#ifndef EVALUATE_H
#define EVALUATE_H

#include <stddef.h>

#include "base/status.h"
#include "learn/examples.h"
#include "net/netspec.h"

struct evaluation {
    size_t n, correct; /* correct: the likeliest class is the one with most votes */
    double loss;       /* mean cross-entropy */
};

/* Apply the network to all of the dataset: logits (n, classes). */
enum status evaluate_logits(const struct netspec *, const float *parameter, const struct dataset *,
                            unsigned jobs, float *logit, struct error *) MUST_CHECK;

/* Compare n logits with their targets, both (n, classes). */
struct evaluation evaluate(size_t n, size_t classes, const float *logit, const float *target);

#endif
