/* predictions: rows that can be read can be written, and read the same again except for the seventh
   decimal; the second writing equals the first. */
#include <math.h>

#include "fuzz.h"
#include "catalogue/predictions.h"
#include "base/mem.h"

/* Whether the sum stays within its tolerance when the probabilities are rounded to six decimals. */
static bool is_clear(const struct prediction *row, size_t classes)
{
    double sum = 0;
    for (size_t k = 0; k < classes; k++)
        sum += (double)row->probability[k];
    return fabs(sum - 1) < PREDICTIONS_SUM_TOLERANCE - 1e-6 * RECORD_CLASSES_MAX;
}

/* Six decimals, the nearest float, and a little. */
static bool near(float a, float b)
{
    return fabs((double)a - (double)b) < 0.7e-6;
}

static void check_same(const struct prediction *a, const struct prediction *b, size_t classes)
{
    HOLDS(strcmp(a->id, b->id) == 0 && a->label == b->label && near(a->std, b->std));
    HOLDS(strcmp(a->other, b->other) == 0);
    for (size_t k = 0; k < classes; k++)
        HOLDS(near(a->probability[k], b->probability[k]));
}

/* What was read and written. */
struct copy {
    size_t classes, n, bad;
    struct buffer text, row; /* row: a struct for each of n */
};

static const struct prediction *row_at(const struct copy *c, size_t i)
{
    return (const struct prediction *)(const void *)c->row.data + i;
}

static void copy_row(struct copy *c, const struct predictions *l, const struct prediction *row)
{
    const char *names[RECORD_CLASSES_MAX];
    const struct prediction_columns columns = {l->label >= 0, l->std >= 0, l->part >= 0};
    struct error err;
    for (size_t k = 0; k < l->classes; k++)
        names[k] = predictions_class(l, k);
    HOLDS(row->label >= -1 && row->label < (int)l->classes);
    if (c->n++ == 0)
        HOLDS(!predictions_write_header(&c->text, l->classes, names, &columns, &err));
    HOLDS(!predictions_write(&c->text, row, l->classes, names, &columns, &err));
    HOLDS(!buffer_append(&c->row, row, sizeof *row, &err));
}

static void copy_rows(char *path, struct copy *c)
{
    static struct predictions l;
    struct prediction row = {.label = -1};
    struct error err;
    enum status s = predictions_open(&l, &path, 1, &err);
    c->classes = l.classes;
    if (!s)
        do {
            s = predictions_next(&l, &row, &err);
            c->bad += s == STATUS_FORMAT;
            if (!s && is_clear(&row, l.classes))
                copy_row(c, &l, &row);
        } while (!s || s == STATUS_FORMAT);
    predictions_close(&l);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct copy first = {.n = 0}, second = {.n = 0};
    copy_rows(fuzz_file(0, data, size), &first);
    if (first.n) {
        copy_rows(fuzz_file(1, first.text.data, first.text.size), &second);
        HOLDS(second.n == first.n && second.bad == 0 && second.classes == first.classes);
        for (size_t i = 0; i < first.n; i++)
            check_same(row_at(&first, i), row_at(&second, i), first.classes);
        HOLDS(first.text.size == second.text.size &&
              memcmp(first.text.data, second.text.data, first.text.size) == 0);
    }
    buffer_release(&first.text);
    buffer_release(&first.row);
    buffer_release(&second.text);
    buffer_release(&second.row);
    return 0;
}
