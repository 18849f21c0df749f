/*
 * train - the training step, in its two halves, and the evaluation pass.
 *
 * A batch is cut into a fixed number of shards. The gradient of each is computed by one thread into
 * a block of its own, and the optimiser adds the blocks up in the order of the shards: so the same
 * records and seed give the same bits whatever the number of threads. Gradient and update are
 * apart, so that gradients from elsewhere can be added in between.
 */
#ifndef TRAIN_H
#define TRAIN_H

#include <stddef.h>
#include <stdint.h>

#include "batch.h"
#include "netspec.h"
#include "network.h"
#include "optim.h"
#include "status.h"

enum { TRAIN_SHARDS_MAX = 64, TRAIN_BATCH_MAX = 4096 };

struct trainer {
    const struct netspec *spec;
    struct adam adam;
    size_t batch;  /* the most images of a step */
    size_t shards; /* at most batch */
    unsigned jobs;
    uint64_t seed;    /* of dropout */
    double average;   /* decay of the averaged parameters; 0: there are none */
    uint64_t step;    /* steps taken */
    float *parameter; /* owned, as are the blocks below: spec->parameters floats each */
    float *m, *v;     /* Adam's moments */
    float *averaged;  /* NULL where there are none */
    float *gradient[TRAIN_SHARDS_MAX];
    struct pass pass[TRAIN_SHARDS_MAX];
    float *input;  /* owned; (batch, height, width, channels), for the caller to fill */
    float *target; /* owned; (batch, classes), likewise: shares that sum to 1 */
};

/* Set the first seven fields; draws the parameters from seed. */
enum status trainer_init(struct trainer *, struct error *) MUST_CHECK;
void trainer_release(struct trainer *);

/* The gradient of the mean cross-entropy of the first n images of input and target, into the
   shards' blocks. Returns the sum of the n cross-entropies (with dropout, before the update). */
double trainer_gradient(struct trainer *, size_t n);

/* One step of the optimiser with what the blocks hold. */
void trainer_update(struct trainer *, double learning_rate);

/* What training has come to: the averaged parameters, or the parameters where there are none. */
const float *trainer_result(const struct trainer *);

/* What a network makes of a dataset. */
struct evaluation {
    size_t n, correct; /* correct: the likeliest class is the one with most votes */
    double loss;       /* mean cross-entropy */
};

/* Apply the network to all of the dataset; logits (n, classes) go to logit. */
enum status train_evaluate(const struct netspec *, const float *parameter, const struct dataset *,
                           unsigned jobs, float *logit, struct evaluation *,
                           struct error *) MUST_CHECK;

#endif
