#include "atlas/columns.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "atlas/script.h"
#include "base/file.h"
#include "catalogue/reading.h"
#include "catalogue/table.h"

struct columns_row {
    uint64_t start;
    uint32_t size; /* 0: the table has no row of this galaxy */
};

/* The numbers of the galaxies by their ids. */
static enum status index_galaxies(struct lookup *l, const struct triangle *t, struct error *err)
{
    const void *there;
    for (size_t i = 0; i < t->n; i++)
        if (lookup_add(l, t->galaxy[i].id, &(uint32_t){(uint32_t)i}, sizeof(uint32_t), &there, err))
            return err->status;
    return STATUS_OK;
}

/* Copy the cells but that of the id; returns how many there are. */
static size_t without_id(char *const *cell, size_t n, size_t id, char **out)
{
    size_t kept = 0;
    for (size_t i = 0; i < n; i++)
        if (i != id)
            out[kept++] = cell[i];
    return kept;
}

/* Keep the current row where it is one of a galaxy here. */
static enum status keep_row(struct columns *c, const struct table *t, size_t id, uint64_t *end,
                            struct buffer *text, struct error *err)
{
    uint32_t galaxy;
    char *cell[TABLE_COLUMNS_MAX];
    const void *found = lookup_find(&c->galaxies, t->cell[id], NULL);
    if (!found)
        return STATUS_OK;
    memcpy(&galaxy, found, sizeof galaxy);
    if (c->row[galaxy].size)
        return STATUS_OK;
    text->size = 0;
    size_t n = without_id(t->cell, t->columns, id, cell);
    if (shades_add(&c->shades, galaxy, cell, err) || script_strings(text, cell, n, err))
        return err->status;
    if (file_write(c->fd, text->data, text->size, err))
        return error_prefix(err, "the temporary file");
    c->row[galaxy] = (struct columns_row){*end, (uint32_t)text->size};
    *end += text->size;
    return STATUS_OK;
}

static enum status skip_row(struct columns *c, const struct error *err)
{
    if (c->wrong++ < WARNINGS_MAX)
        c->warn(err);
    return STATUS_OK;
}

enum status columns_read(struct columns *c, char *path, const struct triangle *triangle, int fd,
                         int shades, struct error *err)
{
    struct table t;
    char *name[TABLE_COLUMNS_MAX];
    struct buffer text = {0};
    uint64_t end = 0;
    *c = (struct columns){.fd = fd, .shades.fd = shades, .warn = c->warn};
    c->row = mem_new(triangle->n, sizeof *c->row, err);
    if (!c->row || index_galaxies(&c->galaxies, triangle, err))
        return err->status;
    enum status s = table_open(&t, &path, 1, err);
    size_t id = s ? 0 : (size_t)reading_id_column(&t, NULL, -1);
    size_t n = s ? 0 : without_id(t.column, t.columns, id, name);
    if (!s)
        s = shades_init(&c->shades, n, shades, err);
    if (!s)
        s = script_strings(&c->names, name, n, err);
    while (!s && ((s = table_next(&t, err)) == STATUS_OK || s == STATUS_FORMAT))
        s = s ? skip_row(c, err) : keep_row(c, &t, id, &end, &text, err);
    buffer_release(&text);
    lookup_release(&c->galaxies);
    table_close(&t);
    return s == STATUS_END ? STATUS_OK : s;
}

enum status columns_add(const struct columns *c, size_t i, struct buffer *b, struct error *err)
{
    if (!c->row || !c->row[i].size)
        return buffer_print(b, err, "[]");
    size_t size = c->row[i].size;
    if (buffer_reserve(b, size, err))
        return err->status;
    if (file_read_at(c->fd, b->data + b->size, size, c->row[i].start, err))
        return error_prefix(err, "the temporary file");
    b->size += size;
    return STATUS_OK;
}

void columns_release(struct columns *c)
{
    buffer_release(&c->names);
    lookup_release(&c->galaxies);
    shades_release(&c->shades);
    free(c->row);
    if (c->fd >= 0)
        close(c->fd);
    *c = (struct columns){.fd = -1, .shades.fd = -1};
}
