#include "catalogue/table.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/num.h"
#include "stream/record.h"

static char *const standard_input[] = {(char[]){"-"}};

enum status table_blame(const struct table *t, struct error *err)
{
    return error_prefix(err, "%s: line %" PRIu64, t->name, t->line);
}

/* ---- lines ---- */

/* Copy the next line to row, without what ends it. STATUS_END at the end of the input. */
static enum status read_line(struct table *t, struct error *err)
{
    const char *start;
    size_t size;
    enum status s = reader_until(&t->in, '\n', TABLE_LINE_MAX + 1, &start, &size, err);
    if (s)
        return s == STATUS_END ? s : error_prefix(err, "%s", t->name);
    t->line++;
    t->unended = t->in.ended;
    if (size && start[size - 1] == '\r')
        size--;
    if (size > TABLE_LINE_MAX)
        error_set(err, STATUS_LIMIT, "a line of more than %d bytes", TABLE_LINE_MAX);
    else if (memchr(start, '\0', size))
        error_set(err, STATUS_LIMIT, "a NUL byte: this is no text");
    else {
        t->row.size = 0;
        if (!buffer_append(&t->row, start, size, err) && !buffer_append(&t->row, "", 1, err))
            return STATUS_OK;
    }
    return table_blame(t, err);
}

/* ---- cells ---- */

/* Take the quotes off a cell that begins with one. Returns what follows the closing quote, or NULL
   if there is none. */
static char *unquote(char *cell)
{
    char *from = cell + 1, *to = cell;
    for (; *from && (*from != '"' || from[1] == '"'); from++) {
        from += *from == '"';
        *to++ = *from;
    }
    if (!*from)
        return NULL;
    *to = '\0';
    return from + 1;
}

/* Cut line into cells[0 .. *n-1]. */
static enum status split(char *line, char separator, char **cells, size_t *n, struct error *err)
{
    const char stop[] = {separator, '\0'};
    *n = 0;
    while (true) {
        if (*n == TABLE_COLUMNS_MAX)
            return error_set(err, STATUS_FORMAT, "more than %d cells", TABLE_COLUMNS_MAX);
        cells[(*n)++] = line;
        bool quoted = separator == ',' && *line == '"';
        line = quoted ? unquote(line) : line + strcspn(line, stop);
        if (!line || (*line && *line != separator))
            return error_set(err, STATUS_FORMAT, "cell %zu: %s", *n,
                             line ? "text after the closing quote" : "no closing quote");
        if (!*line)
            return STATUS_OK;
        *line++ = '\0';
    }
}

/* ---- headers ---- */

static enum status name_columns(struct table *t, struct error *err)
{
    char *names[TABLE_COLUMNS_MAX], *line = t->row.data;
    size_t n;
    t->separator = strchr(line, '\t') ? '\t' : ',';
    line += *line == '#';
    line += *line == ' '; /* as astropy writes it */
    if (split(line, t->separator, names, &n, err))
        return table_blame(t, err);
    for (size_t i = 0; i < n; i++) {
        if (*names[i] && table_find(t, names[i]) >= 0) {
            error_set(err, STATUS_FORMAT, "two columns have the name '%s'", names[i]);
            return table_blame(t, err);
        }
        t->column[i] = mem_string(names[i], err);
        if (!t->column[i])
            return err->status;
        t->columns = i + 1;
    }
    return STATUS_OK;
}

/* Whether row is the first header again. */
static bool is_header(const struct table *t)
{
    return t->row.size == t->header.size &&
           memcmp(t->row.data, t->header.data, t->header.size) == 0;
}

static enum status refuse_header(const struct table *t, struct error *err)
{
    error_set(err, STATUS_MISMATCH, "this header is not the one that the table begins with");
    return table_blame(t, err);
}

/* Spreadsheets put a byte order mark at the start of a UTF-8 file. */
static void drop_byte_order_mark(struct buffer *row)
{
    static const char mark[] = "\xef\xbb\xbf";
    if (strncmp(row->data, mark, 3) == 0)
        memmove(row->data, row->data + 3, row->size -= 3);
}

/* Open the next input and read its header. STATUS_END after the last. */
static enum status open_next(struct table *t, struct error *err)
{
    reader_close(&t->in);
    if (t->next == t->n)
        return STATUS_END;
    t->line = 0;
    enum status s = reader_open(&t->in, t->paths[t->next++], err);
    t->name = t->in.name;
    if (s)
        return error_prefix(err, "%s", t->name);
    do
        s = read_line(t, err);
    while (!s && !*t->row.data);
    if (s == STATUS_END) {
        error_set(err, STATUS_INCOMPLETE, "empty: there is no header line");
        return error_prefix(err, "%s", t->name);
    }
    if (s)
        return s;
    drop_byte_order_mark(&t->row);
    if (t->header.size)
        return is_header(t) ? STATUS_OK : refuse_header(t, err);
    if (buffer_append(&t->header, t->row.data, t->row.size, err))
        return err->status;
    return name_columns(t, err);
}

/* ---- the table's functions ---- */

enum status table_open(struct table *t, char *const *paths, size_t n, struct error *err)
{
    *t = (struct table){.paths = n ? paths : standard_input, .n = n ? n : 1};
    return open_next(t, err);
}

enum status table_next(struct table *t, struct error *err)
{
    size_t cells;
    while (true) {
        enum status s = t->in.open ? read_line(t, err) : STATUS_END;
        if (s == STATUS_END) {
            s = open_next(t, err);
            if (s)
                return s;
            continue;
        }
        if (s)
            return s;
        if (*t->row.data == '#' && !is_header(t))
            return refuse_header(t, err);
        if (*t->row.data && *t->row.data != '#')
            break;
    }
    if (split(t->row.data, t->separator, t->cell, &cells, err))
        return table_blame(t, err);
    if (cells == t->columns)
        return STATUS_OK;
    error_set(err, STATUS_FORMAT, "%zu cells, but the header has %zu columns", cells, t->columns);
    return table_blame(t, err);
}

int table_find(const struct table *t, const char *column)
{
    for (size_t i = 0; i < t->columns; i++)
        if (strcmp(t->column[i], column) == 0)
            return (int)i;
    return -1;
}

enum status table_number(const struct table *t, int column, double max, double *value,
                         struct error *err)
{
    const char *text = t->cell[column];
    if (num_parse_real(text, 0, max, value))
        return STATUS_OK;
    return error_set(err, STATUS_FORMAT, "%s: '%.40s' is not a number from 0 to %g",
                     t->column[column], text, max);
}

enum status table_check_id(const struct table *t, int column, struct error *err)
{
    const char *id = t->cell[column];
    if (record_check_id(id, err))
        return err->status;
    if (strlen(id) > RECORD_ID_MAX)
        return error_set(err, STATUS_FORMAT, "the id '%.60s' has more than %d bytes", id,
                         RECORD_ID_MAX);
    return STATUS_OK;
}

void table_close(struct table *t)
{
    reader_close(&t->in);
    for (size_t i = 0; i < t->columns; i++)
        free(t->column[i]);
    buffer_release(&t->header);
    buffer_release(&t->row);
    *t = (struct table){0};
}
