#include "figure/triangle_stream.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/mem.h"
#include "stream/record.h"

static void count_undrawn(const struct triangle_stream *t, uint64_t *count, const struct error *err)
{
    if ((*count)++ < WARNINGS_MAX)
        t->warn(err);
}

static enum status use_picture(const struct triangle_stream *t, const char *id, const void *pixels,
                               struct error *err)
{
    const struct triangle_galaxy *g = triangle_take(t->triangle, id, err);
    return g ? t->use(t->context, g, pixels, err) : err->status;
}

static enum status draw_record(struct triangle_stream *t, const struct stream_reader *in,
                               const unsigned char *record, struct error *err)
{
    char id[RECORD_ID_MAX + 1];
    const struct record_type *type = stream_type(in);
    struct thumb_source source = {type->shape, type->pixel};
    record_id(type, record, id);
    if (t->triangle->left_out && triangle_leaves_out(t->triangle, id))
        return STATUS_OK;
    const void *pixels = record_pixels(type, record);
    if (record_check(type, record, err))
        return stream_prefix_error(in, err);
    enum status s = t->use ? use_picture(t, id, pixels, err)
                           : triangle_draw(t->triangle, id, &source, pixels, err);
    if (s != STATUS_MISMATCH)
        return s;
    stream_prefix_error(in, err);
    count_undrawn(t, &t->undrawn_records, err);
    return STATUS_OK;
}

static enum status draw_records(struct triangle_stream *t, struct stream_reader *in,
                                struct error *err)
{
    unsigned char *record = mem_new(1, stream_type(in)->size, err);
    if (!record)
        return err->status;
    enum status s;
    while ((s = stream_read(in, record, err)) == STATUS_OK) {
        s = draw_record(t, in, record, err);
        if (s)
            break;
        t->progress(stream_count(in), stream_expected(in));
    }
    free(record);
    return s == STATUS_END ? STATUS_OK : s;
}

static void find_undrawn_predictions(struct triangle_stream *t)
{
    struct error err;
    for (size_t i = 0; i < t->triangle->n + t->triangle->repeated; i++) {
        const struct triangle_galaxy *g = &t->triangle->galaxy[i];
        if (g->drawn)
            continue;
        error_set(&err, STATUS_MISMATCH, "%s: %s (%s)", t->predictions,
                  g->repeated ? "a second prediction for a galaxy" : "no picture for a prediction",
                  g->id);
        count_undrawn(t, &t->undrawn_predictions, &err);
    }
}

static void warn_of_count(const struct triangle_stream *t, uint64_t count, const char *what)
{
    struct error err;
    if (!count)
        return;
    error_set(&err, STATUS_MISMATCH, "%" PRIu64 " %s", count, what);
    t->warn(&err);
}

enum status triangle_stream_draw(struct triangle_stream *t, struct stream_reader *in,
                                 struct error *err)
{
    if (draw_records(t, in, err))
        return err->status;
    find_undrawn_predictions(t);
    warn_of_count(t, t->undrawn_predictions, "predictions not drawn");
    warn_of_count(t, t->undrawn_records, "records not drawn");
    warn_of_count(t, t->triangle->left_out,
                  "galaxies left out: their likeliest class is not at a corner");
    if (t->triangle->drawn)
        return STATUS_OK;
    return error_set(err, STATUS_MISMATCH, "no galaxy has both a picture and a prediction");
}
