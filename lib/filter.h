/*
 * filter - a stream in, a stream out, one record at a time, on all processors.
 *
 * Records leave in the order they came. Several are taken at once where they are there already,
 * but nobody waits for more: what was read is worked on and handed on before the next wait, so a
 * filter can sit in a live pipe. Memory is constant: about a megabyte a thread and a few records.
 */
#ifndef FILTER_H
#define FILTER_H

#include <stdint.h>

#include "status.h"
#include "stream.h"

enum verdict {
    FILTER_KEEP,
    FILTER_DROP, /* as meant: nothing is said */
    FILTER_SKIP  /* the record can't be used: report gets the error */
};

struct filter {
    struct stream_reader *in;
    struct stream_writer *out;
    const struct record_type *out_type;
    unsigned jobs;
    void *context;

    /* Make the outgoing record (all zero before) of the incoming one. Many at once. */
    enum verdict (*apply)(void *context, const unsigned char *in, unsigned char *out,
                          struct error *);

    /* Told of each skipped record, in order, one at a time. The error names file and record. */
    void (*report)(void *context, const struct error *);

    /* Told after each few records how many have been read. May be NULL. */
    void (*progress)(void *context, uint64_t records);
};

/* Run to the end of the input. STATUS_OK at the end of a complete one; records that were read
   before any failure have been written. *skipped counts FILTER_SKIP. */
enum status filter_run(const struct filter *, uint64_t *skipped, struct error *) MUST_CHECK;

#endif
