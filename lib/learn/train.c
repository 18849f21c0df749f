#include "learn/train.h"

#include <stdlib.h>
#include <string.h>

#include "net/loss.h"
#include "base/mem.h"
#include "base/rng.h"
#include "base/thread.h"

enum { UPDATE_PIECE = 65536 /* parameters that a thread steps at a time */ };

static const double statistics_decay = 0.99;

/* Images of a full shard, where its group has n; the last one may have fewer. */
static size_t shard_size(const struct group *g, size_t n)
{
    return (n + g->shards - 1) / g->shards;
}

static struct group *group_of(struct trainer *t, size_t shard)
{
    struct group *g = t->group;
    while (shard >= g->first_shard + g->shards)
        g++;
    return g;
}

static void place_groups(struct trainer *t)
{
    t->batch = t->shards = 0;
    for (struct group *g = t->group; g < t->group + t->groups; g++) {
        g->first_image = t->batch;
        g->first_shard = t->shards;
        t->batch += g->images;
        t->shards += g->shards;
    }
}

enum status trainer_init(struct trainer *t, struct error *err)
{
    const struct netspec *s = t->spec;
    place_groups(t);
    t->parameter = mem_new(s->values, sizeof(float), err);
    t->m = mem_new(s->values, sizeof(float), err);
    t->v = mem_new(s->values, sizeof(float), err);
    t->input = mem_new(t->batch * layer_in(&s->layer[0]), sizeof(float), err);
    t->target = mem_new(t->batch * s->classes, sizeof(float), err);
    t->result = mem_new(s->parameters, sizeof(float), err);
    enum status status = STATUS_OK;
    if (t->average > 0 && !(t->averaged = mem_new(s->values, sizeof(float), err)))
        status = STATUS_MEMORY;
    for (size_t i = 0; i < t->shards && !status; i++) {
        const struct group *g = group_of(t, i);
        t->gradient[i] = mem_new(s->values, sizeof(float), err);
        status = t->gradient[i] ? workspace_init(&t->pass[i], s, shard_size(g, g->images), err)
                                : STATUS_MEMORY;
    }
    if (status || !t->parameter || !t->m || !t->v || !t->input || !t->target || !t->result) {
        trainer_release(t);
        return STATUS_MEMORY;
    }
    network_init_parameters(s, t->seed, t->parameter);
    if (t->averaged)
        memcpy(t->averaged, t->parameter, s->values * sizeof *t->averaged);
    return STATUS_OK;
}

void trainer_release(struct trainer *t)
{
    for (size_t i = 0; i < t->shards; i++) {
        free(t->gradient[i]);
        workspace_release(&t->pass[i]);
        t->gradient[i] = NULL;
    }
    free(t->parameter);
    free(t->m);
    free(t->v);
    free(t->averaged);
    free(t->input);
    free(t->target);
    free(t->result);
    t->parameter = t->m = t->v = t->averaged = t->input = t->target = t->result = NULL;
}

/* ---- gradient ---- */

struct gradient_work {
    struct trainer *t;
    const size_t *n;
    size_t all;
    double loss[TRAIN_SHARDS_MAX];
};

static void shard_gradient(void *context, size_t shard)
{
    struct gradient_work *w = context;
    struct trainer *t = w->t;
    const struct group *g = group_of(t, shard);
    size_t in_group = shard - g->first_shard, there = w->n[g - t->group];
    size_t classes = t->spec->classes, size = shard_size(g, there), first = in_group * size;
    float *gradient = t->gradient[shard];
    w->loss[shard] = 0;
    if (first >= there) {
        memset(gradient, 0, t->spec->values * sizeof *gradient);
        return;
    }
    size_t n = there - first < size ? there - first : size;
    first += g->first_image;
    const float *target = t->target + first * classes;
    /* Dropout depends on the step and the shard, nothing else: no state to save. */
    uint64_t place[2] = {t->step, g->number + in_group};
    const float *logit = network_forward(&t->pass[shard], t->parameter, n,
                                         t->input + first * layer_in(&t->spec->layer[0]),
                                         rng_hash(t->seed, place, sizeof place));
    /* The last activations are free to become their own gradient. */
    float *out = t->pass[shard].out[t->spec->layers - 1];
    for (size_t i = 0; i < n; i++) {
        w->loss[shard] += cross_entropy(classes, logit + i * classes, target + i * classes);
        cross_entropy_backward(classes, logit + i * classes, target + i * classes,
                               1 / (double)w->all, out + i * classes);
    }
    network_backward(&t->pass[shard], t->parameter, out, gradient);
    for (size_t i = t->spec->parameters; i < t->spec->values; i++)
        gradient[i] *= (float)n / (float)w->all;
}

