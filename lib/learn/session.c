#include "learn/session.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "net/netspec.h"
#include "learn/session_inner.h"

enum {
    AHEAD_RECORDS = 1024,  /* for the mean and deviation of the inputs ... */
    AHEAD_BYTES = 1 << 24, /* ... or fewer, if they are large */
    PIECE_GRAIN = 1024     /* parameters; so that vectors are cut nowhere else than alone */
};

double session_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

size_t session_streams(const struct session *s)
{
    return partition_total(&s->ranks, &s->streams);
}

/* ---- the streams, the network ---- */

/* Number the streams, of which this rank has n. */
static enum status number_streams(struct session *s, size_t n, struct error *err)
{
    size_t each[RANKS_MAX];
    struct partition one = partition_evenly(&s->ranks, s->ranks.count, 1);
    enum status status = STATUS_OK;
    each[s->ranks.rank] = n;
    ranks_allgather(&s->ranks, &one, sizeof *each, each);
    for (unsigned r = 0; r < s->ranks.count; r++)
        s->streams.first[r + 1] = s->streams.first[r] + each[r];
    if (session_streams(s) > s->o.shards)
        status =
            error_set(err, STATUS_LIMIT, "%zu streams need as many shards: %" PRIu64 " are too few",
                      session_streams(s), s->o.shards);
    return ranks_agree(&s->ranks, status, err);
}

/* The records of in must be of the kind of the first training stream's. */
static enum status check_type(const struct session *s, const struct stream_reader *in,
                              struct error *err)
{
    const struct record_type *t = stream_type(in);
    struct input_format b = model_input_format(&s->model, t);
    if (t->classes == 0)
        error_set(err, STATUS_MISMATCH, "the records have no votes (see gz-label)");
    else if (t->classes != s->model.spec.classes)
        error_set(err, STATUS_MISMATCH, "%zu classes, but the training stream has %zu", t->classes,
                  s->model.spec.classes);
    else if (!input_check(&b, err)) {
        for (size_t k = 0; k < t->classes; k++)
            if (strcmp(record_class(t, k), s->model.class[k]) != 0) {
                error_set(err, STATUS_MISMATCH, "class '%s', where the training stream has '%s'",
                          record_class(t, k), s->model.class[k]);
                return error_prefix(err, "%s", stream_name(in));
            }
        return STATUS_OK;
    }
    return error_prefix(err, "%s", stream_name(in));
}

/* The network is for the pictures and classes of the first stream; the others must have the same.
 */
static enum status init_model(struct session *s, struct stream_reader *const *in, struct error *err)
{
    const struct record_type *t = &s->feed[0].type;
    size_t height = s->o.size ? s->o.size : t->shape.height,
           width = s->o.size ? s->o.size : t->shape.width;
    s->model.temperature = 1;
    s->model.normalise =
        (struct normalise){s->o.per_image ? NORMALISE_PER_IMAGE : NORMALISE_MEAN_STD, 0, 1};
    if (t->classes == 0)
        return error_set(err, STATUS_MISMATCH, "%s: the records have no votes (see gz-label)",
                         stream_name(in[0]));
    if (netspec_parse(&s->model.spec, s->o.network, height, width, t->shape.channels, t->classes,
                      err) ||
        model_set_classes(&s->model, t, err))
        return err->status;
    if (s->o.norm)
        netspec_add_norm(&s->model.spec);
    for (size_t i = 0; i < s->feeds; i++)
        if (check_type(s, in[i], err))
            return err->status;
    return STATUS_OK;
}

static void set_formats(struct session *s)
{
    for (size_t i = 0; i < s->feeds; i++)
        s->feed[i].format = model_input_format(&s->model, &s->feed[i].type);
}

/* Stream number i of n gets its share of what there is. */
static size_t share_before(size_t all, size_t i, size_t n)
{
    return all * i / n;
}

