#include "catalogue/confident.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "catalogue/binomial.h"
#include "catalogue/score.h"

/* ---- which labels are suspect ---- */

static int by_margin(const void *a, const void *b)
{
    const struct suspect *p = a, *q = b;
    if (p->margin != q->margin)
        return p->margin < q->margin ? -1 : 1;
    return (p->galaxy > q->galaxy) - (p->galaxy < q->galaxy);
}

enum status confident_rank(const struct sample *s, struct buffer *list, struct error *err)
{
    for (size_t i = 0; i < s->n; i++) {
        const float *p = sample_probability(s, i);
        struct suspect one = {.galaxy = i, .label = sample_label(s, i)};
        if (one.label == SAMPLE_OTHER)
            continue;
        one.suggested = (int)score_argmax_except(p, s->classes, one.label);
        one.margin = p[one.label] - p[one.suggested];
        if (buffer_append(list, &one, sizeof one, err))
            return err->status;
    }
    if (list->size)
        qsort(list->data, list->size / sizeof(struct suspect), sizeof(struct suspect), by_margin);
    return STATUS_OK;
}

enum status confident_write(struct buffer *out, const struct sample *s, const struct buffer *list,
                            uint64_t most, const char (*ids)[RECORD_ID_MAX + 1],
                            const char *const *names, struct error *err)
{
    const struct suspect *one = (const struct suspect *)(const void *)list->data;
    size_t n = list->size / sizeof *one;
    enum status status = buffer_print(
        out, err, "#id\tlabel\tsuggested\tlabel-probability\tsuggested-probability\tcorrected\n");
    for (size_t i = 0; i < n && i < most && !status; i++) {
        const float *p = sample_probability(s, one[i].galaxy);
        status = buffer_print(out, err, "%s\t%s\t%s\t%.6f\t%.6f\t\n", ids[one[i].galaxy],
                              names[one[i].label], names[one[i].suggested], (double)p[one[i].label],
                              (double)p[one[i].suggested]);
    }
    return status;
}

/* ---- how many labels are wrong ---- */

/* The mean probability of each class among the galaxies that have it as label; 2, which no
   probability reaches, where there are none. */
static void mean_self_confidence(const struct sample *s, double *mean)
{
    for (size_t k = 0; k < s->classes; k++) {
        double sum = 0;
        for (size_t i = 0; i < s->n; i++)
            if (sample_label(s, i) == (int)k)
                sum += (double)sample_probability(s, i)[k];
        uint64_t n = sample_count(s, (int)k);
        mean[k] = n ? sum / (double)n : 2;
    }
}

/* The class that the network is confident of, or -1. */
static int confident_class(const float *probability, const double *threshold, size_t classes)
{
    int best = -1;
    for (size_t k = 0; k < classes; k++)
        if ((double)probability[k] >= threshold[k] &&
            (best < 0 || probability[k] > probability[best]))
            best = (int)k;
    return best;
}

static void estimate(struct label_errors *e)
{
    double n = (double)e->labelled, confident = (double)e->confident;
    e->estimate = e->confident ? n * (double)e->wrong / confident : (double)NAN;
    e->low = e->confident ? n * binomial_lower(e->wrong, e->confident, 0.025) : (double)NAN;
    e->high = e->confident ? n * binomial_upper(e->wrong, e->confident, 0.025) : (double)NAN;
}

static void add_up(struct label_errors *all, const struct label_errors *row, size_t classes)
{
    double below = 0, above = 0;
    *all = (struct label_errors){0};
    for (size_t k = 0; k < classes; k++) {
        all->labelled += row[k].labelled;
        all->confident += row[k].confident;
        all->wrong += row[k].wrong;
        if (!row[k].confident)
            continue;
        all->estimate += row[k].estimate;
        below += pow(row[k].estimate - row[k].low, 2);
        above += pow(row[k].high - row[k].estimate, 2);
    }
    all->low = fmax(0, all->estimate - sqrt(below));
    all->high = all->estimate + sqrt(above);
    if (!all->confident)
        all->estimate = all->low = all->high = (double)NAN;
}

void confident_errors(const struct sample *s, struct label_errors *row)
{
    double threshold[RECORD_CLASSES_MAX];
    mean_self_confidence(s, threshold);
    for (size_t k = 0; k < s->classes; k++)
        row[k] = (struct label_errors){.labelled = sample_count(s, (int)k)};
    for (size_t i = 0; i < s->n; i++) {
        int label = sample_label(s, i);
        int k = confident_class(sample_probability(s, i), threshold, s->classes);
        if (label == SAMPLE_OTHER || k < 0)
            continue;
        row[label].confident++;
        row[label].wrong += k != label;
    }
    for (size_t k = 0; k < s->classes; k++)
        estimate(&row[k]);
    add_up(&row[s->classes], row, s->classes);
}

enum status confident_write_errors(struct buffer *out, const struct label_errors *row,
                                   size_t classes, const char *const *names, struct error *err)
{
    enum status s = buffer_print(out, err, "#class\tlabelled\twrong\tlow\thigh\n");
    for (size_t k = 0; k <= classes && !s; k++) {
        s = buffer_print(out, err, "%s\t%" PRIu64, k < classes ? names[k] : "all", row[k].labelled);
        if (!s)
            s = row[k].confident ? buffer_print(out, err, "\t%.1f\t%.1f\t%.1f\n", row[k].estimate,
                                                row[k].low, row[k].high)
                                 : buffer_print(out, err, "\t-\t-\t-\n");
    }
    return s;
}
