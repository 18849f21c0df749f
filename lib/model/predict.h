/*
 * predict - a stream in, probability lines out.
 *
 * Records are taken in blocks of up to INFER_BLOCK pictures, but nobody waits for a full block:
 * when the input pauses, what came is worked on and its lines are written. Every picture gets the
 * same bits whatever its neighbours are. With eight views, a galaxy's logits are the mean over its
 * eight flips and quarter turns, put into an order that depends on the set of the eight pictures
 * alone: so all eight orientations of a picture give the same line, to the byte. The mean is of
 * logits, not of probabilities, because the temperature then does the same to it as to one view: a
 * mean of probabilities is less sure than each, and divided by a temperature for one view it is too
 * unsure. A network with a cyclic layer sees the quarter turns of each view itself: of the eight
 * two are computed, the picture and its mirror image.
 */
#ifndef PREDICT_H
#define PREDICT_H

#include <stdbool.h>
#include <stdint.h>

#include "model/model.h"
#include "base/status.h"
#include "stream/stream.h"

struct predict {
    const struct model *model;
    struct stream_reader *in;
    unsigned jobs;
    unsigned views; /* 1 or 8 */
    bool std;       /* add the standard deviation over views of the likeliest class */

    /* Takes finished lines, in order, whole. An error ends the run. */
    enum status (*write)(void *context, const void *text, size_t bytes, struct error *);

    /* Told of each record that is left out because its pixels are no numbers, in order. The error
       names file and record. */
    void (*report)(void *context, const struct error *);

    /* Told how many records are done. May be NULL. */
    void (*progress)(void *context, uint64_t records);
    void *context;
};

/* Write the header line and a line for each record; *skipped counts those that were left out.
   STATUS_OK at the end of a complete stream; lines of records before any failure have been written.
   STATUS_MISMATCH where the model doesn't fit the stream. */
enum status predict_run(const struct predict *, uint64_t *skipped, struct error *) MUST_CHECK;

#endif
