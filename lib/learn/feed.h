/*
 * feed - a labelled stream as training uses it up: its records are checked, counted and hashed.
 *
 * Reading fails as example_read does. After STATUS_INTERRUPTED (see stream_watch) the same call
 * goes on where it was.
 */
#ifndef FEED_H
#define FEED_H

#include <stdbool.h>
#include <stdint.h>

#include "base/mem.h"
#include "base/status.h"
#include "learn/examples.h"
#include "stream/fingerprint.h"

/* A place in a stream: how much of it has been used, and what that was. */
struct stream_position {
    uint64_t records;
    uint64_t hash;                     /* of their ids, views, progress, weights other than 1, and
                                          middle rows of pixels */
    struct fingerprint galaxies;       /* of the records of the first view: each galaxy once */
    double labels[RECORD_CLASSES_MAX]; /* how many of these galaxies each class has, by their
                                          weights; with soft labels, the sum of its shares of the
                                          votes */
};

struct feed {
    struct stream_reader *in;    /* borrowed */
    struct record_type type;     /* of its records; a copy, which outlives the stream */
    struct input_format format;  /* points at the type above */
    bool soft_labels;            /* how labels are counted */
    struct buffer ahead;         /* owned: records that were read and not used yet ... */
    size_t ahead_at;             /* ... from this byte on */
    struct stream_position used; /* by whole steps */

    /* The batch under way, which a failed read leaves as it is for the next call. */
    size_t batch;                  /* records in it */
    struct stream_position loaded; /* after these */
    uint64_t view;                 /* the view of all of them */
    double learning_rate;          /* at the first of them */
    double expected; /* records of all epochs, as the first of them tells; 0: unknown */
};

/* Begin with an open stream. The caller sets the format, and soft_labels where they are wanted,
   before anything is read. */
void feed_init(struct feed *, struct stream_reader *);
void feed_release(struct feed *);

/* Read ahead up to so many records, or about so many bytes of them, and add up their pixels. It is
   not an error that the stream ends there. */
enum status feed_measure(struct feed *, size_t records, size_t bytes, struct moments *,
                         struct error *) MUST_CHECK;

/* Point at the next record without using it up. The pointer is good until the next call. */
enum status feed_peek(struct feed *, const unsigned char **record, struct error *) MUST_CHECK;

/* Use up the record that was peeked at: move a position that is before it to after it. */
void feed_use(struct feed *, struct stream_position *, const unsigned char *record);

/* Use up records until so many have been used in all. STATUS_END where there are fewer. */
enum status feed_skip(struct feed *, uint64_t records, struct error *) MUST_CHECK;

#endif
