/*
 * report - a score as text: for people, or as lines of key, tab and value for programs.
 *
 * names are the classes'. The score has at least one answer. Both append to out, and can fail only
 * for lack of memory.
 */
#ifndef SCORE_REPORT_H
#define SCORE_REPORT_H

#include "base/mem.h"
#include "catalogue/score.h"
#include "base/status.h"

/* Paragraphs: the figures, the confusion matrix, the classes, calibration, the most confident. */
enum status score_report_write(struct buffer *out, const struct score *, const char *const *names,
                               struct error *) MUST_CHECK;

/* The same figures, nine digits each; nan where there is nothing to divide by:
 *
 *     galaxies, correct, accuracy, accuracy.low, accuracy.high, log-loss, calibration-error
 *     confusion.LABEL.PREDICTED
 *     precision.CLASS, recall.CLASS, f1.CLASS
 *     bin.N.galaxies, bin.N.confidence (the mean), bin.N.accuracy       N from 1, lowest first
 *     kept.PERCENT.galaxies, .confidence (the least), .accuracy, .low, .high
 */
enum status score_report_write_pairs(struct buffer *out, const struct score *,
                                     const char *const *names, struct error *) MUST_CHECK;

#endif
