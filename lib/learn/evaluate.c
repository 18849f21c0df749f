#include "learn/evaluate.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/thread.h"
#include "net/loss.h"
#include "net/infer.h"

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
        infer_logits(f, e->parameter, n);
        memcpy(e->logit + first * e->classes, f->logit, n * e->classes * sizeof *f->logit);
    }
}

enum status evaluate_logits(const struct netspec *s, const float *parameter,
                            const struct dataset *d, unsigned jobs, float *logit, struct error *err)
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

struct evaluation evaluate(size_t n, size_t classes, const float *logit, const float *target)
{
    struct evaluation e = {.n = n};
    for (size_t i = 0; i < n; i++, logit += classes, target += classes) {
        e.correct += argmax(classes, logit) == argmax(classes, target);
        e.loss += cross_entropy(classes, logit, target);
    }
    e.loss /= n ? (double)n : 1;
    return e;
}