static enum status init_trainer(struct session *s, struct error *err)
{
    struct trainer *t = &s->trainer;
    size_t first = s->streams.first[s->ranks.rank], n = session_streams(s);
    *t = (struct trainer){.spec = &s->model.spec,
                          .adam = adam_default,
                          .groups = s->feeds,
                          .jobs = s->o.jobs,
                          .seed = s->o.seed,
                          .average = s->o.average};
    t->adam.weight_decay = (float)s->o.weight_decay;
    for (size_t i = 0; i < s->feeds; i++) {
        struct group *g = &t->group[i];
        g->number = share_before(s->o.shards, first + i, n);
        g->shards = share_before(s->o.shards, first + i + 1, n) - g->number;
        g->images =
            share_before(s->o.batch, first + i + 1, n) - share_before(s->o.batch, first + i, n);
    }
    s->piece = partition_evenly(&s->ranks, s->model.spec.values, PIECE_GRAIN);
    s->foreign = mem_new(n - s->feeds, partition_own(&s->ranks, &s->piece) * sizeof(float), err);
    s->best_parameter = mem_new(s->model.spec.parameters, sizeof(float), err);
    return s->foreign && s->best_parameter ? trainer_init(t, err) : err->status;
}

/* All that a rank begins with by itself. */
static enum status init_alone(struct session *s, struct stream_reader *const *in, struct error *err)
{
    s->feed = mem_new(s->feeds, sizeof *s->feed, err);
    if (!s->feed)
        return err->status;
    for (size_t i = 0; i < s->feeds; i++)
        feed_init(&s->feed[i], in[i]);
    if (init_model(s, in, err))
        return err->status;
    set_formats(s);
    return init_trainer(s, err);
}

/* Read ahead, of each stream its share, and take mean and deviation from what came. A stream that
   is cut off so early is of no use: its mean would be another one than that of the whole stream,
   with which training is to be resumed. */
static enum status measure_inputs(struct session *s, struct error *err)
{
    struct moments each[TRAIN_SHARDS_MAX] = {{0}}, all = {0};
    size_t first = s->streams.first[s->ranks.rank], n = session_streams(s);
    enum status status = STATUS_OK;
    for (size_t i = 0; i < s->feeds && !status; i++)
        status = feed_measure(&s->feed[i], (AHEAD_RECORDS + n - 1) / n, AHEAD_BYTES / n,
                              &each[first + i], err);
    if (ranks_agree(&s->ranks, status, err))
        return err->status;
    ranks_allgather(&s->ranks, &s->streams, sizeof *each, each);
    for (size_t i = 0; i < n; i++) {
        all.n += each[i].n;
        all.sum += each[i].sum;
        all.squares += each[i].squares;
    }
    /* Floats, because nine digits in the file bring exactly them back. */
    s->model.normalise.mean = (double)(float)moments_mean(&all);
    s->model.normalise.deviation = (double)(float)moments_deviation(&all);
    set_formats(s);
    return STATUS_OK;
}

/* ---- the validation set ---- */

/* Read the validation stream into memory. */
static enum status read_valid(struct session *s, struct stream_reader *valid, struct error *err)
{
    const struct record_type *t = &s->valid_type;
    s->valid_type = *stream_type(valid);
    if (check_type(s, valid, err))
        return err->status;
    s->valid.format = model_input_format(&s->model, t);
    unsigned char *record = mem_new(1, t->size, err);
    enum status status = record ? STATUS_OK : STATUS_MEMORY;
    while (!status && !(status = feed_read(valid, &s->valid.format, record, err)))
        status = dataset_add(&s->valid, record, err);
    free(record);
    if (status != STATUS_END)
        return status;
    if (s->valid.n == 0)
        return error_set(err, STATUS_INCOMPLETE, "%s: no records to measure with",
                         stream_name(valid));
    return STATUS_OK;
}

