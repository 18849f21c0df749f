/*
 * usual - what the names of columns usually mean in tables of votes, and whether a table's first
 * line has names at all.
 *
 * Upper and lower case letters are the same in all names. gz-label(1) lists them.
 */
#ifndef USUAL_H
#define USUAL_H

#include <stdbool.h>

#include "base/status.h"
#include "catalogue/table.h"

/* The first column but `except` with a usual name for galaxies' ids, or -1. */
int usual_id_column(const struct table *, int except);

/* How surely a column of text with this name has the names of classes: 2 "label" or "class", 1
   another usual name, 0 no usual one. */
int usual_label(const char *column);

/* Whether a column of this name never has votes for one class: it has a coordinate, a redshift, a
   magnitude, the number of all votes or of a row, or the like. */
bool usual_is_no_class(const char *column);

/* STATUS_MISMATCH if the first line of the table, which was just opened, can't be a header: it has
   one cell only, or looks like a row. Looks at the row after it. A line with a usual name for ids,
   or the name id (unless that is NULL), is a header. */
enum status usual_check_header(struct table *, const char *id, struct error *) MUST_CHECK;

#endif
