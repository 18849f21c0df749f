/*
 * fingerprint - which records a run has seen, in three numbers that don't depend on their order.
 *
 * The hashes are sums modulo 2^64, over the records, of rng_hash of the id, and of rng_hash of the
 * pixels as they are stored, begun with that of the id. gz-weights(5) computes them with NumPy.
 */
#ifndef FINGERPRINT_H
#define FINGERPRINT_H

#include <stdint.h>

#include "stream/record.h"

/* All zero is that of no records. */
struct fingerprint {
    uint64_t records, ids, pixels;
};

/* Add a record. */
void fingerprint_add(struct fingerprint *, const struct record_type *, const unsigned char *record);

/* Add all records of another fingerprint. */
void fingerprint_merge(struct fingerprint *, const struct fingerprint *);

#endif
