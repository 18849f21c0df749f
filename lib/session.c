#include "session.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "loss.h"
#include "optim.h"
#include "rng.h"
#include "score.h"

/* The recipes, the default first: all that a preset sets; what isn't named is 0. */
static const struct {
    const char *name;
    struct session_options recipe;
} presets[] = {
    {"default",
     {.network = NETSPEC_DEFAULT,
      .batch = 64,
      .rate = 1e-3,
      .floor = 1e-5,
      .warmup = 0.02,
      .average = 0.999,
      .smooth = 0.05}},
    {"original",
     {.network = "conv32 pool conv64 pool conv128 pool dense256 dropout0.5 dense128",
      .batch = 64,
      .rate = 1e-3,
      .floor = 1e-3}},
};

enum {
    AHEAD_RECORDS = 1024,  /* for the mean and deviation of the inputs ... */
    AHEAD_BYTES = 1 << 24, /* ... or fewer, if they are large */

    /* Bytes of history. In a checkpoint's header its tabs and newlines, 9 of at least 30 bytes a
       line, take two bytes each: that and all else fits into WEIGHTS_HEADER_MAX. */
    HISTORY_MAX = 3 << 20
};

struct session_options session_default(void)
{
    struct session_options o = presets[0].recipe;
    o.shards = 4;
    o.jobs = 1;
    o.seed = 1;
    return o;
}

