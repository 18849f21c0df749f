#include "atlas/atlas.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "atlas/data.h"
#include "atlas/labels.h"
#include "atlas/script.h"
#include "atlas/sheets.h"
#include "atlas/tiles.h"

void atlas_init(struct atlas *a, const struct atlas_options *o)
{
    *a = (struct atlas){.options = *o,
                        .columns.fd = -1,
                        .columns.shades.fd = -1,
                        .pictures.fd = -1,
                        .folder.fd = -1};
}

/* ---- predictions ---- */

static enum status add_prediction(struct atlas *a, const struct prediction *p, struct error *err)
{
    signed char label = (signed char)p->label;
    if (buffer_append(&a->probability, p->probability, a->predictions.classes * sizeof(float),
                      err) ||
        buffer_append(&a->label, &label, 1, err))
        return err->status;
    return corners_add(&a->corners, p, &a->triangle, err);
}

/* Labels of streams take the place of those in the predictions. */
static enum status read_labels(struct atlas *a, struct error *err)
{
    signed char *label = (signed char *)a->label.data;
    if (a->options.label_streams)
        memset(label, -1, a->label.size);
    for (size_t i = 0; i < a->options.label_streams; i++)
        if (labels_read(a->options.labels[i], &a->predictions, &a->triangle, label, err))
            return err->status;
    return STATUS_OK;
}

enum status atlas_read(struct atlas *a, struct error *err)
{
    struct prediction p;
    a->corners.only = a->options.only;
    if (predictions_open(&a->predictions, &a->options.probs, 1, err))
        return err->status;
    if (corners_find(&a->corners, &a->predictions, a->options.corners, err))
        return error_prefix(err, "%s", a->options.probs);
    enum status s;
    while ((s = predictions_next(&a->predictions, &p, err)) == STATUS_OK)
        if (add_prediction(a, &p, err))
            return err->status;
    if (s != STATUS_END)
        return s;
    struct triangle_options o = {.corner = -1};
    o.width = triangle_width(a->triangle.n - a->triangle.left_out, ATLAS_PITCH);
    return triangle_place(&a->triangle, &o, err) ? err->status : read_labels(a, err);
}

/* ---- what doesn't depend on pictures ---- */

static enum status copy_from(const struct atlas *a, const char *folder, const char *name,
                             const char *as, struct error *err)
{
    char path[4096];
    if (snprintf(path, sizeof path, "%s/%s", folder, name) >= (int)sizeof path)
        return error_set(err, STATUS_LIMIT, "%s: too long a name", folder);
    return folder_copy(&a->folder, as, path, err);
}

static enum status copy_page(const struct atlas *a, struct error *err)
{
    static const char *const name[] = {"index.html", "atlas.js", "atlas.css"};
    for (size_t i = 0; i < sizeof name / sizeof *name; i++)
        if (copy_from(a, a->options.web, name[i], name[i], err))
            return err->status;
    if (copy_from(a, a->options.leaflet, "leaflet.min.js", "leaflet.js", err) ||
        copy_from(a, a->options.leaflet, "leaflet.css", "leaflet.css", err))
        return error_prefix(err, "Leaflet is missing (apt-get install libjs-leaflet)");
    return STATUS_OK;
}

enum status atlas_begin(struct atlas *a, const struct thumb_source *source, struct error *err)
{
    int fd;
    if (folder_begin(&a->folder, a->options.output, err) || copy_page(a, err))
        return err->status;
    if (a->options.table) {
        int *text = &a->columns.fd, *shades = &a->columns.shades.fd;
        a->columns.warn = a->options.warn;
        if (folder_scratch(&a->folder, text, err) || folder_scratch(&a->folder, shades, err) ||
            columns_read(&a->columns, a->options.table, &a->triangle, *text, *shades, err))
            return err->status;
    }
    if (folder_scratch(&a->folder, &fd, err))
        return err->status;
    return pictures_init(&a->pictures, fd, source, a->triangle.rows, err);
}

