#include "model/predict.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "image/image.h"
#include "catalogue/predictions.h"
#include "net/loss.h"
#include "base/mem.h"
#include "net/infer.h"
#include "stream/blocks.h"

enum { BLOCK_BYTES = 4 * 1024 * 1024 };

struct worker {
    struct infer infer;
    unsigned char *cut, *view[8]; /* the central pixels, and their orientations */
};

struct run {
    const struct predict *p;
    const struct record_type *type;
    struct input_format format;
    unsigned views; /* to compute, ... */
    unsigned alike; /* ... each for so many orientations: with a cyclic layer the quarter turns */
    struct worker *worker;
    const char *class[RECORD_CLASSES_MAX];
    bool labelled;
    struct buffer text;
    uint64_t skipped;
};

static bool is_usable(void *context, const void *record)
{
    struct run *r = context;
    struct error err;
    if (input_check_pixels(&r->format, record, &err) == STATUS_OK)
        return true;
    stream_prefix_error(r->p->in, &err);
    r->p->report(r->p->context, &err);
    r->skipped++;
    return false;
}

/* ---- one galaxy ---- */

/* Insertion sort of a few pictures by their bytes. */
static void sort_views(unsigned char **view, size_t n, size_t bytes)
{
    for (size_t i = 1; i < n; i++)
        for (size_t k = i; k > 0 && memcmp(view[k - 1], view[k], bytes) > 0; k--) {
            unsigned char *swap = view[k];
            view[k] = view[k - 1];
            view[k - 1] = swap;
        }
}

/* Put a galaxy's views into the network's input. Of orientations that are alike for the network,
   use the first by its bytes, whichever the record has: another one, when it is normalised, may
   differ in the last bits. */
static void load_views(const struct run *r, struct worker *w, const unsigned char *record,
                       float *input)
{
    const struct input_format *b = &r->format;
    size_t bytes = input_bytes(b), values = shape_values(b->shape);
    unsigned char *view[8];
    input_cut(b, record, w->cut);
    if (r->views * r->alike == 1) {
        input_normalise(b, w->cut, input);
        return;
    }
    for (unsigned v = 0; v < r->views * r->alike; v++)
        image_orient(w->cut, b->shape.height, bytes / (b->shape.height * b->shape.width), v,
                     w->view[v]);
    for (unsigned v = 0; v < r->views; v++) {
        sort_views(w->view + v * r->alike, r->alike, bytes);
        view[v] = w->view[v * r->alike];
    }
    sort_views(view, r->views, bytes);
    for (unsigned v = 0; v < r->views; v++)
        input_normalise(b, view[v], input + v * values);
}

/* The standard deviation over views of one class's probability. */
static float deviation(size_t classes, unsigned views, const float *logit, double temperature,
                       size_t class)
{
    float p[RECORD_CLASSES_MAX];
    double sum = 0, squares = 0, value[8];
    for (unsigned v = 0; v < views; v++) {
        softmax(classes, logit + v * classes, temperature, p);
        value[v] = (double)p[class];
        sum += value[v];
    }
    for (unsigned v = 0; v < views; v++)
        squares += pow(value[v] - sum / views, 2);
    return (float)sqrt(squares / views);
}

/* A galaxy's line from the logits of its views. */
static void make_line(const struct run *r, const unsigned char *record, const float *logit,
                      struct prediction *line)
{
    size_t classes = r->p->model->spec.classes;
    double temperature = r->p->model->temperature;
    float mean[RECORD_CLASSES_MAX];
    unsigned views = r->views;
    for (size_t k = 0; k < classes; k++) {
        double sum = 0;
        for (unsigned v = 0; v < views; v++)
            sum += (double)logit[v * classes + k];
        mean[k] = (float)(sum / views);
    }
    softmax(classes, mean, temperature, line->probability);
    line->std = deviation(classes, views, logit, temperature, argmax(classes, line->probability));
    line->label = record_label(r->type, record);
    record_id(r->type, record, line->id);
}

static void predict_block(void *context, struct block *b, unsigned worker)
{
    const struct run *r = context;
    struct infer *infer = &r->worker[worker].infer;
    const unsigned char *record = b->in;
    struct prediction *line = b->out;
    size_t classes = r->p->model->spec.classes, values = shape_values(r->format.shape);
    for (size_t k = 0; k < b->n; k++)
        load_views(r, &r->worker[worker], record + k * r->type->size,
                   infer->input + k * r->views * values);
    infer_logits(infer, r->p->model->parameter, b->n * r->views);
    for (size_t k = 0; k < b->n; k++)
        make_line(r, record + k * r->type->size, infer->logit + k * r->views * classes, &line[k]);
}

