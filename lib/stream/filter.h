/*
 * filter - a stream in, a stream out, one record at a time, on all processors.
 *
 * Records leave in the order they came. Several are taken at once where they are there already,
 * but nobody waits for more: what was read is worked on and handed on before the next wait, so a
 * filter can sit in a live pipe. Memory is constant: about a megabyte a thread and a few records.
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

    /* Make the outgoing record (all zero before) of the incoming one; false: it is left out. Many
       at once. */
    bool (*apply)(void *context, const unsigned char *in, unsigned char *out);

    /* Told after each few records how many have been read. May be NULL. */
    void (*progress)(void *context, uint64_t records);
};

/* Run to the end of the input. STATUS_OK at the end of a complete one; records that were read
   before any failure have been written. */
enum status filter_run(const struct filter *, struct error *) MUST_CHECK;

#endif
