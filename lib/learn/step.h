/*
 * step - a training step in two halves: the gradient of a batch, and the optimiser's update.
 *
 * A batch is made of groups, one for each stream that it comes from, and a group is cut into a
 * fixed number of shards. One thread computes the gradient of a shard into a block of its own. The
 * blocks of a group are added in the order of the shards, and those of the groups in the order of
 * the groups. So the same records and seed give the same bits, whatever the number of threads is
 * and whichever process has the other groups: their gradients are added between the two halves.
 */
#ifndef STEP_H
#define STEP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "net/muon.h"
#include "net/netspec.h"
#include "net/network.h"
#include "net/optim.h"

enum { STEP_SHARDS_MAX = 64, STEP_BATCH_MAX = 4096 };

/* The part of a batch that comes from one stream. */
struct step_group {
    size_t images; /* at most so many a step */
    size_t shards; /* at least one; shards without images do nothing */
    size_t number; /* of its first shard, counted over the streams of all processes */
    size_t first_image, first_shard; /* where this process has them; set by step_init */
};

/* Parameters that are updated in one go. */
struct step_piece {
    size_t first, n;
    const struct layer *matrix; /* whose weights they are, if Muon updates them; else NULL */
    float *scratch;             /* for Muon; a part of the step's */
};

struct step {
    const struct netspec *spec;
    struct adam adam;
    bool muon; /* Muon updates the weights of all convolutions but the first, with Adam's decay */
    size_t groups;
    struct step_group group[STEP_SHARDS_MAX];
    unsigned jobs;
    uint64_t seed;        /* of dropout and of the first parameters */
    double ema;           /* decay of the averaged parameters (ema_step); 0: there are none */
    uint64_t count;       /* steps taken */
    size_t batch, shards; /* images and shards of all groups together; set by step_init */
    float *parameter;     /* owned, as are the blocks below: spec->block_size floats each */
    float *m, *v;         /* Adam's moments; m is Muon's, too */
    float *averaged;      /* NULL where there are none */
    float *gradient[STEP_SHARDS_MAX]; /* of each shard */
    struct workspace workspace[STEP_SHARDS_MAX];
    float *input;  /* owned; (batch, height, width, channels), set by the caller: the images of a
                      group follow its first one */
    float *target; /* owned; (batch, classes), set by the caller: shares that sum to 1 */
    float *weight; /* owned; (batch), 1 unless the caller sets them: how much each image counts */
    float *result; /* owned; spec->parameters floats, for step_result */
    struct step_piece *piece; /* owned, as is scratch; in the order of the parameters */
    size_t pieces;
    float *scratch;
};

/* Allocate, and draw the first parameters from the seed. The caller has set the fields down to ema.
 */
enum status step_init(struct step *, struct error *) MUST_CHECK;
void step_release(struct step *);

/* Compute the gradient of the mean over `all` images of weight times cross-entropy: those of this
   process (the first n[i] of each group i) and those of the other processes. Each shard's block
   gets what its images contribute to it. loss[i] is the sum of the weighted cross-entropies of
   group i, with dropout, before the update. */
void step_gradient(struct step *, const size_t *n, size_t all, double *loss);

/* Add up the blocks of each group; the block of its first shard then holds the sum. */
void step_sum_gradients(struct step *);

/* Where parameters may be divided among processes: at, or the beginning of the matrix that would be
   cut there. */
size_t step_border(const struct step *, size_t at);

/* Update the parameters first ... first + n - 1, between two borders. Their gradient is the sum of
   the blocks, in this order; block[i] points at the value for parameter number first. Each
   parameter is updated once in a step, by this process or by another one. */
void step_update(struct step *, double learning_rate, size_t first, size_t n, size_t blocks,
                 const float *const *block);

/* What training has reached: the averaged parameters, or the parameters where there are none, with
   the normalisation merged into them (network_merge_norm). Valid until the next call. */
const float *step_result(const struct step *);

#endif
