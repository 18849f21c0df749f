/*
 * recipe - the options of gz-train that the weights depend on, by their names.
 *
 * recipe_options has them in one table: the name in gz-train(1) and, after "trained.", in the
 * metadata of weights; the limits; the help; the place in the struct. To resume a run or to share
 * it among ranks, all of them must be the same.
 */
#ifndef RECIPE_H
#define RECIPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/option.h"
#include "base/status.h"
#include "model/weights.h"

struct recipe {
    const char *network;     /* a netspec; not owned */
    const char *labels_from; /* where the labels are from, for people; NULL: unknown. Not owned */
    const char *init; /* weights to begin with (transfer.h); NULL: random numbers. Not owned */
    uint64_t size;    /* side of the input in pixels; 0: that of the stream's pictures */
    uint64_t batch, shards; /* of all streams together, shared evenly among them */
    uint64_t seed;
    double learning_rate, learning_rate_end; /* at its peak, and at the end of training */
    double warmup; /* the share of training in which the learning rate grows to its peak */
    bool muon;     /* for the weights of inner convolutions (step.h), and Adam for the others */
    double weight_decay;
    double ema;             /* decay of the averaged weights (optim.h); 0: the last ones count */
    bool batch_norm;        /* normalise the convolutions' outputs while learning */
    bool soft_labels;       /* learn the shares of the votes, not the class with most */
    double label_smoothing; /* the share of each target that is spread over all classes */
    bool per_image;         /* each picture is normalised by its own mean and standard deviation */
    uint64_t epochs;        /* of a stream without the field `progress`; 0: unknown */
    uint64_t patience;      /* stop after so many epochs without a better one; 0: never */
};

/* What training does unless told otherwise. */
struct recipe recipe_default(void);

/* Take all that a preset sets: "default", or "original", as in the first experiment. Weights to
   begin with, labels_from, size, shards, seed, epochs and patience stay. Returns whether there is
   such a preset. */
bool recipe_preset(struct recipe *, const char *name) MUST_CHECK;

/* The options that the weights depend on, with their limits and help (option.h): members of struct
   recipe, the last row OPTION_END. */
extern const struct option_spec recipe_options[];

/* Put all options that are set into the metadata, each as trained.NAME: of a file its name without
   the folders, which say nothing elsewhere. */
enum status recipe_store(const struct recipe *, struct weights *, struct error *) MUST_CHECK;

#endif
