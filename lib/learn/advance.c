#include "learn/advance.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

static enum status diverged(const struct state *s, struct error *err)
{
    return error_set(err, STATUS_FORMAT,
                     "the loss is not a finite number after record %" PRIu64
                     ": the learning rate is too high",
                     s->records);
}

/* ---- the end of an epoch ---- */

/* The last epoch counts, with the smallest learning rate: the one with the least loss on a few
   hundred records is often an early one that was lucky. With patience, learning may stop while the
   rate is high, and the best epoch counts. The loss decides, since the accuracy is coarser still.
 */
static void keep_result(struct state *s)
{
    bool better = s->kept_epoch == 0 || s->report.valid.loss < s->kept.loss;
    s->report.best = s->recipe.patience && better;
    s->waited = better ? 0 : s->waited + 1;
    if (better || !s->recipe.patience) {
        s->kept = s->report.valid;
        s->kept_epoch = s->epoch + 1;
        memcpy(s->kept_parameter, step_result(&s->step),
               s->model.spec.parameters * sizeof *s->kept_parameter);
    }
    s->stopped = s->recipe.patience && s->waited >= s->recipe.patience;
}

/* The loss alone does not tell: max(0, NaN) is 0, so a layer of NaNs gives a finite one. What was
   infinite once stays so in an average. */
static bool is_finite(const struct state *s)
{
    const float *result = step_result(&s->step);
    for (size_t i = 0; i < s->model.spec.parameters; i++)
        if (!isfinite(result[i]))
            return false;
    return true;
}

static enum status measure(struct state *s, struct error *err)
{
    struct epoch_report *r = &s->report;
    if (validation_measure(&s->validation, &s->ranks, &s->model.spec, step_result(&s->step),
                           s->jobs, &r->valid, err))
        return err->status;
    if (!isfinite(r->valid.loss))
        return diverged(s, err);
    r->accuracy = score_wilson(r->valid.correct, r->valid.n);
    keep_result(s);
    return STATUS_OK;
}

/* How many epochs there will be, as far as the stream or the recipe tells; 0: unknown. */
static uint64_t epochs_expected(const struct state *s)
{
    const struct feed *f = s->feed;
    if (f->expected > 0)
        return (uint64_t)llround(f->expected / (double)f->used.records * (double)s->epoch);
    return s->recipe.epochs;
}

static void expect_end(const struct state *s, struct epoch_report *r)
{
    r->epochs = epochs_expected(s);
    if (r->epochs > r->epoch)
        r->left = (double)(r->epochs - r->epoch) * (double)s->epoch_records / r->speed;
}

static enum status end_epoch(struct state *s, struct error *err)
{
    double elapsed = clock_seconds() - s->epoch_start;
    s->report = (struct epoch_report){.epoch = s->epoch,
                                      .records = s->records,
                                      .loss = s->epoch_loss / (double)s->epoch_records,
                                      .validated = s->validation.n > 0,
                                      .learning_rate = s->learning_rate,
                                      .speed = (double)s->epoch_timed / fmax(elapsed, 1e-9)};
    expect_end(s, &s->report);
    if (s->step.averaged)
        state_gather(s, s->step.averaged);
    if (!is_finite(s))
        return diverged(s, err);
    if (s->report.validated && measure(s, err))
        return err->status;
    s->epoch_records = s->epoch_timed = 0;
    s->epoch_loss = 0;
    s->epoch_start = clock_seconds();
    s->report_due = true;
    return ranks_agree(&s->ranks, history_add(&s->history, &s->report, err), err);
}

/* ---- a batch ---- */

/* Note what a batch's first record tells of its place in the training. Without the field `progress`
   nothing tells, within an epoch, how far it is, so a warm-up could last for all of the first. */
static void place(const struct recipe *r, struct feed *f, const unsigned char *record)
{
    double p = (double)record_real(&f->type, record, "progress", -1);
    double view = (double)f->view, epochs = (double)r->epochs;
    f->expected = p > 0 ? (double)f->used.records / p : 0;
    if (p < 0)
        p = fmax(r->warmup, view > 0 && epochs > 0 ? (view - 1) / epochs : 0);
    f->learning_rate = learning_rate(r->learning_rate, r->learning_rate_end, r->warmup, fmin(p, 1));
}

