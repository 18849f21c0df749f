#include "stream/blocks.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/thread.h"

enum { BLOCKS_PER_JOB = 2 };

struct run {
    const struct blocks *b;
    size_t most; /* records in a block */
    struct block *block;
    uint64_t done;
    enum status failed; /* why reading ended: returned after the records before are written */
    struct error failure;
};

static enum status make_block(const struct run *r, struct block *block, struct error *err)
{
    if (block->out)
        return STATUS_OK;
    block->in = mem_new(r->most, r->b->in_size, err);
    block->out = block->in ? mem_new(r->most, r->b->out_size, err) : NULL;
    return block->out ? STATUS_OK : err->status;
}

static enum status read_record(const struct blocks *b, void *record, struct error *err)
{
    enum status s = b->in ? stream_read(b->in, record, err) : b->read(b->context, record, err);
    return !s && b->check ? b->check(b->context, record, err) : s;
}

static enum status read_block(void *context, size_t i, struct error *err)
{
    struct run *r = context;
    const struct blocks *b = r->b;
    struct block *block = &r->block[i];
    if (!r->failed)
        r->failed = make_block(r, block, &r->failure);
    block->n = 0;
    while (!r->failed && block->n < r->most && (!block->n || !b->in || stream_ready(b->in))) {
        void *record = (char *)block->in + block->n * b->in_size;
        r->failed = read_record(b, record, &r->failure);
        block->n += !r->failed && (!b->accept || b->accept(b->context, record));
    }
    block->results = block->n;
    if (block->n)
        return STATUS_OK;
    *err = r->failure;
    return r->failed;
}

static void work_block(void *context, size_t i, unsigned worker)
{
    struct run *r = context;
    r->b->work(r->b->context, &r->block[i], worker);
}

static enum status write_block(void *context, size_t i, struct error *err)
{
    struct run *r = context;
    r->done += r->block[i].n;
    return r->b->write(r->b->context, &r->block[i], r->done, err);
}

enum status blocks_run(const struct blocks *b, struct error *err)
{
    size_t size = b->in_size > b->out_size ? b->in_size : b->out_size, fit = b->bytes / size;
    struct run r = {.b = b, .most = fit < 1 ? 1 : fit < b->most ? fit : b->most};
    struct ordered o = {&r, (size_t)b->jobs * BLOCKS_PER_JOB, read_block, work_block, write_block};
    r.block = mem_new(o.slots, sizeof *r.block, err);
    enum status s = r.block ? ordered_run(&o, b->jobs, err) : STATUS_MEMORY;
    for (size_t i = 0; r.block && i < o.slots; i++) {
        free(r.block[i].in);
        free(r.block[i].out);
    }
    free(r.block);
    return s;
}
