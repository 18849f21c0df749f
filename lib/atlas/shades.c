#include "atlas/shades.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "atlas/script.h"
#include "base/file.h"
#include "base/num.h"
#include "catalogue/table.h"

struct shade {
    bool text;                /* a cell isn't a number */
    size_t texts;             /* different ones; beyond SHADES_TEXTS there are more */
    char *name[SHADES_TEXTS]; /* owned */
};

/* The file's rows: the galaxy, then a float for each column (NAN: no number), then a byte for each:
   1 + the number of its text, or 0. */
static size_t row_bytes(const struct shades *s)
{
    return sizeof(uint32_t) + s->columns * (sizeof(float) + 1);
}

enum status shades_init(struct shades *s, size_t columns, int fd, struct error *err)
{
    *s = (struct shades){.columns = columns, .fd = fd};
    s->shade = mem_new(columns, sizeof *s->shade, err);
    s->row = s->shade ? mem_new(1, row_bytes(s), err) : NULL;
    return s->row ? STATUS_OK : err->status;
}

/* Set *code to 1 + the number of a text, or 0 where there are too many. */
static enum status find_text(struct shade *c, const char *text, unsigned char *code,
                             struct error *err)
{
    *code = 0;
    for (size_t i = 0; i < c->texts && i < SHADES_TEXTS; i++)
        if (strcmp(c->name[i], text) == 0) {
            *code = (unsigned char)(i + 1);
            return STATUS_OK;
        }
    if (c->texts < SHADES_TEXTS) {
        c->name[c->texts] = mem_string(text, err);
        if (!c->name[c->texts])
            return err->status;
        *code = (unsigned char)(c->texts + 1);
    }
    c->texts += c->texts <= SHADES_TEXTS;
    return STATUS_OK;
}

enum status shades_add(struct shades *s, uint32_t galaxy, char *const *cell, struct error *err)
{
    unsigned char *number = s->row + sizeof galaxy, *code = number + s->columns * sizeof(float);
    memcpy(s->row, &galaxy, sizeof galaxy);
    for (size_t k = 0; k < s->columns; k++, number += sizeof(float)) {
        double value = NAN;
        code[k] = 0;
        if (!table_is_missing(cell[k])) {
            s->shade[k].text |= !num_parse_real(cell[k], -FLT_MAX, FLT_MAX, &value);
            if (find_text(&s->shade[k], cell[k], code + k, err))
                return err->status;
        }
        memcpy(number, &(float){(float)value}, sizeof(float));
    }
    s->rows++;
    if (file_write(s->fd, s->row, row_bytes(s), err))
        return error_prefix(err, "the temporary file");
    return STATUS_OK;
}

/* ---- writing ---- */

/* Some columns of all galaxies. */
struct group {
    size_t first, n; /* columns */
    size_t galaxies;
    float *number;       /* (n, galaxies) */
    unsigned char *code; /* (n, galaxies) */
};

static void take_row(const struct shades *s, struct group *g, const unsigned char *row)
{
    uint32_t galaxy;
    const unsigned char *number = row + sizeof galaxy, *code = number + s->columns * sizeof(float);
    memcpy(&galaxy, row, sizeof galaxy);
    for (size_t k = 0; k < g->n; k++) {
        memcpy(g->number + k * g->galaxies + galaxy, number + (g->first + k) * sizeof(float),
               sizeof(float));
        g->code[k * g->galaxies + galaxy] = code[g->first + k];
    }
}

static enum status read_group(const struct shades *s, struct group *g, struct error *err)
{
    enum { ROWS = 64 };
    size_t size = row_bytes(s);
    unsigned char *rows = mem_new(ROWS, size, err);
    for (size_t i = 0; i < g->n * g->galaxies; i++)
        g->number[i] = NAN, g->code[i] = 0;
    enum status status = rows ? STATUS_OK : err->status;
    for (uint64_t row = 0; !status && row < s->rows; row += ROWS) {
        size_t n = s->rows - row < ROWS ? s->rows - row : ROWS;
        if (file_read_at(s->fd, rows, n * size, row * size, err))
            status = error_prefix(err, "the temporary file");
        for (size_t i = 0; !status && i < n; i++)
            take_row(s, g, rows + i * size);
    }
    free(rows);
    return status;
}

