#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "net/gemm.h"
#include "net/kernels.h"
#include "base/num.h"
#include "learn/session_inner.h"
#include "model/weights.h"

/* Of the run what is no option, and yet the weights depend on it. */
static enum status store_circumstances(const struct session *s, struct weights *w,
                                       struct error *err)
{
    if (weights_set(w, err, "trained.validation", "%zu", s->valid_n) ||
        weights_set(w, err, "trained.kernels", "%s %s", kernels()->name, gemm_core()))
        return err->status;
    if (session_streams(s) > 1)
        return weights_set(w, err, "trained.streams", "%zu", session_streams(s));
    return STATUS_OK;
}

enum status session_store_recipe(const struct session *s, struct weights *w, struct error *err)
{
    enum status status = session_store_options(s, w, err);
    return status ? status : store_circumstances(s, w, err);
}

static enum status write_weights(const struct session *s, const char *path, const char *version,
                                 struct error *err)
{
    struct weights *w = mem_new(1, sizeof *w, err);
    if (!w)
        return err->status;
    bool best = s->best_epoch > 0;
    enum status status =
        model_store(&s->model, best ? s->best_parameter : trainer_result(&s->trainer), w, err);
    if (!status)
        status = session_store_recipe(s, w, err);
    if (!status)
        status = weights_set(w, err, "trained.version", "%s", version);
    if (!status)
        status = weights_set(w, err, "trained.records", "%" PRIu64, s->at.records);
    if (!status)
        status = weights_set(w, err, "trained.epoch", "%" PRIu64,
                             best ? s->best_epoch - 1 : s->at.epoch);
    if (!status && best)
        status = weights_set(w, err, "trained.valid-accuracy", "%.6f",
                             (double)s->best.correct / (double)s->best.n);
    if (!status)
        status = weights_write(w, path, err);
    weights_release(w);
    free(w);
    return status;
}

enum status session_write(struct session *s, const char *path, const char *version,
                          struct error *err)
{
    enum status status = s->ranks.rank == 0 ? write_weights(s, path, version, err) : STATUS_OK;
    return ranks_agree(&s->ranks, status, err);
}

const char *epoch_report_text(const struct epoch_report *r, char text[EPOCH_REPORT_TEXT])
{
    int n = snprintf(text, EPOCH_REPORT_TEXT, "epoch %" PRIu64 ": %" PRIu64 " records, loss %.4f",
                     r->epoch, r->records, r->loss);
    if (r->validated)
        n += snprintf(text + n, EPOCH_REPORT_TEXT - (size_t)n,
                      ", valid loss %.4f, accuracy %.4f (%.4f to %.4f)%s", r->valid.loss,
                      (double)r->valid.correct / (double)r->valid.n, r->accuracy.low,
                      r->accuracy.high, r->best ? " best" : "");
    snprintf(text + n, EPOCH_REPORT_TEXT - (size_t)n, ", rate %.2e, %.0f images/s", r->rate,
             r->speed);
    return text;
}

/* All reports so far, as a table with a header line. */
static enum status write_history(const struct session *s, const char *path, struct error *err)
{
    static const char header[] =
        "#epoch\trecords\tloss\tvalid-loss\tvalid-accuracy\tlow\thigh\trate\timages/s\n";
    struct buffer text = {0};
    enum status status = buffer_append(&text, header, strlen(header), err);
    if (!status)
        status = buffer_append(&text, s->history.data, s->history.size, err);
    if (!status && file_replace(path, text.data, text.size, err))
        status = error_prefix(err, "%s", path);
    buffer_release(&text);
    return status;
}

enum status session_write_history(struct session *s, const char *path, struct error *err)
{
    enum status status = path && s->ranks.rank == 0 ? write_history(s, path, err) : STATUS_OK;
    return ranks_agree(&s->ranks, status, err);
}

/* ---- checkpoints ---- */

