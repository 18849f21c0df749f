/*
 * table - rows of text with columns: CSV and TSV with a header line.
 *
 * The separator is a tab if the header line has one, else a comma. If the header has both, it is
 * the comma only if commas cut the next line into as many cells as the header, and tabs don't; so a
 * stray tab does no harm. Between commas a cell may be in double quotes, in which a doubled quote
 * means a quote (RFC 4180), and blanks around a cell are dropped. Between tabs that is so only in a
 * foreign table, one that another program made: the programs here write ids as they are. Lines end
 * with \n or \r\n; or all with \r, if the first one does. Empty lines are skipped. A # before the
 * name of the first column is not part of the name. A later line that equals the header is skipped,
 * so that tables can be concatenated; any other later line that begins with # is an error. Every
 * row has as many cells as the header has columns.
 *
 * A byte order mark before the header is dropped, and so is a title: a line of one cell that begins
 * with #, such as "#Table1", before a header of several. No two columns have the same name, unless
 * it is empty.
 *
 * Limits: TABLE_LINE_MAX bytes a line, TABLE_COLUMNS_MAX columns, no NUL. Only one line at a time
 * is held in memory, and those that table_sample looks at. Errors name file and line: "votes.csv:
 * line 17: what is wrong".
 */
#ifndef TABLE_H
#define TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/mem.h"
#include "base/reader.h"
#include "base/status.h"

enum { TABLE_LINE_MAX = 65536, TABLE_COLUMNS_MAX = 256 };

struct table {
    char *const *paths; /* the inputs, one after another, each with the same header */
    size_t n, next;
    const char *name; /* of the current input, for messages */
    uint64_t line;    /* number of the current line in its input, from 1 */
    bool unended;     /* the current line has no newline: it is the last, and may be cut off */
    bool foreign;     /* made by another program: quotes and blanks between tabs, too */
    char separator, line_end;
    size_t columns;
    char *column[TABLE_COLUMNS_MAX]; /* the header's names, owned */
    char *cell[TABLE_COLUMNS_MAX];   /* the current row, valid until the next is read */
    struct reader in;                /* private, as those below */
    struct buffer header, title, row;
    struct buffer ahead; /* lines that were looked at: '-' or, if unended, 'E', the text, NUL */
    size_t ahead_at, ahead_lines;
    struct error held; /* the error that comes after these lines */
};

/* Open the concatenation of n files (n 0 or a path "-": standard input) and read the first header.
   The headers of all files must be the same. paths must outlive the table. */
enum status table_open(struct table *, char *const *paths, size_t n, struct error *) MUST_CHECK;

/* The same for one foreign table. *path must outlive the table. */
enum status table_open_foreign(struct table *, char *const *path, struct error *) MUST_CHECK;

/* Read the next row into cell. STATUS_END after the last. STATUS_FORMAT means that this row is
   wrong, and the next call goes on with the row after it; after any other error, reading ends. */
enum status table_next(struct table *, struct error *) MUST_CHECK;

/* Read about n lines ahead; table_next will still return them. STATUS_MEMORY is returned at once.
   Any other error is returned by table_next, after these lines. */
enum status table_sample(struct table *, size_t n, struct error *) MUST_CHECK;

/* Put the sampled row at *at into cell, and set *at to that after it; begin with 0. Returns false
   after the last. Rows of the wrong width are left out. */
bool table_peek(struct table *, size_t *at);

/* The index of the column of this name, or -1. table_find_any takes upper and lower case letters
   for equal where no column has exactly this name. */
int table_find(const struct table *, const char *column);
int table_find_any(const struct table *, const char *column);

/* The current row's cell in a column, without the blanks around it. */
char *table_cell(const struct table *, int column);

/* Whether a cell is empty, or holds what programs write for an empty one: "nan", "null", "--" or
   the like. */
bool table_is_missing(const char *cell);

/* Read the current row's cell in a column as a number from 0 to max. Otherwise STATUS_FORMAT; the
   error names the column, but not yet the line. */
enum status table_number(const struct table *, int column, double max, double *value,
                         struct error *) MUST_CHECK;

/* STATUS_FORMAT unless the current row's cell in a column can be a galaxy's id: record_check_id
   accepts it, and it has at most RECORD_ID_MAX bytes. The error doesn't name the line. */
enum status table_check_id(const struct table *, int column, struct error *) MUST_CHECK;

/* Put the current row's file and line before the error's text. Returns the error's status. */
enum status table_blame(const struct table *, struct error *);

/* Close and free. A table that is all zero, or failed to open, is fine. */
void table_close(struct table *);

#endif
