#include "session.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "gemm.h"
#include "kernels.h"
#include "num.h"
#include "weights.h"

#define CHECKPOINT_FORMAT "gz-checkpoint 3"

/* Parameters, two moments, the best parameters; and the header, with room. */
#define CHECKPOINT_MAX (4 * sizeof(float) * NETSPEC_PARAMETERS_MAX + 2 * (size_t)WEIGHTS_HEADER_MAX)

/* ---- what is written ---- */

/* Everything that the weights depend on, besides the stream. */
static enum status store_options(const struct session *s, struct weights *w, struct error *err)
{
    const struct session_options *o = &s->o;
    if (weights_set(w, err, "trained.network", "%s", o->network) ||
        weights_set(w, err, "trained.size", "%zu", s->model.spec.height) ||
        weights_set(w, err, "trained.batch", "%zu", o->batch) ||
        weights_set(w, err, "trained.shards", "%zu", o->shards) ||
        weights_set(w, err, "trained.seed", "%" PRIu64, o->seed) ||
        weights_set(w, err, "trained.rate", "%.17g", o->rate) ||
        weights_set(w, err, "trained.floor", "%.17g", o->floor) ||
        weights_set(w, err, "trained.warmup", "%.17g", o->warmup) ||
        weights_set(w, err, "trained.weight-decay", "%.17g", o->weight_decay) ||
        weights_set(w, err, "trained.average", "%.17g", o->average) ||
        weights_set(w, err, "trained.soft", "%d", o->soft) ||
        weights_set(w, err, "trained.smooth", "%.17g", o->smooth) ||
        weights_set(w, err, "trained.normalise", "%s",
                    o->normalise == NORMALISE_PER_IMAGE ? "per-image" : "mean-std") ||
        weights_set(w, err, "trained.epochs", "%" PRIu64, o->epochs) ||
        weights_set(w, err, "trained.patience", "%" PRIu64, o->patience) ||
        weights_set(w, err, "trained.validation", "%zu", s->valid.n) ||
        weights_set(w, err, "trained.kernels", "%s %s", kernels()->name, gemm_core()))
        return err->status;
    return STATUS_OK;
}

