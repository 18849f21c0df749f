/*
 * answers - the lines that gz-score measures a network by, collected one by one: those with a
 * label, of galaxies that the network hasn't learned from.
 *
 * A line whose label is not a class of the network counts among the others (sample.h).
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
    bool learned_too;   /* count the galaxies that the network learned from */
    bool keep_ids;      /* and keep the ids, */
    bool keep_mistakes; /* and the mistakes */

    struct score score;   /* of the galaxies whose label is a class */
    struct sample sample; /* of all */
    struct buffer ids;    /* owned; theirs, RECORD_ID_MAX + 1 bytes each */
    struct mistakes mistakes;
    uint64_t others;                    /* galaxies whose label is not a class ... */
    char first_other[NPY_NAME_MAX + 1]; /* ... and the label of the first of them */
    uint64_t learned;                   /* lines left out */
};

/* Begin with no lines, the first three members set. */
enum status answers_init(struct answers *, size_t classes, struct error *) MUST_CHECK;

/* Add a line that has a label. */
enum status answers_add(struct answers *, const struct prediction *, struct error *) MUST_CHECK;

void answers_release(struct answers *);

#endif
