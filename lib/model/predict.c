#include "model/predict.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "catalogue/predictions.h"
#include "model/views.h"
#include "net/infer.h"
#include "stream/blocks.h"

enum { BLOCK_BYTES = 4 * 1024 * 1024, TEXT_BYTES = 1 << 16 };

struct worker {
    struct infer infer;
    unsigned char *scratch; /* for views_load */
};

/* A galaxy whose line waits for the prior. */
struct held {
    char id[RECORD_ID_MAX + 1];
    int label;     /* class of the stream, or -1 */
    float logit[]; /* (views, classes) */
};

struct run {
    const struct predict *p;
    const struct record_type *type;
    struct input_format format;
    struct views views;
    struct worker *worker;
    const char *class[RECORD_CLASSES_MAX];
    int label[RECORD_CLASSES_MAX]; /* which class of the model a class of the stream is, or -1 */
    struct prediction_columns columns;
    double weight[RECORD_CLASSES_MAX]; /* prior_weights, or 1 without a prior */
    size_t held_bytes;                 /* of a struct held; 0: no line waits for the prior */
    struct buffer held;
    struct buffer text;
    uint64_t skipped;
};

static bool is_usable(void *context, const void *record)
{
    struct run *r = context;
    struct error err;
    if (!record_check(r->type, record, &err) && !input_check_fov(&r->format, record, &err)) {
        if (r->p->fingerprint)
            fingerprint_add(r->p->fingerprint, r->type, record);
        return true;
    }
    stream_prefix_error(r->p->in, &err);
    r->p->report(r->p->context, &err);
    r->skipped++;
    return false;
}

static enum part part_of(const struct predict *p, const char *id)
{
    if (p->train && ids_have(p->train, id))
        return PART_TRAIN;
    return p->valid && ids_have(p->valid, id) ? PART_VALID : PART_NONE;
}

/* The label, a class of the stream, as a class of the model, or as the name of another one. */
static void set_label(const struct run *r, int label, struct prediction *line)
{
    line->label = label < 0 ? -1 : r->label[label];
    line->other[0] = '\0';
    if (label >= 0 && line->label < 0)
        strcpy(line->other, record_class(r->type, (size_t)label));
}

/* The probabilities of a galaxy from the logits of its views, and their standard deviation. */
static float probabilities(const struct run *r, const float *logit, float *probability)
{
    const struct model *m = r->p->model;
    return views_probabilities(&r->views, m->spec.classes, logit, m->temperature, r->weight,
                               probability);
}

static void make_line(const struct run *r, const char *id, int label, const float *logit,
                      struct prediction *line)
{
    line->std = probabilities(r, logit, line->probability);
    set_label(r, label, line);
    strcpy(line->id, id);
    line->part = part_of(r->p, id);
}

/* What a block gives for each record: a line, or what a line is made of later. */
static void make_result(const struct run *r, const unsigned char *record, const float *logit,
                        struct block *b, size_t k)
{
    char id[RECORD_ID_MAX + 1];
    int label = record_label(r->type, record);
    record_id(r->type, record, id);
    if (!r->held_bytes) {
        make_line(r, id, label, logit, (struct prediction *)b->out + k);
        return;
    }
    struct held *h = (struct held *)(void *)((char *)b->out + k * r->held_bytes);
    strcpy(h->id, id);
    h->label = label;
    memcpy(h->logit, logit, r->views.n * r->p->model->spec.classes * sizeof *logit);
}

static void predict_block(void *context, struct block *b, unsigned worker)
{
    const struct run *r = context;
    struct infer *infer = &r->worker[worker].infer;
    const unsigned char *record = b->in;
    size_t classes = r->p->model->spec.classes, values = shape_values(r->format.shape);
    for (size_t k = 0; k < b->n; k++)
        views_load(&r->views, &r->format, record + k * r->type->size, r->worker[worker].scratch,
                   infer->input + k * r->views.n * values);
    infer_logits(infer, r->p->model->parameter, b->n * r->views.n);
    for (size_t k = 0; k < b->n; k++)
        make_result(r, record + k * r->type->size, infer->logit + k * r->views.n * classes, b, k);
}

