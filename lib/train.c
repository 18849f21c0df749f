#include "train.h"

#include <stdlib.h>
#include <string.h>

#include "loss.h"
#include "mem.h"
#include "rng.h"
#include "thread.h"

enum { UPDATE_PIECE = 65536 /* parameters that a thread steps at a time */ };

/* Images of a full shard; the last one may have fewer. */
static size_t shard_size(const struct trainer *t, size_t n)
{
    return (n + t->shards - 1) / t->shards;
}

enum status trainer_init(struct trainer *t, struct error *err)
{
    const struct netspec *s = t->spec;
    t->parameter = mem_new(s->parameters, sizeof(float), err);
    t->m = mem_new(s->parameters, sizeof(float), err);
    t->v = mem_new(s->parameters, sizeof(float), err);
    t->input = mem_new(t->batch * layer_in(&s->layer[0]), sizeof(float), err);
    t->target = mem_new(t->batch * s->classes, sizeof(float), err);
    enum status status = STATUS_OK;
    if (t->average > 0 && !(t->averaged = mem_new(s->parameters, sizeof(float), err)))
        status = STATUS_MEMORY;
    for (size_t i = 0; i < t->shards && !status; i++) {
        t->gradient[i] = mem_new(s->parameters, sizeof(float), err);
        status = t->gradient[i] ? pass_init(&t->pass[i], s, shard_size(t, t->batch), err)
                                : STATUS_MEMORY;
    }
    if (status || !t->parameter || !t->m || !t->v || !t->input || !t->target) {
        trainer_release(t);
        return STATUS_MEMORY;
    }
    network_draw(s, t->seed, t->parameter);
    if (t->averaged)
        memcpy(t->averaged, t->parameter, s->parameters * sizeof *t->averaged);
    return STATUS_OK;
}

void trainer_release(struct trainer *t)
{
    for (size_t i = 0; i < t->shards; i++) {
        free(t->gradient[i]);
        pass_release(&t->pass[i]);
        t->gradient[i] = NULL;
    }
    free(t->parameter);
    free(t->m);
    free(t->v);
    free(t->averaged);
    free(t->input);
    free(t->target);
    t->parameter = t->m = t->v = t->averaged = t->input = t->target = NULL;
}

/* ---- gradient ---- */

struct gradient_work {
    struct trainer *t;
    size_t n;
    double loss[TRAIN_SHARDS_MAX];
};

static void shard_gradient(void *context, size_t shard)
{
    struct gradient_work *g = context;
    struct trainer *t = g->t;
    size_t classes = t->spec->classes, size = shard_size(t, g->n), first = shard * size;
    float *gradient = t->gradient[shard];
    g->loss[shard] = 0;
    if (first >= g->n) {
        memset(gradient, 0, t->spec->parameters * sizeof *gradient);
        return;
    }
    size_t n = g->n - first < size ? g->n - first : size;
    const float *target = t->target + first * classes;
    /* Dropout depends on the step and the shard, nothing else: no state to save. */
    uint64_t place[2] = {t->step, shard};
    const float *logit = network_forward(&t->pass[shard], t->parameter, n,
                                         t->input + first * layer_in(&t->spec->layer[0]),
                                         rng_hash(t->seed, place, sizeof place));
    /* The last activations are free to become their own gradient. */
    float *out = t->pass[shard].out[t->spec->layers - 1];
    for (size_t i = 0; i < n; i++) {
        g->loss[shard] += cross_entropy(classes, logit + i * classes, target + i * classes);
        cross_entropy_backward(classes, logit + i * classes, target + i * classes, 1 / (double)g->n,
                               out + i * classes);
    }
    network_backward(&t->pass[shard], t->parameter, out, gradient);
}

double trainer_gradient(struct trainer *t, size_t n)
{
    struct gradient_work g = {.t = t, .n = n};
    double loss = 0;
    parallel_for(t->jobs, t->shards, shard_gradient, &g);
    for (size_t i = 0; i < t->shards; i++)
        loss += g.loss[i];
    return loss;
}

/* ---- update ---- */

struct update_work {
    struct trainer *t;
    float rate;
};

static void update_piece(void *context, size_t piece)
{
    struct update_work *u = context;
    struct trainer *t = u->t;
    size_t first = piece * UPDATE_PIECE, rest = t->spec->parameters - first;
    size_t n = rest < UPDATE_PIECE ? rest : UPDATE_PIECE;
    adam_step(&t->adam, first, n, u->rate, t->step, t->shards, (const float *const *)t->gradient,
              t->m, t->v, t->parameter);
    if (t->averaged)
        average_step(t->average, t->step, n, t->parameter + first, t->averaged + first);
}

void trainer_update(struct trainer *t, double rate)
{
    struct update_work u = {t, (float)rate};
    t->step++;
    parallel_for(t->jobs, (t->spec->parameters + UPDATE_PIECE - 1) / UPDATE_PIECE, update_piece,
                 &u);
}

const float *trainer_result(const struct trainer *t)
{
    return t->averaged ? t->averaged : t->parameter;
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

static struct evaluation judge(const struct dataset *d, size_t classes, const float *logit)
{
    struct evaluation e = {.n = d->n};
    for (size_t i = 0; i < d->n; i++) {
        const float *target = dataset_target(d, i);
        e.correct += argmax(classes, logit + i * classes) == argmax(classes, target);
        e.loss += cross_entropy(classes, logit + i * classes, target);
    }
    e.loss /= d->n ? (double)d->n : 1;
    return e;
}

enum status train_evaluate(const struct netspec *s, const float *parameter, const struct dataset *d,
                           unsigned jobs, float *logit, struct evaluation *result,
                           struct error *err)
{
    struct evaluation_work e = {
        parameter, d, (d->n + INFER_BLOCK - 1) / INFER_BLOCK, jobs, s->classes, NULL, logit};
    enum status status = STATUS_OK;
    e.infer = mem_new(jobs, sizeof *e.infer, err);
    for (size_t j = 0; e.infer && j < jobs && !status; j++)
        status = infer_init(&e.infer[j], s, err);
    if (e.infer && !status) {
        parallel_for(jobs, jobs, evaluate_blocks, &e);
        *result = judge(d, s->classes, logit);
    }
    for (size_t j = 0; e.infer && j < jobs; j++)
        infer_release(&e.infer[j]);
    free(e.infer);
    return e.infer ? status : STATUS_MEMORY;
}
