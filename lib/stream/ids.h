/*
 * ids - the ids of a stream's galaxies, as a set.
 */
#ifndef IDS_H
#define IDS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/mem.h"
#include "base/status.h"

/* Private. All zero is the empty set. */
struct ids {
    struct buffer sorted; /* entries of RECORD_ID_MAX + 1 bytes */
};

/* Make the set from the stream path, all of which is read. */
enum status ids_read(struct ids *, char *path, struct error *) MUST_CHECK;

bool ids_have(const struct ids *, const char *id);

/* Free. A set that failed to be read is fine. */
void ids_release(struct ids *);

#endif
