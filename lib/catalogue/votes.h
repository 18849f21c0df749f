/*
 * votes - the volunteers' votes for galaxies, held in memory and looked up by id.
 *
 * table.h has the table's syntax, reading.h finds out which columns make which class, and rule.h
 * has the formulas. A galaxy's votes come from three tables:
 *
 *     votes        a row for each galaxy: what share of the votes each class has, or its label
 *     ids          if given: which id in the catalogue belongs to a picture's name
 *     corrections  if given: labels that a person changed (column `corrected`), or `drop`
 *
 * A galaxy's shares are the votes for each class, scaled to sum to 1. The class with the largest
 * share, the first of equals, is its label, as record_label will find it, provided that the
 * agreement on this class and the share of volunteers who were asked reach the limits; where the
 * rule has cuts for this class, these decide instead. Agreement alone never decides: it may be high
 * on two classes at once, each among those who were asked, and then only the one with more votes is
 * considered. In a table with a column for each class the agreement is a share of all votes. A
 * label in a cell, or of a person, has the share 1.
 *
 * Limits compare as decimals do: 0.7993944 is 0.9 of 0.888216, although the quotient of the doubles
 * is less. A part may fall short by VOTES_SLACK of the whole, a thousand times the rounding error
 * of doubles, and far less than tables of nine decimals can differ by.
 *
 * Memory: for a row of votes 6 bytes and its id, 4 bytes for each class if it has a label and the
 * table has numbers, and 8 to 16 bytes of a hash table; for a row of ids both ids, 2 bytes, and as
 * much of a hash table; see also lookup.h.
 */
#ifndef VOTES_H
#define VOTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/option.h"
#include "base/status.h"
#include "catalogue/lookup.h"
#include "catalogue/reading.h"
#include "catalogue/table.h"
#include "stream/record.h"

#define VOTES_SLACK   1e-12
#define VOTES_BY_RULE (-1.0)

/* Labels that aren't a class. */
enum {
    VOTES_NO_CLASS = -1, /* the limits aren't reached, or the label is not one of the classes */
    VOTES_NOT_USED = -2, /* no label, or dropped by a person */
    VOTES_TOO_FEW = -3   /* volunteers */
};

struct votes_options {
    double min_agreement; /* 0 to 1, of those who were asked */
    double min_asked;     /* 0 to 1, of all volunteers */
    /* The least number of volunteers, for which the rule must name their column. VOTES_BY_RULE:
       what the rule says, where the table has the column. */
    double min_volunteers;
    const char *other;  /* NULL, or the name of one more class, for galaxies with VOTES_NO_CLASS */
    double other_share; /* 0 to 1: the share of these that is taken, by a hash of their ids */
    char *ids;          /* NULL, or the file of the table of ids */
    char *corrections;  /* NULL, or the file of the table of corrections */
    const char *picture_column; /* the column of ids with the names of pictures; NULL: find it */
    struct reading_options reading;
};

/* The options as rows of a command line (base/option.h). */
extern const struct option_spec votes_option_table[];

struct vote {
    int label;                       /* a class, or VOTES_NO_CLASS and so on */
    float share[RECORD_CLASSES_MAX]; /* of each class, if there is a label; their sum is 1 */
    const char *spelled; /* the galaxy's id in the table; "" if only a person named it */
};

/* Private, except classes. classes is final when all rows have been read. */
struct votes {
    size_t classes; /* 1 to RECORD_CLASSES_MAX */
    char *path;
    struct votes_options options; /* min_volunteers isn't VOTES_BY_RULE any more */
    struct table table;           /* the one that is being read */
    enum { VOTES_TABLE, VOTES_CORRECTIONS, VOTES_IDS, VOTES_READ } stage;
    struct reading reading;
    char *name[RECORD_CLASSES_MAX]; /* of the classes */
    int order[RECORD_CLASSES_MAX];  /* of labels in rows: which class that is */
    double value[RULE_COLUMNS_MAX];
    struct lookup rows, corrections, ids;
    int id, other; /* the current table's columns: ids, and labels or names of pictures */
    char first[RECORD_ID_MAX + 1], first_correction[RECORD_ID_MAX + 1];
    bool seen[RECORD_CLASSES_MAX];         /* of --classes: a row has a label of this class */
    bool seen_in_case[RECORD_CLASSES_MAX]; /* the same, where upper and lower case are equal */
    uint64_t unmatched;                    /* corrections */
    bool has_rows;                         /* the table of votes; they may all be wrong */
};

/* Open the table of votes ("-": standard input) and find out how to read it. path and the texts of
   the options must outlive votes. */
enum status votes_open(struct votes *, char *path, const struct votes_options *,
                       struct error *) MUST_CHECK;

/* Read one row of one of the tables into memory. STATUS_END after the last. STATUS_FORMAT: this row
   is wrong, and the next call goes on with the row after it; after any other error, reading ends.
   STATUS_MISMATCH: two rows have the same id, an id lost digits, a table has no good header, or the
   tables don't fit together. Errors name file and, unless they are about a whole table, line. */
enum status votes_read_row(struct votes *, struct error *) MUST_CHECK;

/* The names of the classes, valid until votes_release. */
const char *const *votes_classes(const struct votes *);

/* How the table was read, for people: "rule gz2, variant fraction". */
const char *votes_reading(const struct votes *);

/* The least number of volunteers that a galaxy must have. */
double votes_min_volunteers(const struct votes *);

/* The first id of the table: "" if no row could be used, NULL if there is no row. */
const char *votes_first_id(const struct votes *);

/* The name of the table that the last row is from, or that couldn't be opened. NULL after the last
   row. */
const char *votes_file(const struct votes *);

/* A galaxy of the stream has this id, whether or not it is kept: a correction for it isn't one for
   nothing. Those for galaxies in the tables of votes and ids aren't, either. */
void votes_match_correction(struct votes *, const char *id);

/* How many galaxies were corrected, and how many of these corrections are for nothing so far. */
uint64_t votes_corrections(const struct votes *);
uint64_t votes_unmatched(const struct votes *);

/* Find a galaxy's vote. Returns false if its id isn't in the tables. */
bool votes_find(const struct votes *, const char *id, struct vote *);

/* Close and free. Votes that failed to open are fine. */
void votes_release(struct votes *);

#endif
