/*
 * epochs - a set of records again and again, each time in another view and another order.
 *
 * In epoch k (from 1) every record comes once, as its k-th view (augment.h). The order is that of a
 * hash of (seed, epoch, id): it looks shuffled, and doesn't depend on the order of the input. The
 * outgoing records have the field `progress` (<f4): the share of all epochs that lies before the
 * record, for whoever wants to know how far training is.
 *
 * Memory: the bytes of all incoming records, 16 more each.
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
    bool shuffle; /* else the input's order, each time */
    unsigned jobs;

    /* Told how many of how many records are done. May be NULL. */
    void (*progress)(uint64_t done, uint64_t expected);
};

/* The type of the augmented records: pixels of the augmentation's size, a view, and progress where
   wanted. STATUS_MISMATCH where the records are smaller than that, or the size is odd and theirs
   even, or the other way round. */
enum status epochs_type(const struct augment *, const struct record_type *in, bool progress,
                        struct record_type *out, struct error *) MUST_CHECK;

/* Append all records of a stream to b. STATUS_OK after a complete one. */
enum status epochs_load(struct stream_reader *, struct buffer *b, struct error *) MUST_CHECK;

/* Write all epochs of n records of type in, which follow each other at records. */
enum status epochs_run(const struct epochs *, const struct record_type *in,
                       const unsigned char *records, uint64_t n, const struct record_type *out_type,
                       struct stream_writer *out, struct error *) MUST_CHECK;

#endif
