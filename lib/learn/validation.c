#include "learn/validation.h"

#include <stdlib.h>

#include "learn/ranks.h"
#include "net/infer.h"

static enum status read_stream(struct validation *v, const struct model *m,
                               struct stream_reader *in, struct error *err)
{
    v->type = *stream_type(in);
    v->own.format = model_input_format(m, &v->type);
    if (example_check_type(m, &v->type, err))
        return error_prefix(err, "%s", stream_name(in));
    unsigned char *record = mem_new(1, v->type.size, err);
    enum status status = record ? STATUS_OK : STATUS_MEMORY;
    while (!status && !(status = example_read(in, &v->own.format, record, err)))
        status = dataset_add(&v->own, record, err);
    free(record);
    if (status != STATUS_END)
        return status;
    if (v->own.n == 0)
        return error_set(err, STATUS_INCOMPLETE, "%s: no records to measure with", stream_name(in));
    return STATUS_OK;
}

/* Room for this rank's part of the pictures, and for all targets and logits. */
static enum status make_room(struct validation *v, const struct ranks *k, const struct model *m,
                             struct error *err)
{
    size_t values = v->n * m->spec.classes;
    v->logit = mem_new(values, sizeof *v->logit, err);
    if (!v->logit)
        return err->status;
    if (k->rank == 0)
        return STATUS_OK;
    v->own.n = partition_own(k, &v->part);
    v->own.format = model_input_format(m, &v->type);
    if (buffer_reserve(&v->own.target, values * sizeof(float), err))
        return err->status;
    return buffer_reserve(&v->own.pixels, v->own.n * input_bytes(&v->own.format), err);
}

enum status validation_init(struct validation *v, const struct ranks *k, const struct model *m,
                            struct stream_reader *in, struct error *err)
{
    struct partition from_zero = partition_to(k, 0, 1);
    *v = (struct validation){0};
    if (ranks_agree(k, in ? read_stream(v, m, in, err) : STATUS_OK, err))
        return err->status;
    v->n = v->own.n;
    ranks_allgather(k, &from_zero, sizeof v->n, &v->n);
    if (v->n == 0)
        return STATUS_OK;
    ranks_allgather(k, &from_zero, sizeof v->type, &v->type);
    v->part = partition_evenly(k, v->n, INFER_BLOCK);
    if (ranks_agree(k, make_room(v, k, m, err), err))
        return err->status;
    from_zero = partition_to(k, 0, v->n);
    ranks_allgather(k, &from_zero, m->spec.classes * sizeof(float), v->own.target.data);
    ranks_scatter(k, &v->part, input_bytes(&v->own.format), v->own.pixels.data, v->own.pixels.data);
    v->own.n = partition_own(k, &v->part);
    return STATUS_OK;
}

enum status validation_measure(struct validation *v, const struct ranks *k,
                               const struct netspec *spec, const float *parameter, unsigned jobs,
                               struct evaluation *e, struct error *err)
{
    float *own = v->logit + partition_first(k, &v->part) * spec->classes;
    if (ranks_agree(k, evaluate_logits(spec, parameter, &v->own, jobs, own, err), err))
        return err->status;
    ranks_allgather(k, &v->part, spec->classes * sizeof(float), v->logit);
    *e = evaluate(v->n, spec->classes, v->logit, dataset_targets(&v->own));
    return STATUS_OK;
}

void validation_release(struct validation *v)
{
    dataset_release(&v->own);
    free(v->logit);
    v->logit = NULL;
}
