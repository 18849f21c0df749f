/*
 * predict - the class probabilities of a stream of galaxies, as lines (catalogue/predictions.h).
 *
 * Records are worked on in blocks of up to INFER_BLOCK pictures, in a live pipe as blocks.h says:
 * before the next wait for input, the lines of all records so far are written. A picture's
 * probabilities are the same to the bit, whatever other pictures are in its block.
 *
 * A labelled stream may have other classes than the model, in any order: the label is written by
 * its name, so that one can ask what a network says of galaxies that are of none of its classes.
 */
#ifndef PREDICT_H
#define PREDICT_H

#include <stdbool.h>
#include <stdint.h>

#include "model/model.h"
#include "model/prior.h"
#include "base/status.h"
#include "stream/fingerprint.h"
#include "stream/ids.h"
#include "stream/stream.h"

struct predict {
    const struct model *model;
    struct stream_reader *in;
    unsigned jobs;
    unsigned views; /* 1 or 8 (views.h) */
    bool std;       /* add the standard deviation over views of the likeliest class */
    bool any_fov;   /* whatever the pictures show (input_check_fov) */

    /* How common the classes are in the stream, for a model that prior_check takes. May be NULL. If
       it is to be estimated, its shares are set at the end of the stream, and no line is written
       before that: each record then takes 56 bytes of memory, and 4 for each class and each view
       that is computed, and 4 more for each class. Labels aren't used. */
    struct prior *prior;

    /* Write whole lines. There is only one call at a time, in order. A failure ends the run. */
    enum status (*write)(void *context, const void *text, size_t bytes, struct error *);

    /* Called for each record that is left out because its pixels can't be used
       (record_check_pixels, input_check_fov), in order. The error names the file and the record. */
    void (*report)(void *context, const struct error *);

    /* Called with the number of records done. May be NULL. */
    void (*progress)(void *context, uint64_t records);
    void *context;

    /* The galaxies that the network learned from and its validation set: if one is there, the
       column part is added. May be NULL. */
    const struct ids *train, *valid;

    /* Where not NULL, all records that have a line are added to it. */
    struct fingerprint *fingerprint;

    /* Called at the beginning if it can't be known whether the pictures show what the model learned
       from, and with the prior that was estimated. May be NULL. */
    void (*note)(void *context, const char *text);
};

/* Write the header line and a line for each record. *skipped is the number of records left out.
   STATUS_OK at the end of a complete stream. The lines of records that were read before a failure
   have been written, but not where the prior was to be estimated. STATUS_MISMATCH if the model
   doesn't fit the stream or its first record, or if none of its classes is one of the stream's. */
enum status predict_run(const struct predict *, uint64_t *skipped, struct error *) MUST_CHECK;

/* What the network would see of the stream's first picture (input_fov), before the run; 0: unknown.
 */
double predict_fov(const struct predict *);

#endif
