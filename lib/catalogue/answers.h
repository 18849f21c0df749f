/*
 * answers - collect the predictions that gz-score measures a network by: those that have a label,
 * for galaxies that the network hasn't learned from.
 *
 * A galaxy whose label is not a class of the network counts as SAMPLE_OTHER (sample.h).
 */
#ifndef ANSWERS_H
#define ANSWERS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/mem.h"
#include "base/status.h"
#include "catalogue/mistakes.h"
#include "catalogue/predictions.h"
#include "catalogue/sample.h"
#include "catalogue/score.h"

struct answers {
    bool learned_too;   /* also take the galaxies that the network learned from */
    bool keep_ids;      /* fill ids */
    bool keep_mistakes; /* fill mistakes */

    struct sample sample; /* all galaxies that were taken */
    struct score score;   /* those whose label is a class */
    struct buffer ids;    /* owned; the ids of the sample, RECORD_ID_MAX + 1 bytes each */
    struct mistakes mistakes;
    uint64_t others;                    /* galaxies whose label is not a class */
    char first_other[NPY_NAME_MAX + 1]; /* the label of the first of them */
    uint64_t learned;                   /* lines left out, as the network learned from them */
};

/* Begin without lines. The caller has set the first three members, and all others to 0. */
enum status answers_init(struct answers *, size_t classes, struct error *) MUST_CHECK;

/* Add a line that has a label. */
enum status answers_add(struct answers *, const struct prediction *, struct error *) MUST_CHECK;

void answers_release(struct answers *);

#endif
