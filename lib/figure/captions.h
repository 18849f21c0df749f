/*
 * captions - the galaxies of a table on a contact sheet, in its order, with its texts.
 *
 * The table has the columns id and, whatever its name, a text; table.h has its syntax. Memory: the
 * records of these galaxies.
 *
 * Order of calls: captions_read; captions_find; captions_draw; captions_release.
 */
#ifndef CAPTIONS_H
#define CAPTIONS_H

#include <stdint.h>

#include "base/mem.h"
#include "base/status.h"
#include "figure/montage.h"
#include "stream/stream.h"

struct captions {
    const char *path;   /* of the table; not owned */
    struct buffer rows; /* owned */
    size_t missing;     /* rows whose galaxy was not found yet */
};

/* Read the first rows of the table, `most` at most. Errors name the file. */
enum status captions_read(struct captions *, char *path, uint64_t most, struct error *) MUST_CHECK;

/* Read records until all galaxies are found, or to the end of the stream. A galaxy that is there
   several times is its first record. STATUS_FORMAT where record_check refuses one. */
enum status captions_find(struct captions *, struct stream_reader *, struct error *) MUST_CHECK;

/* Add the galaxies of this type of record to the sheet; report those that were not found. */
enum status captions_draw(const struct captions *, const struct record_type *, struct montage *,
                          void (*report)(const struct error *), struct error *) MUST_CHECK;

/* Free the contents. All zero is a valid released one. */
void captions_release(struct captions *);

#endif