bool session_preset(struct session_options *o, const char *name)
{
    for (size_t i = 0; i < sizeof presets / sizeof *presets; i++)
        if (strcmp(presets[i].name, name) == 0) {
            struct session_options old = *o;
            *o = presets[i].recipe;
            o->size = old.size;
            o->shards = old.shards;
            o->jobs = old.jobs;
            o->seed = old.seed;
            o->epochs = old.epochs;
            o->patience = old.patience;
            return true;
        }
    return false;
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* ---- records ---- */

/* Votes must be shares that sum to 1, within rounding. */
static enum status check_votes(const struct record_type *t, const unsigned char *record,
                               struct error *err)
{
    float votes[RECORD_CLASSES_MAX];
    double sum = 0;
    record_votes(t, record, votes);
    for (size_t k = 0; k < t->classes; k++)
        sum += (double)votes[k];
    if (record_label(t, record) >= 0 && fabs(sum - 1) < 0.01)
        return STATUS_OK;
    return error_set(err, STATUS_FORMAT, "its votes are no shares of 1");
}

/* Read a record that can be learned from; the error names it. */
static enum status read_record(struct stream_reader *in, const struct batch *format,
                               unsigned char *record, struct error *err)
{
    enum status s = stream_read(in, record, err);
    if (s)
        return s;
    if (check_votes(format->type, record, err) || batch_check_pixels(format, record, err))
        return stream_blame(in, err);
    return STATUS_OK;
}

/* Point at the next record without using it up. */
static enum status peek(struct session *s, const unsigned char **record, struct error *err)
{
    if (s->ahead_at == s->ahead.size) {
        s->ahead_at = s->ahead.size = 0;
        if (buffer_reserve(&s->ahead, s->type.size, err))
            return err->status;
        enum status status = read_record(s->in, &s->format, (unsigned char *)s->ahead.data, err);
        if (status)
            return status;
        s->ahead.size = s->type.size;
    }
    *record = (const unsigned char *)s->ahead.data + s->ahead_at;
    return STATUS_OK;
}

/* Use up the record that was peeked at. */
static void consume(struct session *s, struct position *at, const unsigned char *record)
{
    char id[RECORD_ID_MAX + 1];
    uint32_t view = record_view(&s->type, record);
    size_t row = record_pixel_bytes(&s->type) / s->type.height;
    const unsigned char *middle = record_pixels(&s->type, record) + s->type.height / 2 * row;
    record_id(&s->type, record, id);
    at->hash = rng_hash(at->hash, id, strlen(id));
    at->hash = rng_hash(at->hash, &view, sizeof view);
    at->hash = rng_hash(at->hash, middle, row);
    at->records++;
    s->ahead_at += s->type.size;
}

enum status session_skip(struct session *s, uint64_t records, struct error *err)
{
    const unsigned char *record = NULL;
    enum status status = STATUS_OK;
    while (s->at.records < records && !(status = peek(s, &record, err)))
        consume(s, &s->at, record);
    s->epoch_start = now();
    return status;
}

/* ---- beginning ---- */

static enum status check_type(const struct session *s, const struct stream_reader *in,
                              struct error *err)
{
    const struct record_type *t = stream_type(in);
    struct batch b = model_batch(&s->model, t);
    if (t->classes == 0)
        error_set(err, STATUS_MISMATCH, "the records have no votes (see gz-label)");
    else if (t->classes != s->type.classes)
        error_set(err, STATUS_MISMATCH, "%zu classes, but the training stream has %zu", t->classes,
                  s->type.classes);
    else if (!batch_check(&b, err)) {
        for (size_t k = 0; k < t->classes; k++)
            if (strcmp(record_class(t, k), s->model.class[k]) != 0) {
                error_set(err, STATUS_MISMATCH, "class '%s', where the training stream has '%s'",
                          record_class(t, k), s->model.class[k]);
                return error_prefix(err, "%s", stream_name(in));
            }
        return STATUS_OK;
    }
    return error_prefix(err, "%s", stream_name(in));
}

/* Read the validation stream into memory. */
static enum status read_valid(struct session *s, struct stream_reader *valid, struct error *err)
{
    const struct record_type *t = &s->valid_type;
    s->valid_type = *stream_type(valid);
    if (check_type(s, valid, err))
        return err->status;
    s->valid.format = model_batch(&s->model, t);
    unsigned char *record = mem_new(1, t->size, err);
    enum status status = record ? STATUS_OK : STATUS_MEMORY;
    while (!status && !(status = read_record(valid, &s->valid.format, record, err)))
        status = dataset_add(&s->valid, record, err);
    free(record);
    if (status != STATUS_END)
        return status;
    if (s->valid.n == 0)
        return error_set(err, STATUS_INCOMPLETE, "%s: no records to measure with",
                         stream_name(valid));
    s->valid_logit = mem_new(s->valid.n * t->classes, sizeof(float), err);
    return s->valid_logit ? STATUS_OK : err->status;
}

/* Read ahead, and take mean and deviation from what came. */
static enum status measure_inputs(struct session *s, struct error *err)
{
    struct moments moments = {0};
    enum status status = STATUS_OK;
    size_t bytes = batch_bytes(&s->format);
    unsigned char *pixels = mem_new(1, bytes, err);
    if (!pixels)
        return err->status;
    for (size_t i = 0; i < AHEAD_RECORDS && !status && s->ahead.size < AHEAD_BYTES; i++) {
        status = buffer_reserve(&s->ahead, s->type.size, err);
        unsigned char *record = (unsigned char *)s->ahead.data + s->ahead.size;
        if (!status)
            status = read_record(s->in, &s->format, record, err);
        if (status)
            break;
        s->ahead.size += s->type.size;
        batch_cut(&s->format, record, pixels);
        moments_add(&moments, &s->format, pixels);
    }
    free(pixels);
    /* Floats, because nine digits in the file bring exactly them back. */
    s->model.normalise.mean = (double)(float)moments_mean(&moments);
    s->model.normalise.deviation = (double)(float)moments_deviation(&moments);
    /* The end is met again when the records read ahead are used up. A stream that is cut off so
       early is of no use: its mean would be another one than that of the whole stream, with which
       training is to be resumed. */
    return status == STATUS_END ? STATUS_OK : status;
}

static enum status init_model(struct session *s, struct error *err)
{
    size_t height = s->o.size ? s->o.size : s->type.height;
    size_t width = s->o.size ? s->o.size : s->type.width;
    s->model.temperature = 1;
    s->model.normalise = (struct normalise){s->o.normalise, 0, 1};
    if (s->type.classes == 0)
        return error_set(err, STATUS_MISMATCH, "%s: the records have no votes (see gz-label)",
                         stream_name(s->in));
    if (netspec_parse(&s->model.spec, s->o.network, height, width, s->type.channels,
                      s->type.classes, err) ||
        model_set_classes(&s->model, &s->type, err) || check_type(s, s->in, err))
        return err->status;
    s->format = model_batch(&s->model, &s->type);
    return STATUS_OK;
}

static enum status init_trainer(struct session *s, struct error *err)
{
    s->trainer = (struct trainer){.spec = &s->model.spec,
                                  .adam = adam_default,
                                  .batch = s->o.batch,
                                  .shards = s->o.shards,
                                  .jobs = s->o.jobs,
                                  .seed = s->o.seed,
                                  .average = s->o.average};
    s->trainer.adam.weight_decay = (float)s->o.weight_decay;
    s->best_parameter = mem_new(s->model.spec.parameters, sizeof(float), err);
    if (!s->best_parameter)
        return err->status;
    return trainer_init(&s->trainer, err);
}

enum status session_init(struct session *s, const struct session_options *o,
                         struct stream_reader *in, struct stream_reader *valid, struct error *err)
{
    *s = (struct session){.o = *o, .in = in, .type = *stream_type(in)};
    enum status status = init_model(s, err);
    if (!status)
        status = init_trainer(s, err);
    if (!status && o->normalise == NORMALISE_MEAN_STD)
        status = measure_inputs(s, err);
    s->format = model_batch(&s->model, &s->type);
    if (!status && valid)
        status = read_valid(s, valid, err);
    s->epoch_start = now();
    if (status)
        session_release(s);
    return status;
}

void session_release(struct session *s)
{
    if (s->trainer.spec)
        trainer_release(&s->trainer);
    dataset_release(&s->valid);
    buffer_release(&s->ahead);
    buffer_release(&s->history);
    free(s->valid_logit);
    free(s->best_parameter);
    s->valid_logit = s->best_parameter = NULL;
}

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
    const struct report *r = &s->report;
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
    double elapsed = now() - s->epoch_start;
    s->report = (struct report){.epoch = s->at.epoch,
                                .records = s->at.records,
                                .loss = s->epoch_loss / (double)s->epoch_records,
                                .validated = s->valid.n > 0,
                                .rate = s->at.rate,
                                .speed = (double)s->epoch_timed / fmax(elapsed, 1e-9)};
    if (!is_finite(s))
        return diverged(s, err);
    if (s->report.validated) {
        if (train_evaluate(&s->model.spec, trainer_result(&s->trainer), &s->valid, s->o.jobs,
                           s->valid_logit, &s->report.valid, err))
            return err->status;
        if (!isfinite(s->report.valid.loss))
            return diverged(s, err);
        s->report.accuracy = score_wilson(s->report.valid.correct, s->report.valid.n);
        keep_best(s);
    }
    s->epoch_records = s->epoch_timed = 0;
    s->epoch_loss = 0;
    s->epoch_start = now();
    s->due = true;
    return add_history(s, err);
}

