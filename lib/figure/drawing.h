/*
 * drawing - the pictures of a stream into a triangle, and an account of what is missing on either
 * side.
 */
#ifndef DRAWING_H
#define DRAWING_H

#include <stdint.h>

#include "base/status.h"
#include "stream/stream.h"
#include "figure/triangle.h"

struct drawing {
    struct triangle *triangle; /* arranged */
    const char *probs;         /* where its lines came from, for messages */

    /* Told as it goes: the first DRAWING_NAMED missing ones of either side, and how many there are;
       how far it is, expected 0: unknown. */
    void (*warn)(const struct error *);
    void (*progress)(uint64_t records, uint64_t expected);

    /* What could not be drawn: lines without a picture or after another of the same galaxy, records
       without a line or likewise. */
    uint64_t lines, records;
};

enum { DRAWING_NAMED = 10 };

/* Draw all pictures to come. What is missing is no failure, as long as anything is there:
   STATUS_MISMATCH where no galaxy has both a picture and a line. */
enum status drawing_run(struct drawing *, struct stream_reader *, struct error *) MUST_CHECK;

#endif
