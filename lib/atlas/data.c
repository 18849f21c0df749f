#include "atlas/data.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "atlas/script.h"
#include "atlas/work.h"

static unsigned millionths(float probability)
{
    return (unsigned)lrint((double)probability * DATA_MILLION);
}

/* Write a script and empty it. */
static enum status flush(const struct data *d, const char *folder, const char *name,
                         struct buffer *b, struct error *err)
{
    char path[96];
    snprintf(path, sizeof path, "%s/%s.js", folder, name);
    enum status s = buffer_print(b, err, ");\n");
    if (!s)
        s = folder_write(d->folder, path, b->data, b->size, err);
    b->size = 0;
    return s;
}

/* ---- galaxies by cell ---- */

static enum status add_galaxy(const struct data *d, size_t i, struct buffer *b, struct error *err)
{
    const struct triangle_galaxy *g = &d->triangle->galaxy[i];
    if (buffer_print(b, err, "[%u,%u,", g->row, g->column) || script_string(b, g->id, err))
        return err->status;
    for (size_t k = 0; k < d->classes; k++)
        if (buffer_print(b, err, k ? ",%u" : ",[%u",
                         millionths(d->probability[g->number * d->classes + k])))
            return err->status;
    if (buffer_print(b, err, "],%d,", d->label[g->number]) || columns_add(d->columns, i, b, err))
        return err->status;
    return buffer_print(b, err, "]");
}

/* A block of cells. Blocks are numbered row by row, as many in each as there are in the first;
   those beyond the triangle are empty. */
static enum status write_cells(void *context, size_t i, struct error *err)
{
    const struct data *d = context;
    size_t rows = d->triangle->rows, across = (rows + DATA_BLOCK - 1) / DATA_BLOCK;
    size_t top = i / across * DATA_BLOCK, left = i % across * DATA_BLOCK, n = 0;
    struct buffer b = {0};
    char name[64];
    snprintf(name, sizeof name, "%zu-%zu", i / across, i % across);
    enum status s = buffer_print(&b, err, "gz.cells(\"%s\",[", name);
    for (size_t row = top; !s && row < top + DATA_BLOCK; row++)
        for (size_t column = left; !s && column < left + DATA_BLOCK && row + column < rows;
             column++) {
            uint32_t galaxy = d->pictures->galaxy[pictures_cell(rows, row, column)];
            if (galaxy && n++)
                s = buffer_print(&b, err, ",\n");
            if (galaxy && !s)
                s = add_galaxy(d, galaxy - 1, &b, err);
        }
    if (!s && n)
        s = buffer_print(&b, err, "]");
    if (!s && n)
        s = flush(d, "cells", name, &b, err);
    buffer_release(&b);
    return s;
}

/* ---- galaxies by id ---- */

/* A file of the index, while it is filled. */
struct shard {
    size_t number, n; /* of the file; of the galaxies in it */
    struct buffer ids, cells;
};

/* Add a galaxy; first receives the id of the first one. */
static enum status add_to_shard(struct shard *s, const struct triangle_galaxy *g,
                                struct buffer *first, struct error *err)
{
    const char *comma = s->n ? "," : "";
    if (!s->n &&
        (buffer_print(&s->ids, err, "gz.index(%zu,[", s->number) ||
         buffer_print(first, err, "%s", s->number ? "," : "") || script_string(first, g->id, err)))
        return err->status;
    s->n++;
    if (buffer_print(&s->ids, err, "%s", comma) || script_string(&s->ids, g->id, err))
        return err->status;
    return buffer_print(&s->cells, err, "%s%u,%u", comma, g->row, g->column);
}

/* Write the file, and begin the next one. */
static enum status write_shard(const struct data *d, struct shard *s, struct error *err)
{
    char name[32];
    snprintf(name, sizeof name, "%zu", s->number++);
    if (buffer_print(&s->ids, err, "],[") ||
        buffer_append(&s->ids, s->cells.data, s->cells.size, err) ||
        buffer_print(&s->ids, err, "]"))
        return err->status;
    s->n = s->cells.size = 0;
    return flush(d, "index", name, &s->ids, err);
}

static enum status write_index(const struct data *d, struct buffer *first, struct error *err)
{
    const struct triangle *t = d->triangle;
    struct shard shard = {0};
    enum status s = buffer_print(first, err, "[");
    for (size_t i = 0; i < t->n && !s; i++) {
        if (t->galaxy[i].drawn)
            s = add_to_shard(&shard, &t->galaxy[i], first, err);
        if (!s && shard.n == DATA_INDEX)
            s = write_shard(d, &shard, err);
    }
    if (!s && shard.n)
        s = write_shard(d, &shard, err);
    buffer_release(&shard.ids);
    buffer_release(&shard.cells);
    return s ? s : buffer_print(first, err, "]");
}

/* ---- values ---- */

/* A cell's value, at out. */
static void put_value(const struct data *d, uint32_t galaxy, unsigned char *out)
{
    if (!galaxy)
        return;
    size_t number = d->triangle->galaxy[galaxy - 1].number;
    for (size_t k = 0; k < d->classes; k++, out += 3) {
        unsigned p = millionths(d->probability[number * d->classes + k]);
        out[0] = (unsigned char)p;
        out[1] = (unsigned char)(p >> 8);
        out[2] = (unsigned char)(p >> 16);
    }
    *out = (unsigned char)(2 + d->label[number]);
}

static enum status write_values(void *context, size_t i, struct error *err)
{
    const struct data *d = context;
    size_t cells = pictures_cells(d->triangle->rows), start = i * PICTURES_BATCH;
    size_t n = cells - start < PICTURES_BATCH ? cells - start : PICTURES_BATCH,
           size = 3 * d->classes + 1;
    struct buffer b = {0};
    char name[32];
    unsigned char *value = mem_new(n, size, err);
    if (!value)
        return err->status;
    for (size_t k = 0; k < n; k++)
        put_value(d, d->pictures->galaxy[start + k], value + k * size);
    snprintf(name, sizeof name, "%zu", i);
    enum status s = buffer_print(&b, err, "gz.values(%zu,", i);
    if (!s)
        s = script_bytes(&b, value, n * size, err);
    if (!s)
        s = flush(d, "values", name, &b, err);
    buffer_release(&b);
    free(value);
    return s;
}

enum status data_write(const struct data *d, struct buffer *first, struct error *err)
{
    size_t across = (d->triangle->rows + DATA_BLOCK - 1) / DATA_BLOCK;
    size_t values = (pictures_cells(d->triangle->rows) + PICTURES_BATCH - 1) / PICTURES_BATCH;
    struct data copy = *d; /* what threads get isn't const */
    if (folder_make(d->folder, "cells", err) || folder_make(d->folder, "index", err) ||
        folder_make(d->folder, "values", err) ||
        work_all(d->jobs, across * across, write_cells, &copy, err) ||
        work_all(d->jobs, values, write_values, &copy, err))
        return err->status;
    return write_index(d, first, err);
}
