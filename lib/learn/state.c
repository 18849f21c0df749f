#include "learn/state.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/clock.h"
#include "learn/agreement.h"
#include "learn/transfer.h"
#include "net/gemm.h"
#include "net/kernels.h"

enum {
    AHEAD_RECORDS = 1024,  /* read for the mean and standard deviation of the inputs ... */
    AHEAD_BYTES = 1 << 24, /* ... or fewer, if they are large */
    SLICE_GRAIN = 1024     /* parameters: so that a slice begins where a vector begins */
};

size_t state_streams(const struct state *s)
{
    return partition_total(&s->ranks, &s->streams);
}

size_t state_first_stream(const struct state *s)
{
    return partition_first(&s->ranks, &s->streams);
}

void state_positions(const struct state *s, struct stream_position *at)
{
    for (size_t i = 0; i < s->feeds; i++)
        at[state_first_stream(s) + i] = s->feed[i].used;
    ranks_allgather(&s->ranks, &s->streams, sizeof *at, at);
}

/* ---- the streams, the network ---- */

/* Number the streams, of which this rank has n. */
static enum status number_streams(struct state *s, size_t n, struct error *err)
{
    size_t each[RANKS_MAX];
    struct partition one = partition_evenly(&s->ranks, s->ranks.count, 1);
    enum status status = STATUS_OK;
    each[s->ranks.rank] = n;
    ranks_allgather(&s->ranks, &one, sizeof *each, each);
    for (unsigned r = 0; r < s->ranks.count; r++)
        s->streams.first[r + 1] = s->streams.first[r] + each[r];
    if (state_streams(s) > s->recipe.shards)
        status =
            error_set(err, STATUS_LIMIT, "%zu streams need as many shards: %" PRIu64 " are too few",
                      state_streams(s), s->recipe.shards);
    return ranks_agree(&s->ranks, status, err);
}

/* Take over what the weights to begin with ask for. */
static enum status init_transfer(struct state *s, struct error *err)
{
    if (transfer_read(&s->initial, &s->model.spec, s->recipe.init, err))
        return err->status;
    s->model.normalise = s->initial.normalise;
    s->model.fov = s->initial.fov;
    s->recipe.per_image = s->initial.normalise.kind == NORMALISE_PER_IMAGE;
    s->recipe.batch_norm = false;
    return STATUS_OK;
}

/* The network is for the pictures and classes of the first stream; the others must fit it. */
static enum status init_model(struct state *s, struct error *err)
{
    const struct record_type *t = &s->feed[0].type;
    const struct recipe *r = &s->recipe;
    size_t square = record_square(t, stream_first(s->feed[0].in)),
           size = r->size ? r->size : square;
    size_t height = size ? size : t->shape.height, width = size ? size : t->shape.width;
    s->model.temperature = 1;
    s->model.normalise =
        (struct normalise){r->per_image ? NORMALISE_PER_IMAGE : NORMALISE_MEAN_STD, 0, 1};
    if (t->classes == 0) {
        error_set(err, STATUS_MISMATCH, "the records have no votes (see gz-label)");
        return error_prefix(err, "%s", stream_name(s->feed[0].in));
    }
    if (netspec_parse(&s->model.spec, r->network, height, width, t->shape.channels, t->classes,
                      err) ||
        model_set_classes(&s->model, t, err) || (r->init && init_transfer(s, err)))
        return err->status;
    if (r->batch_norm)
        netspec_add_norm(&s->model.spec);
    s->recipe.size = height;
    for (size_t i = 0; i < s->feeds; i++)
        if (example_check_type(&s->model, &s->feed[i].type, err))
            return error_prefix(err, "%s", stream_name(s->feed[i].in));
    return STATUS_OK;
}

static void set_formats(struct state *s)
{
    for (size_t i = 0; i < s->feeds; i++)
        s->feed[i].format = model_input_format(&s->model, &s->feed[i].type);
}

/* What the first stream's first picture shows is what all others must show, on all ranks. */
static void find_fov(struct state *s)
{
    struct partition from_zero = partition_to(&s->ranks, 0, 1);
    const struct feed *f = &s->feed[0];
    const unsigned char *first = stream_first(f->in);
    if (s->model.fov <= 0 && first)
        s->model.fov = input_fov(&f->format, first);
    ranks_allgather(&s->ranks, &from_zero, sizeof s->model.fov, &s->model.fov);
    set_formats(s);
}

/* How many of `all` things the streams before number i of n have. */
static size_t share_before(size_t all, size_t i, size_t n)
{
    return all * i / n;
}

static void begin_with_initial(struct state *s)
{
    transfer_layers(&s->initial, &s->model, s->step.parameter);
    if (s->step.averaged)
        transfer_layers(&s->initial, &s->model, s->step.averaged);
    model_release(&s->initial);
}

