#include "catalogue/others.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "catalogue/score.h"

const int others_cut[OTHERS_CUTS] = {50, 80, 90, 95};

static bool is_other(const struct others *o, int label)
{
    return label == SAMPLE_OTHER || label == o->other;
}

/* The likeliest of the named classes. */
static size_t likeliest(const struct others *o, const float *probability, size_t classes)
{
    return score_argmax_except(probability, classes, o->other);
}

static double cleanness(const struct others *o, const float *probability, size_t classes)
{
    double sum = 0;
    for (size_t k = 0; k < classes; k++)
        sum += (int)k == o->other ? 0 : (double)probability[k];
    return o->other < 0 ? (double)probability[likeliest(o, probability, classes)] : sum;
}

/* Over groups of equal cleanness, the largest first: a clean galaxy beats the others that come
   after its group, and half of those within. */
static double area(const struct others *o, const struct sample_rank *rank, size_t n)
{
    double won = 0, behind = (double)o->others;
    for (size_t i = 0; i < n;) {
        uint64_t clean = 0, others = 0;
        uint32_t step = rank[i].step;
        for (; i < n && rank[i].step == step; i++) {
            clean += rank[i].hit;
            others += !rank[i].hit;
        }
        behind -= (double)others;
        won += (double)clean * (behind + (double)others / 2);
    }
    return won / (double)o->clean / (double)o->others;
}

static void count(struct others *o, const float *p, int label, size_t classes)
{
    if (!is_other(o, label)) {
        o->clean++;
        o->right += likeliest(o, p, classes) == (size_t)label;
        return;
    }
    o->others++;
    for (size_t c = 0; c < OTHERS_CUTS; c++)
        for (size_t k = 0; k < classes; k++)
            o->pass[c][k] +=
                (int)k != o->other &&
                sample_step((double)p[k]) > (uint32_t)others_cut[c] * (SAMPLE_STEPS / 100);
}

enum status others_measure(struct others *o, const struct sample *s, int other, struct error *err)
{
    struct sample_rank *rank = mem_new(s->n, sizeof *rank, err);
    if (!rank)
        return err->status;
    *o = (struct others){.other = other};
    for (size_t i = 0; i < s->n; i++) {
        const float *p = sample_probability(s, i);
        int label = sample_label(s, i);
        count(o, p, label, s->classes);
        rank[i] =
            (struct sample_rank){sample_step(cleanness(o, p, s->classes)), !is_other(o, label)};
    }
    sample_sort(rank, s->n);
    o->auroc = o->clean && o->others ? area(o, rank, s->n) : (double)NAN;
    free(rank);
    return STATUS_OK;
}

/* ---- the report ---- */

static uint64_t pass_any(const struct others *o, size_t cut, size_t classes)
{
    uint64_t n = 0;
    /* Above one half, a galaxy passes for one class at most. */
    for (size_t k = 0; k < classes; k++)
        n += o->pass[cut][k];
    return n;
}

static double share(uint64_t part, uint64_t whole)
{
    return whole ? (double)part / (double)whole : (double)NAN;
}

static enum status write_pairs(struct buffer *out, const struct others *o, size_t classes,
                               const char *const *names, struct error *err)
{
    struct interval i = score_wilson(o->right, o->clean);
    enum status s = buffer_print(
        out, err,
        "others.galaxies\t%" PRIu64 "\nothers.clean\t%" PRIu64
        "\nothers.auroc\t%.9g\nothers.clean-accuracy\t%.9g\nothers.clean-accuracy.low\t%.9g\n"
        "others.clean-accuracy.high\t%.9g\n",
        o->others, o->clean, o->auroc, share(o->right, o->clean), i.low, i.high);
    for (size_t c = 0; c < OTHERS_CUTS && !s; c++) {
        for (size_t k = 0; k < classes && !s; k++)
            if ((int)k != o->other)
                s = buffer_print(out, err, "others.%d.%s\t%.9g\n", others_cut[c], names[k],
                                 share(o->pass[c][k], o->others));
        if (!s)
            s = buffer_print(out, err, "others.%d.any\t%.9g\n", others_cut[c],
                             share(pass_any(o, c, classes), o->others));
    }
    return s;
}

static int width_of(const char *name)
{
    return strlen(name) > 8 ? (int)strlen(name) : 8;
}

/* A figure with four decimals, or - where there is nothing to divide by. */
static enum status put(struct buffer *out, int width, double value, struct error *err)
{
    return isnan(value) ? buffer_print(out, err, "%*s", width, "-")
                        : buffer_print(out, err, "%*.4f", width, value);
}

static enum status write_row(struct buffer *out, const struct others *o, size_t cut, size_t classes,
                             const char *const *names, struct error *err)
{
    enum status s = buffer_print(out, err, "%6.2f", others_cut[cut] / 100.);
    if (!s)
        s = put(out, 10, share(pass_any(o, cut, classes), o->others), err);
    for (size_t k = 0; k < classes && !s; k++)
        if ((int)k != o->other)
            s = put(out, 2 + width_of(names[k]), share(o->pass[cut][k], o->others), err);
    return s ? s : buffer_print(out, err, "\n");
}

static enum status write_text(struct buffer *out, const struct others *o, size_t classes,
                              const char *const *names, struct error *err)
{
    struct interval i = score_wilson(o->right, o->clean);
    enum status s = buffer_print(
        out, err,
        "\nothers: galaxies that are of none of the classes\nothers             %" PRIu64
        "\nclean              %" PRIu64 "\nAUROC            ",
        o->others, o->clean);
    if (!s)
        s = put(out, 8, o->auroc, err);
    if (!s)
        s = buffer_print(out, err, "  (clean against others, by the %s)\naccuracy, clean  ",
                         o->other < 0 ? "largest probability" : "sum of the other probabilities");
    if (!s)
        s = put(out, 8, share(o->right, o->clean), err);
    if (!s)
        s = buffer_print(out, err,
                         "  (95 %% interval %.4f to %.4f)\n\n"
                         "others that have more than this probability of a class\n  more       any",
                         i.low, i.high);
    for (size_t k = 0; k < classes && !s; k++)
        if ((int)k != o->other)
            s = buffer_print(out, err, "  %*s", width_of(names[k]), names[k]);
    if (!s)
        s = buffer_print(out, err, "\n");
    for (size_t c = 0; c < OTHERS_CUTS && !s; c++)
        s = write_row(out, o, c, classes, names, err);
    return s;
}

enum status others_write(struct buffer *out, const struct others *o, size_t classes,
                         const char *const *names, bool pairs, struct error *err)
{
    return pairs ? write_pairs(out, o, classes, names, err)
                 : write_text(out, o, classes, names, err);
}
