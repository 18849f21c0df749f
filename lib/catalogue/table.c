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

/* Copy the next line of the input to `to`, without what ends it. STATUS_END at the end. */
static enum status take_line(struct table *t, struct buffer *to, struct error *err)
{
    const char *start;
    size_t size;
    enum status s = reader_until(&t->in, t->line_end, TABLE_LINE_MAX + 1, &start, &size, err);
    if (s)
        return s == STATUS_END ? s : error_prefix(err, "%s", t->name);
    t->line++;
    t->unended = t->in.ended;
    if (size && start[size - 1] == '\r')
        size--;
    if (size > TABLE_LINE_MAX)
        error_set(err, STATUS_LIMIT, "a line of more than %d bytes", TABLE_LINE_MAX);
    else if (memchr(start, '\0', size))
        error_set(err, STATUS_LIMIT, "a NUL byte: this is not text");
    else if (!buffer_append(to, start, size, err) && !buffer_append(to, "", 1, err))
        return STATUS_OK;
    return table_blame(t, err);
}

/* Copy the next line to row: one that was read ahead, if there is one. */
static enum status read_line(struct table *t, struct error *err)
{
    t->row.size = 0;
    if (t->ahead_at == t->ahead.size) {
        t->ahead.size = t->ahead_at = t->ahead_lines = 0;
        if (!t->held.status)
            return take_line(t, &t->row, err);
        *err = t->held;
        t->held.status = STATUS_OK;
        return err->status;
    }
    const char *line = t->ahead.data + t->ahead_at;
    size_t size = strlen(line) + 1;
    t->ahead_at += size;
    t->ahead_lines--;
    t->line++;
    t->unended = *line == 'E';
    return buffer_append(&t->row, line + 1, size - 1, err);
}

/* Put one more line ahead. Returns false at the end and after an error, which is held. */
static bool look_ahead(struct table *t)
{
    uint64_t line = t->line;
    size_t at = t->ahead.size;
    bool unended = t->unended;
    if (t->held.status)
        return false;
    t->line += t->ahead_lines;
    enum status s = buffer_append(&t->ahead, "-", 1, &t->held);
    if (!s)
        s = take_line(t, &t->ahead, &t->held);
    t->held.status = s == STATUS_END ? STATUS_OK : s;
    t->ahead.size = s ? at : t->ahead.size;
    if (!s && t->unended)
        t->ahead.data[at] = 'E';
    t->ahead_lines += !s;
    t->line = line;
    t->unended = unended;
    return !s;
}

