/*
 * labelling - give the records of a stream their votes, and count what becomes of them.
 *
 * A record is kept if it is in all the folds that are wanted and has a label in a table of votes
 * (votes.h); it then gets the field `votes`. Each record is counted once. A record outside the
 * folds isn't looked up in the table.
 *
 * A labelling owns nothing; votes and folds must outlive it. It tells votes which galaxies there
 * are (votes_match_correction).
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
    struct votes *votes;
    const struct fold *fold; /* a record must be in all of them */
    size_t folds;
    struct record_type out; /* of the records that are made */

    uint64_t kept[RECORD_CLASSES_MAX]; /* records with this label */

    /* Records that are left out. */
    uint64_t disputed; /* without a label: the limits aren't reached, or a person dropped it */
    uint64_t too_few;  /* too few volunteers */
    uint64_t unknown;  /* not in the table */
    uint64_t outside;  /* not in all folds */

    /* Records whose id has another spelling in the table; the id of the first of them, and its
       spelling in the table. With a table of ids (--ids) they aren't counted. */
    uint64_t respelled;
    char id[RECORD_ID_MAX + 1], spelled[RECORD_ID_MAX + 1];

    struct record_type in;  /* private, as those below */
    struct record_map rest; /* every field but the votes (which are overwritten) */
    char first[RECORD_ID_MAX + 1];
};

/* Prepare for records of this type. The votes have been read to their end. Fails if a record of
   this type with such votes would break a limit of record.h. */
enum status labelling_init(struct labelling *, struct votes *, const struct fold *, size_t folds,
                           const struct record_type *in, struct error *) MUST_CHECK;

/* Make the record out, of type l->out, from in. Returns false if the record is left out. This is
   the function apply of a filter (filter.h), and context is the labelling. The filter must have one
   job, because this function counts. */
bool labelling_apply(void *context, const unsigned char *in, unsigned char *out);

/* To be called after the last of these records. STATUS_MISMATCH if records were looked up and none
   has a row: then the table is of another survey, or has other ids. The error quotes the first id
   of the stream and that of the table. The same if there are corrections, and no galaxy that they
   are for is in the stream or in a table. */
enum status labelling_check(const struct labelling *, uint64_t records, struct error *) MUST_CHECK;

#endif
