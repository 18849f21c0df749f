/*
 * lines - probability lines, as gz-infer writes and gz-score, gz-triangle and others read them.
 *
 *     #id <TAB> spiral <TAB> edge-on <TAB> round [<TAB> label] [<TAB> spread]
 *     100143 <TAB> 0.981274 <TAB> 0.004410 <TAB> 0.014316 [<TAB> spiral] [<TAB> 0.012345]
 *
 * The columns between id and the optional last ones are the classes, in the order of the weights.
 * A class has a name that record_check_class accepts. Probabilities have six decimals, are between
 * 0 and 1, and sum to 1 within PREDICTIONS_SUM_TOLERANCE. A label that isn't known is written -;
 * empty is read likewise. Every line ends with a newline: a last one without is taken as cut off,
 * since half a number is a number, too.
 */
#ifndef PREDICTIONS_H
#define PREDICTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "stream/record.h"
#include "base/status.h"
#include "catalogue/table.h"

#define PREDICTIONS_SUM_TOLERANCE 1e-3
#define PREDICTIONS_NO_LABEL      RECORD_NO_CLASS

struct predictions {
    struct table table; /* private */
    size_t classes;     /* 2 to RECORD_CLASSES_MAX */
    int first;          /* column of the first class; the others follow it */
    int label, spread;  /* columns, or -1 */
};

struct prediction {
    char id[RECORD_ID_MAX + 1];
    float probability[RECORD_CLASSES_MAX];
    int label;    /* the class volunteers chose, an index; -1 where it isn't known */
    float spread; /* standard deviation over views of the likeliest class; 0 where not known */
};

/* Open probability lines from n files (none, or "-": standard input), concatenated. */
enum status predictions_open(struct predictions *, char *const *paths, size_t n,
                             struct error *) MUST_CHECK;

/* The name of class k, owned by the lines. */
const char *predictions_class(const struct predictions *, size_t k);

/* Read the next line. STATUS_END after the last. Errors name file and line; STATUS_FORMAT means
   that this line is wrong, and the next call goes on with the one after it. */
enum status predictions_next(struct predictions *, struct prediction *, struct error *) MUST_CHECK;

/* Close and free. */
void predictions_close(struct predictions *);

/* Append the header line for these classes to out, then lines. STATUS_FORMAT where a class has a
   name that can't be one, or a probability is no number; nothing of that line is then appended. */
enum status predictions_write_header(struct buffer *out, size_t classes, const char *const *names,
                                     bool label, bool spread, struct error *) MUST_CHECK;
enum status predictions_write(struct buffer *out, const struct prediction *, size_t classes,
                              const char *const *names, bool label, bool spread,
                              struct error *) MUST_CHECK;

#endif
