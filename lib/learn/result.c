#include "learn/result.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/mem.h"
#include "net/loss.h"

enum status result_calibrate(struct state *s, struct calibration *c, struct error *err)
{
    struct validation *v = &s->validation;
    size_t classes = s->model.spec.classes;
    struct evaluation e;
    *c = (struct calibration){.epoch = s->epoch, .temperature = 1};
    if (s->kept_epoch == 0)
        return STATUS_OK;
    if (validation_measure(v, &s->ranks, &s->model.spec, s->kept_parameter, s->jobs, &e, err))
        return err->status;
    const float *target = dataset_targets(&v->own);
    c->epoch = s->kept_epoch - 1;
    c->temperature = s->model.temperature = temperature_fit(v->n, classes, v->logit, target);
    c->before = temperature_loss(v->n, classes, v->logit, target, 1);
    c->after = temperature_loss(v->n, classes, v->logit, target, c->temperature);
    return STATUS_OK;
}

/* How training went. */
static enum status store_training(const struct state *s, const char *version, struct weights *w,
                                  struct error *err)
{
    uint64_t epoch = s->kept_epoch ? s->kept_epoch - 1 : s->epoch;
    if (state_describe(s, w, err) || weights_set(w, err, "trained.version", "%s", version) ||
        weights_set(w, err, "trained.records", "%" PRIu64, s->records) ||
        weights_set(w, err, "trained.epoch", "%" PRIu64, epoch))
        return err->status;
    if (s->kept_epoch)
        return weights_set(w, err, "trained.valid-accuracy", "%.6f",
                           (double)s->kept.correct / (double)s->kept.n);
    return STATUS_OK;
}

/* How common the classes were, in the order of the metadata `classes`. Unknown where no record was
   of the first view. */
static enum status store_shares(const double *labels, size_t classes, struct weights *w,
                                struct error *err)
{
    double sum = 0;
    struct buffer text = {0};
    for (size_t k = 0; k < classes; k++)
        sum += labels[k];
    if (sum <= 0)
        return STATUS_OK;
    enum status status = STATUS_OK;
    for (size_t k = 0; k < classes && !status; k++)
        status = buffer_print(&text, err, "%s%.9g", k ? "," : "", labels[k] / sum);
    if (!status)
        status = weights_set(w, err, "trained.shares", "%.*s", (int)text.size, text.data);
    buffer_release(&text);
    return status;
}

/* What was learned from, of all streams: gz-weights(5) says how to compute it. */
static enum status store_data(const struct state *s, const struct stream_position *all,
                              struct weights *w, struct error *err)
{
    const struct fingerprint *f = &all->galaxies;
    if (store_shares(all->labels, s->model.spec.classes, w, err) ||
        weights_set(w, err, "trained.galaxies", "%" PRIu64, f->records) ||
        weights_set(w, err, "trained.ids", "%016" PRIx64, f->ids))
        return err->status;
    return weights_set(w, err, "trained.pixels", "%016" PRIx64, f->pixels);
}

static enum status write_file(const struct state *s, const struct stream_position *all,
                              const char *path, const char *version, struct error *err)
{
    struct weights *w = weights_new(err);
    if (!w)
        return err->status;
    enum status status = model_store(&s->model, state_result(s), w, err);
    if (!status)
        status = store_training(s, version, w, err);
    if (!status)
        status = store_data(s, all, w, err);
    if (!status)
        status = weights_write(w, path, err);
    weights_free(w);
    return status;
}

enum status result_write(const struct state *s, const char *path, const char *version,
                         struct error *err)
{
    struct stream_position each[STEP_SHARDS_MAX], all = {0};
    state_positions(s, each);
    for (size_t i = 0; i < state_streams(s); i++) {
        fingerprint_merge(&all.galaxies, &each[i].galaxies);
        for (size_t k = 0; k < s->model.spec.classes; k++)
            all.labels[k] += each[i].labels[k];
    }
    enum status status = s->ranks.rank == 0 ? write_file(s, &all, path, version, err) : STATUS_OK;
    return ranks_agree(&s->ranks, status, err);
}
