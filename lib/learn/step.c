#include "learn/step.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/rng.h"
#include "base/thread.h"
#include "net/loss.h"

enum { SLICE = 65536 /* parameters that a thread adds up at a time, or updates by Adam */ };

/* Of the running mean and variance of the batch normalisation. */
static const double norm_decay = 0.99;

/* How much longer Muon's steps are where batch normalisation follows: then only the direction of
   the weights matters, not their length. By trial, see gz-learning(7). */
static const float norm_length = 16;

/* Images of a full shard, where its group has n; the last shard may have fewer. */
static size_t shard_size(const struct step_group *g, size_t n)
{
    return (n + g->shards - 1) / g->shards;
}

static const struct step_group *group_of(const struct step *s, size_t shard)
{
    const struct step_group *g = s->group;
    while (shard >= g->first_shard + g->shards)
        g++;
    return g;
}

static void place_groups(struct step *s)
{
    s->batch = s->shards = 0;
    for (struct step_group *g = s->group; g < s->group + s->groups; g++) {
        g->first_image = s->batch;
        g->first_shard = s->shards;
        s->batch += g->images;
        s->shards += g->shards;
    }
}

/* Room for the parameters, what is kept beside them, and a batch. */
static enum status allocate_blocks(struct step *s, struct error *err)
{
    const struct netspec *spec = s->spec;
    s->parameter = mem_new(spec->block_size, sizeof(float), err);
    s->m = mem_new(spec->block_size, sizeof(float), err);
    s->v = mem_new(spec->block_size, sizeof(float), err);
    s->input = mem_new(s->batch * layer_in(&spec->layer[0]), sizeof(float), err);
    s->target = mem_new(s->batch * spec->classes, sizeof(float), err);
    s->weight = mem_new(s->batch, sizeof(float), err);
    s->result = mem_new(spec->parameters, sizeof(float), err);
    s->averaged = s->ema > 0 ? mem_new(spec->block_size, sizeof(float), err) : NULL;
    bool all = s->parameter && s->m && s->v && s->input && s->target && s->weight && s->result;
    return all && (s->averaged || s->ema <= 0) ? STATUS_OK : err->status;
}

static enum status allocate_shards(struct step *s, struct error *err)
{
    for (size_t i = 0; i < s->shards; i++) {
        const struct step_group *g = group_of(s, i);
        s->gradient[i] = mem_new(s->spec->block_size, sizeof(float), err);
        if (!s->gradient[i] ||
            workspace_init(&s->workspace[i], s->spec, shard_size(g, g->images), err))
            return err->status;
    }
    return STATUS_OK;
}

static bool is_matrix(const struct step *s, const struct layer *l)
{
    return s->muon && l->kind == LAYER_CONV && l->number > 1;
}

/* Append the parameters [first, end), in pieces that threads share well. Without an array they are
   only counted. */
static void add_slices(struct step *s, size_t first, size_t end)
{
    for (; first < end; first += SLICE, s->pieces++)
        if (s->piece)
            s->piece[s->pieces] =
                (struct step_piece){first, end - first < SLICE ? end - first : SLICE, NULL, NULL};
}

/* Divide the parameters. Returns the floats of scratch that all matrices need. */
static size_t divide(struct step *s)
{
    const struct netspec *spec = s->spec;
    size_t at = 0, scratch = 0;
    s->pieces = 0;
    for (const struct layer *l = spec->layer; l < spec->layer + spec->layers; l++) {
        if (!is_matrix(s, l))
            continue;
        add_slices(s, at, l->weight_at);
        if (s->piece)
            s->piece[s->pieces] =
                (struct step_piece){l->weight_at, l->weights, l, s->scratch + scratch};
        s->pieces++;
        scratch += muon_scratch(l->weights / l->out, l->out);
        at = l->weight_at + l->weights;
    }
    add_slices(s, at, spec->block_size);
    return scratch;
}

