/*
 * validation - the validation set of a run, which its ranks share out among themselves.
 *
 * Rank 0 reads it. Each rank holds the pictures of its part and all the targets, measures its part,
 * and gets the logits of all others. All functions but release are collective.
 */
#ifndef VALIDATION_H
#define VALIDATION_H

#include <stddef.h>

#include "base/status.h"
#include "learn/evaluate.h"
#include "learn/examples.h"
#include "learn/partition.h"
#include "model/model.h"
#include "stream/stream.h"

struct validation {
    size_t n;                /* records of all parts; 0: there is no validation set */
    struct record_type type; /* a copy, which outlives the stream */
    struct partition part;   /* which rank has which of them */
    struct dataset own;      /* owned: the pictures of this rank's part; the targets of all */
    float *logit;            /* owned; (n, classes), of all: set by validation_measure */
};

/* Read the stream, which is NULL where there is no validation set and on every rank but 0, and
   share it out. STATUS_MISMATCH where its records do not fit the model, STATUS_INCOMPLETE where it
   has none. On failure the caller still releases. */
enum status validation_init(struct validation *, const struct ranks *, const struct model *,
                            struct stream_reader *, struct error *) MUST_CHECK;

/* Measure the model's network with these parameters: sets logit on all ranks, and *e. */
enum status validation_measure(struct validation *, const struct ranks *, const struct netspec *,
                               const float *parameter, unsigned jobs, struct evaluation *e,
                               struct error *) MUST_CHECK;

void validation_release(struct validation *);

#endif