/* Find out by the first line whether lines end with \r alone, as on old Macintoshes. */
static enum status find_line_end(struct table *t, struct error *err)
{
    t->line_end = '\n';
    while (true) {
        const char *r = memchr(t->in.data, '\r', t->in.left);
        size_t before = r ? (size_t)(r - t->in.data) : t->in.left;
        if (memchr(t->in.data, '\n', before) || before > TABLE_LINE_MAX)
            return STATUS_OK;
        if (r && before + 1 < t->in.left) {
            t->line_end = r[1] == '\n' ? '\n' : '\r';
            return STATUS_OK;
        }
        if (t->in.ended)
            return STATUS_OK;
        if (reader_more(&t->in, err))
            return error_prefix(err, "%s", t->name);
    }
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

static char *skip_blanks(char *text)
{
    return text + strspn(text, " \t");
}

/* Cut the blanks off that are before end. */
static void cut_blanks(char *start, char *end)
{
    while (end > start && (end[-1] == ' ' || end[-1] == '\t'))
        *--end = '\0';
}

static char *trim(char *text)
{
    text = skip_blanks(text);
    cut_blanks(text, text + strlen(text));
    return text;
}

/* Cut line into cells[0 .. *n-1]. */
static enum status split(const struct table *t, char *line, char **cells, size_t *n,
                         struct error *err)
{
    const char separator = t->separator;
    const bool plain =
        separator == '\t' && !t->foreign; /* neither quotes nor blanks mean a thing */
    const char *blanks = plain ? "" : separator == '\t' ? " " : " \t";
    *n = 0;
    while (true) {
        if (*n == TABLE_COLUMNS_MAX)
            return error_set(err, STATUS_FORMAT, "more than %d cells", TABLE_COLUMNS_MAX);
        line += strspn(line, blanks);
        char *cell = cells[(*n)++] = line;
        bool quoted = !plain && *line == '"';
        line = quoted ? unquote(line) : strchrnul(line, separator);
        if (quoted && line)
            line += strspn(line, blanks);
        if (!line || (*line && *line != separator))
            return error_set(err, STATUS_FORMAT, "cell %zu: %s", *n,
                             line ? "text after the closing quote" : "no closing quote");
        bool last = !*line;
        *line = '\0';
        if (!plain && !quoted)
            cut_blanks(cell, line);
        if (last)
            return STATUS_OK;
        line++;
    }
}

/* ---- headers ---- */

static size_t count(const char *text, char c)
{
    size_t n = 0;
    for (; (text = strchr(text, c)); text++)
        n++;
    return n;
}

/* The line after the current one, if there is one, without reading it. */
static const char *next_line(struct table *t)
{
    return t->ahead_at < t->ahead.size || look_ahead(t) ? t->ahead.data + t->ahead_at + 1 : "";
}

/* The separator of the header in row. */
static char find_separator(struct table *t)
{
    size_t tabs = count(t->row.data, '\t'), commas = count(t->row.data, ',');
    if (!tabs || !commas)
        return tabs ? '\t' : ',';
    const char *row = next_line(t);
    if (count(row, '\t') == tabs || count(row, ',') != commas)
        return '\t';
    return ',';
}

static enum status name_columns(struct table *t, struct error *err)
{
    char *names[TABLE_COLUMNS_MAX], *line = t->row.data;
    double number;
    size_t n;
    t->separator = find_separator(t);
    line += *line == '#';
    line += *line == ' '; /* as astropy writes it */
    if (split(t, line, names, &n, err))
        return table_blame(t, err);
    for (size_t i = 0; i < n; i++) {
        names[i] = t->foreign ? trim(names[i]) : names[i];
        if (*names[i] && table_find(t, names[i]) >= 0) {
            error_set(err, STATUS_FORMAT, "two columns have the name '%.60s'%s", names[i],
                      num_parse_real(names[i], -1e300, 1e300, &number) ? ": no header line" : "");
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

/* Whether row is to be skipped: it is empty, or the header or the title again. */
static bool is_skipped(const struct table *t)
{
    return !*t->row.data || is_header(t) ||
           (t->row.size == t->title.size && memcmp(t->row.data, t->title.data, t->title.size) == 0);
}

static enum status refuse_header(const struct table *t, struct error *err)
{
    error_set(err, STATUS_MISMATCH, "this header is not the one that the table begins with");
    return table_blame(t, err);
}

static enum status refuse_comment(const struct table *t, struct error *err)
{
    error_set(err, STATUS_MISMATCH,
              "begins with #: neither a row nor the header that the table begins with");
    return table_blame(t, err);
}

/* Spreadsheets put a byte order mark at the start of a UTF-8 file. */
static void drop_byte_order_mark(struct buffer *row)
{
    static const char mark[] = "\xef\xbb\xbf";
    if (strncmp(row->data, mark, 3) == 0)
        memmove(row->data, row->data + 3, row->size -= 3);
}

/* Whether row is a title, such as "#Table1": then the line after it is the header. */
static bool is_title(struct table *t)
{
    static const char separators[] = "\t,";
    return *t->row.data == '#' && !strpbrk(t->row.data, separators) &&
           strpbrk(next_line(t), separators);
}

/* Read lines into row until one is a header: not empty, and no title. The first title is kept.
   STATUS_END where there is none. */
static enum status read_header(struct table *t, struct error *err)
{
    enum status s;
    while (!(s = read_line(t, err))) {
        if (t->line == 1)
            drop_byte_order_mark(&t->row);
        if (!*t->row.data)
            continue;
        if (!is_title(t))
            return STATUS_OK;
        if (!t->title.size && buffer_append(&t->title, t->row.data, t->row.size, err))
            return err->status;
    }
    return s;
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
    s = find_line_end(t, err);
    if (!s)
        s = read_header(t, err);
    if (s == STATUS_END) {
        error_set(err, STATUS_INCOMPLETE, "empty: there is no header line");
        return error_prefix(err, "%s", t->name);
    }
    if (s)
        return s;
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

enum status table_open_foreign(struct table *t, char *const *path, struct error *err)
{
    *t = (struct table){.paths = path, .n = 1, .foreign = true};
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
        if (is_skipped(t))
            continue;
        if (*t->row.data == '#')
            return refuse_comment(t, err);
        break;
    }
    if (split(t, t->row.data, t->cell, &cells, err))
        return table_blame(t, err);
    if (cells == t->columns)
        return STATUS_OK;
    error_set(err, STATUS_FORMAT, "%zu cells, but the header has %zu columns", cells, t->columns);
    return table_blame(t, err);
}

enum status table_sample(struct table *t, size_t n, struct error *err)
{
    while (n-- && look_ahead(t))
        continue;
    if (t->held.status != STATUS_MEMORY)
        return STATUS_OK;
    *err = t->held;
    return err->status;
}

bool table_peek(struct table *t, size_t *at)
{
    size_t cells;
    struct error ignored;
    while (t->ahead_at + *at < t->ahead.size) {
        const char *line = t->ahead.data + t->ahead_at + *at;
        size_t size = strlen(line);
        *at += size + 1;
        t->row.size = 0;
        if (buffer_append(&t->row, line + 1, size, &t->held))
            return false;
        if (!is_skipped(t) && !split(t, t->row.data, t->cell, &cells, &ignored) &&
            cells == t->columns)
            return true;
    }
    return false;
}

int table_find(const struct table *t, const char *column)
{
    for (size_t i = 0; i < t->columns; i++)
        if (strcmp(t->column[i], column) == 0)
            return (int)i;
    return -1;
}

int table_find_any(const struct table *t, const char *column)
{
    int exact = table_find(t, column);
    for (size_t i = 0; exact < 0 && i < t->columns; i++)
        if (strcasecmp(t->column[i], column) == 0)
            return (int)i;
    return exact;
}

char *table_cell(const struct table *t, int column)
{
    return trim(t->cell[column]);
}

bool table_is_missing(const char *cell)
{
    static const char *const words[] = {"", "nan", "na", "n/a", "null", "none", "-", "--"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcasecmp(cell, words[i]) == 0)
            return true;
    return false;
}

enum status table_number(const struct table *t, int column, double max, double *value,
                         struct error *err)
{
    const char *text = table_cell(t, column);
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
    buffer_release(&t->title);
    buffer_release(&t->ahead);
    buffer_release(&t->row);
    *t = (struct table){0};
}
