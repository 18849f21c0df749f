#include "stream/fingerprint.h"

#include <string.h>

#include "base/rng.h"

void fingerprint_add(struct fingerprint *f, const struct record_type *t,
                     const unsigned char *record)
{
    char id[RECORD_ID_MAX + 1];
    record_id(t, record, id);
    uint64_t hash = rng_hash(0, id, strlen(id));
    f->records++;
    f->ids += hash;
    f->pixels += rng_hash(hash, record_pixels(t, record), record_pixel_bytes(t));
}

void fingerprint_merge(struct fingerprint *f, const struct fingerprint *more)
{
    f->records += more->records;
    f->ids += more->ids;
    f->pixels += more->pixels;
}
