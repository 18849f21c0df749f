/*
 * feed - a labelled stream as training uses it up: its records checked, counted and hashed.
 *
 * Records without usable votes or pixels are an error that names them. Reading fails as stream_read
 * does; after STATUS_INTERRUPTED (see stream_watch) the same call goes on.
 */
#ifndef FEED_H
#define FEED_H

#include <stdint.h>

#include "model/input.h"
#include "base/mem.h"
#include "stream/record.h"
#include "base/status.h"
#include "stream/stream.h"

/* A place in a stream, and what came before it. */
struct mark {
    uint64_t records; /* used up so far */
    uint64_t hash;    /* of their ids, views and middle rows of pixels */
};

struct feed {
    struct stream_reader *in;   /* borrowed */
    struct record_type type;    /* its records; a copy, which outlives the stream */
    struct input_format format; /* what is wanted of them; its type is the one above */
    struct buffer ahead;        /* owned: records that were read and not used up ... */
    size_t ahead_at;            /* ... from this byte on */
    struct mark at;             /* after the last whole step */
    struct mark loaded;         /* after the records that are in the next batch already ... */
    size_t waiting;             /* ... how many those are ... */
    uint64_t view;              /* ... the view of all of them ... */
    double rate;                /* ... and the learning rate at the first */
};

/* Begin with an open stream. The format is the caller's to set before anything is read. */
void feed_init(struct feed *, struct stream_reader *);
void feed_release(struct feed *);

/* Read a record that can be learned from, past any feed. */
enum status feed_read(struct stream_reader *, const struct input_format *format,
                      unsigned char *record, struct error *) MUST_CHECK;

/* Read ahead up to so many records, or about so many bytes of them, and add up their pixels. That
   the stream ends there is no error. */
enum status feed_measure(struct feed *, size_t records, size_t bytes, struct moments *,
                         struct error *) MUST_CHECK;

/* Point at the next record without using it up; the pointer is good until the next call. */
enum status feed_peek(struct feed *, const unsigned char **record, struct error *) MUST_CHECK;

/* Use up the record that was peeked at: mark, which was before it, is then behind it. */
void feed_use(struct feed *, struct mark *, const unsigned char *record);

/* Use up records until so many in all are; STATUS_END where there are fewer. */
enum status feed_skip(struct feed *, uint64_t records, struct error *) MUST_CHECK;

#endif