/* Put a record into place i of the batch. */
static void load(struct state *s, const struct feed *f, const unsigned char *record, size_t i,
                 unsigned char *pixels)
{
    const struct target_rule rule = {s->recipe.soft_labels, s->recipe.label_smoothing};
    example_load(&f->format, &rule, record, pixels,
                 s->step.input + i * layer_in(&s->model.spec.layer[0]),
                 s->step.target + i * s->model.spec.classes);
    s->step.weight[i] = record_weight(&f->type, record);
}

/* Fill a stream's places in the batch with records of one view: fewer at the end of an epoch, and
   none at the end of the stream. Where it fails, the batch stays as it is for the next call. */
static enum status fill(struct state *s, size_t i, struct error *err)
{
    struct feed *f = &s->feed[i];
    const struct step_group *g = &s->step.group[i];
    const unsigned char *record = NULL;
    enum status status = STATUS_OK;
    unsigned char *pixels = mem_new(1, input_bytes(&f->format), err);
    if (!pixels)
        return err->status;
    if (f->batch == 0)
        f->loaded = f->used;
    while (f->batch < g->images && !(status = feed_peek(f, &record, err))) {
        uint64_t view = record_view(&f->type, record);
        if (f->batch ? view != f->view : s->epoch_records && view != s->epoch)
            break;
        f->view = view;
        if (f->batch == 0)
            place(&s->recipe, f, record);
        load(s, f, record, g->first_image + f->batch++, pixels);
        feed_use(f, &f->loaded, record);
    }
    free(pixels);
    return status == STATUS_END ? STATUS_OK : status;
}

/* After the end by patience, the rest of a stream is read all the same: so its producer does not
   die of a broken pipe, and an incomplete stream is noticed. The state stays that of the last step.
 */
static enum status drain(struct state *s, size_t i, struct error *err)
{
    struct feed *f = &s->feed[i];
    const unsigned char *record = NULL;
    for (f->batch = 0; f->batch < s->step.group[i].images; f->batch++) {
        enum status status = feed_peek(f, &record, err);
        if (status)
            return status == STATUS_END ? STATUS_OK : status;
        f->ahead_at += f->type.size;
    }
    return STATUS_OK;
}

/* ---- what all ranks do next ---- */

/* What the ranks tell each other of a stream before a step. */
struct stream_status {
    enum status status;     /* of its rank */
    struct request request; /* to its rank */
    size_t n; /* records in the batch; 0: those of this view are used up, or all are */
    uint64_t view;
    double learning_rate;
};

/* Tell the others how this rank's streams stand, and learn of theirs, so that all do the same next:
   a step only where no rank failed, was interrupted, or has a request. each is for all streams. */
static enum status exchange(struct state *s, enum status status, struct stream_status *each,
                            struct error *err)
{
    struct request request = s->poll ? s->poll() : (struct request){0};
    for (size_t i = 0; i < s->feeds; i++) {
        const struct feed *f = &s->feed[i];
        each[state_first_stream(s) + i] =
            (struct stream_status){status, request, f->batch, f->view, f->learning_rate};
    }
    ranks_allgather(&s->ranks, &s->streams, sizeof *each, each);
    bool failed = false, interrupted = false;
    s->request = (struct request){0};
    for (const struct stream_status *t = each; t < each + state_streams(s); t++) {
        s->request.end = t->request.end > s->request.end ? t->request.end : s->request.end;
        s->request.checkpoint |= t->request.checkpoint;
        interrupted |= t->status == STATUS_INTERRUPTED || t->request.end || t->request.checkpoint;
        failed |= t->status && t->status != STATUS_INTERRUPTED;
    }
    if (failed)
        return ranks_agree(&s->ranks, status == STATUS_INTERRUPTED ? STATUS_OK : status, err);
    return interrupted ? STATUS_INTERRUPTED : STATUS_OK;
}

/* The first stream that has records in the batch; there is one. */
static const struct stream_status *first_with_records(const struct stream_status *each)
{
    while (each->n == 0)
        each++;
    return each;
}

