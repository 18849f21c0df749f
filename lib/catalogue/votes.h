/*
 * votes - what volunteers said: a table of votes, held in memory and looked up by id.
 *
 * The table is one of two kinds (see table.h for its syntax):
 *
 *     Galaxy Zoo 2    columns GalaxyID (or whatever is the first), Class1.1 ... Class11.6 in any
 *                     order, of which these are read; each is a share of all volunteers, 0 to 1
 *
 *         class      answer      of those asked     agreement
 *         spiral     Class4.1    Class2.2           Class4.1 / Class2.2
 *         edge-on    Class2.1    Class1.2           Class2.1 / Class1.2
 *         round      Class7.1    Class1.1           Class7.1 / Class1.1
 *
 *     any other       an id column, whatever its name, then one column a class, named for it:
 * shares or counts. Everybody was asked; the agreement is the largest share
 *
 * A galaxy's shares are its answers, scaled to sum to 1. Its class is the one with the largest
 * share, the first of equals, as record_label will read it. It has that class where the agreement
 * on it and the share of volunteers asked reach the rule's limits. So where the agreement on two
 * classes is high enough (each among those asked), the one with more votes decides, and a galaxy
 * is never kept for a class that another one outnumbers.
 *
 * Limits compare as decimals do: 0.7993944 of 0.888216 is 0.9, though the quotient of the doubles
 * is less. VOTES_SLACK is a thousand times their rounding, and far less than tables of nine
 * decimals can differ by.
 *
 * Memory: 6 bytes and its id for a row, 4 bytes a class more where it has one, and 8 to 16 to find
 * it.
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
    double agreement; /* 0 to 1: at least this share of those asked must agree */
    double asked;     /* 0 to 1: at least this share of all must have come to the question */
};

struct vote {
    int label;                       /* the class, or -1 where the rule's limits aren't reached */
    float share[RECORD_CLASSES_MAX]; /* of each class, where there is a label; their sum is 1 */
};

/* Private, but for classes. */
struct votes {
    size_t classes; /* 2 to RECORD_CLASSES_MAX */
    char *path;
    struct table table;
    struct votes_rule rule;
    int id;                         /* columns */
    int answer[RECORD_CLASSES_MAX]; /* columns */
    int asked[RECORD_CLASSES_MAX];  /* columns; -1: everybody was asked */
    const char *name[RECORD_CLASSES_MAX];
    size_t rows;
    struct buffer row; /* all rows, one behind the other */
    uint32_t *slot;    /* hash table of where in row they begin, + 1; 0: free */
    size_t slots;      /* a power of two, more than twice the rows */
};

/* Open the table path ("-": standard input), which must outlive votes, and see which kind it is. */
enum status votes_open(struct votes *, char *path, const struct votes_rule *,
                       struct error *) MUST_CHECK;

/* Read one row. STATUS_END after the last. STATUS_FORMAT: this row can't be used, the next call
   goes on. STATUS_MISMATCH: two rows have one id. Errors name file and line. */
enum status votes_read(struct votes *, struct error *) MUST_CHECK;

/* The names of the classes, owned by votes. */
const char *const *votes_classes(const struct votes *);

/* What is known of a galaxy. Returns false where its id isn't in the table. */
bool votes_find(const struct votes *, const char *id, struct vote *);

/* Close and free. Votes that failed to open are fine. */
void votes_release(struct votes *);

#endif