void trainer_gradient(struct trainer *t, const size_t *n, size_t all, double *loss)
{
    struct gradient_work w = {.t = t, .n = n, .all = all};
    parallel_for(t->jobs, t->shards, shard_gradient, &w);
    for (size_t i = 0; i < t->groups; i++) {
        const struct group *g = &t->group[i];
        loss[i] = 0;
        for (size_t s = 0; s < g->shards; s++)
            loss[i] += w.loss[g->first_shard + s];
    }
}

static void add_up_piece(void *context, size_t piece)
{
    struct trainer *t = context;
    size_t first = piece * UPDATE_PIECE, end = first + UPDATE_PIECE;
    if (end > t->spec->values)
        end = t->spec->values;
    for (const struct group *g = t->group; g < t->group + t->groups; g++)
        for (size_t s = 1; s < g->shards; s++) {
            float *sum = t->gradient[g->first_shard];
            const float *more = t->gradient[g->first_shard + s];
            for (size_t i = first; i < end; i++)
                sum[i] += more[i];
        }
}

static size_t pieces(size_t n)
{
    return (n + UPDATE_PIECE - 1) / UPDATE_PIECE;
}

void trainer_add_up(struct trainer *t)
{
    if (t->shards > t->groups)
        parallel_for(t->jobs, pieces(t->spec->values), add_up_piece, t);
}

/* ---- update ---- */

struct update_work {
    struct trainer *t;
    float rate;
    size_t first, n, blocks;
    const float *const *block;
};

static void update_piece(void *context, size_t piece)
{
    struct update_work *u = context;
    struct trainer *t = u->t;
    size_t offset = piece * UPDATE_PIECE, rest = u->n - offset, at = u->first + offset;
    size_t n = rest < UPDATE_PIECE ? rest : UPDATE_PIECE;
    size_t parameters = at < t->spec->parameters ? t->spec->parameters - at : 0;
    size_t learned = n < parameters ? n : parameters; /* then come statistics */
    adam_step(&t->adam, offset, learned, u->rate, t->step, u->blocks, u->block, t->m + u->first,
              t->v + u->first, t->parameter + u->first);
    statistics_step(statistics_decay, t->step, offset + learned, n - learned, u->blocks, u->block,
                    t->parameter + u->first);
    if (t->averaged)
        average_step(t->average, t->step, n, t->parameter + at, t->averaged + at);
}

void trainer_update(struct trainer *t, double rate, size_t first, size_t n, size_t blocks,
                    const float *const *block)
{
    struct update_work u = {t, (float)rate, first, n, blocks, block};
    t->step++;
    parallel_for(t->jobs, pieces(n), update_piece, &u);
}

const float *trainer_result(const struct trainer *t)
{
    network_merge_norm(t->spec, t->averaged ? t->averaged : t->parameter, t->result);
    return t->result;
}

/* ---- evaluation ---- */

struct evaluation_work {
    const float *parameter;
    const struct dataset *data;
    size_t blocks, jobs, classes;
    struct infer *infer; /* one a job */
    float *logit;
};

/* Job number j takes the blocks j, j + jobs, ... */
static void evaluate_blocks(void *context, size_t job)
{
    struct evaluation_work *e = context;
    struct infer *f = &e->infer[job];
    size_t values = layer_in(&f->spec->layer[0]);
    for (size_t block = job; block < e->blocks; block += e->jobs) {
        size_t first = block * INFER_BLOCK, n = e->data->n - first;
        n = n < INFER_BLOCK ? n : INFER_BLOCK;
        for (size_t i = 0; i < n; i++)
            dataset_input(e->data, first + i, f->input + i * values);
        network_infer(f, e->parameter, n);
        memcpy(e->logit + first * e->classes, f->logit, n * e->classes * sizeof *f->logit);
    }
}

enum status train_apply(const struct netspec *s, const float *parameter, const struct dataset *d,
                        unsigned jobs, float *logit, struct error *err)
{
    struct evaluation_work e = {
        parameter, d, (d->n + INFER_BLOCK - 1) / INFER_BLOCK, jobs, s->classes, NULL, logit};
    enum status status = STATUS_OK;
    e.infer = mem_new(jobs, sizeof *e.infer, err);
    for (size_t j = 0; e.infer && j < jobs && !status; j++)
        status = infer_init(&e.infer[j], s, err);
    if (e.infer && !status)
        parallel_for(jobs, jobs, evaluate_blocks, &e);
    for (size_t j = 0; e.infer && j < jobs; j++)
        infer_release(&e.infer[j]);
    free(e.infer);
    return e.infer ? status : STATUS_MEMORY;
}

struct evaluation train_judge(size_t n, size_t classes, const float *logit, const float *target)
{
    struct evaluation e = {.n = n};
    for (size_t i = 0; i < n; i++, logit += classes, target += classes) {
        e.correct += argmax(classes, logit) == argmax(classes, target);
        e.loss += cross_entropy(classes, logit, target);
    }
    e.loss /= n ? (double)n : 1;
    return e;
}