/* Room for this rank's part of the pictures, for all targets and all logits. */
static enum status make_valid_room(struct session *s, struct error *err)
{
    size_t targets = s->valid_n * s->model.spec.classes * sizeof(float);
    s->valid_logit = mem_new(s->valid_n * s->model.spec.classes, sizeof(float), err);
    if (!s->valid_logit)
        return err->status;
    if (s->ranks.rank == 0)
        return STATUS_OK;
    s->valid.n = partition_own(&s->ranks, &s->valid_part);
    s->valid.format = model_input_format(&s->model, &s->valid_type);
    if (buffer_reserve(&s->valid.target, targets, err))
        return err->status;
    return buffer_reserve(&s->valid.pixels, s->valid.n * input_bytes(&s->valid.format), err);
}

/* Rank 0 reads it, where there is one, and deals it out. */
static enum status init_valid(struct session *s, struct stream_reader *valid, struct error *err)
{
    const struct ranks *k = &s->ranks;
    struct partition from_first = partition_to(k, 0, 1);
    enum status status = valid ? read_valid(s, valid, err) : STATUS_OK;
    if (ranks_agree(k, status, err))
        return err->status;
    s->valid_n = s->valid.n;
    ranks_allgather(k, &from_first, sizeof s->valid_n, &s->valid_n);
    if (s->valid_n == 0)
        return STATUS_OK;
    ranks_allgather(k, &from_first, sizeof s->valid_type, &s->valid_type);
    s->valid_part = partition_evenly(k, s->valid_n, INFER_BLOCK);
    if (ranks_agree(k, make_valid_room(s, err), err))
        return err->status;
    from_first = partition_to(k, 0, s->valid_n);
    ranks_allgather(k, &from_first, s->model.spec.classes * sizeof(float), s->valid.target.data);
    ranks_scatter(k, &s->valid_part, input_bytes(&s->valid.format), s->valid.pixels.data,
                  s->valid.pixels.data);
    s->valid.n = partition_own(k, &s->valid_part);
    return STATUS_OK;
}

enum status session_measure(struct session *s, const float *parameter, struct evaluation *e,
                            struct error *err)
{
    const struct netspec *spec = &s->model.spec;
    float *own = s->valid_logit + s->valid_part.first[s->ranks.rank] * spec->classes;
    enum status status = train_apply(spec, parameter, &s->valid, s->o.jobs, own, err);
    if (ranks_agree(&s->ranks, status, err))
        return err->status;
    ranks_allgather(&s->ranks, &s->valid_part, spec->classes * sizeof(float), s->valid_logit);
    *e = train_judge(s->valid_n, spec->classes, s->valid_logit,
                     (const float *)(const void *)s->valid.target.data);
    return STATUS_OK;
}

/* ---- the whole ---- */

enum status session_init(struct session *s, const struct session_options *o, const struct ranks *k,
                         struct stream_reader *const *in, size_t n, struct stream_reader *valid,
                         struct error *err)
{
    *s = (struct session){.o = *o, .ranks = *k, .feeds = n};
    enum status status = number_streams(s, n, err);
    if (!status)
        status = ranks_agree(k, init_alone(s, in, err), err);
    if (!status)
        status = session_compare(s, err);
    if (!status && !o->per_image)
        status = measure_inputs(s, err);
    if (!status)
        status = init_valid(s, valid, err);
    s->epoch_start = session_now();
    if (status)
        session_release(s);
    return status;
}

void session_release(struct session *s)
{
    if (s->trainer.spec)
        trainer_release(&s->trainer);
    for (size_t i = 0; s->feed && i < s->feeds; i++)
        feed_release(&s->feed[i]);
    dataset_release(&s->valid);
    buffer_release(&s->history);
    free(s->feed);
    free(s->foreign);
    free(s->valid_logit);
    free(s->best_parameter);
    s->feed = NULL;
    s->foreign = s->valid_logit = s->best_parameter = NULL;
}
