#include "model/prior.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/num.h"

/* ---- shares as text ---- */

/* Take one "class=share", of which the text is changed. */
static enum status parse_share(struct prior *p, const struct model *m, char *text,
                               struct error *err)
{
    char *equals = strrchr(text, '=');
    double share;
    if (!equals)
        return error_set(err, STATUS_FORMAT, "'%.64s' is not CLASS=SHARE", text);
    *equals = '\0';
    size_t k = 0;
    while (k < m->spec.classes && strcmp(text, m->class[k]) != 0)
        k++;
    if (k == m->spec.classes)
        return error_set(err, STATUS_FORMAT, "the weights have no class '%.64s'", text);
    if (!num_parse_real(equals + 1, PRIOR_LEAST, 1, &share))
        return error_set(err, STATUS_FORMAT,
                         "the share '%.64s' of '%s' is not a number from 1e-9 to 1", equals + 1,
                         text);
    if (p->share[k] > 0)
        return error_set(err, STATUS_FORMAT, "'%s' has two shares", text);
    p->share[k] = share;
    return STATUS_OK;
}

/* Scale the shares to a sum of 1. */
static enum status scale(struct prior *p, const struct model *m, struct error *err)
{
    double sum = 0;
    for (size_t k = 0; k < m->spec.classes; k++) {
        if (p->share[k] <= 0)
            return error_set(err, STATUS_FORMAT, "the class '%s' has no share", m->class[k]);
        sum += p->share[k];
    }
    if (fabs(sum - 1) > MODEL_SHARES_TOLERANCE)
        return error_set(err, STATUS_FORMAT, "the shares' sum is %g, not 1", sum);
    for (size_t k = 0; k < m->spec.classes; k++)
        p->share[k] /= sum;
    return STATUS_OK;
}

enum status prior_parse(struct prior *p, const struct model *m, const char *text, struct error *err)
{
    *p = (struct prior){.estimate = strcmp(text, "estimate") == 0};
    if (p->estimate)
        return STATUS_OK;
    char *copy = mem_string(text, err), *next = copy;
    if (!copy)
        return err->status;
    enum status s = STATUS_OK;
    for (char *part; !s && (part = strsep(&next, ","));)
        s = parse_share(p, m, part, err);
    free(copy);
    return s ? s : scale(p, m, err);
}

enum status prior_check(const struct model *m, struct error *err)
{
    double sum = 0;
    for (size_t k = 0; k < m->spec.classes; k++)
        sum += m->trained[k];
    if (sum <= 0)
        return error_set(err, STATUS_MISMATCH,
                         "no prior can be applied: the weights don't say how common the classes "
                         "were in training (there is no trained.shares)");
    for (size_t k = 0; k < m->spec.classes; k++)
        if (m->trained[k] <= 0)
            return error_set(err, STATUS_MISMATCH,
                             "no prior can be applied: the class '%s' was not in training",
                             m->class[k]);
    return STATUS_OK;
}

enum status prior_print(const struct prior *p, const struct model *m, struct buffer *out,
                        struct error *err)
{
    const double *share = p->share;
    enum status s = STATUS_OK;
    for (size_t k = 0; k < m->spec.classes && !s; k++)
        s = buffer_print(out, err, "%s%s=%.6g", k ? "," : "", m->class[k], share[k]);
    return s;
}

/* ---- shares at work ---- */

void prior_weights(const struct prior *p, const struct model *m, double *weight)
{
    for (size_t k = 0; k < m->spec.classes; k++)
        weight[k] = p->share[k] / m->trained[k];
}

/* The sum over all galaxies of the corrected probabilities, where ratio is share / trained. */
static void sum_corrected(size_t n, size_t classes, const float *p, const double *ratio,
                          double *sum)
{
    double corrected[RECORD_CLASSES_MAX];
    for (size_t i = 0; i < n; i++, p += classes) {
        double all = 0;
        for (size_t k = 0; k < classes; k++)
            all += corrected[k] = ratio[k] * (double)p[k];
        for (size_t k = 0; k < classes; k++)
            sum[k] += corrected[k] / all;
    }
}

void prior_estimate(size_t n, size_t classes, const float *p, const double *trained, double *share)
{
    double ratio[RECORD_CLASSES_MAX], sum[RECORD_CLASSES_MAX], change = 1;
    memcpy(share, trained, classes * sizeof *share);
    for (int round = 0; round < PRIOR_ROUNDS && change > PRIOR_PRECISION; round++) {
        for (size_t k = 0; k < classes; k++) {
            ratio[k] = share[k] / trained[k];
            sum[k] = trained[k]; /* the one galaxy more */
        }
        sum_corrected(n, classes, p, ratio, sum);
        change = 0;
        for (size_t k = 0; k < classes; k++) {
            double next = sum[k] / ((double)n + 1);
            change = fmax(change, fabs(next - share[k]));
            share[k] = next;
        }
    }
}
