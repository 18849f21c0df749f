/*
 * predictions - the table that gz-infer writes and gz-score, gz-triangle and others read: a row for
 * each galaxy, with a probability for each class.
 *
 *     #id <TAB> spiral <TAB> edge-on <TAB> round [<TAB> label] [<TAB> std] [<TAB> part]
 *     100143 <TAB> 0.981274 <TAB> 0.004410 <TAB> 0.014316 [<TAB> spiral] ...
 *
 * The columns between the id and the first of the optional ones are the classes, in the order of
 * the network's outputs; record_check_class accepts their names. Columns that a person added after
 * an optional one are passed over. Probabilities have six decimals, are between 0 and 1, and sum to
 * 1 within PREDICTIONS_SUM_TOLERANCE. The label is the class that the volunteers chose. It may be
 * one that the network doesn't know. If there is no label, RECORD_NO_CLASS is written; an empty
 * cell means the same. The part is "train" for a galaxy that the network learned from, "valid" for
 * one of its validation set, and else "-". Every row ends with a newline: a last row without one
 * counts as cut off, since the first half of a number is a number, too.
 */
#ifndef PREDICTIONS_H
#define PREDICTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "stream/record.h"
#include "base/status.h"
#include "catalogue/table.h"

#define PREDICTIONS_SUM_TOLERANCE 1e-3

struct predictions {
    struct table table;   /* private */
    size_t classes;       /* 2 to RECORD_CLASSES_MAX */
    int label, std, part; /* numbers of columns; -1: there is no such column */
};

/* What a galaxy was in the training of the network. */
enum part { PART_NONE, PART_TRAIN, PART_VALID };

struct prediction {
    char id[RECORD_ID_MAX + 1];
    float probability[RECORD_CLASSES_MAX];
    int label; /* index of the class that the volunteers chose; -1 if it is none of them */
    char other[NPY_NAME_MAX + 1]; /* with label -1: the name of that class; "" if it isn't known */
    float std;      /* standard deviation, over views, of the likeliest class's probability; 0 if it
                          isn't known */
    enum part part; /* PART_NONE if it isn't known */
};

/* Open the concatenation of n files (n 0 or a path "-": standard input). */
enum status predictions_open(struct predictions *, char *const *paths, size_t n,
                             struct error *) MUST_CHECK;

/* The name of class k, valid until predictions_close. */
const char *predictions_class(const struct predictions *, size_t k);

/* Read the next row. STATUS_END after the last. Errors name file and line. STATUS_FORMAT means that
   this row is wrong, and the next call goes on with the row after it. */
enum status predictions_next(struct predictions *, struct prediction *, struct error *) MUST_CHECK;

/* Close and free. */
void predictions_close(struct predictions *);

/* The columns after the classes, in this order. */
struct prediction_columns {
    bool label, std, part;
};

/* Append the header for these classes and columns, or a row, to out. STATUS_FORMAT if a name can't
   be that of a class, an id isn't one, or a probability is not a number; nothing is appended then.
 */
enum status predictions_write_header(struct buffer *out, size_t classes, const char *const *names,
                                     const struct prediction_columns *, struct error *) MUST_CHECK;
enum status predictions_write(struct buffer *out, const struct prediction *, size_t classes,
                              const char *const *names, const struct prediction_columns *,
                              struct error *) MUST_CHECK;

#endif
