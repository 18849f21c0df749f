/*
 * score_report - a score as text, for people or for programs.
 *
 * For people: paragraphs with the totals, the confusion matrix, the classes, the calibration, and
 * the most confident predictions. For programs: the same figures as pairs, lines of a key, a tab
 * and a value with nine digits, which is nan if there is nothing to divide by:
 *
 *     galaxies, correct, accuracy, accuracy.low, accuracy.high, log-loss, calibration-error
 *     confusion.LABEL.PREDICTED
 *     precision.CLASS, recall.CLASS, f1.CLASS
 *     bin.N.galaxies, bin.N.confidence (the mean), bin.N.accuracy       N from 1, lowest first
 *     kept.PERCENT.galaxies, .confidence (the least), .accuracy, .low, .high
 */
#ifndef SCORE_REPORT_H
#define SCORE_REPORT_H

#include <stdbool.h>

#include "base/mem.h"
#include "catalogue/score.h"
#include "base/status.h"

/* Append the report to out. names are the classes'. The score has at least one galaxy. Fails only
   for lack of memory. */
enum status score_report_write(struct buffer *out, const struct score *, const char *const *names,
                               bool pairs, struct error *) MUST_CHECK;

#endif
