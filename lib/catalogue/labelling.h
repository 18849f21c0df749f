/*
 * labelling - give the records of a stream their votes, and count what becomes of them.
 *
 * Each record is looked up in a table of votes (votes.h) and kept if it has a label there and is in
 * all the folds that are wanted; it gets the field `votes`. Each record is counted once. A record
 * outside the folds isn't looked up.
 *
 * A labelling owns nothing; votes and folds must outlive it.
 */
#ifndef LABELLING_H
#define LABELLING_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"
#include "catalogue/votes.h"
#include "stream/fold.h"
#include "stream/record.h"

struct labelling {
    const struct votes *votes;
    const struct fold *fold; /* a record must be in all of them */
    size_t folds;
    struct record_type out; /* of the records that are made */

    /* Records that were kept, by their label; and the others, by the reason. */
    uint64_t kept[RECORD_CLASSES_MAX];
    uint64_t disputed, unanswered, unknown, elsewhere;

    /* Records whose id the table spells otherwise; the first of them, and how it is spelled there.
       None is counted where a table of ids says what belongs together. */
    uint64_t respelled;
    char id[RECORD_ID_MAX + 1], spelled[RECORD_ID_MAX + 1];

    struct record_type in;  /* private, as those below */
    struct record_map rest; /* every field but the votes (which are overwritten) */
    char first[RECORD_ID_MAX + 1];
};

/* Prepare for records of this type; votes were read to their end. Fails if the type can't have
   such votes. */
enum status labelling_init(struct labelling *, const struct votes *, const struct fold *,
                           size_t folds, const struct record_type *in, struct error *) MUST_CHECK;

/* Make the record out, of type l->out, from in. false: it is left out. This is the function apply
   of a filter (filter.h) with one job, since it counts; context is the labelling. */
bool labelling_apply(void *context, const unsigned char *in, unsigned char *out);

/* After so many records: STATUS_MISMATCH if none of those looked up has a row, which means a table
   of another survey, or with other ids. The error quotes an id of either side. */
enum status labelling_check(const struct labelling *, uint64_t records, struct error *) MUST_CHECK;

#endif
