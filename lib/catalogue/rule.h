/*
 * rule - which columns of a table of votes make which class: a few lines of text for each survey.
 *
 * gz-rules(5) describes the format, with examples; a short one, of Galaxy Zoo 2:
 *
 *     id dr7objid|objid
 *     variant fraction fraction
 *     variant debiased debiased
 *     class spiral
 *     asked t01_smooth_or_features_a02_features_or_disk_{v} * t02_edgeon_a05_no_{v}
 *     answer t04_spiral_a08_spiral_{v}
 *
 * For each class, a rule has formulas of columns: `asked` is the share of all volunteers who were
 * asked the question; either `answer` is the share of those asked who gave the class's answer, or
 * `votes` is the share of all volunteers who gave it. Each of the two follows from the other:
 *
 *     votes = asked x answer        agreement = answer = votes / asked
 *
 * Instead of the agreement, cuts (`need`) may decide whether a galaxy is of a class.
 *
 * Before a rule is used, it is bound to a table, which sets the indices of its columns. A rule owns
 * its text, and doesn't keep the table. Errors of rule_parse name the line, but not the file.
 */
#ifndef RULE_H
#define RULE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"
#include "catalogue/table.h"
#include "stream/record.h"

enum {
    RULE_COLUMNS_MAX = 128, /* different columns in a rule's formulas */
    RULE_STEPS_MAX = 1024,  /* columns, numbers and operators in all formulas */
    RULE_STACK_MAX = 16,    /* how deep a formula may be */
    RULE_NEEDS_MAX = 8,     /* cuts of a class */
    RULE_VARIANTS_MAX = 32,
    RULE_NAME_MAX = 200 /* bytes of a column's name, its alternatives written out */
};

/* Part of the rule's steps, in reverse Polish notation. n is 0 where there is no formula. */
struct formula {
    size_t first, n;
};

struct rule_need {
    struct formula value;
    double least;
    bool above; /* more than least, not at least */
};

struct rule_class {
    char *name;
    struct formula asked; /* none: all volunteers were asked */
    struct formula votes; /* or the answer */
    bool is_answer;       /* a share of those asked, not of all */
    size_t needs;         /* 0: agreement and asked decide */
    struct rule_need need[RULE_NEEDS_MAX];
};

/* When a rule is used for a table that has its columns. */
enum rule_use {
    RULE_ALWAYS,  /* unless another one reads more columns */
    RULE_LAST,    /* if no other rule fits */
    RULE_BY_NAME, /* if the user asks for it */
};

struct rule {
    char *about;
    enum rule_use use;
    bool empty_is_0;  /* an empty cell counts as 0 */
    bool has_counts;  /* columns hold numbers of volunteers, not shares from 0 to 1 */
    bool must_choose; /* if several variants fit a table, the user must name one */
    bool of_sum;      /* of rule_add_sum: the agreement is a share of the votes for all classes */
    size_t classes, columns, steps, variants;
    struct rule_class class[RECORD_CLASSES_MAX];
    char *column[RULE_COLUMNS_MAX]; /* as written, with {} */
    bool optional[RULE_COLUMNS_MAX];
    char *id, *volunteers;   /* columns, or NULL */
    double least_volunteers; /* fewer are too few; 0 if the rule doesn't say */
    struct {
        char *name, *text;
    } variant[RULE_VARIANTS_MAX];
    struct {
        char kind; /* c: a column; n: a number; + - * / */
        size_t column;
        double number;
    } step[RULE_STEPS_MAX];

    char text[32768]; /* private: all names */
    size_t used;

    /* Bound to a table: indices of its columns, -1 for an optional one that isn't there. */
    int at[RULE_COLUMNS_MAX];
    int id_at, volunteers_at;
    size_t variant_at;
};

/* How well a rule fits a table. */
struct rule_fit {
    size_t found, missing;         /* columns, for the variant that fits best */
    size_t variant;                /* this variant, the first of several that fit as well */
    size_t fitting;                /* how many variants have all columns */
    char lacks[RULE_NAME_MAX + 1]; /* the first missing column */

    /* Missing columns for which there is one that differs only by case and by _, -, a point or a
       blank; the first of these names, and which column of the table nearly has it. */
    size_t alike;
    char wants[RULE_NAME_MAX + 1];
    int alike_at;
};

/* Read a rule. On failure *rule is NULL. */
enum status rule_parse(struct rule **, const char *text, struct error *) MUST_CHECK;

/* Make a rule without classes; add a class to it whose votes are the sum of n columns, and whose
   agreement is its share of the votes for all classes. */
enum status rule_make(struct rule **, struct error *) MUST_CHECK;
enum status rule_add_sum(struct rule *, const char *name, size_t n, char *const *columns,
                         struct error *) MUST_CHECK;

/* Find out how well a rule fits a table, with the variant of this name or, if that is NULL, with
   the variant that fits best. */
void rule_try(const struct rule *, const struct table *, const char *variant, struct rule_fit *);

/* Bind the rule to the table with the variant of this name, or the first that fits if it is NULL.
   STATUS_MISMATCH names what is missing, or which variants there are. */
enum status rule_bind(struct rule *, const struct table *, const char *variant,
                      struct error *) MUST_CHECK;

/* The name of the variant that the rule was bound with, or "". */
const char *rule_variant(const struct rule *);

/* Read the current row's cell in a column of the table as a number from 0 to max (table_number). A
   missing one is 0 where the rule says that an empty cell is. */
enum status rule_number(const struct rule *, const struct table *, int column, double max,
                        double *value, struct error *) MUST_CHECK;

/* Read the current row's cells of the rule's columns into value (rule->columns). On STATUS_FORMAT
   the error names the column. */
enum status rule_read(const struct rule *, const struct table *, double *value,
                      struct error *) MUST_CHECK;

/* The value of a formula; a quotient by 0 or less is 0. */
double rule_value(const struct rule *, struct formula, const double *value);

/* Free; NULL is allowed. */
void rule_free(struct rule *);

#endif
