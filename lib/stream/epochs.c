#include "stream/epochs.h"

#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "base/thread.h"

enum { SLOT_RECORDS = 32, SLOT_BYTES = 1024 * 1024, SLOTS_PER_JOB = 4 };

enum status epochs_type(const struct augment *a, const struct record_type *in, bool progress,
                        struct record_type *out, struct error *err)
{
    *out = *in;
    if (in->shape.height && !shape_has_centre(in->shape, a->size, a->size))
        return error_set(err, STATUS_MISMATCH, "pictures of %zux%zu have no central %zux%zu",
                         in->shape.width, in->shape.height, a->size, a->size);
    if (record_type_set_pixels(out, in->pixel, a->size, a->size, in->shape.channels, err) ||
        record_type_add(out, "view", "<u4", err))
        return err->status;
    return progress ? record_type_add(out, "progress", "<f4", err) : STATUS_OK;
}

enum status epochs_load(struct stream_reader *in, struct buffer *b, struct error *err)
{
    size_t size = stream_type(in)->size;
    enum status s;
    while (!(s = buffer_reserve(b, size, err)) &&
           !(s = stream_read(in, (unsigned char *)b->data + b->size, err)))
        b->size += size;
    return s == STATUS_END ? STATUS_OK : s;
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

struct run {
    const struct epochs *e;
    const struct record_type *in, *out_type;
    const unsigned char *records;
    uint64_t n;
    struct stream_writer *out;
    struct record_map rest;
    size_t most;         /* records of a slot */
    struct key *order;   /* of the epoch that is being read */
    uint64_t next, done; /* of n * epochs */
    struct slot {
        unsigned char *out;
        size_t count;
        uint64_t first;                /* number of its first record */
        uint64_t record[SLOT_RECORDS]; /* indices */
    } * slot;
};

static void draw_order(struct run *r, uint64_t epoch)
{
    for (uint64_t i = 0; i < r->n; i++) {
        char id[RECORD_ID_MAX + 1];
        record_id(r->in, r->records + i * r->in->size, id);
        /* Another stream of numbers than the views', which use the same seed, id and epoch. */
        struct rng rng = rng_child(~r->e->augment.seed, id, epoch);
        r->order[i] = (struct key){r->e->shuffle ? rng_bits(&rng) : 0, i};
    }
    qsort(r->order, r->n, sizeof *r->order, by_hash);
}

/* ---- the three steps ---- */

static enum status read_slot(void *context, size_t i, struct error *err)
{
    struct run *r = context;
    struct slot *s = &r->slot[i];
    if (!s->out && !(s->out = mem_new(r->most, r->out_type->size, err)))
        return err->status;
    s->first = r->next;
    for (s->count = 0; s->count < r->most && r->next < r->n * r->e->epochs; s->count++) {
        if (r->next % r->n == 0)
            draw_order(r, r->next / r->n + 1);
        s->record[s->count] = r->order[r->next++ % r->n].record;
    }
    return s->count ? STATUS_OK : STATUS_END;
}

static void work_slot(void *context, size_t i, unsigned worker)
{
    struct run *r = context;
    struct slot *s = &r->slot[i];
    (void)worker;
    for (size_t k = 0; k < s->count; k++) {
        const unsigned char *in = r->records + s->record[k] * r->in->size;
        unsigned char *out = s->out + k * r->out_type->size;
        uint64_t number = s->first + k;
        uint32_t view = (uint32_t)(number / r->n + 1);
        record_map_copy(&r->rest, out, in);
        record_set_view(r->out_type, out, view);
        record_set_real(r->out_type, out, "progress",
                        (float)((double)number / ((double)r->n * r->e->epochs)));
        augment_view(&r->e->augment, r->in, in, view, record_pixels_out(r->out_type, out));
    }
}

static enum status write_slot(void *context, size_t i, struct error *err)
{
    struct run *r = context;
    struct slot *s = &r->slot[i];
    for (size_t k = 0; k < s->count; k++)
        if (stream_write(r->out, s->out + k * r->out_type->size, err))
            return err->status;
    r->done += s->count;
    if (r->e->progress)
        r->e->progress(r->done, r->n * r->e->epochs);
    return STATUS_OK;
}

enum status epochs_run(const struct epochs *e, const struct record_type *in,
                       const unsigned char *records, uint64_t n, const struct record_type *out_type,
                       struct stream_writer *out, struct error *err)
{
    struct run r = {.e = e, .in = in, .out_type = out_type, .records = records, .n = n, .out = out};
    size_t slots = (size_t)e->jobs * SLOTS_PER_JOB;
    struct ordered o = {&r, slots, read_slot, work_slot, write_slot};
    enum status s = STATUS_OK;
    record_map_init(&r.rest, out_type, in);
    r.most = mem_pieces(out_type->size, SLOT_BYTES, SLOT_RECORDS);
    r.order = mem_new(n, sizeof *r.order, err);
    r.slot = mem_new(slots, sizeof *r.slot, err);
    if (!r.order || !r.slot)
        s = STATUS_MEMORY;
    if (!s && n)
        s = ordered_run(&o, e->jobs, err);
    for (size_t i = 0; r.slot && i < slots; i++)
        free(r.slot[i].out);
    free(r.slot);
    free(r.order);
    return s;
}
