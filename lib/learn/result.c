#include "learn/result.h"

#include <inttypes.h>
#include <stdlib.h>

#include "net/loss.h"

enum status result_calibrate(struct state *s, struct calibration *c, struct error *err)
{
    struct validation *v = &s->validation;
    size_t classes = s->model.spec.classes;
    struct evaluation e;
    *c = (struct calibration){.epoch = s->epoch, .temperature = 1};
    if (s->best_epoch == 0)
        return STATUS_OK;
    if (validation_measure(v, &s->ranks, &s->model.spec, s->best_parameter, s->jobs, &e, err))
        return err->status;
    const float *target = dataset_targets(&v->own);
    c->epoch = s->best_epoch - 1;
    c->temperature = s->model.temperature = temperature_fit(v->n, classes, v->logit, target);
    c->before = temperature_loss(v->n, classes, v->logit, target, 1);
    c->after = temperature_loss(v->n, classes, v->logit, target, c->temperature);
    return STATUS_OK;
}

/* How training went. */
static enum status store_training(const struct state *s, const char *version, struct weights *w,
                                  struct error *err)
{
    uint64_t epoch = s->best_epoch ? s->best_epoch - 1 : s->epoch;
    if (state_describe(s, w, err) || weights_set(w, err, "trained.version", "%s", version) ||
        weights_set(w, err, "trained.records", "%" PRIu64, s->records) ||
        weights_set(w, err, "trained.epoch", "%" PRIu64, epoch))
        return err->status;
    if (s->best_epoch)
        return weights_set(w, err, "trained.valid-accuracy", "%.6f",
                           (double)s->best.correct / (double)s->best.n);
    return STATUS_OK;
}

static enum status write_file(const struct state *s, const char *path, const char *version,
                              struct error *err)
{
    struct weights *w = mem_new(1, sizeof *w, err);
    if (!w)
        return err->status;
    enum status status = model_store(&s->model, state_result(s), w, err);
    if (!status)
        status = store_training(s, version, w, err);
    if (!status)
        status = weights_write(w, path, err);
    weights_release(w);
    free(w);
    return status;
}

enum status result_write(const struct state *s, const char *path, const char *version,
                         struct error *err)
{
    enum status status = s->ranks.rank == 0 ? write_file(s, path, version, err) : STATUS_OK;
    return ranks_agree(&s->ranks, status, err);
}