static enum status allocate_pieces(struct step *s, struct error *err)
{
    s->scratch = mem_new(divide(s), sizeof *s->scratch, err);
    s->piece = s->scratch ? mem_new(s->pieces, sizeof *s->piece, err) : NULL;
    if (!s->piece)
        return err->status;
    divide(s);
    return STATUS_OK;
}

size_t step_border(const struct step *s, size_t at)
{
    for (const struct step_piece *p = s->piece; p < s->piece + s->pieces; p++)
        if (p->matrix && at > p->first && at < p->first + p->n)
            return p->first;
    return at;
}

enum status step_init(struct step *s, struct error *err)
{
    const struct netspec *spec = s->spec;
    place_groups(s);
    if (allocate_blocks(s, err) || allocate_shards(s, err) || allocate_pieces(s, err)) {
        step_release(s);
        return err->status;
    }
    for (size_t i = 0; i < s->batch; i++)
        s->weight[i] = 1;
    network_init_parameters(spec, s->seed, s->parameter);
    if (s->averaged)
        memcpy(s->averaged, s->parameter, spec->block_size * sizeof *s->averaged);
    return STATUS_OK;
}

void step_release(struct step *s)
{
    for (size_t i = 0; i < s->shards; i++) {
        free(s->gradient[i]);
        workspace_release(&s->workspace[i]);
        s->gradient[i] = NULL;
    }
    free(s->parameter);
    free(s->m);
    free(s->v);
    free(s->averaged);
    free(s->input);
    free(s->target);
    free(s->weight);
    free(s->result);
    free(s->piece);
    free(s->scratch);
    s->piece = NULL;
    s->scratch = NULL;
    s->parameter = s->m = s->v = s->averaged = NULL;
    s->input = s->target = s->weight = s->result = NULL;
}

/* ---- gradient ---- */

struct gradient_work {
    struct step *step;
    const size_t *n; /* images of each group */
    size_t all;
    double loss[STEP_SHARDS_MAX];
};

/* Forward, loss and backward for n images from number first on. Returns the sum of their weighted
   cross-entropies. */
static double image_gradients(struct step *s, size_t shard, size_t number, size_t first, size_t n,
                              size_t all)
{
    size_t classes = s->spec->classes;
    double loss = 0;
    const float *target = s->target + first * classes;
    /* Dropout depends on the step and the shard alone, so it has no state to save. */
    uint64_t place[2] = {s->count, number};
    const float *logit = network_forward(&s->workspace[shard], s->parameter, n,
                                         s->input + first * layer_in(&s->spec->layer[0]),
                                         rng_hash(s->seed, place, sizeof place));
    /* The last activations are free to become their own gradient. */
    float *out = s->workspace[shard].out[s->spec->layers - 1];
    for (size_t i = 0; i < n; i++) {
        double weight = (double)s->weight[first + i];
        loss += weight * cross_entropy(classes, logit + i * classes, target + i * classes);
        cross_entropy_backward(classes, logit + i * classes, target + i * classes,
                               weight / (double)all, out + i * classes);
    }
    network_backward(&s->workspace[shard], s->parameter, out, s->gradient[shard]);
    return loss;
}

static void shard_gradient(void *context, size_t shard)
{
    struct gradient_work *w = context;
    struct step *s = w->step;
    const struct step_group *g = group_of(s, shard);
    size_t in_group = shard - g->first_shard, there = w->n[g - s->group];
    size_t size = shard_size(g, there), first = in_group * size;
    float *gradient = s->gradient[shard];
    w->loss[shard] = 0;
    if (first >= there) {
        memset(gradient, 0, s->spec->block_size * sizeof *gradient);
        return;
    }
    size_t n = there - first < size ? there - first : size;
    w->loss[shard] =
        image_gradients(s, shard, g->number + in_group, g->first_image + first, n, w->all);
    /* In the place of the running mean and variance stand those of these images: they count by
       their share of the batch. */
    for (size_t i = s->spec->parameters; i < s->spec->block_size; i++)
        gradient[i] *= (float)n / (float)w->all;
}

