#include "catalogue/score_report.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

static const int coverages[] = {100, 99, 98, 95, 90, 80, 70, 60, 50, 25, 10}; /* percent */
enum { COVERAGES = sizeof coverages / sizeof *coverages, WIDTH_MIN = 9 };

struct report {
    const struct score *score;
    const char *const *names;
    bool pairs;
    int width; /* of a class's name */
    struct buffer *out;
    enum status status; /* after the first failure nothing is added */
    struct error *err;
};

/* As printf. */
#define PUT(r, ...)                                                                                \
    do                                                                                             \
        if (!(r)->status)                                                                          \
            (r)->status = buffer_print((r)->out, (r)->err, __VA_ARGS__);                           \
    while (0)

static double ratio(double part, uint64_t whole)
{
    return whole ? part / (double)whole : (double)NAN;
}

static void put_totals(struct report *r)
{
    const struct score *s = r->score;
    struct interval i = score_wilson(s->correct, s->galaxies);
    PUT(r,
        r->pairs ? "galaxies\t%" PRIu64 "\ncorrect\t%" PRIu64 "\n"
                 : "galaxies           %" PRIu64 "\ncorrect            %" PRIu64 "\n",
        s->galaxies, s->correct);
    PUT(r,
        r->pairs ? "accuracy\t%.9g\naccuracy.low\t%.9g\naccuracy.high\t%.9g\n"
                 : "accuracy           %.4f  (95 %% interval %.4f to %.4f)\n",
        ratio((double)s->correct, s->galaxies), i.low, i.high);
    PUT(r, r->pairs ? "log-loss\t%.9g\n" : "log loss           %.4f", ratio(s->loss, s->galaxies));
    if (!r->pairs)
        PUT(r, "  (probabilities below %g count as that)\n", SCORE_CLIP);
    PUT(r, r->pairs ? "calibration-error\t%.9g\n" : "calibration error  %.4f",
        score_calibration_error(s));
    if (!r->pairs)
        PUT(r, "  (expected, %d bins of confidence)\n", SCORE_BINS);
}

static void put_confusion(struct report *r)
{
    size_t classes = r->score->classes;
    if (!r->pairs) {
        PUT(r, "\nconfusion: a row is a label, a column what was predicted\n%-*s", r->width, "");
        for (size_t k = 0; k < classes; k++)
            PUT(r, "  %*s", r->width, r->names[k]);
        PUT(r, "\n");
    }
    for (size_t i = 0; i < classes; i++) {
        const uint64_t *row = r->score->confusion + i * classes;
        if (!r->pairs)
            PUT(r, "%-*s", r->width, r->names[i]);
        for (size_t k = 0; k < classes; k++)
            if (r->pairs)
                PUT(r, "confusion.%s.%s\t%" PRIu64 "\n", r->names[i], r->names[k], row[k]);
            else
                PUT(r, "  %*" PRIu64, r->width, row[k]);
        if (!r->pairs)
            PUT(r, "\n");
    }
}

/* A column of a table; - for what isn't a number. */
static void put_real(struct report *r, int width, double value)
{
    if (isnan(value))
        PUT(r, "%*s", width, "-");
    else
        PUT(r, "%*.4f", width, value);
}

static void put_classes(struct report *r)
{
    if (!r->pairs)
        PUT(r, "\n%-*s  galaxies  precision  recall      F1\n", r->width, "class");
    for (size_t k = 0; k < r->score->classes; k++) {
        struct score_class c = score_class(r->score, k);
        if (r->pairs) {
            PUT(r, "precision.%1$s\t%2$.9g\nrecall.%1$s\t%3$.9g\nf1.%1$s\t%4$.9g\n", r->names[k],
                c.precision, c.recall, c.f1);
            continue;
        }
        PUT(r, "%-*s  %8" PRIu64, r->width, r->names[k], c.labelled);
        put_real(r, 11, c.precision);
        put_real(r, 8, c.recall);
        put_real(r, 8, c.f1);
        PUT(r, "\n");
    }
}

static void put_calibration(struct report *r)
{
    if (!r->pairs)
        PUT(r, "\ncalibration: how confident, how often right\n"
               "confidence        galaxies    mean  accuracy\n");
    for (int i = 0; i < SCORE_BINS; i++) {
        const struct score_bin *b = &r->score->bin[i];
        double mean = ratio(b->confidence, b->galaxies);
        double accuracy = ratio((double)b->correct, b->galaxies);
        if (r->pairs)
            PUT(r,
                "bin.%1$d.galaxies\t%2$" PRIu64 "\nbin.%1$d.confidence\t%3$.9g\n"
                "bin.%1$d.accuracy\t%4$.9g\n",
                i + 1, b->galaxies, mean, accuracy);
        else if (b->galaxies)
            PUT(r, "%.4f to %.4f  %8" PRIu64 "  %.4f    %.4f\n", (double)i / SCORE_BINS,
                (double)(i + 1) / SCORE_BINS, b->galaxies, mean, accuracy);
    }
}

static void put_coverages(struct report *r)
{
    if (!r->pairs)
        PUT(r, "\nthe most confident\n share  galaxies  confidence  accuracy  95 %% interval\n");
    for (size_t i = 0; i < COVERAGES; i++) {
        struct score_selection s = score_select(r->score, coverages[i] / 100.);
        struct interval w = score_wilson(s.correct, s.galaxies);
        PUT(r,
            r->pairs ? "kept.%1$d.galaxies\t%2$" PRIu64 "\nkept.%1$d.confidence\t%3$.9g\n"
                       "kept.%1$d.accuracy\t%4$.9g\nkept.%1$d.low\t%5$.9g\nkept.%1$d.high\t%6$.9g\n"
                     : "%4d %%  %8" PRIu64 "  %10.6f    %.4f  %.4f to %.4f\n",
            coverages[i], s.galaxies, s.confidence, ratio((double)s.correct, s.galaxies), w.low,
            w.high);
    }
}

enum status score_report_write(struct buffer *out, const struct score *s, const char *const *names,
                               bool pairs, struct error *err)
{
    struct report r = {s, names, pairs, WIDTH_MIN, out, STATUS_OK, err};
    for (size_t k = 0; k < s->classes; k++)
        r.width = (int)strlen(names[k]) > r.width ? (int)strlen(names[k]) : r.width;
    put_totals(&r);
    put_confusion(&r);
    put_classes(&r);
    put_calibration(&r);
    put_coverages(&r);
    return r.status;
}
