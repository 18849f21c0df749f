#include "figure/captions.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "catalogue/table.h"

struct row {
    char id[RECORD_ID_MAX + 1], text[MONTAGE_TEXT_MAX];
    unsigned char *record; /* owned; NULL: not found yet */
};

static struct row *rows(const struct captions *c, size_t *n)
{
    *n = c->rows.size / sizeof(struct row);
    return (struct row *)(void *)c->rows.data;
}

static enum status read_rows(struct captions *c, struct table *t, uint64_t most, struct error *err)
{
    if (t->columns < 2 || strcmp(t->column[0], "id") != 0)
        return error_set(err, STATUS_MISMATCH,
                         "%s: not captions: the columns must be id and a text", c->path);
    enum status s = STATUS_OK;
    for (; c->missing < most && (s = table_next(t, err)) == STATUS_OK; c->missing++) {
        struct row row = {.record = NULL};
        if (table_check_id(t, 0, err))
            return table_blame(t, err);
        strcpy(row.id, t->cell[0]);
        snprintf(row.text, sizeof row.text, "%s", t->cell[1]);
        if (buffer_append(&c->rows, &row, sizeof row, err))
            return err->status;
    }
    return s == STATUS_END ? STATUS_OK : s;
}

enum status captions_read(struct captions *c, char *path, uint64_t most, struct error *err)
{
    struct table t;
    *c = (struct captions){.path = path};
    if (table_open(&t, &path, 1, err))
        return err->status;
    enum status s = read_rows(c, &t, most, err);
    table_close(&t);
    return s;
}

/* Keep the record for the rows that have its id. */
static enum status keep(struct captions *c, const struct record_type *type,
                        const unsigned char *record, struct error *err)
{
    size_t n;
    struct row *row = rows(c, &n);
    char id[RECORD_ID_MAX + 1];
    record_id(type, record, id);
    for (size_t i = 0; i < n; i++)
        if (!row[i].record && strcmp(row[i].id, id) == 0) {
            row[i].record = mem_new(1, type->size, err);
            if (!row[i].record)
                return err->status;
            memcpy(row[i].record, record, type->size);
            c->missing--;
        }
    return STATUS_OK;
}

enum status captions_find(struct captions *c, struct stream_reader *in, struct error *err)
{
    const struct record_type *type = stream_type(in);
    unsigned char *record = mem_new(1, type->size, err);
    enum status s = record ? STATUS_OK : STATUS_MEMORY;
    while (c->missing && !s && !(s = stream_read(in, record, err))) {
        s = record_check(type, record, err);
        s = s ? stream_prefix_error(in, err) : keep(c, type, record, err);
    }
    free(record);
    return s == STATUS_END ? STATUS_OK : s;
}

enum status captions_draw(const struct captions *c, const struct record_type *type,
                          struct montage *m, void (*report)(const struct error *),
                          struct error *err)
{
    size_t n;
    const struct row *row = rows(c, &n);
    for (size_t i = 0; i < n; i++)
        if (!row[i].record) {
            struct error missing;
            error_set(&missing, STATUS_FORMAT, "%s: no record has the id '%s'", c->path, row[i].id);
            report(&missing);
        } else if (montage_add(m, record_pixels(type, row[i].record), row[i].id, row[i].text, err))
            return err->status;
    return STATUS_OK;
}

void captions_release(struct captions *c)
{
    size_t n;
    struct row *row = rows(c, &n);
    for (size_t i = 0; i < n; i++)
        free(row[i].record);
    buffer_release(&c->rows);
}