enum status session_write(struct session *s, const char *path, const char *version,
                          struct error *err)
{
    struct weights *w = mem_new(1, sizeof *w, err);
    if (!w)
        return err->status;
    bool best = s->best_epoch > 0;
    enum status status =
        model_store(&s->model, best ? s->best_parameter : trainer_result(&s->trainer), w, err);
    if (!status)
        status = store_options(s, w, err);
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

const char *report_text(const struct report *r, char text[REPORT_TEXT])
{
    int n = snprintf(text, REPORT_TEXT, "epoch %" PRIu64 ": %" PRIu64 " records, loss %.4f",
                     r->epoch, r->records, r->loss);
    if (r->validated)
        n += snprintf(text + n, REPORT_TEXT - (size_t)n,
                      ", valid loss %.4f, accuracy %.4f (%.4f to %.4f)%s", r->valid.loss,
                      (double)r->valid.correct / (double)r->valid.n, r->accuracy.low,
                      r->accuracy.high, r->best ? " best" : "");
    snprintf(text + n, REPORT_TEXT - (size_t)n, ", rate %.2e, %.0f images/s", r->rate, r->speed);
    return text;
}

enum status session_write_history(const struct session *s, const char *path, struct error *err)
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

static enum status store_position(const struct session *s, struct weights *w, struct error *err)
{
    if (weights_set(w, err, "step", "%" PRIu64, s->trainer.step) ||
        weights_set(w, err, "records", "%" PRIu64, s->at.records) ||
        weights_set(w, err, "stream", "%" PRIu64, s->at.hash) ||
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

enum status session_checkpoint(const struct session *s, const char *path, struct error *err)
{
    size_t n = s->model.spec.parameters;
    struct weights *w = mem_new(1, sizeof *w, err);
    if (!w)
        return err->status;
    enum status status = weights_set(w, err, "format", "%s", CHECKPOINT_FORMAT);
    if (!status)
        status = store_options(s, w, err);
    if (!status)
        status = store_position(s, w, err);
    if (!status)
        status = store_block(w, "parameter", s->trainer.parameter, n, err);
    if (!status)
        status = store_block(w, "m", s->trainer.m, n, err);
    if (!status)
        status = store_block(w, "v", s->trainer.v, n, err);
    if (!status && s->trainer.averaged)
        status = store_block(w, "average", s->trainer.averaged, n, err);
    if (!status)
        status = store_block(w, "best", s->best_parameter, n, err);
    if (!status)
        status = weights_write(w, path, err);
    weights_release(w);
    free(w);
    return status;
}

static enum status load_block(const struct weights *w, const char *name, float *block, size_t n,
                              struct error *err)
{
    const struct weights_tensor *t = weights_tensor(w, name);
    if (!t || t->size != n)
        return error_set(err, STATUS_FORMAT, "the tensor '%s' is missing or has another size",
                         name);
    memcpy(block, t->value, n * sizeof *block);
    return STATUS_OK;
}

static enum status load_count(const struct weights *w, const char *key, uint64_t *value,
                              struct error *err)
{
    const char *text = weights_metadata(w, key);
    if (!text || !num_parse_u64(text, 0, UINT64_MAX, value))
        return error_set(err, STATUS_FORMAT, "metadata '%s' is missing or unusable", key);
    return STATUS_OK;
}

static enum status load_real(const struct weights *w, const char *key, double *value,
                             struct error *err)
{
    const char *text = weights_metadata(w, key);
    if (!text || !num_parse_real(text, -1e300, 1e300, value))
        return error_set(err, STATUS_FORMAT, "metadata '%s' is missing or unusable", key);
    return STATUS_OK;
}

/* The options now must be those of the checkpoint. */
static enum status compare_options(const struct session *s, const struct weights *w,
                                   struct error *err)
{
    struct weights *mine = mem_new(1, sizeof *mine, err);
    if (!mine)
        return err->status;
    enum status status = store_options(s, mine, err);
    for (size_t i = 0; i < mine->entries && !status; i++) {
        const char *key = mine->metadata[i].key, *theirs = weights_metadata(w, key);
        if (!theirs || strcmp(theirs, mine->metadata[i].value) != 0)
            status = error_set(err, STATUS_MISMATCH, "%s is '%s' in the checkpoint, not '%s'",
                               key + strlen("trained."), theirs ? theirs : "missing",
                               mine->metadata[i].value);
    }
    weights_release(mine);
    free(mine);
    return status;
}

static enum status load_position(struct session *s, const struct weights *w, uint64_t *records,
                                 uint64_t *hash, struct error *err)
{
    uint64_t correct, stopped;
    const char *history = weights_metadata(w, "history");
    if (load_count(w, "step", &s->trainer.step, err) || load_count(w, "records", records, err) ||
        load_count(w, "stream", hash, err) || load_count(w, "epoch", &s->at.epoch, err) ||
        load_count(w, "epoch-records", &s->epoch_records, err) ||
        load_real(w, "epoch-loss", &s->epoch_loss, err) || load_real(w, "rate", &s->at.rate, err) ||
        load_count(w, "best-epoch", &s->best_epoch, err) ||
        load_count(w, "best-correct", &correct, err) ||
        load_real(w, "best-loss", &s->best.loss, err) || load_count(w, "waited", &s->waited, err) ||
        load_count(w, "stopped", &stopped, err))
        return err->status;
    s->best.correct = correct;
    s->best.n = s->valid.n;
    s->stopped = stopped;
    return history ? buffer_append(&s->history, history, strlen(history), err)
                   : error_set(err, STATUS_FORMAT, "metadata 'history' is missing");
}

static enum status load_state(struct session *s, const struct weights *w, uint64_t *records,
                              uint64_t *hash, struct error *err)
{
    size_t n = s->model.spec.parameters;
    const char *format = weights_metadata(w, "format");
    if (!format || strcmp(format, CHECKPOINT_FORMAT) != 0)
        return error_set(err, STATUS_FORMAT, "metadata 'format' is not '%s'", CHECKPOINT_FORMAT);
    if (compare_options(s, w, err) || load_position(s, w, records, hash, err) ||
        load_block(w, "parameter", s->trainer.parameter, n, err) ||
        load_block(w, "m", s->trainer.m, n, err) || load_block(w, "v", s->trainer.v, n, err) ||
        load_block(w, "best", s->best_parameter, n, err))
        return err->status;
    return s->trainer.averaged ? load_block(w, "average", s->trainer.averaged, n, err) : STATUS_OK;
}

enum status session_resume(struct session *s, const char *path, struct error *err)
{
    uint64_t records = 0, hash = 0;
    struct weights *w = mem_new(1, sizeof *w, err);
    if (!w)
        return err->status;
    enum status status = weights_read(w, path, CHECKPOINT_MAX, err);
    if (!status && load_state(s, w, &records, &hash, err))
        status = error_prefix(err, "%s", path);
    weights_release(w);
    free(w);
    if (!status)
        status = session_skip(s, records, err);
    if (status == STATUS_END || (!status && s->at.hash != hash))
        status = error_set(err, STATUS_MISMATCH,
                           "%s: the stream is not the one that the checkpoint was made on", path);
    return status;
}
