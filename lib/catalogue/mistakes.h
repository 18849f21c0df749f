/*
 * mistakes - lines whose likeliest class is not their label, the most confident first.
 *
 * All of them are kept in memory; each takes a struct prediction and 16 bytes.
 */
#ifndef MISTAKES_H
#define MISTAKES_H

#include <stddef.h>
#include <stdint.h>

#include "base/mem.h"
#include "base/status.h"
#include "catalogue/predictions.h"

/* All zero is valid and has none. */
struct mistakes {
    struct buffer found; /* private */
    uint64_t seen;       /* lines added, mistakes or not */
};

/* Add a line whose label is one of the classes; it is kept if it is a mistake. */
enum status mistakes_add(struct mistakes *, const struct prediction *, size_t classes,
                         struct error *) MUST_CHECK;

/* Append the header and the first lines, at most `most`, to out: the most confident mistakes first,
   and equal ones in the order in which they were added. */
enum status mistakes_write(struct mistakes *, uint64_t most, size_t classes,
                           const char *const *names, const struct prediction_columns *,
                           struct buffer *out, struct error *) MUST_CHECK;

void mistakes_release(struct mistakes *);

#endif
