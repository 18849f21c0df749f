#include "catalogue/score.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/mem.h"

struct interval score_wilson(uint64_t correct, uint64_t total)
{
    const double z = 1.959963984540054;
    if (total == 0)
        return (struct interval){0, 1};
    double n = (double)total, p = (double)correct / n;
    double centre = p + z * z / (2 * n);
    double half = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n));
    /* If none or all succeeded, the exact end is 0 or 1, which rounding would miss. */
    return (struct interval){correct == 0 ? 0 : (centre - half) / (1 + z * z / n),
                             correct == total ? 1 : (centre + half) / (1 + z * z / n)};
}

size_t score_argmax_except(const float *probability, size_t classes, int except)
{
    size_t best = except == 0;
    for (size_t k = 0; k < classes; k++)
        if ((int)k != except && probability[k] > probability[best])
            best = k;
    return best;
}

size_t score_argmax(const float *probability, size_t classes)
{
    return score_argmax_except(probability, classes, -1);
}

/* ---- calibration ---- */

static size_t bin_of(float confidence)
{
    double i = ceil((double)confidence * SCORE_BINS - 3e-7 * SCORE_BINS) - 1;
    return i < 0 ? 0 : i >= SCORE_BINS ? SCORE_BINS - 1 : (size_t)i;
}

double score_calibration_error(const struct score *s)
{
    double sum = 0;
    for (size_t i = 0; i < SCORE_BINS; i++)
        sum += fabs((double)s->bin[i].correct - s->bin[i].confidence);
    return s->galaxies ? sum / (double)s->galaxies : 0;
}

/* ---- a score ---- */

enum status score_init(struct score *s, size_t classes, struct error *err)
{
    *s = (struct score){.classes = classes};
    s->confusion = mem_new(classes * classes, sizeof *s->confusion, err);
    s->step = s->confusion ? mem_new(SAMPLE_STEPS + 1, sizeof *s->step, err) : NULL;
    if (s->step)
        return STATUS_OK;
    score_release(s);
    return err->status;
}

void score_add(struct score *s, const float *probability, size_t label)
{
    size_t predicted = score_argmax(probability, s->classes);
    float confidence = probability[predicted];
    bool correct = predicted == label;
    struct score_bin *bin = &s->bin[bin_of(confidence)];
    struct score_step *step = &s->step[sample_step((double)confidence)];
    bin->galaxies++;
    bin->correct += correct;
    bin->confidence += (double)confidence;
    step->galaxies++;
    step->correct += correct;
    s->galaxies++;
    s->correct += correct;
    s->confusion[label * s->classes + predicted]++;
    s->loss -= log(fmax(SCORE_CLIP, (double)probability[label]));
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

struct score_selection score_select(const struct score *s, double coverage)
{
    struct score_selection k = {0};
    /* The slack is for coverages such as 0.95 of 20, which is more than 19 in doubles. */
    double wanted = ceil(coverage * (double)s->galaxies - 1e-6);
    for (size_t i = SAMPLE_STEPS + 1;
         i-- > 0 && (k.galaxies == 0 || (double)k.galaxies < wanted);) {
        k.galaxies += s->step[i].galaxies;
        k.correct += s->step[i].correct;
        if (s->step[i].galaxies)
            k.confidence = (double)i / SAMPLE_STEPS;
    }
    return k;
}

void score_release(struct score *s)
{
    free(s->confusion);
    free(s->step);
    *s = (struct score){0};
}
