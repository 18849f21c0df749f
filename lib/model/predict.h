/*
 * predict - the class probabilities of a stream of galaxies, as lines (catalogue/predictions.h).
 *
 * Records are worked on in blocks of up to INFER_BLOCK pictures (blocks.h). Before it waits for
 * input, it writes the lines of all records so far, so that it can be used in a live pipe. A
 * picture's probabilities are the same to the bit, whatever other pictures are in its block.
 *
 * A labelled stream may have other classes than the model, in any order. Labels are written by
 * name, so a stream can also have galaxies that are of none of the model's classes.
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
    bool any_fov;   /* don't check what the pictures show (input_check_fov) */

    /* How common the classes are in the stream; NULL: no correction. The model must pass
       prior_check. If prior->estimate is set, prior->share is set at the end of the stream, and no
       line is written before that. Each record then takes 56 bytes of memory, 4 for each class and
       each view that is computed, and 4 more for each class. Labels aren't used. */
    struct prior *prior;

    /* Write whole lines. The calls come in order, one at a time. A failure ends the run. */
    enum status (*write)(void *context, const void *text, size_t bytes, struct error *);

    /* Called for each record that is left out because its pixels can't be used
       (record_check, input_check_fov), in order. The error names the file and the record. */
    void (*report)(void *context, const struct error *);

    /* Called with the number of records done. May be NULL. */
    void (*progress)(void *context, uint64_t records);
    void *context;

    /* The galaxies that the network learned from, and those of its validation set. Each may be
       NULL; if one isn't, the lines have the column part. */
    const struct ids *train, *valid;

    /* If not NULL, all records that have a line are added to it. */
    struct fingerprint *fingerprint;

    /* Called before the first line if only one of the stream and the model says what share of the
       sky its pictures show (without any_fov), and with the prior that was estimated. May be
       NULL. */
    void (*note)(void *context, const char *text);
};

/* Write the header line and a line for each record. *skipped is the number of records left out.
   STATUS_OK at the end of a complete stream. After a failure the lines of the records before it
   have been written; but none if the prior was to be estimated. STATUS_MISMATCH if the model
   doesn't fit the stream or its first record, or if none of its classes is one of the stream's. */
enum status predict_run(const struct predict *, uint64_t *skipped, struct error *) MUST_CHECK;

/* The field of view that the network would see of the stream's first picture (input_fov); 0 if it
   isn't known. To be called before the run. */
double predict_fov(const struct predict *);

#endif