/* ---- lines ---- */

static enum status write_text(struct run *r, struct error *err)
{
    enum status s = r->p->write(r->p->context, r->text.data, r->text.size, err);
    r->text.size = 0;
    return s;
}

static enum status write_line(struct run *r, const struct prediction *line, struct error *err)
{
    return predictions_write(&r->text, line, r->p->model->spec.classes, r->class, &r->columns, err);
}

static enum status write_block(void *context, const struct block *b, uint64_t done,
                               struct error *err)
{
    struct run *r = context;
    const struct prediction *line = b->out;
    if (r->held_bytes && buffer_append(&r->held, b->out, b->results * r->held_bytes, err))
        return err->status;
    for (size_t k = 0; !r->held_bytes && k < b->results; k++)
        if (write_line(r, &line[k], err))
            return err->status;
    if (r->p->progress)
        r->p->progress(r->p->context, done);
    return write_text(r, err);
}

static enum status write_header(struct run *r, struct error *err)
{
    if (predictions_write_header(&r->text, r->p->model->spec.classes, r->class, &r->columns, err))
        return err->status;
    return write_text(r, err);
}

/* ---- lines that waited for the prior ---- */

static size_t held_count(const struct run *r)
{
    return r->held.size / r->held_bytes;
}

static struct held *held(const struct run *r, size_t i)
{
    return (struct held *)(void *)(r->held.data + i * r->held_bytes);
}

static enum status note_prior(const struct run *r, struct error *err)
{
    struct buffer text = {0};
    enum status s = prior_print(r->p->prior, r->p->model, &text, err);
    if (!s)
        s = buffer_print(&text, err, ": the prior, estimated from %zu galaxies", held_count(r));
    if (!s)
        r->p->note(r->p->context, text.data);
    buffer_release(&text);
    return s;
}

static enum status estimate_prior(struct run *r, struct error *err)
{
    const struct model *m = r->p->model;
    size_t n = held_count(r), classes = m->spec.classes;
    float *p = mem_new(n, classes * sizeof *p, err);
    if (!p)
        return err->status;
    for (size_t i = 0; i < n; i++)
        probabilities(r, held(r, i)->logit, p + i * classes);
    prior_estimate(n, classes, p, m->trained, r->p->prior->share);
    free(p);
    prior_weights(r->p->prior, m, r->weight);
    return n && r->p->note ? note_prior(r, err) : STATUS_OK;
}

static enum status write_held(struct run *r, struct error *err)
{
    if (estimate_prior(r, err) || write_header(r, err))
        return err->status;
    for (size_t i = 0; i < held_count(r); i++) {
        struct held *h = held(r, i);
        struct prediction line;
        make_line(r, h->id, h->label, h->logit, &line);
        if (write_line(r, &line, err) || (r->text.size > TEXT_BYTES && write_text(r, err)))
            return err->status;
    }
    return write_text(r, err);
}

/* ---- the run ---- */

static enum status init_workers(struct run *r, struct error *err)
{
    size_t bytes = views_scratch(&r->format);
    r->worker = mem_new(r->p->jobs, sizeof *r->worker, err);
    if (!r->worker)
        return STATUS_MEMORY;
    for (unsigned j = 0; j < r->p->jobs; j++) {
        struct worker *w = &r->worker[j];
        w->scratch = mem_new(1, bytes, err);
        if (!w->scratch || infer_init(&w->infer, &r->p->model->spec, err))
            return STATUS_MEMORY;
    }
    return STATUS_OK;
}

static void release(struct run *r)
{
    for (unsigned j = 0; r->worker && j < r->p->jobs; j++) {
        infer_release(&r->worker[j].infer);
        free(r->worker[j].scratch);
    }
    free(r->worker);
    buffer_release(&r->held);
    buffer_release(&r->text);
}