static enum status init_step(struct state *s, struct error *err)
{
    const struct recipe *r = &s->recipe;
    size_t first = state_first_stream(s), n = state_streams(s);
    s->step = (struct step){.spec = &s->model.spec,
                            .adam = adam_default,
                            .muon = r->muon,
                            .groups = s->feeds,
                            .jobs = s->jobs,
                            .seed = r->seed,
                            .ema = r->ema};
    s->step.adam.weight_decay = (float)r->weight_decay;
    for (size_t i = 0; i < s->feeds; i++) {
        struct step_group *g = &s->step.group[i];
        g->number = share_before(r->shards, first + i, n);
        g->shards = share_before(r->shards, first + i + 1, n) - g->number;
        g->images = share_before(r->batch, first + i + 1, n) - share_before(r->batch, first + i, n);
    }
    s->kept_parameter = mem_new(s->model.spec.parameters, sizeof(float), err);
    if (!s->kept_parameter || step_init(&s->step, err))
        return err->status;
    s->slice = partition_evenly(&s->ranks, s->model.spec.block_size, SLICE_GRAIN);
    for (unsigned k = 1; k < s->ranks.count; k++)
        s->slice.first[k] = step_border(&s->step, s->slice.first[k]);
    s->foreign = mem_new(n - s->feeds, partition_own(&s->ranks, &s->slice) * sizeof(float), err);
    if (!s->foreign)
        return err->status;
    if (r->init)
        begin_with_initial(s);
    return STATUS_OK;
}

/* All that a rank begins with by itself. */
static enum status init_alone(struct state *s, struct stream_reader *const *in, struct error *err)
{
    s->feed = mem_new(s->feeds, sizeof *s->feed, err);
    if (!s->feed)
        return err->status;
    for (size_t i = 0; i < s->feeds; i++) {
        feed_init(&s->feed[i], in[i]);
        s->feed[i].soft_labels = s->recipe.soft_labels;
    }
    if (init_model(s, err))
        return err->status;
    set_formats(s);
    return init_step(s, err);
}

/* Read ahead, from each stream its share, and take the mean and standard deviation from there. */
static enum status measure_inputs(struct state *s, struct error *err)
{
    struct moments each[STEP_SHARDS_MAX] = {{0}}, all = {0};
    size_t first = state_first_stream(s), n = state_streams(s);
    enum status status = STATUS_OK;
    for (size_t i = 0; i < s->feeds && !status; i++)
        status = feed_measure(&s->feed[i], (AHEAD_RECORDS + n - 1) / n, AHEAD_BYTES / n,
                              &each[first + i], err);
    if (ranks_agree(&s->ranks, status, err))
        return err->status;
    ranks_allgather(&s->ranks, &s->streams, sizeof *each, each);
    for (size_t i = 0; i < n; i++)
        moments_merge(&all, &each[i]);
    /* As floats, because the nine digits in the file give exactly them back. */
    s->model.normalise.mean = (double)(float)moments_mean(&all);
    s->model.normalise.std = (double)(float)moments_std(&all);
    set_formats(s);
    return STATUS_OK;
}

/* ---- what the weights depend on ---- */

enum status state_describe(const struct state *s, struct weights *w, struct error *err)
{
    if (recipe_store(&s->recipe, w, err) ||
        weights_set(w, err, "trained.validation", "%zu", s->validation.n) ||
        weights_set(w, err, "trained.kernels", "%s %s", kernels()->name, gemm_core()))
        return err->status;
    if (state_streams(s) > 1)
        return weights_set(w, err, "trained.streams", "%zu", state_streams(s));
    return STATUS_OK;
}

/* Options and kinds of records must be the same on all ranks. */
static enum status compare_ranks(const struct state *s, struct error *err)
{
    struct weights *mine = weights_new(err);
    enum status status = mine ? model_store_format(&s->model, mine, err) : STATUS_MEMORY;
    if (!status)
        status = state_describe(s, mine, err);
    status = ranks_agree(&s->ranks, status, err);
    if (!status)
        status = agreement_check_ranks(&s->ranks, mine, err);
    weights_free(mine);
    return status;
}

/* ---- the whole ---- */

enum status state_init(struct state *s, const struct recipe *recipe, unsigned jobs,
                       const struct ranks *ranks, struct stream_reader *const *in, size_t n,
                       struct stream_reader *valid, struct error *err)
{
    *s = (struct state){.recipe = *recipe, .jobs = jobs, .ranks = *ranks, .feeds = n};
    enum status status = number_streams(s, n, err);
    if (!status)
        status = ranks_agree(ranks, init_alone(s, in, err), err);
    if (!status) {
        find_fov(s);
        status = compare_ranks(s, err);
    }
    if (!status && !s->recipe.init && !s->recipe.per_image)
        status = measure_inputs(s, err);
    if (!status)
        status = validation_init(&s->validation, ranks, &s->model, valid, err);
    s->epoch_start = clock_seconds();
    if (status)
        state_release(s);
    return status;
}

void state_release(struct state *s)
{
    if (s->step.spec)
        step_release(&s->step);
    for (size_t i = 0; s->feed && i < s->feeds; i++)
        feed_release(&s->feed[i]);
    validation_release(&s->validation);
    model_release(&s->initial);
    buffer_release(&s->history);
    free(s->feed);
    free(s->foreign);
    free(s->kept_parameter);
    s->feed = NULL;
    s->foreign = s->kept_parameter = NULL;
}

void state_gather(const struct state *s, float *block)
{
    ranks_allgather(&s->ranks, &s->slice, sizeof *block, block);
}

const float *state_result(const struct state *s)
{
    return s->kept_epoch > 0 ? s->kept_parameter : step_result(&s->step);
}