void step_gradient(struct step *s, const size_t *n, size_t all, double *loss)
{
    struct gradient_work w = {.step = s, .n = n, .all = all};
    parallel_for(s->jobs, s->shards, shard_gradient, &w);
    for (size_t i = 0; i < s->groups; i++) {
        const struct step_group *g = &s->group[i];
        loss[i] = 0;
        for (size_t k = 0; k < g->shards; k++)
            loss[i] += w.loss[g->first_shard + k];
    }
}

static size_t slices(size_t n)
{
    return (n + SLICE - 1) / SLICE;
}

static void sum_slice(void *context, size_t slice)
{
    struct step *s = context;
    size_t first = slice * SLICE, end = first + SLICE;
    if (end > s->spec->block_size)
        end = s->spec->block_size;
    for (const struct step_group *g = s->group; g < s->group + s->groups; g++)
        for (size_t k = 1; k < g->shards; k++) {
            float *sum = s->gradient[g->first_shard];
            const float *more = s->gradient[g->first_shard + k];
            for (size_t i = first; i < end; i++)
                sum[i] += more[i];
        }
}

void step_sum_gradients(struct step *s)
{
    if (s->shards > s->groups)
        parallel_for(s->jobs, slices(s->spec->block_size), sum_slice, s);
}

/* ---- update ---- */

struct update_work {
    struct step *step;
    float learning_rate;
    size_t first, n, blocks;
    const float *const *block;
};

static void update_matrix(const struct update_work *u, const struct step_piece *p)
{
    struct step *s = u->step;
    const struct layer *l = p->matrix;
    struct muon o = muon_default;
    const float *gradient[STEP_SHARDS_MAX];
    o.weight_decay = s->adam.weight_decay;
    if (l->running_at)
        o.length *= norm_length;
    for (size_t i = 0; i < u->blocks; i++)
        gradient[i] = u->block[i] + (p->first - u->first);
    muon_step(&o, l->weights / l->out, l->out, u->learning_rate, u->blocks, gradient,
              s->m + p->first, s->parameter + p->first, p->scratch);
}

/* Update by Adam what is learned of the parameters [at, at + n); the others are means and variances
   of the batch normalisation. */
static void update_slice(const struct update_work *u, size_t at, size_t n)
{
    struct step *s = u->step;
    size_t parameters = at < s->spec->parameters ? s->spec->parameters - at : 0;
    size_t learned = n < parameters ? n : parameters, offset = at - u->first;
    adam_step(&s->adam, offset, learned, u->learning_rate, s->count, u->blocks, u->block,
              s->m + u->first, s->v + u->first, s->parameter + u->first);
    ema_step_sum(norm_decay, s->count, offset + learned, n - learned, u->blocks, u->block,
                 s->parameter + u->first);
}

/* Update the part of a piece that is to be updated; of a matrix it is all or nothing. */
static void update_piece(void *context, size_t piece)
{
    const struct update_work *u = context;
    struct step *s = u->step;
    const struct step_piece *p = &s->piece[piece];
    size_t first = p->first > u->first ? p->first : u->first;
    size_t end = p->first + p->n < u->first + u->n ? p->first + p->n : u->first + u->n;
    if (first >= end)
        return;
    if (p->matrix)
        update_matrix(u, p);
    else
        update_slice(u, first, end - first);
    if (s->averaged)
        ema_step(s->ema, s->count, end - first, s->parameter + first, s->averaged + first);
}

void step_update(struct step *s, double learning_rate, size_t first, size_t n, size_t blocks,
                 const float *const *block)
{
    struct update_work u = {s, (float)learning_rate, first, n, blocks, block};
    s->count++;
    parallel_for(s->jobs, s->pieces, update_piece, &u);
}

const float *step_result(const struct step *s)
{
    network_merge_norm(s->spec, s->averaged ? s->averaged : s->parameter, s->result);
    return s->result;
}