/* One block of parameters, in the order of memory: a checkpoint is for this program only. */
static enum status store_block(struct weights *w, const char *name, const float *block, size_t n,
                               struct error *err)
{
    float *values = weights_add(w, name, 1, &n, err);
    if (!values)
        return err->status;
    memcpy(values, block, n * sizeof *block);
    return STATUS_OK;
}

/* Two lists of numbers, one for each stream, with spaces between. */
static void list_text(size_t n, const struct mark *mark, char records[SESSION_LIST_TEXT],
                      char hashes[SESSION_LIST_TEXT])
{
    int r = 0, h = 0;
    for (size_t i = 0; i < n; i++) {
        const char *space = i ? " " : "";
        r += snprintf(records + r, SESSION_LIST_TEXT - (size_t)r, "%s%" PRIu64, space,
                      mark[i].records);
        h += snprintf(hashes + h, SESSION_LIST_TEXT - (size_t)h, "%s%" PRIu64, space, mark[i].hash);
    }
}

static enum status store_position(const struct session *s, const struct mark *mark,
                                  struct weights *w, struct error *err)
{
    char records[SESSION_LIST_TEXT], hashes[SESSION_LIST_TEXT];
    list_text(session_streams(s), mark, records, hashes);
    if (weights_set(w, err, "step", "%" PRIu64, s->trainer.step) ||
        weights_set(w, err, "records", "%s", records) ||
        weights_set(w, err, "stream", "%s", hashes) ||
        weights_set(w, err, "epoch", "%" PRIu64, s->at.epoch) ||
        weights_set(w, err, "epoch-records", "%" PRIu64, s->epoch_records) ||
        weights_set(w, err, "epoch-loss", "%.17g", s->epoch_loss) ||
        weights_set(w, err, "rate", "%.17g", s->at.rate) ||
        weights_set(w, err, "best-epoch", "%" PRIu64, s->best_epoch) ||
        weights_set(w, err, "best-correct", "%zu", s->best.correct) ||
        weights_set(w, err, "best-loss", "%.17g", s->best.loss) ||
        weights_set(w, err, "waited", "%" PRIu64, s->waited) ||
        weights_set(w, err, "stopped", "%d", s->stopped) ||
        weights_set(w, err, "history", "%.*s", (int)s->history.size,
                    s->history.data ? s->history.data : ""))
        return err->status;
    return STATUS_OK;
}

static enum status write_checkpoint(const struct session *s, const struct mark *mark,
                                    const char *path, struct error *err)
{
    size_t n = s->model.spec.values;
    struct weights *w = mem_new(1, sizeof *w, err);
    if (!w)
        return err->status;
    enum status status = weights_set(w, err, "format", "%s", CHECKPOINT_FORMAT);
    if (!status)
        status = session_store_recipe(s, w, err);
    if (!status)
        status = store_position(s, mark, w, err);
    if (!status)
        status = store_block(w, "parameter", s->trainer.parameter, n, err);
    if (!status)
        status = store_block(w, "m", s->trainer.m, n, err);
    if (!status)
        status = store_block(w, "v", s->trainer.v, n, err);
    if (!status && s->trainer.averaged)
        status = store_block(w, "average", s->trainer.averaged, n, err);
    if (!status)
        status = store_block(w, "best", s->best_parameter, s->model.spec.parameters, err);
    if (!status)
        status = weights_write(w, path, err);
    weights_release(w);
    free(w);
    return status;
}

enum status session_checkpoint(struct session *s, const char *path, struct error *err)
{
    struct mark mark[TRAIN_SHARDS_MAX];
    for (size_t i = 0; i < s->feeds; i++)
        mark[s->streams.first[s->ranks.rank] + i] = s->feed[i].at;
    ranks_allgather(&s->ranks, &s->streams, sizeof *mark, mark);
    session_collect(s, s->trainer.m);
    session_collect(s, s->trainer.v);
    if (s->trainer.averaged)
        session_collect(s, s->trainer.averaged);
    enum status status = s->ranks.rank == 0 ? write_checkpoint(s, mark, path, err) : STATUS_OK;
    return ranks_agree(&s->ranks, status, err);
}
