#include "catalogue/score_report.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const int percents[] = {100, 99, 98, 95, 90, 80, 70, 60, 50, 25, 10};
enum { PERCENTS = sizeof percents / sizeof *percents, WIDTH_MIN = 9 };

/* A text under way; after the first failure nothing is added. */
struct report {
    const struct score *score;
    const char *const *names;
    struct buffer *out;
    int width; /* of a class's name */
    enum status status;
    struct error *err;
};

static void put(struct report *, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void put(struct report *r, const char *format, ...)
{
    char text[256];
    va_list args;
    va_start(args, format);
    int size = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    size_t n = (size_t)size < sizeof text ? (size_t)size : sizeof text - 1;
    if (!r->status)
        r->status = buffer_append(r->out, text, n, r->err);
}

static double ratio(uint64_t part, uint64_t whole)
{
    return whole ? (double)part / (double)whole : (double)NAN;
}

/* ---- for people ---- */

/* A column of a figure that there may not be. */
static void put_real(struct report *r, int width, double value)
{
    if (isnan(value))
        put(r, "%*s", width, "-");
    else
        put(r, "%*.4f", width, value);
}

static void put_figures(struct report *r)
{
    const struct score *s = r->score;
    struct interval i = score_wilson(s->correct, s->galaxies);
    put(r, "galaxies           %" PRIu64 "\n", s->galaxies);
    put(r, "correct            %" PRIu64 "\n", s->correct);
    put(r, "accuracy           %.4f  (95 %% interval %.4f to %.4f)\n",
        ratio(s->correct, s->galaxies), i.low, i.high);
    put(r, "log loss           %.4f  (probabilities below %g count as that)\n",
        s->loss / (double)s->galaxies, SCORE_CLIP);
    put(r, "calibration error  %.4f  (expected, %d bins of confidence)\n",
        score_calibration_error(s), SCORE_BINS);
}

static void put_confusion(struct report *r)
{
    const struct score *s = r->score;
    put(r, "\nconfusion: a row is a label, a column what was predicted\n%-*s", r->width, "");
    for (size_t k = 0; k < s->classes; k++)
        put(r, "  %*s", r->width, r->names[k]);
    for (size_t i = 0; i < s->classes; i++) {
        put(r, "\n%-*s", r->width, r->names[i]);
        for (size_t k = 0; k < s->classes; k++)
            put(r, "  %*" PRIu64, r->width, s->confusion[i * s->classes + k]);
    }
    put(r, "\n");
}

static void put_classes(struct report *r)
{
    put(r, "\n%-*s  galaxies  precision  recall      F1\n", r->width, "class");
    for (size_t k = 0; k < r->score->classes; k++) {
        struct score_class c = score_class(r->score, k);
        put(r, "%-*s  %8" PRIu64, r->width, r->names[k], c.labelled);
        put_real(r, 11, c.precision);
        put_real(r, 8, c.recall);
        put_real(r, 8, c.f1);
        put(r, "\n");
    }
}

static void put_calibration(struct report *r)
{
    const struct score_bin *bin = r->score->bin;
    put(r, "\ncalibration: how confident, how often right\n");
    put(r, "confidence        galaxies    mean  accuracy\n");
    for (int i = 0; i < SCORE_BINS; i++)
        if (bin[i].galaxies)
            put(r, "%.4f to %.4f  %8" PRIu64 "  %.4f    %.4f\n", (double)i / SCORE_BINS,
                (double)(i + 1) / SCORE_BINS, bin[i].galaxies,
                bin[i].confidence / (double)bin[i].galaxies,
                ratio(bin[i].correct, bin[i].galaxies));
}

static void put_kept(struct report *r)
{
    put(r, "\nthe most confident\n share  galaxies  confidence  accuracy  95 %% interval\n");
    for (size_t i = 0; i < PERCENTS; i++) {
        struct score_selection k = score_select(r->score, percents[i] / 100.);
        struct interval w = score_wilson(k.correct, k.galaxies);
        put(r, "%4d %%  %8" PRIu64 "  %10.6f    %.4f  %.4f to %.4f\n", percents[i], k.galaxies,
            k.confidence, ratio(k.correct, k.galaxies), w.low, w.high);
    }
}

enum status score_report_write(struct buffer *out, const struct score *s, const char *const *names,
                               struct error *err)
{
    struct report r = {s, names, out, WIDTH_MIN, STATUS_OK, err};
    for (size_t k = 0; k < s->classes; k++)
        r.width = (int)strlen(names[k]) > r.width ? (int)strlen(names[k]) : r.width;
    put_figures(&r);
    put_confusion(&r);
    put_classes(&r);
    put_calibration(&r);
    put_kept(&r);
    return r.status;
}

/* ---- for programs ---- */

static void pair_figures(struct report *r)
{
    const struct score *s = r->score;
    struct interval i = score_wilson(s->correct, s->galaxies);
    put(r, "galaxies\t%" PRIu64 "\ncorrect\t%" PRIu64 "\n", s->galaxies, s->correct);
    put(r, "accuracy\t%.9g\naccuracy.low\t%.9g\naccuracy.high\t%.9g\n",
        ratio(s->correct, s->galaxies), i.low, i.high);
    put(r, "log-loss\t%.9g\n", s->loss / (double)s->galaxies);
    put(r, "calibration-error\t%.9g\n", score_calibration_error(s));
}

static void pair_classes(struct report *r)
{
    const struct score *s = r->score;
    for (size_t i = 0; i < s->classes; i++)
        for (size_t k = 0; k < s->classes; k++)
            put(r, "confusion.%s.%s\t%" PRIu64 "\n", r->names[i], r->names[k],
                s->confusion[i * s->classes + k]);
    for (size_t k = 0; k < s->classes; k++) {
        struct score_class c = score_class(s, k);
        put(r, "precision.%s\t%.9g\n", r->names[k], c.precision);
        put(r, "recall.%s\t%.9g\n", r->names[k], c.recall);
        put(r, "f1.%s\t%.9g\n", r->names[k], c.f1);
    }
}

static void pair_bins(struct report *r)
{
    const struct score_bin *bin = r->score->bin;
    for (int i = 0; i < SCORE_BINS; i++) {
        const struct score_bin *b = &bin[i];
        double mean = b->galaxies ? b->confidence / (double)b->galaxies : (double)NAN;
        put(r, "bin.%d.galaxies\t%" PRIu64 "\n", i + 1, b->galaxies);
        put(r, "bin.%d.confidence\t%.9g\n", i + 1, mean);
        put(r, "bin.%d.accuracy\t%.9g\n", i + 1, ratio(b->correct, b->galaxies));
    }
}

static void pair_kept(struct report *r)
{
    for (size_t i = 0; i < PERCENTS; i++) {
        int p = percents[i];
        struct score_selection k = score_select(r->score, p / 100.);
        struct interval w = score_wilson(k.correct, k.galaxies);
        put(r, "kept.%d.galaxies\t%" PRIu64 "\n", p, k.galaxies);
        put(r, "kept.%d.confidence\t%.9g\n", p, k.confidence);
        put(r, "kept.%d.accuracy\t%.9g\n", p, ratio(k.correct, k.galaxies));
        put(r, "kept.%d.low\t%.9g\nkept.%d.high\t%.9g\n", p, w.low, p, w.high);
    }
}

enum status score_report_write_pairs(struct buffer *out, const struct score *s,
                                     const char *const *names, struct error *err)
{
    struct report r = {s, names, out, WIDTH_MIN, STATUS_OK, err};
    pair_figures(&r);
    pair_classes(&r);
    pair_bins(&r);
    pair_kept(&r);
    return r.status;
}
