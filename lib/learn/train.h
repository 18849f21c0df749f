/*
 * train - the training step, in its two halves, and the evaluation pass.
 *
 * A batch is made of groups, one for each stream that it comes from, and a group is cut into a
 * fixed number of shards. The gradient of a shard is computed by one thread into a block of its
 * own; the blocks of a group are added up in the order of the shards, the groups' in the order of
 * the groups. So the same records and seed give the same bits whatever the number of threads, and
 * wherever the other groups are: gradient and update are apart, and gradients from elsewhere come
 * in between.
 */
#ifndef TRAIN_H
#define TRAIN_H

#include <stddef.h>
#include <stdint.h>

#include "model/input.h"
#include "net/netspec.h"
#include "net/network.h"
#include "net/optim.h"
#include "base/status.h"

enum { TRAIN_SHARDS_MAX = 64, TRAIN_BATCH_MAX = 4096 };

/* What of a batch comes from one stream. */
struct group {
    size_t images; /* the most in a step */
    size_t shards; /* one at least; those beyond the images are idle */
    size_t number; /* of its first shard, where those of all streams are numbered */
    size_t first_image, first_shard; /* their places among this trainer's; set by trainer_init */
};

struct trainer {
    const struct netspec *spec;
    struct adam adam;
    size_t groups;
    struct group group[TRAIN_SHARDS_MAX];
    unsigned jobs;
    uint64_t seed;        /* of dropout */
    double average;       /* decay of the averaged parameters; 0: there are none */
    uint64_t step;        /* steps taken */
    size_t batch, shards; /* of all groups together; set by trainer_init */
    float *parameter;     /* owned, as are the blocks below: spec->values floats each */
    float *m, *v;         /* Adam's moments */
    float *averaged;      /* NULL where there are none */
    float *gradient[TRAIN_SHARDS_MAX];
    struct workspace pass[TRAIN_SHARDS_MAX];
    float *input;  /* owned; (batch, height, width, channels), for the caller to fill: a group's
                      images from its first one on */
    float *target; /* owned; (batch, classes), likewise: shares that sum to 1 */
    float *result; /* owned; spec->parameters floats, for trainer_result */
};

/* Set the fields down to average; draws the parameters from seed. */
enum status trainer_init(struct trainer *, struct error *) MUST_CHECK;
void trainer_release(struct trainer *);

/* The gradient of the mean cross-entropy over the first n[i] images of each group i and those of
   others elsewhere, `all` in sum: what these images bring goes into their shards' blocks, and the
   sum of their cross-entropies (with dropout, before the update) into loss[i]. */
void trainer_gradient(struct trainer *, const size_t *n, size_t all, double *loss);

/* Add up the blocks of each group. That of its first shard then has the sum. */
void trainer_add_up(struct trainer *);

/* One step of the optimiser for the parameters first ... first + n - 1. Their gradient is the sum
   of these blocks, in this order: block[i] points at the value for parameter number first. A step
   is taken once for each parameter, by this trainer or by others like it elsewhere. */
void trainer_update(struct trainer *, double learning_rate, size_t first, size_t n, size_t blocks,
                    const float *const *block);

/* What training has come to: the averaged parameters, or the parameters where there are none, as
   network_infer wants them (network_merge_norm). They stay until the next call. */
const float *trainer_result(const struct trainer *);

/* What a network makes of a dataset. */
struct evaluation {
    size_t n, correct; /* correct: the likeliest class is the one with most votes */
    double loss;       /* mean cross-entropy */
};

/* Apply the network to all of the dataset; logits (n, classes) go to logit. */
enum status train_apply(const struct netspec *, const float *parameter, const struct dataset *,
                        unsigned jobs, float *logit, struct error *) MUST_CHECK;

/* How good n logits are, for these targets, (n, classes) both. */
struct evaluation train_judge(size_t n, size_t classes, const float *logit, const float *target);

#endif
