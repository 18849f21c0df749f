#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/loss.h"
#include "net/optim.h"
#include "learn/session_inner.h"

/* Bytes of history. In a checkpoint's header its tabs and newlines, 9 of at least 30 bytes a line,
   take two bytes each: that and all else fits into WEIGHTS_HEADER_MAX. */
enum { HISTORY_MAX = 3 << 20 };

/* ---- the end of an epoch ---- */

/* Let the oldest lines go where there are more than fit into a checkpoint. */
static void trim_history(struct buffer *b)
{
    if (b->size <= HISTORY_MAX)
        return;
    size_t gone = b->size - HISTORY_MAX;
    const char *newline = memchr(b->data + gone, '\n', b->size - gone);
    gone = newline ? (size_t)(newline + 1 - b->data) : b->size;
    b->size -= gone;
    memmove(b->data, b->data + gone, b->size);
}

static enum status add_history(struct session *s, struct error *err)
{
    const struct epoch_report *r = &s->report;
    char line[256];
    int n = snprintf(line, sizeof line, "%" PRIu64 "\t%" PRIu64 "\t%.6f", r->epoch, r->records,
                     r->loss);
    if (r->validated)
        n += snprintf(line + n, sizeof line - (size_t)n, "\t%.6f\t%.6f\t%.6f\t%.6f", r->valid.loss,
                      (double)r->valid.correct / (double)r->valid.n, r->accuracy.low,
                      r->accuracy.high);
    else
        n += snprintf(line + n, sizeof line - (size_t)n, "\t\t\t\t");
    n += snprintf(line + n, sizeof line - (size_t)n, "\t%.3e\t%.0f\n", r->rate, r->speed);
    if (buffer_append(&s->history, line, (size_t)n, err))
        return err->status;
    trim_history(&s->history);
    return STATUS_OK;
}

/* Accuracy decides, among equals the loss. */
static bool is_better(const struct evaluation *a, const struct evaluation *b)
{
    return a->correct != b->correct ? a->correct > b->correct : a->loss < b->loss;
}

static void keep_best(struct session *s)
{
    s->report.best = s->best_epoch == 0 || is_better(&s->report.valid, &s->best);
    s->waited = s->report.best ? 0 : s->waited + 1;
    if (s->report.best) {
        s->best = s->report.valid;
        s->best_epoch = s->at.epoch + 1; /* never 0, also for view 0 */
        memcpy(s->best_parameter, trainer_result(&s->trainer),
               s->model.spec.parameters * sizeof *s->best_parameter);
    }
    s->stopped = s->o.patience && s->waited >= s->o.patience;
}

static enum status diverged(const struct session *s, struct error *err)
{
    return error_set(err, STATUS_FORMAT,
                     "the loss is no finite number after record %" PRIu64
                     ": the learning rate is too high",
                     s->at.records);
}

/* The loss alone doesn't tell: max(0, NaN) is 0, so a layer of NaNs gives a finite one. What was
   infinite once stays so in an average. */
static bool is_finite(const struct session *s)
{
    const float *result = trainer_result(&s->trainer);
    for (size_t i = 0; i < s->model.spec.parameters; i++)
        if (!isfinite(result[i]))
            return false;
    return true;
}

static enum status end_epoch(struct session *s, struct error *err)
{
    double elapsed = session_now() - s->epoch_start;
    s->report = (struct epoch_report){.epoch = s->at.epoch,
                                      .records = s->at.records,
                                      .loss = s->epoch_loss / (double)s->epoch_records,
                                      .validated = s->valid_n > 0,
                                      .rate = s->at.rate,
                                      .speed = (double)s->epoch_timed / fmax(elapsed, 1e-9)};
    if (s->trainer.averaged)
        session_collect(s, s->trainer.averaged);
    if (!is_finite(s))
        return diverged(s, err);
    if (s->report.validated) {
        if (session_measure(s, trainer_result(&s->trainer), &s->report.valid, err))
            return err->status;
        if (!isfinite(s->report.valid.loss))
            return diverged(s, err);
        s->report.accuracy = score_wilson(s->report.valid.correct, s->report.valid.n);
        keep_best(s);
    }
    s->epoch_records = s->epoch_timed = 0;
    s->epoch_loss = 0;
    s->epoch_start = session_now();
    s->due = true;
    return ranks_agree(&s->ranks, add_history(s, err), err);
}

enum status session_calibrate(struct session *s, struct calibration *c, struct error *err)
{
    const float *logit = s->valid_logit,
                *target = (const float *)(const void *)s->valid.target.data;
    size_t n = s->valid_n, classes = s->model.spec.classes;
    struct evaluation e;
    *c = (struct calibration){.epoch = s->at.epoch, .temperature = 1};
    if (s->best_epoch == 0)
        return STATUS_OK;
    if (session_measure(s, s->best_parameter, &e, err))
        return err->status;
    c->epoch = s->best_epoch - 1;
    c->temperature = s->model.temperature = temperature_fit(n, classes, logit, target);
    c->before = temperature_loss(n, classes, logit, target, 1);
    c->after = temperature_loss(n, classes, logit, target, c->temperature);
    return STATUS_OK;
}

