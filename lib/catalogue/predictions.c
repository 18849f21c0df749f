#include "catalogue/predictions.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/num.h"

/* ---- reading ---- */

static enum status check_end(const struct predictions *l, struct error *err)
{
    return l->table.unended ? error_set(err, STATUS_FORMAT, "cut off: there is no newline")
                            : STATUS_OK;
}

/* Find out which column is what. */
static enum status read_columns(struct predictions *l, struct error *err)
{
    const struct table *t = &l->table;
    if (check_end(l, err))
        return err->status;
    if (strcmp(t->column[0], "id") != 0)
        return error_set(err, STATUS_FORMAT, "no header line of probabilities, which begins #id");
    l->first = 1;
    l->label = table_find(t, "label");
    l->spread = table_find(t, "spread");
    size_t end = t->columns;
    for (size_t i = 0; i < 2 && end > 1; i++)
        end -= (int)end - 1 == l->label || (int)end - 1 == l->spread;
    for (size_t i = 1; i < end; i++)
        if (record_check_class(t->column[i], err))
            return err->status;
    l->classes = end - 1;
    if (l->classes < 2 || l->classes > RECORD_CLASSES_MAX)
        return error_set(err, STATUS_LIMIT, "%zu columns of probabilities (not 2 to %d)",
                         l->classes, RECORD_CLASSES_MAX);
    return STATUS_OK;
}

enum status predictions_open(struct predictions *l, char *const *paths, size_t n, struct error *err)
{
    *l = (struct predictions){.label = -1, .spread = -1};
    if (table_open(&l->table, paths, n, err))
        return err->status;
    return read_columns(l, err) ? table_blame(&l->table, err) : STATUS_OK;
}

const char *predictions_class(const struct predictions *l, size_t k)
{
    return l->table.column[(size_t)l->first + k];
}

static enum status read_probabilities(const struct predictions *l, struct prediction *line,
                                      struct error *err)
{
    double sum = 0, p;
    for (size_t k = 0; k < l->classes; k++) {
        const char *text = l->table.cell[(size_t)l->first + k];
        if (!num_parse_real(text, 0, 1, &p))
            return error_set(err, STATUS_FORMAT, "%s: '%.40s' is no number from 0 to 1",
                             predictions_class(l, k), text);
        line->probability[k] = (float)p;
        sum += p;
    }
    if (fabs(sum - 1) > PREDICTIONS_SUM_TOLERANCE)
        return error_set(err, STATUS_FORMAT, "the probabilities' sum is %g, not 1", sum);
    return STATUS_OK;
}

static enum status read_label(const struct predictions *l, struct prediction *line,
                              struct error *err)
{
    line->label = -1;
    const char *text = l->label < 0 ? "" : l->table.cell[l->label];
    if (!*text || strcmp(text, PREDICTIONS_NO_LABEL) == 0)
        return STATUS_OK;
    for (size_t k = 0; k < l->classes && line->label < 0; k++)
        if (strcmp(text, predictions_class(l, k)) == 0)
            line->label = (int)k;
    if (line->label < 0)
        return error_set(err, STATUS_FORMAT, "label: '%.64s' is none of the classes", text);
    return STATUS_OK;
}

static enum status read_rest(const struct predictions *l, struct prediction *line,
                             struct error *err)
{
    const char *id = l->table.cell[0];
    double spread = 0;
    if (record_check_id(id, err))
        return err->status;
    if (strlen(id) > RECORD_ID_MAX)
        return error_set(err, STATUS_LIMIT, "the id '%.60s' has more than %d bytes", id,
                         RECORD_ID_MAX);
    strcpy(line->id, id);
    if (l->spread >= 0 && !num_parse_real(l->table.cell[l->spread], 0, 1, &spread))
        return error_set(err, STATUS_FORMAT, "spread: '%.40s' is no number from 0 to 1",
                         l->table.cell[l->spread]);
    line->spread = (float)spread;
    return STATUS_OK;
}

enum status predictions_next(struct predictions *l, struct prediction *line, struct error *err)
{
    enum status s = table_next(&l->table, err);
    if (s)
        return s;
    if (check_end(l, err) || read_rest(l, line, err) || read_probabilities(l, line, err) ||
        read_label(l, line, err)) {
        err->status = STATUS_FORMAT;
        return table_blame(&l->table, err);
    }
    return STATUS_OK;
}

void predictions_close(struct predictions *l)
{
    table_close(&l->table);
}

/* ---- writing ---- */

static enum status append_text(struct buffer *out, const char *text, struct error *err)
{
    return buffer_append(out, text, strlen(text), err);
}

enum status predictions_write_header(struct buffer *out, size_t classes, const char *const *names,
                                     bool label, bool spread, struct error *err)
{
    size_t before = out->size;
    enum status s = append_text(out, "#id", err);
    for (size_t k = 0; k < classes && !s; k++)
        s = record_check_class(names[k], err) || append_text(out, "\t", err) ||
                    append_text(out, names[k], err)
                ? err->status
                : STATUS_OK;
    if (!s && label)
        s = append_text(out, "\tlabel", err);
    if (!s && spread)
        s = append_text(out, "\tspread", err);
    if (!s)
        s = append_text(out, "\n", err);
    if (s)
        out->size = before;
    return s;
}

static enum status append_real(struct buffer *out, float value, struct error *err)
{
    char text[32];
    if (!isfinite(value))
        return error_set(err, STATUS_FORMAT, "a probability that is no number");
    /* Rounding may have left it a little outside. */
    snprintf(text, sizeof text, "\t%.6f", fmin(1, fmax(0, (double)value)));
    return append_text(out, text, err);
}

enum status predictions_write(struct buffer *out, const struct prediction *line, size_t classes,
                              const char *const *names, bool label, bool spread, struct error *err)
{
    size_t before = out->size;
    if (record_check_id(line->id, err) || append_text(out, line->id, err))
        return err->status;
    enum status s = STATUS_OK;
    for (size_t k = 0; k < classes && !s; k++)
        s = append_real(out, line->probability[k], err);
    if (!s && label) {
        s = append_text(out, "\t", err);
        if (!s)
            s = append_text(out, line->label < 0 ? PREDICTIONS_NO_LABEL : names[line->label], err);
    }
    if (!s && spread)
        s = append_real(out, line->spread, err);
    if (!s)
        s = append_text(out, "\n", err);
    if (s)
        out->size = before; /* never half a line */
    return s;
}