/* Find the classes of the stream among those of the model. */
static enum status match_classes(struct run *r, struct error *err)
{
    const struct model *m = r->p->model;
    bool common = record_match_classes(r->type, m->spec.classes, r->class, r->label);
    for (size_t i = 0; i < r->type->classes; i++)
        if (r->label[i] < 0 && record_check_class(record_class(r->type, i), err))
            return err->status;
    if (common)
        return STATUS_OK;
    return error_set(err, STATUS_MISMATCH,
                     "votes for none of the weights' classes (the first is '%s', that of the "
                     "weights '%s')",
                     record_class(r->type, 0), m->class[0]);
}

/* Whether the first picture shows what the model learned from. All others will, most likely. */
static enum status check_fov(const struct run *r, struct error *err)
{
    const unsigned char *first = stream_first(r->p->in);
    if (!first || r->p->any_fov)
        return STATUS_OK;
    if (r->p->note && (r->format.fov > 0) != (input_fov(&r->format, first) > 0))
        r->p->note(
            r->p->context,
            r->format.fov > 0
                ? "the stream doesn't say how much of the sky its pictures show (there is no "
                  "field fov)"
                : "the weights don't say how much of the sky they learned from");
    struct error why;
    if (input_check_fov(&r->format, first, &why) == STATUS_OK)
        return STATUS_OK;
    return error_set(err, STATUS_MISMATCH, "%s: %s (gz-prep --like does that)",
                     stream_name(r->p->in), why.text);
}

/* Whether the model fits the stream. A stream without records may have any shape. */
static enum status check(struct run *r, struct error *err)
{
    const struct shape *shape = &r->format.shape;
    if (r->type->shape.height && input_check(&r->format, err))
        return error_prefix(err, "%s", stream_name(r->p->in));
    if (r->p->views > 1 && shape->height != shape->width)
        return error_set(err, STATUS_MISMATCH, "pictures of %zux%zu have no quarter turns",
                         shape->height, shape->width);
    if (r->columns.label && match_classes(r, err))
        return error_prefix(err, "%s", stream_name(r->p->in));
    return check_fov(r, err);
}

static void init_prior(struct run *r)
{
    const struct prior *prior = r->p->prior;
    const struct model *m = r->p->model;
    for (size_t k = 0; k < m->spec.classes; k++)
        r->weight[k] = 1;
    if (prior && prior->estimate)
        r->held_bytes = sizeof(struct held) + r->views.n * m->spec.classes * sizeof(float);
    else if (prior)
        prior_weights(prior, m, r->weight);
}

enum status predict_run(const struct predict *p, uint64_t *skipped, struct error *err)
{
    struct run r = {.p = p, .type = stream_type(p->in)};
    r.views = views_of(p->views, netspec_is_cyclic(&p->model->spec));
    r.format = model_input_format(p->model, r.type);
    if (p->any_fov)
        r.format.fov = 0;
    r.columns = (struct prediction_columns){
        .label = r.type->classes > 0, .std = p->std, .part = p->train || p->valid};
    for (size_t k = 0; k < p->model->spec.classes; k++)
        r.class[k] = p->model->class[k];
    init_prior(&r);
    struct blocks b = {.in = p->in,
                       .in_size = r.type->size,
                       .out_size = r.held_bytes ? r.held_bytes : sizeof(struct prediction),
                       .most = INFER_BLOCK / r.views.n,
                       .bytes = BLOCK_BYTES,
                       .jobs = p->jobs,
                       .context = &r,
                       .accept = is_usable,
                       .work = predict_block,
                       .write = write_block};
    enum status s = check(&r, err);
    if (!s && !r.held_bytes)
        s = write_header(&r, err);
    if (!s)
        s = init_workers(&r, err);
    if (!s)
        s = blocks_run(&b, err);
    if (!s && r.held_bytes)
        s = write_held(&r, err);
    release(&r);
    *skipped = r.skipped;
    return s;
}

double predict_fov(const struct predict *p)
{
    struct input_format format = model_input_format(p->model, stream_type(p->in));
    const unsigned char *first = stream_first(p->in);
    return first ? input_fov(&format, first) : 0;
}
