#include "learn/feed.h"

#include <stdlib.h>
#include <string.h>

#include "base/rng.h"

void feed_init(struct feed *f, struct stream_reader *in)
{
    *f = (struct feed){.in = in, .type = *stream_type(in)};
}

void feed_release(struct feed *f)
{
    buffer_release(&f->ahead);
}

enum status feed_measure(struct feed *f, size_t records, size_t bytes, struct moments *moments,
                         struct error *err)
{
    enum status status = STATUS_OK;
    unsigned char *pixels = mem_new(1, input_bytes(&f->format), err);
    if (!pixels)
        return err->status;
    for (size_t i = 0; i < records && !status && f->ahead.size < bytes; i++) {
        status = buffer_reserve(&f->ahead, f->type.size, err);
        unsigned char *record = (unsigned char *)f->ahead.data + f->ahead.size;
        if (!status)
            status = example_read(f->in, &f->format, record, err);
        if (status)
            break;
        f->ahead.size += f->type.size;
        input_cut(&f->format, record, pixels);
        moments_add(moments, &f->format, pixels);
    }
    free(pixels);
    /* The end is met again when the records that were read ahead are used up. */
    return status == STATUS_END ? STATUS_OK : status;
}

enum status feed_peek(struct feed *f, const unsigned char **record, struct error *err)
{
    if (f->ahead_at == f->ahead.size) {
        f->ahead_at = f->ahead.size = 0;
        if (buffer_reserve(&f->ahead, f->type.size, err))
            return err->status;
        enum status status = example_read(f->in, &f->format, (unsigned char *)f->ahead.data, err);
        if (status)
            return status;
        f->ahead.size = f->type.size;
    }
    *record = (const unsigned char *)f->ahead.data + f->ahead_at;
    return STATUS_OK;
}

/* Label smoothing is left out: it doesn't change how common a class is. */
static void count_labels(const struct feed *f, struct stream_position *at,
                         const unsigned char *record)
{
    const struct target_rule rule = {.soft_labels = f->soft_labels};
    float target[RECORD_CLASSES_MAX], weight = record_weight(&f->type, record);
    example_target(&f->type, &rule, record, target);
    for (size_t k = 0; k < f->type.classes; k++)
        at->labels[k] += (double)(weight * target[k]);
}

void feed_use(struct feed *f, struct stream_position *at, const unsigned char *record)
{
    char id[RECORD_ID_MAX + 1];
    uint32_t view = record_view(&f->type, record);
    float progress = record_real(&f->type, record, "progress", -1);
    float weight = record_weight(&f->type, record);
    size_t row = record_pixel_bytes(&f->type) / f->type.shape.height;
    const unsigned char *middle = record_pixels(&f->type, record) + f->type.shape.height / 2 * row;
    record_id(&f->type, record, id);
    at->hash = rng_hash(at->hash, id, strlen(id));
    at->hash = rng_hash(at->hash, &view, sizeof view);
    at->hash = rng_hash(at->hash, &progress, sizeof progress);
    if (weight < 1 || weight > 1)
        at->hash = rng_hash(at->hash, &weight, sizeof weight);
    at->hash = rng_hash(at->hash, middle, row);
    at->records++;
    if (view <= 1) {
        fingerprint_add(&at->galaxies, &f->type, record);
        count_labels(f, at, record);
    }
    f->ahead_at += f->type.size;
}

enum status feed_skip(struct feed *f, uint64_t records, struct error *err)
{
    const unsigned char *record = NULL;
    enum status status = STATUS_OK;
    while (f->used.records < records && !(status = feed_peek(f, &record, err)))
        feed_use(f, &f->used, record);
    return status;
}
