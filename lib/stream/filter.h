/*
 * filter - a stream from a stream, record by record, on all processors.
 *
 * The order of records is kept. A filter works in a live pipe, as blocks.h does: it never waits for
 * more input before it has written what it made of the input so far. Memory is constant: about a
 * megabyte for each thread, and a few records.
 */
#ifndef FILTER_H
#define FILTER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"
#include "stream/stream.h"

struct filter {
    struct stream_reader *in;
    struct stream_writer *out;
    const struct record_type *out_type;
    unsigned jobs;
    void *context;

    /* Make the record out, which is all zero before, from the record in. false: leave it out. There
       are many calls at a time. */
    bool (*apply)(void *context, const unsigned char *in, unsigned char *out);

    /* Called now and then with the number of records done. May be NULL. */
    void (*progress)(void *context, uint64_t records);

    /* Whether the record in can be used. A failure ends the run; the file and the record are put
       before its text. Called in the order of records. NULL: all can. */
    enum status (*check)(void *context, const unsigned char *in, struct error *);
};

/* Run to the end of the input. STATUS_OK at the end of a complete stream. Records that were read
   before a failure have been written. */
enum status filter_run(const struct filter *, struct error *) MUST_CHECK;

#endif
