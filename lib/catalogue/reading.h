/*
 * reading - choose how a table of votes is read: by a rule, by a column for each class, or by a
 * column with the names of classes.
 *
 * Options of the user decide. Without them the columns and the cells of the first READING_SAMPLE
 * rows decide. The first of these that fits is taken:
 *
 *     1. a built-in rule all of whose columns are there; of several, the one with most columns
 *     2. a column of text with 1 to 32 different cells, the classes' names ("labels"), if it is
 *        called so (usual.h) or is the only one besides the id
 *     3. an id and a column for each class, whose numbers can be votes: shares from 0 to 1, whose
 *        sum is about 1 at most, or whole numbers
 *
 * If two of a kind fit, if there is a part of a rule's columns, or if a column of the third kind
 * can't hold votes (right ascension, a magnitude), the error names the columns and the option that
 * helps. Nothing is guessed where two answers are likely: wrong labels look like right ones.
 *
 * The galaxies' ids are in the column of the option, or else in that of the rule; else in the first
 * column with a usual name for ids; else in the first column that isn't used otherwise.
 */
#ifndef READING_H
#define READING_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"
#include "catalogue/rule.h"
#include "catalogue/table.h"
#include "stream/record.h"

enum { READING_SAMPLE = 1000, READING_PARTS_MAX = 16 };

/* Each is NULL if the user doesn't say. */
struct reading_options {
    const char *rule;         /* the name of a built-in rule */
    const char *rules;        /* a file with a rule */
    const char *variant;      /* the name of a variant of the rule */
    const char *id_column;    /* the name of the column of ids */
    const char *label_column; /* the name of the column of labels */
    const char *classes;      /* such as "a,b=c+d": classes, and their columns or labels */
};

/* A class of the option --classes, and what it is the sum or the union of. */
struct reading_class {
    char *name;
    size_t parts;
    char *part[READING_PARTS_MAX];
};

struct reading {
    struct rule *rule; /* bound; NULL for a table of labels */
    char name[80];     /* for people, such as "rule gz2, variant fraction" */
    int id, label;     /* columns; label is -1 where there is a rule */
    size_t classes;    /* of a table of labels, where the option names them */
    struct reading_class class[RECORD_CLASSES_MAX];
    char *text; /* private: what the names point into */
};

/* Find out how to read the table, which was just opened. Errors don't name the file of the table.
 */
enum status reading_init(struct reading *, struct table *, const struct reading_options *,
                         struct error *) MUST_CHECK;

/* Free. A reading that is all zero, or failed to be made, is fine. */
void reading_release(struct reading *);

/* The column of the galaxies' ids: that of this name if it isn't NULL, else one with a usual name,
   else the first but `except`. -1: there is none of this name. */
int reading_id_column(const struct table *, const char *name, int except);

#endif