/* ---- a step ---- */

/* The share of training that lies before this record. */
static double progress(const struct session *s, const struct record_type *type,
                       const unsigned char *record)
{
    double p = (double)record_real(type, record, "progress", -1);
    if (p >= 0)
        return fmin(p, 1);
    /* Within an epoch nothing tells how far it is: a warm-up could last for all of the first. */
    uint32_t view = record_view(type, record);
    return fmax(s->o.warmup, view && s->o.epochs ? ((double)view - 1) / (double)s->o.epochs : 0);
}

/* Put a record into place i of the batch. */
static void load(struct session *s, const struct feed *f, const unsigned char *record, size_t i,
                 unsigned char *pixels)
{
    size_t classes = s->model.spec.classes;
    float *target = s->trainer.target + i * classes;
    input_cut(&f->format, record, pixels);
    input_normalise(&f->format, pixels, s->trainer.input + i * layer_in(&s->model.spec.layer[0]));
    record_votes(&f->type, record, target);
    if (!s->o.soft) {
        int label = record_label(&f->type, record);
        for (size_t k = 0; k < classes; k++)
            target[k] = (int)k == label;
    }
    if (s->o.smooth > 0)
        smooth_target(classes, s->o.smooth, target);
}

/* Fill a stream's places in the batch with records of one view: fewer at the end of an epoch, and
   none at the end of the stream. What is in the batch stays there where it fails, for the next
   call. */
static enum status fill(struct session *s, size_t i, struct error *err)
{
    struct feed *f = &s->feed[i];
    const struct group *g = &s->trainer.group[i];
    const unsigned char *record = NULL;
    enum status status = STATUS_OK;
    unsigned char *pixels = mem_new(1, input_bytes(&f->format), err);
    if (!pixels)
        return err->status;
    if (f->waiting == 0)
        f->loaded = f->at;
    while (f->waiting < g->images && !(status = feed_peek(f, &record, err))) {
        uint64_t view = record_view(&f->type, record);
        if (f->waiting ? view != f->view : s->epoch_records && view != s->at.epoch)
            break;
        f->view = view;
        if (f->waiting == 0)
            f->rate =
                learning_rate(s->o.rate, s->o.rate_end, s->o.warmup, progress(s, &f->type, record));
        load(s, f, record, g->first_image + f->waiting++, pixels);
        feed_use(f, &f->loaded, record);
    }
    free(pixels);
    return status == STATUS_END ? STATUS_OK : status;
}

/* After the end by patience, the rest of a stream is read all the same: so its producer doesn't
   die of a broken pipe, and an incomplete one is noticed. Training stands where it stopped. */
static enum status drain(struct session *s, size_t i, struct error *err)
{
    struct feed *f = &s->feed[i];
    const unsigned char *record = NULL;
    for (f->waiting = 0; f->waiting < s->trainer.group[i].images; f->waiting++) {
        enum status status = feed_peek(f, &record, err);
        if (status)
            return status == STATUS_END ? STATUS_OK : status;
        f->ahead_at += f->type.size;
    }
    return STATUS_OK;
}

/* What is known of a stream when all come together before a step. */
struct ticket {
    enum status status; /* of its rank */
    struct wish wish;   /* of its rank */
    size_t n;           /* records in the batch; 0: those of this view are used up, or all */
    uint64_t view;
    double rate;
};

/* Tell all others how it stands, and hear it from them, so that all do the same next: a step only
   where nobody failed, was interrupted, or wishes something else. ticket is for all streams. */
static enum status meet(struct session *s, enum status status, struct ticket *ticket,
                        struct error *err)
{
    size_t first = s->streams.first[s->ranks.rank];
    struct wish wish = s->ask ? s->ask() : (struct wish){0};
    for (size_t i = 0; i < s->feeds; i++) {
        const struct feed *f = &s->feed[i];
        ticket[first + i] = (struct ticket){status, wish, f->waiting, f->view, f->rate};
    }
    ranks_allgather(&s->ranks, &s->streams, sizeof *ticket, ticket);
    bool failed = false, interrupted = false;
    s->wish = (struct wish){0};
    for (size_t i = 0; i < session_streams(s); i++) {
        const struct ticket *t = &ticket[i];
        s->wish.end = t->wish.end > s->wish.end ? t->wish.end : s->wish.end;
        s->wish.checkpoint |= t->wish.checkpoint;
        interrupted |= t->status == STATUS_INTERRUPTED || t->wish.end || t->wish.checkpoint;
        failed |= t->status && t->status != STATUS_INTERRUPTED;
    }
    if (failed)
        return ranks_agree(&s->ranks, status == STATUS_INTERRUPTED ? STATUS_OK : status, err);
    return interrupted ? STATUS_INTERRUPTED : STATUS_OK;
}

