#include "stream/epochs.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "stream/blocks.h"

enum { BLOCK_RECORDS = 32, BLOCK_BYTES = 1024 * 1024 };

enum status epochs_type(const struct epochs *e, const struct record_type *in, bool progress,
                        struct record_type *out, struct error *err)
{
    const struct augment *a = &e->augment;
    *out = *in;
    if (e->balance > 0 && in->classes == 0)
        return error_set(err, STATUS_MISMATCH,
                         "the records have no votes, by which classes could be balanced");
    if (in->shape.height && !shape_has_centre(in->shape, a->size, a->size))
        return error_set(err, STATUS_MISMATCH, "pictures of %zux%zu have no central %zux%zu",
                         in->shape.width, in->shape.height, a->size, a->size);
    if (record_type_set_pixels(out, in->pixel, a->size, a->size, in->shape.channels, err) ||
        record_type_add(out, "view", "<u4", err) ||
        (e->balance > 0 && record_type_add(out, "weight", "<f4", err)))
        return err->status;
    return progress ? record_type_add(out, "progress", "<f4", err) : STATUS_OK;
}

enum status epochs_load(struct stream_reader *in, struct buffer *b, struct error *err)
{
    size_t size = stream_type(in)->size;
    enum status s;
    while (!(s = buffer_reserve(b, size, err)) &&
           !(s = stream_read(in, (unsigned char *)b->data + b->size, err))) {
        if (record_check(stream_type(in), (unsigned char *)b->data + b->size, err))
            return stream_prefix_error(in, err);
        b->size += size;
    }
    return s == STATUS_END ? STATUS_OK : s;
}

/* ---- what a class counts ---- */

/* Set the weight of each class (classes), and last that of records without a class, as the head of
   the header says. */
static void find_weights(const struct record_type *t, const unsigned char *records, uint64_t n,
                         double balance, double *weight)
{
    double of[RECORD_CLASSES_MAX + 1] = {0}, sum = 0;
    for (uint64_t i = 0; i < n; i++) {
        int label = record_label(t, records + i * t->size);
        of[label < 0 ? t->classes : (size_t)label]++;
    }
    for (size_t k = 0; k <= t->classes; k++)
        sum += of[k] > 0 ? pow(of[k], 1 - balance) : 0;
    for (size_t k = 0; k <= t->classes; k++)
        weight[k] = of[k] > 0 ? pow(of[k], -balance) * (double)n / sum : 1;
}

/* ---- the order of an epoch ---- */

struct key {
    uint64_t hash, record;
};

static int by_hash(const void *a, const void *b)
{
    const struct key *x = a, *y = b;
    if (x->hash != y->hash)
        return x->hash < y->hash ? -1 : 1;
    return x->record < y->record ? -1 : x->record > y->record;
}

/* A record to make: its number among all n * epochs, and the index of the record to augment. */
struct view {
    uint64_t number, record;
};

struct run {
    const struct epochs *e;
    const struct record_type *in, *out_type;
    const unsigned char *records;
    uint64_t n;
    struct stream_writer *out;
    struct record_map rest;
    double weight[RECORD_CLASSES_MAX + 1]; /* where classes are balanced */
    struct key *order;                     /* of the epoch that is being read */
    uint64_t next;                         /* of n * epochs */
};

static void draw_order(struct run *r, uint64_t epoch)
{
    for (uint64_t i = 0; i < r->n; i++) {
        char id[RECORD_ID_MAX + 1];
        record_id(r->in, r->records + i * r->in->size, id);
        /* Not the seed itself: the views' numbers are drawn with the same seed, id and epoch. */
        struct rng rng = rng_child(~r->e->augment.seed, id, epoch);
        r->order[i] = (struct key){r->e->shuffle ? rng_bits(&rng) : 0, i};
    }
    qsort(r->order, r->n, sizeof *r->order, by_hash);
}

/* ---- the run ---- */

static enum status next_view(void *context, void *in, struct error *err)
{
    struct run *r = context;
    (void)err;
    if (r->next == r->n * r->e->epochs)
        return STATUS_END;
    if (r->next % r->n == 0)
        draw_order(r, r->next / r->n + 1);
    *(struct view *)in = (struct view){r->next, r->order[r->next % r->n].record};
    r->next++;
    return STATUS_OK;
}

static void set_weight(const struct run *r, const unsigned char *in, unsigned char *out)
{
    int label = record_label(r->in, in);
    double weight = r->weight[label < 0 ? r->in->classes : (size_t)label];
    record_set_real(r->out_type, out, "weight", (float)weight);
}

static void make_records(void *context, struct block *b, unsigned worker)
{
    const struct run *r = context;
    const struct view *view = b->in;
    unsigned char *out = b->out;
    (void)worker;
    for (size_t k = 0; k < b->n; k++, out += r->out_type->size) {
        const unsigned char *in = r->records + view[k].record * r->in->size;
        uint32_t epoch = (uint32_t)(view[k].number / r->n + 1);
        double progress = (double)view[k].number / ((double)r->n * r->e->epochs);
        record_map_copy(&r->rest, out, in);
        record_set_view(r->out_type, out, epoch);
        record_set_real(r->out_type, out, "progress", (float)progress);
        if (r->e->balance > 0)
            set_weight(r, in, out);
        augment_fields(&r->e->augment, r->in, in, r->out_type, out);
        augment_view(&r->e->augment, r->in, in, epoch, record_pixels_out(r->out_type, out));
    }
}

static enum status write_records(void *context, const struct block *b, uint64_t done,
                                 struct error *err)
{
    const struct run *r = context;
    const unsigned char *out = b->out;
    for (size_t k = 0; k < b->results; k++)
        if (stream_write(r->out, out + k * r->out_type->size, err))
            return err->status;
    if (r->e->progress)
        r->e->progress(done, r->n * r->e->epochs);
    return STATUS_OK;
}

enum status epochs_run(const struct epochs *e, const struct record_type *in,
                       const unsigned char *records, uint64_t n, const struct record_type *out_type,
                       struct stream_writer *out, struct error *err)
{
    struct run r = {.e = e, .in = in, .out_type = out_type, .records = records, .n = n, .out = out};
    struct blocks b = {.in_size = sizeof(struct view),
                       .out_size = out_type->size,
                       .most = BLOCK_RECORDS,
                       .bytes = BLOCK_BYTES,
                       .jobs = e->jobs,
                       .context = &r,
                       .read = next_view,
                       .work = make_records,
                       .write = write_records};
    record_map_init(&r.rest, out_type, in);
    if (e->balance > 0)
        find_weights(in, records, n, e->balance, r.weight);
    r.order = mem_new(n, sizeof *r.order, err);
    enum status s = r.order ? blocks_run(&b, err) : STATUS_MEMORY;
    free(r.order);
    return s;
}
