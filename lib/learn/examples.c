#include "learn/examples.h"

#include <math.h>

#include "net/loss.h"

/* Rounding in a table of votes may change a sum this much. */
static const double votes_tolerance = 0.01;

static const float weight_most = 1000;

enum status example_check_type(const struct model *m, const struct record_type *t,
                               struct error *err)
{
    struct input_format format = model_input_format(m, t);
    if (t->classes == 0)
        return error_set(err, STATUS_MISMATCH, "the records have no votes (see gz-label)");
    if (model_check_classes(m, t, "the training stream has", err))
        return err->status;
    return input_check(&format, err);
}

static enum status check_votes(const struct record_type *t, const unsigned char *record,
                               struct error *err)
{
    float votes[RECORD_CLASSES_MAX];
    double sum = 0;
    record_votes(t, record, votes);
    for (size_t k = 0; k < t->classes; k++)
        sum += (double)votes[k];
    if (record_label(t, record) >= 0 && fabs(sum - 1) < votes_tolerance)
        return STATUS_OK;
    return error_set(err, STATUS_FORMAT, "votes do not sum to 1");
}

static enum status check_weight(const struct record_type *t, const unsigned char *record,
                                struct error *err)
{
    float weight = record_weight(t, record);
    if (weight >= 0 && weight <= weight_most)
        return STATUS_OK;
    return error_set(err, STATUS_FORMAT, "the weight %g is not from 0 to %g", (double)weight,
                     (double)weight_most);
}

enum status example_read(struct stream_reader *in, const struct input_format *format,
                         unsigned char *record, struct error *err)
{
    enum status s = stream_read(in, record, err);
    if (s)
        return s;
    if (check_votes(format->type, record, err) || check_weight(format->type, record, err) ||
        record_check(format->type, record, err) || input_check_fov(format, record, err))
        return stream_prefix_error(in, err);
    return STATUS_OK;
}

void example_target(const struct record_type *t, const struct target_rule *rule,
                    const unsigned char *record, float *target)
{
    record_votes(t, record, target);
    if (!rule->soft_labels) {
        int label = record_label(t, record);
        for (size_t k = 0; k < t->classes; k++)
            target[k] = (int)k == label;
    }
    if (rule->label_smoothing > 0)
        smooth_target(t->classes, rule->label_smoothing, target);
}

void example_load(const struct input_format *format, const struct target_rule *rule,
                  const unsigned char *record, unsigned char *pixels, float *input, float *target)
{
    input_cut(format, record, pixels);
    input_normalise(format, pixels, input);
    example_target(format->type, rule, record, target);
}

/* ---- datasets ---- */

enum status dataset_add(struct dataset *d, const unsigned char *record, struct error *err)
{
    static const struct target_rule votes = {.soft_labels = true};
    const struct record_type *t = d->format.type;
    float target[RECORD_CLASSES_MAX];
    size_t bytes = input_bytes(&d->format);
    example_target(t, &votes, record, target);
    if (buffer_reserve(&d->pixels, bytes, err) ||
        buffer_append(&d->target, target, t->classes * sizeof *target, err))
        return err->status;
    input_cut(&d->format, record, (unsigned char *)d->pixels.data + d->pixels.size);
    d->pixels.size += bytes;
    d->n++;
    return STATUS_OK;
}

void dataset_release(struct dataset *d)
{
    buffer_release(&d->pixels);
    buffer_release(&d->target);
    d->n = 0;
}

void dataset_input(const struct dataset *d, size_t i, float *input)
{
    const unsigned char *pixels = (const unsigned char *)d->pixels.data;
    input_normalise(&d->format, pixels + i * input_bytes(&d->format), input);
}

const float *dataset_targets(const struct dataset *d)
{
    return (const float *)(const void *)d->target.data;
}
