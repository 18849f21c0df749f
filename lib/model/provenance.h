/*
 * provenance - what made a table of predictions: program, weights and stream, as a table of text.
 *
 *     program          gz-infer 0.2.0
 *     weights          galaxies/weights.safetensors
 *     weights.hash     1f2e...           rng_hash of the file's bytes, 16 hexadecimal digits
 *     weights.KEY      ...               all metadata of the weights: fov, trained.seed and so on
 *     views            8
 *     prior            spiral=0.2,...    with a prior only, given or estimated (prior.h)
 *     stream.fov       0.299528          what the network saw of the first picture; - if unknown
 *     stream.records   30000             that have a line
 *     stream.skipped   0                 that have none
 *     stream.ids       9a8b...           of the former (fingerprint.h), 16 hexadecimal digits
 *     stream.pixels    7c6d...
 *
 * Key and value are separated by a tab. The same run gives the same bytes.
 */
#ifndef PROVENANCE_H
#define PROVENANCE_H

#include <stdint.h>

#include "base/status.h"
#include "model/model.h"
#include "model/prior.h"
#include "stream/fingerprint.h"

struct provenance {
    const char *program, *version, *weights; /* weights: the name of the file */
    unsigned views;
    const struct model *model;
    const struct prior *prior; /* or NULL */
    double fov;                /* 0: unknown */
    struct fingerprint stream;
    uint64_t skipped;
};

/* Write the table as the file path, whole or not at all. Reads the file of the weights again.
   Errors name the file. */
enum status provenance_write(const struct provenance *, const char *path,
                             struct error *) MUST_CHECK;

#endif
