#include "stream/filter.h"

#include <string.h>

#include "stream/blocks.h"

enum { BLOCK_RECORDS = 256, BLOCK_BYTES = 256 * 1024 };

static void apply(void *context, struct block *b, unsigned worker)
{
    const struct filter *f = context;
    size_t in_size = stream_type(f->in)->size, out_size = f->out_type->size;
    const unsigned char *in = b->in;
    unsigned char *out = b->out;
    (void)worker;
    b->results = 0;
    for (size_t k = 0; k < b->n; k++) {
        memset(out + b->results * out_size, 0, out_size);
        b->results += f->apply(f->context, in + k * in_size, out + b->results * out_size);
    }
}

static enum status check(void *context, const void *in, struct error *err)
{
    const struct filter *f = context;
    if (f->check && f->check(f->context, in, err))
        return stream_prefix_error(f->in, err);
    return STATUS_OK;
}

static enum status write_records(void *context, const struct block *b, uint64_t done,
                                 struct error *err)
{
    const struct filter *f = context;
    const unsigned char *out = b->out;
    for (size_t k = 0; k < b->results; k++)
        if (stream_write(f->out, out + k * f->out_type->size, err))
            return err->status;
    if (f->progress)
        f->progress(f->context, done);
    return stream_flush(f->out, err);
}

enum status filter_run(const struct filter *f, struct error *err)
{
    struct filter copy = *f;
    struct blocks b = {.in = f->in,
                       .in_size = stream_type(f->in)->size,
                       .out_size = f->out_type->size,
                       .most = BLOCK_RECORDS,
                       .bytes = BLOCK_BYTES,
                       .jobs = f->jobs,
                       .context = &copy,
                       .check = check,
                       .work = apply,
                       .write = write_records};
    return blocks_run(&b, err);
}
