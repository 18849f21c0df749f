/*
 * history - what is known at the end of each epoch, as a line for people and as a table.
 *
 *     #epoch records loss valid-loss valid-accuracy low high rate images/s
 *
 * The columns are separated by tabs. The four of a validation set are empty where there is none.
 */
#ifndef HISTORY_H
#define HISTORY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/mem.h"
#include "base/status.h"
#include "catalogue/score.h"
#include "learn/evaluate.h"

struct epoch_report {
    uint64_t epoch;   /* the view */
    uint64_t epochs;  /* in all; 0: unknown */
    uint64_t records; /* since the start of training */
    double loss;      /* mean over the epoch, while training */
    bool validated;
    struct evaluation valid;
    struct interval accuracy; /* 95 % interval of the validation accuracy */
    double learning_rate;     /* of the epoch's last step */
    double speed;             /* records a second in this epoch, since this process began */
    double left;              /* seconds to the end at this speed, where epochs is known */
    bool best;                /* the best so far; only with patience */
};

/* A report as a line of text without newline; returns text. */
enum { EPOCH_REPORT_TEXT = 256 };
const char *epoch_report_text(const struct epoch_report *, char text[EPOCH_REPORT_TEXT]);

/* Append a report to the rows of a history. Only the newest HISTORY_MAX bytes are kept: in the
   header of a checkpoint a tab or newline takes two bytes, 9 of at least 30 in a row, and with them
   a history still fits into WEIGHTS_HEADER_MAX. */
enum { HISTORY_MAX = 3 << 20 };
enum status history_add(struct buffer *rows, const struct epoch_report *,
                        struct error *) MUST_CHECK;

/* Write the table, its header line and these rows, as the file path. */
enum status history_write(const struct buffer *rows, const char *path, struct error *) MUST_CHECK;

#endif
