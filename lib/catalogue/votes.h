/*
 * votes - what volunteers said: a table of votes, held in memory and looked up by id.
 *
 * table.h has the table's syntax. There are two kinds of tables:
 *
 *     Galaxy Zoo 2    columns Class1.1 ... Class11.6, in any order, of which those below are read,
 *                     and GalaxyID. If that is missing, the first column is the id, which must
 *                     not be a Class column. Each value is a share of all volunteers, 0 to 1.
 *
 *         class      votes for it   asked      agreement
 *         spiral     Class4.1       Class2.2   Class4.1 / Class2.2
 *         edge-on    Class2.1       Class1.2   Class2.1 / Class1.2
 *         round      Class7.1       Class1.1   Class7.1 / Class1.1
 *
 *     any other       an id column, whatever its name, then a column for each class, which has the
 *                     class's name. Values are shares or counts. All volunteers were asked; the
 *                     agreement on a class is its share of all votes.
 *
 * A galaxy's shares are the votes for each class, scaled to sum to 1. The class with the largest
 * share, the first of equals, is its label, as record_label will find it, provided that the
 * agreement on this class and the share of volunteers who were asked reach the rule's limits.
 * Agreement alone never decides: it may be high on two classes at once, each among those who were
 * asked, and then only the one with more votes is considered.
 *
 * Limits compare as decimals do: 0.7993944 is 0.9 of 0.888216, although the quotient of the doubles
 * is less. A part may fall short by VOTES_SLACK of the whole, a thousand times the rounding error
 * of doubles, and far less than tables of nine decimals can differ by.
 *
 * Memory: for a row 6 bytes and its id, 4 bytes for each class if it has a label, and 8 to 16 bytes
 * of a hash table.
 */
#ifndef VOTES_H
#define VOTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/mem.h"
#include "stream/record.h"
#include "base/status.h"
#include "catalogue/table.h"

#define VOTES_SLACK 1e-12

struct votes_rule {
    double min_agreement; /* 0 to 1, of those who were asked */
    double min_asked;     /* 0 to 1, of all volunteers */
};

struct vote {
    int label;                       /* a class, or -1 if the rule's limits aren't reached */
    float share[RECORD_CLASSES_MAX]; /* of each class, if there is a label; their sum is 1 */
};

/* Private, except classes. */
struct votes {
    size_t classes; /* 2 to RECORD_CLASSES_MAX */
    char *path;
    struct table table;
    struct votes_rule rule;
    int id;                         /* column */
    int answer[RECORD_CLASSES_MAX]; /* columns: votes for each class */
    int asked[RECORD_CLASSES_MAX];  /* columns; -1: all volunteers were asked */
    const char *name[RECORD_CLASSES_MAX];
    size_t rows;
    struct buffer row; /* all rows, one after another */
    uint32_t *slot;    /* hash table: where in row each begins, + 1; 0: a free slot */
    size_t slots;      /* a power of two, more than twice the rows */
};

/* Open the table path ("-": standard input) and find out which kind it is. path must outlive
   votes. */
enum status votes_open(struct votes *, char *path, const struct votes_rule *,
                       struct error *) MUST_CHECK;

/* Read one row into memory. STATUS_END after the last. STATUS_FORMAT: this row is wrong, and the
   next call goes on with the row after it. STATUS_MISMATCH: two rows have the same id. Errors name
   file and line. */
enum status votes_read_row(struct votes *, struct error *) MUST_CHECK;

/* The names of the classes, valid until votes_release. */
const char *const *votes_classes(const struct votes *);

/* Find a galaxy's vote. Returns false if its id isn't in the table. */
bool votes_find(const struct votes *, const char *id, struct vote *);

/* Close and free. Votes that failed to open are fine. */
void votes_release(struct votes *);

#endif
