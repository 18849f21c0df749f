#include "stream/filter.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/thread.h"

enum { SLOT_BYTES = 256 * 1024, SLOT_RECORDS = 256, SLOTS_PER_JOB = 2 };

struct slot {
    unsigned char *in, *out; /* room for `most` records each */
    size_t records;
    bool *keep; /* of each */
};

struct run {
    const struct filter *f;
    size_t in_size, out_size, most; /* bytes of a record, records of a slot */
    struct slot *slot;
    uint64_t done;
    enum status failed; /* reading failed after some records: told when those are handed on */
    struct error failure;
};

/* Only when it is needed: a short stream, or one that ends after its header, then costs little. */
static enum status make_slot(const struct run *r, struct slot *s, struct error *err)
{
    if (s->keep)
        return STATUS_OK;
    s->in = mem_new(r->most, r->in_size, err);
    s->out = s->in ? mem_new(r->most, r->out_size, err) : NULL;
    s->keep = s->out ? mem_new(r->most, sizeof *s->keep, err) : NULL;
    return s->keep ? STATUS_OK : err->status;
}

static enum status read_slot(void *context, size_t i, struct error *err)
{
    struct run *r = context;
    struct slot *s = &r->slot[i];
    if (!r->failed)
        r->failed = make_slot(r, s, &r->failure);
    if (r->failed) {
        *err = r->failure;
        return r->failed;
    }
    s->records = 0;
    do {
        unsigned char *record = s->in + s->records * r->in_size;
        r->failed = stream_read(r->f->in, record, &r->failure);
        if (r->failed)
            break;
        s->records++;
    } while (s->records < r->most && stream_ready(r->f->in));
    if (s->records)
        return STATUS_OK;
    *err = r->failure;
    return r->failed;
}

static void work_slot(void *context, size_t i, unsigned worker)
{
    (void)worker;
    struct run *r = context;
    struct slot *s = &r->slot[i];
    memset(s->out, 0, s->records * r->out_size);
    for (size_t k = 0; k < s->records; k++)
        s->keep[k] = r->f->apply(r->f->context, s->in + k * r->in_size, s->out + k * r->out_size);
}

static enum status write_slot(void *context, size_t i, struct error *err)
{
    struct run *r = context;
    struct slot *s = &r->slot[i];
    for (size_t k = 0; k < s->records; k++)
        if (s->keep[k] && stream_write(r->f->out, s->out + k * r->out_size, err))
            return err->status;
    r->done += s->records;
    if (r->f->progress)
        r->f->progress(r->f->context, r->done);
    return stream_flush(r->f->out, err);
}

static void release(struct run *r, size_t slots)
{
    for (size_t i = 0; r->slot && i < slots; i++) {
        free(r->slot[i].in);
        free(r->slot[i].out);
        free(r->slot[i].keep);
    }
    free(r->slot);
}

enum status filter_run(const struct filter *f, struct error *err)
{
    struct run r = {.f = f, .in_size = stream_type(f->in)->size, .out_size = f->out_type->size};
    size_t slots = (size_t)f->jobs * SLOTS_PER_JOB;
    size_t larger = r.in_size > r.out_size ? r.in_size : r.out_size;
    r.most = mem_pieces(larger, SLOT_BYTES, SLOT_RECORDS);
    r.slot = mem_new(slots, sizeof *r.slot, err);
    struct ordered o = {&r, slots, read_slot, work_slot, write_slot};
    enum status s = r.slot ? ordered_run(&o, f->jobs, err) : STATUS_MEMORY;
    release(&r, slots);
    return s;
}