/* ---- lines ---- */

static enum status write_text(struct run *r, struct error *err)
{
    enum status s = r->p->write(r->p->context, r->text.data, r->text.size, err);
    r->text.size = 0;
    return s;
}

static enum status write_block(void *context, const struct block *b, uint64_t done,
                               struct error *err)
{
    struct run *r = context;
    const struct prediction *line = b->out;
    for (size_t k = 0; k < b->results; k++)
        if (predictions_write(&r->text, &line[k], r->p->model->spec.classes, r->class, r->labelled,
                              r->p->std, err))
            return err->status;
    if (r->p->progress)
        r->p->progress(r->p->context, done);
    return write_text(r, err);
}

/* ---- the run ---- */

static enum status init_workers(struct run *r, struct error *err)
{
    size_t bytes = input_bytes(&r->format);
    r->worker = mem_new(r->p->jobs, sizeof *r->worker, err);
    if (!r->worker)
        return STATUS_MEMORY;
    for (unsigned j = 0; j < r->p->jobs; j++) {
        struct worker *w = &r->worker[j];
        if (infer_init(&w->infer, &r->p->model->spec, err))
            return STATUS_MEMORY;
        w->cut = mem_new(9, bytes, err);
        if (!w->cut)
            return STATUS_MEMORY;
        for (size_t v = 0; v < 8; v++)
            w->view[v] = w->cut + (v + 1) * bytes;
    }
    return STATUS_OK;
}

static void release(struct run *r)
{
    for (unsigned j = 0; r->worker && j < r->p->jobs; j++) {
        infer_release(&r->worker[j].infer);
        free(r->worker[j].cut);
    }
    free(r->worker);
    buffer_release(&r->text);
}

/* Labels are written only if the stream's votes are for the model's classes. */
static enum status check_classes(const struct run *r, struct error *err)
{
    size_t classes = r->p->model->spec.classes;
    if (!r->labelled)
        return STATUS_OK;
    if (r->type->classes != classes)
        return error_set(err, STATUS_MISMATCH,
                         "%s: votes for %zu classes, but the weights have %zu",
                         stream_name(r->p->in), r->type->classes, classes);
    for (size_t k = 0; k < classes; k++)
        if (strcmp(record_class(r->type, k), r->class[k]) != 0)
            return error_set(err, STATUS_MISMATCH, "%s: class '%s', where the weights have '%s'",
                             stream_name(r->p->in), record_class(r->type, k), r->class[k]);
    return STATUS_OK;
}

/* Whether the model fits the stream. A stream without records may have any shape. */
static enum status check(const struct run *r, struct error *err)
{
    const struct shape *shape = &r->format.shape;
    if (r->type->shape.height && input_check(&r->format, err))
        return error_prefix(err, "%s", stream_name(r->p->in));
    if (r->p->views > 1 && shape->height != shape->width)
        return error_set(err, STATUS_MISMATCH, "pictures of %zux%zu have no quarter turns",
                         shape->height, shape->width);
    return check_classes(r, err);
}

static enum status write_header(struct run *r, struct error *err)
{
    if (predictions_write_header(&r->text, r->p->model->spec.classes, r->class, r->labelled,
                                 r->p->std, err))
        return err->status;
    return write_text(r, err);
}

enum status predict_run(const struct predict *p, uint64_t *skipped, struct error *err)
{
    struct run r = {.p = p, .type = stream_type(p->in)};
    r.alike = netspec_is_cyclic(&p->model->spec) ? 4 : 1;
    r.views = p->views == 8 ? 8 / r.alike : 1;
    r.format = model_input_format(p->model, r.type);
    r.labelled = r.type->classes > 0;
    for (size_t k = 0; k < p->model->spec.classes; k++)
        r.class[k] = p->model->class[k];
    struct blocks b = {.in = p->in,
                       .in_size = r.type->size,
                       .out_size = sizeof(struct prediction),
                       .most = INFER_BLOCK / r.views,
                       .bytes = BLOCK_BYTES,
                       .jobs = p->jobs,
                       .context = &r,
                       .accept = is_usable,
                       .work = predict_block,
                       .write = write_block};
    enum status s = check(&r, err);
    if (!s)
        s = write_header(&r, err);
    if (!s)
        s = init_workers(&r, err);
    if (!s)
        s = blocks_run(&b, err);
    release(&r);
    *skipped = r.skipped;
    return s;
}
