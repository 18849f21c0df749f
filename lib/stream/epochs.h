/*
 * epochs - a set of records repeated for several epochs, each time in another view and order.
 *
 * Epoch k (from 1) has every record once, as its k-th view (augment.h). Records are shuffled:
 * sorted by a hash of (seed, epoch, id), which doesn't depend on the order of the input. The field
 * `progress` (<f4) of a record tells its place in the training: the number of records before it,
 * divided by the number of records in all epochs.
 *
 * Balanced, a record of class c, which has n[c] of all n records, gets the weight
 *
 *     weight[c] = n[c]^-p, divided by the mean of this over all records,
 *
 * with p = balance: for p = 1 all classes count the same, for p = 1/2 a class counts as the square
 * root of its size. A record's class is record_label. Weights of the input are replaced.
 *
 * Memory: all records of the input, 16 bytes for each, and that of blocks.h.
 */
#ifndef EPOCHS_H
#define EPOCHS_H

#include <stdbool.h>
#include <stdint.h>

#include "stream/augment.h"
#include "base/mem.h"
#include "base/status.h"
#include "stream/stream.h"

struct epochs {
    struct augment augment;
    uint32_t epochs;
    bool shuffle;   /* else every epoch has the input's order */
    double balance; /* the p above; 0: weights are those of the input, if any */
    unsigned jobs;

    /* Called with the number of records done and of all records to do. May be NULL. */
    void (*progress)(uint64_t done, uint64_t expected);
};

/* The type of augmented records: that of the input, but with pixels of the augmentation's size, a
   view and, if wanted, progress and a weight. STATUS_MISMATCH if the input's pictures are smaller
   than this size, or if one side is even and the other odd; or if records without votes are to be
   balanced. */
enum status epochs_type(const struct epochs *, const struct record_type *in, bool progress,
                        struct record_type *out, struct error *) MUST_CHECK;

/* Append all records of a stream to b. STATUS_OK after the last record of a complete stream;
   STATUS_FORMAT at a record whose pixels record_check refuses. */
enum status epochs_load(struct stream_reader *, struct buffer *b, struct error *) MUST_CHECK;

/* Write all epochs of the n records of type in at records. */
enum status epochs_run(const struct epochs *, const struct record_type *in,
                       const unsigned char *records, uint64_t n, const struct record_type *out_type,
                       struct stream_writer *out, struct error *) MUST_CHECK;

#endif
