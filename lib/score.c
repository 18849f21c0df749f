#include "score.h"

#include <math.h>
#include <stdlib.h>

struct interval score_wilson(uint64_t correct, uint64_t total)
{
    const double z = 1.959963984540054;
    if (total == 0)
        return (struct interval){0, 1};
    double n = (double)total, p = (double)correct / n;
    double centre = p + z * z / (2 * n);
    double half = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n));
    /* The ends are 0 and 1 exactly where none or all succeeded, but for rounding. */
    return (struct interval){correct == 0 ? 0 : (centre - half) / (1 + z * z / n),
                             correct == total ? 1 : (centre + half) / (1 + z * z / n)};
}

size_t score_predict(const float *probability, size_t classes)
{
    size_t best = 0;
    for (size_t k = 1; k < classes; k++)
        best = probability[k] > probability[best] ? k : best;
    return best;
}

/* ---- calibration ---- */

static size_t bin_of(float confidence)
{
    double i = ceil((double)confidence * SCORE_BINS - 3e-7 * SCORE_BINS) - 1;
    return i < 0 ? 0 : i >= SCORE_BINS ? SCORE_BINS - 1 : (size_t)i;
}

void score_bins(const struct score_answer *answer, size_t n, struct score_bin bin[SCORE_BINS])
{
    for (size_t i = 0; i < SCORE_BINS; i++)
        bin[i] = (struct score_bin){0};
    for (size_t i = 0; i < n; i++) {
        struct score_bin *b = &bin[bin_of(answer[i].confidence)];
        b->answers++;
        b->correct += answer[i].correct;
        b->confidence += (double)answer[i].confidence;
    }
}

double score_calibration_error(const struct score_answer *answer, size_t n)
{
    struct score_bin bin[SCORE_BINS];
    double sum = 0;
    score_bins(answer, n, bin);
    for (size_t i = 0; i < SCORE_BINS; i++)
        sum += fabs((double)bin[i].correct - bin[i].confidence);
    return n ? sum / (double)n : 0;
}

/* ---- a score ---- */

enum status score_init(struct score *s, size_t classes, struct error *err)
{
    *s = (struct score){.classes = classes};
    s->confusion = mem_new(classes * classes, sizeof *s->confusion, err);
    return s->confusion ? STATUS_OK : err->status;
}

enum status score_add(struct score *s, const float *probability, size_t label, struct error *err)
{
    size_t predicted = score_predict(probability, s->classes);
    struct score_answer a = {probability[predicted], predicted == label};
    if (buffer_append(&s->answer, &a, sizeof a, err))
        return err->status;
    s->answers++;
    s->correct += a.correct;
    s->confusion[label * s->classes + predicted]++;
    s->loss -= log(fmax(SCORE_CLIP, (double)probability[label]));
    return STATUS_OK;
}

const struct score_answer *score_answers(const struct score *s)
{
    return (const struct score_answer *)(const void *)s->answer.data;
}

struct score_class score_class(const struct score *s, size_t k)
{
    struct score_class c = {.correct = s->confusion[k * s->classes + k]};
    for (size_t i = 0; i < s->classes; i++) {
        c.labelled += s->confusion[k * s->classes + i];
        c.predicted += s->confusion[i * s->classes + k];
    }
    double correct = (double)c.correct, both = (double)(c.labelled + c.predicted);
    c.precision = c.predicted ? correct / (double)c.predicted : (double)NAN;
    c.recall = c.labelled ? correct / (double)c.labelled : (double)NAN;
    c.f1 = both > 0 ? 2 * correct / both : (double)NAN;
    return c;
}

static int by_confidence(const void *a, const void *b)
{
    float p = ((const struct score_answer *)a)->confidence;
    float q = ((const struct score_answer *)b)->confidence;
    return (p < q) - (p > q);
}

void score_sort(struct score *s)
{
    if (s->answers)
        qsort(s->answer.data, s->answers, sizeof(struct score_answer), by_confidence);
}

struct score_kept score_keep(const struct score *s, double share)
{
    const struct score_answer *a = score_answers(s);
    struct score_kept k = {0};
    /* The slack is for shares such as 0.95 of 20, which is more than 19 in doubles. */
    double wanted = ceil(share * (double)s->answers - 1e-6);
    for (size_t i = 0; i < s->answers; i++) {
        if ((double)i >= wanted && (i == 0 || a[i].confidence < a[i - 1].confidence))
            break;
        k.answers++;
        k.correct += a[i].correct;
        k.confidence = (double)a[i].confidence;
    }
    return k;
}

void score_release(struct score *s)
{
    free(s->confusion);
    buffer_release(&s->answer);
    *s = (struct score){0};
}
