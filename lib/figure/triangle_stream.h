/*
 * triangle_stream - draw the pictures of a stream into a triangle, and report what couldn't be
 * drawn: predictions without a picture, and records without a prediction.
 */
#ifndef TRIANGLE_STREAM_H
#define TRIANGLE_STREAM_H

#include <stdint.h>

#include "base/status.h"
#include "stream/stream.h"
#include "figure/triangle.h"

struct triangle_stream {
    struct triangle *triangle; /* arranged */
    const char *predictions;   /* the name of their file, for messages */

    /* Receives each picture, and its galaxy; NULL: it is drawn into the triangle. */
    enum status (*use)(void *context, const struct triangle_galaxy *, const void *pixels,
                       struct error *);
    void *context; /* of use */

    /* Receives a warning for each of the first WARNINGS_MAX undrawn records and predictions, then
       one for how many there are of each. */
    void (*warn)(const struct error *);

    /* Receives the number of records read, and of all (0: unknown), after each. */
    void (*progress)(uint64_t records, uint64_t expected);

    /* Results: how many couldn't be drawn. Besides those that miss the other part, these are all
       but the first of each galaxy. */
    uint64_t undrawn_predictions, undrawn_records;
};

/* Draw all records that are left in the stream. STATUS_MISMATCH if no galaxy has both a picture and
   a prediction; otherwise undrawn ones are not a failure. */
enum status triangle_stream_draw(struct triangle_stream *, struct stream_reader *,
                                 struct error *) MUST_CHECK;

#endif
