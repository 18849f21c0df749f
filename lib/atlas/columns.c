#include "atlas/columns.h"

#include <errno.h>
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

/* Append these cells, but not that of the id, as a list of strings. */
static enum status add_cells(struct buffer *b, char *const *cell, size_t n, size_t id,
                             struct error *err)
{
    bool begun = false;
    enum status s = buffer_print(b, err, "[");
    for (size_t i = 0; i < n && !s; i++) {
        if (i == id)
            continue;
        if (begun)
            s = buffer_print(b, err, ",");
        if (!s)
            s = script_string(b, cell[i], err);
        begun = true;
    }
    return s ? s : buffer_print(b, err, "]");
}

/* Keep the current row where it is one of a galaxy here. */
static enum status keep_row(struct columns *c, const struct table *t, size_t id, uint64_t *end,
                            struct buffer *text, struct error *err)
{
    uint32_t galaxy;
    const void *found = lookup_find(&c->galaxies, t->cell[id], NULL);
    if (!found)
        return STATUS_OK;
    memcpy(&galaxy, found, sizeof galaxy);
    if (c->row[galaxy].size)
        return STATUS_OK;
    text->size = 0;
    if (add_cells(text, t->cell, t->columns, id, err))
        return err->status;
    if (file_write(c->fd, text->data, text->size, err))
        return error_prefix(err, "the temporary file");
    c->row[galaxy] = (struct columns_row){*end, (uint32_t)text->size};
    *end += text->size;
    return STATUS_OK;
}

static enum status skip_row(struct columns *c, const struct error *err)
{
    enum { WARNINGS = 10 };
    if (c->wrong++ < WARNINGS)
        c->warn(err);
    return STATUS_OK;
}

enum status columns_read(struct columns *c, char *path, const struct triangle *triangle, int fd,
                         struct error *err)
{
    struct table t;
    struct buffer text = {0};
    uint64_t end = 0;
    *c = (struct columns){.fd = fd, .warn = c->warn};
    c->row = mem_new(triangle->n, sizeof *c->row, err);
    if (!c->row || index_galaxies(&c->galaxies, triangle, err))
        return err->status;
    enum status s = table_open(&t, &path, 1, err);
    size_t id = s ? 0 : (size_t)reading_id_column(&t, NULL, -1);
    if (!s)
        s = add_cells(&c->names, t.column, t.columns, id, err);
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
    size_t size = c->row[i].size, done = 0;
    if (buffer_reserve(b, size, err))
        return err->status;
    while (done < size) {
        ssize_t n =
            pread(c->fd, b->data + b->size + done, size - done, (off_t)(c->row[i].start + done));
        if (n < 0 && errno != EINTR)
            return error_system(err, "the temporary file: read error");
        if (n == 0)
            return error_set(err, STATUS_INCOMPLETE, "the temporary file is cut off");
        done += n < 0 ? 0 : (size_t)n;
    }
    b->size += size;
    return STATUS_OK;
}

void columns_release(struct columns *c)
{
    buffer_release(&c->names);
    lookup_release(&c->galaxies);
    free(c->row);
    if (c->fd >= 0)
        close(c->fd);
    *c = (struct columns){.fd = -1};
}