/* An epoch begins in all streams, and with the same view. */
static enum status check_epoch(const struct state *s, const struct stream_status *each,
                               struct error *err)
{
    uint64_t view = first_with_records(each)->view;
    enum status status = STATUS_OK;
    bool odd = false;
    for (size_t i = 0; i < state_streams(s); i++) {
        size_t own = i - state_first_stream(s);
        if (each[i].n && each[i].view == view)
            continue;
        odd = true;
        if (own >= s->feeds || status)
            continue;
        if (each[i].n)
            status = error_set(err, STATUS_MISMATCH,
                               "%s: view %" PRIu64 " begins, where it is view %" PRIu64
                               " in another stream",
                               stream_name(s->feed[own].in), each[i].view, view);
        else
            status = error_set(err, STATUS_MISMATCH,
                               "%s: ends, where view %" PRIu64 " begins in another stream",
                               stream_name(s->feed[own].in), view);
    }
    return odd ? ranks_agree(&s->ranks, status, err) : STATUS_OK;
}

/* ---- a step ---- */

/* With several streams each rank updates its slice of the parameters by the sum of all streams'
   gradients, and all get all slices. */
static void update_slices(struct state *s)
{
    struct step *t = &s->step;
    size_t streams = state_streams(s), own = state_first_stream(s);
    size_t first = partition_first(&s->ranks, &s->slice);
    size_t n = partition_own(&s->ranks, &s->slice);
    float *block[STEP_SHARDS_MAX], *foreign = s->foreign;
    const float *slice[STEP_SHARDS_MAX];
    step_sum_gradients(t);
    for (size_t i = 0; i < streams; i++)
        if (i - own < s->feeds) {
            block[i] = t->gradient[t->group[i - own].first_shard];
            slice[i] = block[i] + first;
        } else {
            slice[i] = block[i] = foreign;
            foreign += n;
        }
    ranks_alltoall(&s->ranks, &s->streams, &s->slice, block);
    step_update(t, s->learning_rate, first, n, streams, slice);
    state_gather(s, t->parameter);
}

/* Learn from what is in the batch, `all` records on all ranks, and move the feeds past it. */
static enum status learn(struct state *s, const struct stream_status *each, size_t all,
                         struct error *err)
{
    struct step *t = &s->step;
    double loss[STEP_SHARDS_MAX], sum = 0;
    size_t n[STEP_SHARDS_MAX];
    for (size_t i = 0; i < s->feeds; i++) {
        n[i] = s->feed[i].batch;
        s->feed[i].used = s->feed[i].loaded;
        s->feed[i].batch = 0;
    }
    s->records += all;
    s->epoch = first_with_records(each)->view;
    s->learning_rate = first_with_records(each)->learning_rate;
    step_gradient(t, n, all, loss + state_first_stream(s));
    ranks_allgather(&s->ranks, &s->streams, sizeof *loss, loss);
    for (size_t i = 0; i < state_streams(s); i++)
        sum += loss[i];
    if (!isfinite(sum))
        return diverged(s, err);
    if (state_streams(s) > 1)
        update_slices(s);
    else
        step_update(t, s->learning_rate, 0, s->model.spec.block_size, t->shards,
                    (const float *const *)t->gradient);
    s->epoch_loss += sum;
    s->epoch_records += all;
    s->epoch_timed += all;
    return STATUS_OK;
}

enum status advance(struct state *s, struct error *err)
{
    struct stream_status each[STEP_SHARDS_MAX];
    enum status status = STATUS_OK;
    size_t all = 0;
    s->report_due = false;
    for (size_t i = 0; i < s->feeds && !status; i++)
        status = s->stopped ? drain(s, i, err) : fill(s, i, err);
    status = exchange(s, status, each, err);
    if (status)
        return status;
    for (size_t i = 0; i < state_streams(s); i++)
        all += each[i].n;
    if (s->stopped)
        return all ? STATUS_OK : STATUS_END;
    if (all == 0)
        return s->epoch_records ? end_epoch(s, err) : STATUS_END;
    if (s->epoch_records == 0 && check_epoch(s, each, err))
        return err->status;
    return learn(s, each, all, err);
}