static int compare(const void *a, const void *b)
{
    float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

/* Turn a column's numbers into codes, and append what its scale is. */
static enum status scale(const float *number, unsigned char *code, size_t n, struct buffer *out,
                         struct error *err)
{
    float *sorted = mem_new(n, sizeof *sorted, err);
    size_t m = 0;
    if (!sorted)
        return err->status;
    for (size_t i = 0; i < n; i++)
        if (!isnan(number[i]))
            sorted[m++] = number[i];
    qsort(sorted, m, sizeof *sorted, compare);
    size_t tail = m ? (m - 1) / 100 : 0;
    double low = m ? sorted[tail] : 0, high = m ? sorted[m - 1 - tail] : 0;
    double least = m ? sorted[0] : 0, most = m ? sorted[m - 1] : 0;
    free(sorted);
    for (size_t i = 0; i < n; i++) {
        double share = high > low ? (number[i] - low) / (high - low) : 0.5;
        code[i] = isnan(number[i]) ? 0 : (unsigned char)(1 + lrint(254 * fmin(fmax(share, 0), 1)));
    }
    return m ? buffer_print(out, err, "{low:%.9g,high:%.9g,least:%.9g,most:%.9g}", low, high, least,
                            most)
             : buffer_print(out, err, "null");
}

static enum status list_texts(const struct shade *c, struct buffer *out, struct error *err)
{
    if (buffer_print(out, err, "{names:") || script_strings(out, c->name, c->texts, err))
        return err->status;
    return buffer_print(out, err, "}");
}

/* Write a column's files: the codes of the galaxies by their cells. */
static enum status write_column(size_t column, const unsigned char *code, const struct pictures *p,
                                const struct folder *folder, struct error *err)
{
    size_t cells = pictures_cells(p->rows);
    struct buffer b = {0};
    unsigned char *value = mem_new(PICTURES_BATCH, 1, err);
    enum status s = value ? STATUS_OK : err->status;
    for (size_t start = 0; !s && start < cells; start += PICTURES_BATCH) {
        size_t n = cells - start < PICTURES_BATCH ? cells - start : PICTURES_BATCH;
        char name[96];
        for (size_t i = 0; i < n; i++)
            value[i] = p->galaxy[start + i] ? code[p->galaxy[start + i] - 1] : 0;
        snprintf(name, sizeof name, "columns/%zu-%zu.js", column, start / PICTURES_BATCH);
        b.size = 0;
        if (buffer_print(&b, err, "gz.columns(\"%zu-%zu\",", column, start / PICTURES_BATCH) ||
            script_bytes(&b, value, n, err) || buffer_print(&b, err, ");\n") ||
            folder_write(folder, name, b.data, b.size, err))
            s = err->status;
    }
    buffer_release(&b);
    free(value);
    return s;
}

static enum status write_group(const struct shades *s, struct group *g, const struct pictures *p,
                               const struct folder *folder, struct buffer *out, struct error *err)
{
    if (read_group(s, g, err))
        return err->status;
    for (size_t k = 0; k < g->n; k++) {
        const struct shade *c = &s->shade[g->first + k];
        unsigned char *code = g->code + k * g->galaxies;
        if (g->first + k && buffer_print(out, err, ","))
            return err->status;
        size_t start = out->size;
        enum status status = !c->text
                                 ? scale(g->number + k * g->galaxies, code, g->galaxies, out, err)
                             : c->texts > SHADES_TEXTS ? buffer_print(out, err, "null")
                                                       : list_texts(c, out, err);
        if (!status && out->data[start] == '{')
            status = write_column(g->first + k, code, p, folder, err);
        if (status)
            return status;
    }
    return STATUS_OK;
}

enum status shades_write(const struct shades *s, size_t galaxies, const struct pictures *p,
                         const struct folder *folder, struct buffer *out, struct error *err)
{
    size_t most = SHADES_MEMORY / (galaxies ? 5 * galaxies : 1);
    struct group g = {.galaxies = galaxies};
    most = most < 1 ? 1 : most < s->columns ? most : s->columns;
    if (buffer_print(out, err, "[") || (s->columns && folder_make(folder, "columns", err)))
        return err->status;
    g.number = mem_new(most, galaxies * sizeof *g.number, err);
    g.code = g.number ? mem_new(most, galaxies, err) : NULL;
    enum status status = g.code ? STATUS_OK : err->status;
    for (; !status && g.first < s->columns; g.first += g.n) {
        g.n = s->columns - g.first < most ? s->columns - g.first : most;
        status = write_group(s, &g, p, folder, out, err);
    }
    free(g.number);
    free(g.code);
    return status ? status : buffer_print(out, err, "]");
}

void shades_release(struct shades *s)
{
    for (size_t k = 0; s->shade && k < s->columns; k++)
        for (size_t i = 0; i < SHADES_TEXTS; i++)
            free(s->shade[k].name[i]);
    free(s->shade);
    free(s->row);
    if (s->fd >= 0)
        close(s->fd);
    *s = (struct shades){.fd = -1};
}