enum status atlas_use(void *context, const struct triangle_galaxy *g, const void *pixels,
                      struct error *err)
{
    struct atlas *a = context;
    size_t number = (size_t)(g - a->triangle.galaxy);
    return pictures_put(&a->pictures, g->row, g->column, number, pixels, err);
}

/* ---- the rest ---- */

static bool knows_labels(const struct atlas *a)
{
    return a->predictions.label >= 0 || a->options.label_streams;
}

/* What the page must know at once. `grid` is as in triangle.h. */
static enum status describe(const struct atlas *a, struct buffer *b, struct error *err)
{
    const struct triangle *t = &a->triangle;
    const struct shape shape = a->pictures.source.shape;
    struct sheets sheet = sheets_plan(shape);
    if (buffer_print(b, err, "gz.about({galaxies:%zu,rows:%zu,height:%zu,width:%zu,classes:[",
                     t->drawn, t->rows, t->canvas.height, t->canvas.width))
        return err->status;
    for (size_t k = 0; k < a->predictions.classes; k++)
        if ((k && buffer_print(b, err, ",")) ||
            script_string(b, predictions_class(&a->predictions, k), err))
            return err->status;
    if (buffer_print(
            b, err, "],corners:[%d,%d,%d],labels:%s,\ngrid:{top:%.6f,left:%.6f,pitch:%.6f},\n",
            a->corners.class[0], a -> corners.class[1], a -> corners.class[2],
            knows_labels(a) ? "true" : "false", t->grid.top, t->grid.left, t->grid.pitch) ||
        buffer_print(b, err, "picture:{height:%zu,width:%zu},", shape.height, shape.width) ||
        buffer_print(b, err, "sheet:{block:%zu,height:%zu,width:%zu},\n", sheet.block, sheet.height,
                     sheet.width) ||
        buffer_print(b, err, "tile:%d,block:%d,values:%d,columns:", TILES_SIDE, DATA_BLOCK,
                     PICTURES_BATCH))
        return err->status;
    if (!a->columns.names.size)
        return buffer_print(b, err, "[]");
    return buffer_append(b, a->columns.names.data, a->columns.names.size, err);
}

static enum status write_all(const struct atlas *a, struct buffer *about, struct error *err)
{
    const struct atlas_options *o = &a->options;
    struct tiles tiles = {&a->triangle, &a->pictures, &a->folder, o->jobs, o->progress};
    struct data data = {.triangle = &a->triangle,
                        .pictures = &a->pictures,
                        .columns = &a->columns,
                        .folder = &a->folder,
                        .classes = a->predictions.classes,
                        .probability = (const float *)(const void *)a->probability.data,
                        .label = (const signed char *)a->label.data,
                        .jobs = o->jobs};
    if (describe(a, about, err) || buffer_print(about, err, ",\nfirst:") ||
        data_write(&data, about, err) || buffer_print(about, err, ",\nshades:") ||
        shades_write(&a->columns.shades, a->triangle.n, &a->pictures, &a->folder, about, err) ||
        buffer_print(about, err, ",\ntiles:") || tiles_write(&tiles, about, err) ||
        buffer_print(about, err, "});\n") || sheets_write(&a->pictures, &a->folder, o->jobs, err))
        return err->status;
    return folder_write(&a->folder, "about.js", about->data, about->size, err);
}

enum status atlas_finish(struct atlas *a, struct error *err)
{
    struct buffer about = {0};
    enum status s = write_all(a, &about, err);
    buffer_release(&about);
    pictures_release(&a->pictures); /* not to be synced any more */
    return s ? s : folder_commit(&a->folder, err);
}

void atlas_release(struct atlas *a)
{
    pictures_release(&a->pictures);
    columns_release(&a->columns);
    folder_abandon(&a->folder);
    triangle_release(&a->triangle);
    buffer_release(&a->probability);
    buffer_release(&a->label);
    predictions_close(&a->predictions);
}
