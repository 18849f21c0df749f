#include "figure/drawing.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/mem.h"
#include "stream/record.h"

static void name_missing(const struct drawing *d, uint64_t *count, const struct error *err)
{
    if ((*count)++ < DRAWING_NAMED)
        d->warn(err);
}

static enum status draw_record(struct drawing *d, const struct stream_reader *in,
                               const unsigned char *record, struct error *err)
{
    char id[RECORD_ID_MAX + 1];
    const struct record_type *type = stream_type(in);
    struct thumb_source source = {type->shape, type->pixel};
    record_id(type, record, id);
    enum status s = triangle_draw(d->triangle, id, &source, record_pixels(type, record), err);
    if (s != STATUS_MISMATCH)
        return s;
    stream_prefix_error(in, err);
    name_missing(d, &d->records, err);
    return STATUS_OK;
}

static enum status draw_stream(struct drawing *d, struct stream_reader *in, struct error *err)
{
    unsigned char *record = mem_new(1, stream_type(in)->size, err);
    if (!record)
        return err->status;
    enum status s;
    while ((s = stream_read(in, record, err)) == STATUS_OK) {
        s = draw_record(d, in, record, err);
        if (s)
            break;
        d->progress(stream_count(in), stream_expected(in));
    }
    free(record);
    return s == STATUS_END ? STATUS_OK : s;
}

/* The lines of which nothing was drawn. */
static void find_missing_lines(struct drawing *d)
{
    struct error err;
    const struct triangle *t = d->triangle;
    for (size_t i = 0; i < t->n + t->repeated; i++) {
        const struct triangle_galaxy *g = &t->galaxy[i];
        if (g->drawn)
            continue;
        error_set(&err, STATUS_MISMATCH, "%s: %s (%s)", d->probs,
                  g->repeated ? "another line of a galaxy" : "no picture for a line", g->id);
        name_missing(d, &d->lines, &err);
    }
}

static void count_missing(const struct drawing *d, uint64_t count, const char *what)
{
    struct error err;
    if (!count)
        return;
    error_set(&err, STATUS_MISMATCH, "%" PRIu64 " %s not drawn", count, what);
    d->warn(&err);
}

enum status drawing_run(struct drawing *d, struct stream_reader *in, struct error *err)
{
    enum status s = draw_stream(d, in, err);
    if (s)
        return s;
    find_missing_lines(d);
    count_missing(d, d->lines, "lines");
    count_missing(d, d->records, "records");
    if (d->triangle->drawn)
        return STATUS_OK;
    return error_set(err, STATUS_MISMATCH, "no galaxy has both a picture and probabilities");
}