/* The first stream that has records in the batch; there is one. */
static const struct ticket *first_with_records(const struct ticket *t)
{
    while (t->n == 0)
        t++;
    return t;
}

/* An epoch begins in all streams, and with the same view. */
static enum status check_epoch(const struct session *s, const struct ticket *ticket,
                               struct error *err)
{
    uint64_t view = first_with_records(ticket)->view;
    enum status status = STATUS_OK;
    bool odd = false;
    for (size_t i = 0; i < session_streams(s); i++) {
        size_t own = i - s->streams.first[s->ranks.rank];
        if (ticket[i].n && ticket[i].view == view)
            continue;
        odd = true;
        if (own >= s->feeds || status)
            continue;
        if (ticket[i].n)
            status = error_set(err, STATUS_MISMATCH,
                               "%s: view %" PRIu64 " begins, where it is view %" PRIu64
                               " in another stream",
                               stream_name(s->feed[own].in), ticket[i].view, view);
        else
            status = error_set(err, STATUS_MISMATCH,
                               "%s: ends, where view %" PRIu64 " begins in another stream",
                               stream_name(s->feed[own].in), view);
    }
    return odd ? ranks_agree(&s->ranks, status, err) : STATUS_OK;
}

void session_collect(struct session *s, float *block)
{
    ranks_allgather(&s->ranks, &s->piece, sizeof *block, block);
}

/* The optimiser's step. With several streams each rank steps its piece of the parameters, by the
   sum of what the streams give, and all get all pieces. */
static void update(struct session *s)
{
    struct trainer *t = &s->trainer;
    size_t streams = session_streams(s), own = s->streams.first[s->ranks.rank];
    size_t first = s->piece.first[s->ranks.rank], n = partition_own(&s->ranks, &s->piece);
    float *block[TRAIN_SHARDS_MAX], *foreign = s->foreign;
    const float *piece[TRAIN_SHARDS_MAX];
    if (streams == 1) {
        trainer_update(t, s->at.rate, 0, n, t->shards, (const float *const *)t->gradient);
        return;
    }
    trainer_add_up(t);
    for (size_t i = 0; i < streams; i++)
        if (i - own < s->feeds) {
            block[i] = t->gradient[t->group[i - own].first_shard];
            piece[i] = block[i] + first;
        } else {
            piece[i] = block[i] = foreign;
            foreign += n;
        }
    ranks_alltoall(&s->ranks, &s->streams, &s->piece, block);
    trainer_update(t, s->at.rate, first, n, streams, piece);
    session_collect(s, t->parameter);
}

/* Learn from what is in the batch, and stand behind it. */
static enum status learn(struct session *s, const struct ticket *ticket, size_t all,
                         struct error *err)
{
    double loss[TRAIN_SHARDS_MAX], sum = 0;
    size_t n[TRAIN_SHARDS_MAX];
    for (size_t i = 0; i < s->feeds; i++) {
        n[i] = s->feed[i].waiting;
        s->feed[i].at = s->feed[i].loaded;
        s->feed[i].waiting = 0;
    }
    s->at.records += all;
    s->at.epoch = first_with_records(ticket)->view;
    s->at.rate = first_with_records(ticket)->rate;
    trainer_gradient(&s->trainer, n, all, loss + s->streams.first[s->ranks.rank]);
    ranks_allgather(&s->ranks, &s->streams, sizeof *loss, loss);
    for (size_t i = 0; i < session_streams(s); i++)
        sum += loss[i];
    if (!isfinite(sum))
        return diverged(s, err);
    update(s);
    s->epoch_loss += sum;
    s->epoch_records += all;
    s->epoch_timed += all;
    return STATUS_OK;
}

enum status session_step(struct session *s, struct error *err)
{
    struct ticket ticket[TRAIN_SHARDS_MAX];
    enum status status = STATUS_OK;
    size_t all = 0;
    s->due = false;
    for (size_t i = 0; i < s->feeds && !status; i++)
        status = s->stopped ? drain(s, i, err) : fill(s, i, err);
    status = meet(s, status, ticket, err);
    if (status)
        return status;
    for (size_t i = 0; i < session_streams(s); i++)
        all += ticket[i].n;
    if (s->stopped)
        return all ? STATUS_OK : STATUS_END;
    if (all == 0)
        return s->epoch_records ? end_epoch(s, err) : STATUS_END;
    if (s->epoch_records == 0 && check_epoch(s, ticket, err))
        return err->status;
    return learn(s, ticket, all, err);
}