enum status session_calibrate(struct session *s, struct calibration *c, struct error *err)
{
    const float *logit = s->valid_logit,
                *target = (const float *)(const void *)s->valid.target.data;
    size_t n = s->valid.n, classes = s->type.classes;
    struct evaluation e;
    *c = (struct calibration){.epoch = s->at.epoch, .temperature = 1};
    if (s->best_epoch == 0)
        return STATUS_OK;
    if (train_evaluate(&s->model.spec, s->best_parameter, &s->valid, s->o.jobs, s->valid_logit, &e,
                       err))
        return err->status;
    c->epoch = s->best_epoch - 1;
    c->temperature = s->model.temperature = temperature_fit(n, classes, logit, target);
    c->before = temperature_loss(n, classes, logit, target, 1);
    c->after = temperature_loss(n, classes, logit, target, c->temperature);
    return STATUS_OK;
}

/* ---- a step ---- */

/* The share of training that lies before this record. */
static double progress(const struct session *s, const unsigned char *record)
{
    double p = (double)record_real(&s->type, record, "progress", -1);
    if (p >= 0)
        return fmin(p, 1);
    /* Within an epoch nothing tells how far it is: a warm-up could last for all of the first. */
    uint32_t view = record_view(&s->type, record);
    return fmax(s->o.warmup, view && s->o.epochs ? ((double)view - 1) / (double)s->o.epochs : 0);
}

