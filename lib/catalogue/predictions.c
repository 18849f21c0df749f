#include "catalogue/predictions.h"

#include <math.h>
#include <string.h>

enum { FIRST_CLASS = 1 }; /* column; column 0 is the id */

static const char *const part_name[] = {"-", "train", "valid"};

/* ---- reading ---- */

static enum status check_end(const struct predictions *p, struct error *err)
{
    return p->table.unended ? error_set(err, STATUS_FORMAT, "cut off: there is no newline")
                            : STATUS_OK;
}

/* Find out which column is what. */
static enum status read_columns(struct predictions *p, struct error *err)
{
    const struct table *t = &p->table;
    if (check_end(p, err))
        return err->status;
    if (strcmp(t->column[0], "id") != 0)
        return error_set(err, STATUS_FORMAT, "not predictions: the header doesn't begin with #id");
    p->label = table_find(t, "label");
    p->std = table_find(t, "std");
    if (p->std < 0)
        p->std = table_find(t, "spread"); /* its former name */
    p->part = table_find(t, "part");
    size_t end = FIRST_CLASS;
    for (; end < t->columns; end++)
        if ((int)end == p->label || (int)end == p->std || (int)end == p->part)
            break;
    for (size_t i = FIRST_CLASS; i < end; i++)
        if (record_check_class(t->column[i], err))
            return err->status;
    p->classes = end - FIRST_CLASS;
    if (p->classes < 2 || p->classes > RECORD_CLASSES_MAX)
        return error_set(err, STATUS_LIMIT, "%zu columns of probabilities (not 2 to %d)",
                         p->classes, RECORD_CLASSES_MAX);
    return STATUS_OK;
}

enum status predictions_open(struct predictions *p, char *const *paths, size_t n, struct error *err)
{
    *p = (struct predictions){.label = -1, .std = -1, .part = -1};
    if (table_open(&p->table, paths, n, err))
        return err->status;
    return read_columns(p, err) ? table_blame(&p->table, err) : STATUS_OK;
}

const char *predictions_class(const struct predictions *p, size_t k)
{
    return p->table.column[FIRST_CLASS + k];
}

static enum status read_probabilities(const struct predictions *p, struct prediction *row,
                                      struct error *err)
{
    double sum = 0, value;
    for (size_t k = 0; k < p->classes; k++) {
        if (table_number(&p->table, FIRST_CLASS + (int)k, 1, &value, err))
            return err->status;
        row->probability[k] = (float)value;
        sum += value;
    }
    if (fabs(sum - 1) > PREDICTIONS_SUM_TOLERANCE)
        return error_set(err, STATUS_FORMAT, "the probabilities' sum is %g, not 1", sum);
    return STATUS_OK;
}

static enum status read_label(const struct predictions *p, struct prediction *row,
                              struct error *err)
{
    row->label = -1;
    row->other[0] = '\0';
    const char *text = p->label < 0 ? "" : p->table.cell[p->label];
    if (!*text || strcmp(text, RECORD_NO_CLASS) == 0)
        return STATUS_OK;
    for (size_t k = 0; k < p->classes && row->label < 0; k++)
        if (strcmp(text, predictions_class(p, k)) == 0)
            row->label = (int)k;
    if (row->label >= 0)
        return STATUS_OK;
    if (strlen(text) > NPY_NAME_MAX)
        return error_set(err, STATUS_FORMAT, "label: '%.64s' has more than %d bytes", text,
                         NPY_NAME_MAX);
    if (record_check_class(text, err))
        return error_prefix(err, "label");
    strcpy(row->other, text);
    return STATUS_OK;
}

static enum status read_part(const struct predictions *p, struct prediction *row, struct error *err)
{
    row->part = PART_NONE;
    const char *text = p->part < 0 ? "" : p->table.cell[p->part];
    if (!*text)
        return STATUS_OK;
    for (size_t i = 0; i < sizeof part_name / sizeof *part_name; i++)
        if (strcmp(text, part_name[i]) == 0) {
            row->part = (enum part)i;
            return STATUS_OK;
        }
    return error_set(err, STATUS_FORMAT, "part: '%.64s' is not train, valid or -", text);
}

static enum status read_row(const struct predictions *p, struct prediction *row, struct error *err)
{
    double std = 0;
    if (check_end(p, err) || table_check_id(&p->table, 0, err) ||
        (p->std >= 0 && table_number(&p->table, p->std, 1, &std, err)) ||
        read_probabilities(p, row, err) || read_part(p, row, err))
        return err->status;
    strcpy(row->id, p->table.cell[0]);
    row->std = (float)std;
    return read_label(p, row, err);
}

enum status predictions_next(struct predictions *p, struct prediction *row, struct error *err)
{
    enum status s = table_next(&p->table, err);
    if (s)
        return s;
    return read_row(p, row, err) ? table_blame(&p->table, err) : STATUS_OK;
}

void predictions_close(struct predictions *p)
{
    table_close(&p->table);
}

/* ---- writing ---- */

enum status predictions_write_header(struct buffer *out, size_t classes, const char *const *names,
                                     const struct prediction_columns *c, struct error *err)
{
    size_t before = out->size;
    enum status s = buffer_print(out, err, "#id");
    for (size_t k = 0; k < classes && !s; k++) {
        s = record_check_class(names[k], err);
        if (!s)
            s = buffer_print(out, err, "\t%s", names[k]);
    }
    if (!s)
        s = buffer_print(out, err, "%s%s%s\n", c->label ? "\tlabel" : "", c->std ? "\tstd" : "",
                         c->part ? "\tpart" : "");
    if (s)
        out->size = before;
    return s;
}

static enum status print_real(struct buffer *out, float value, struct error *err)
{
    if (!isfinite(value))
        return error_set(err, STATUS_FORMAT, "a probability is not a number");
    /* Rounding may have left it a little outside. */
    return buffer_print(out, err, "\t%.6f", fmin(1, fmax(0, (double)value)));
}

static const char *label_text(const struct prediction *row, const char *const *names)
{
    if (row->label >= 0)
        return names[row->label];
    return *row->other ? row->other : RECORD_NO_CLASS;
}

enum status predictions_write(struct buffer *out, const struct prediction *row, size_t classes,
                              const char *const *names, const struct prediction_columns *c,
                              struct error *err)
{
    size_t before = out->size;
    enum status s = record_check_id(row->id, err);
    if (!s)
        s = buffer_print(out, err, "%s", row->id);
    for (size_t k = 0; k < classes && !s; k++)
        s = print_real(out, row->probability[k], err);
    if (!s && c->label)
        s = buffer_print(out, err, "\t%s", label_text(row, names));
    if (!s && c->std)
        s = print_real(out, row->std, err);
    if (!s && c->part)
        s = buffer_print(out, err, "\t%s", part_name[row->part]);
    if (!s)
        s = buffer_print(out, err, "\n");
    if (s)
        out->size = before; /* never half a row */
    return s;
}