/* Put a record into place i of the batch. */
static void load(struct session *s, const unsigned char *record, size_t i, unsigned char *pixels)
{
    size_t classes = s->type.classes;
    float *target = s->trainer.target + i * classes;
    batch_cut(&s->format, record, pixels);
    batch_normalise(&s->format, pixels, s->trainer.input + i * layer_in(&s->model.spec.layer[0]));
    record_votes(&s->type, record, target);
    if (!s->o.soft) {
        int label = record_label(&s->type, record);
        for (size_t k = 0; k < classes; k++)
            target[k] = (int)k == label;
    }
    if (s->o.smooth > 0)
        smooth_target(classes, s->o.smooth, target);
}

/* Fill the batch with records of one view. *n may be less than a batch at the end of an epoch, and
   0 at the end of the stream. Where it fails, the session stands where it stood before; what is in
   the batch stays there for the next call. */
static enum status fill(struct session *s, size_t *n, struct error *err)
{
    const unsigned char *record = NULL;
    enum status status = STATUS_OK;
    unsigned char *pixels = mem_new(1, batch_bytes(&s->format), err);
    if (!pixels)
        return err->status;
    if (s->waiting == 0)
        s->loaded = s->at;
    while (s->waiting < s->o.batch && !(status = peek(s, &record, err))) {
        uint64_t view = record_view(&s->type, record);
        if (s->epoch_records + s->waiting && view != s->loaded.epoch)
            break;
        if (s->waiting == 0)
            s->loaded.rate = learning_rate(s->o.rate, s->o.floor, s->o.warmup, progress(s, record));
        s->loaded.epoch = view;
        load(s, record, s->waiting++, pixels);
        consume(s, &s->loaded, record);
    }
    free(pixels);
    if (status && status != STATUS_END)
        return status;
    s->at = s->loaded;
    *n = s->waiting;
    s->waiting = 0;
    return STATUS_OK;
}

/* After the end by patience, the rest of the stream is read all the same: so its producer doesn't
   die of a broken pipe, and an incomplete one is noticed. Training stands where it stopped. */
static enum status drain(struct session *s, struct error *err)
{
    const unsigned char *record = NULL;
    for (size_t i = 0; i < s->o.batch; i++) {
        enum status status = peek(s, &record, err);
        if (status)
            return status;
        s->ahead_at += s->type.size;
    }
    return STATUS_OK;
}

enum status session_step(struct session *s, struct error *err)
{
    const unsigned char *record = NULL;
    size_t n = 0;
    s->due = false;
    if (s->stopped)
        return drain(s, err);
    if (fill(s, &n, err))
        return err->status;
    if (n) {
        double loss = trainer_gradient(&s->trainer, n);
        if (!isfinite(loss))
            return diverged(s, err);
        trainer_update(&s->trainer, s->at.rate);
        s->epoch_loss += loss;
        s->epoch_records += n;
        s->epoch_timed += n;
    }
    /* An epoch ends where another view, or nothing, follows. */
    enum status status = peek(s, &record, err);
    bool end = status == STATUS_END || (!status && record_view(&s->type, record) != s->at.epoch);
    if (status && status != STATUS_END)
        return status;
    if (end && s->epoch_records)
        return end_epoch(s, err);
    return status;
}
