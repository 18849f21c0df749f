#include "catalogue/score_report.h"

#include <stdarg.h>

#include "base/rng.h"
#include "unit.h"

static struct error err;

static char *report(const struct score *s, const char *const *names, bool pairs)
{
    struct buffer out = {0};
    CHECK(!score_report_write(&out, s, names, pairs, &err) && !buffer_append(&out, "", 1, &err));
    return out.data;
}

/* Seven predictions for three classes, none of them for or of the third. */
static void by_hand(void)
{
    static const char *const names[] = {"spiral", "edge-on", "a class of long name"};
    static const struct {
        float p[3];
        size_t label;
    } prediction[] = {{{0.9f, 0.1f, 0}, 0}, {{0.9f, 0.1f, 0}, 0}, {{0.9f, 0.1f, 0}, 1},
                      {{0.2f, 0.8f, 0}, 1}, {{0.2f, 0.8f, 0}, 1}, {{0.5f, 0.5f, 0}, 0},
                      {{1.0f, 0.0f, 0}, 1}};
    /* clang-format off */
    static const char people[] =
        "galaxies           7\n"
        "correct            5\n"
        "accuracy           0.7143  (95 % interval 0.3589 to 0.9178)\n"
        "log loss           2.5945  (probabilities below 5e-07 count as that)\n"
        "calibration error  0.3714  (expected, 15 bins of confidence)\n"
        "\n"
        "confusion: a row is a label, a column what was predicted\n"
        "                                    spiral               edge-on  a class of long name\n"
        "spiral                                   3                     0                     0\n"
        "edge-on                                  2                     2                     0\n"
        "a class of long name                     0                     0                     0\n"
        "\n"
        "class                 galaxies  precision  recall      F1\n"
        "spiral                       3     0.6000  1.0000  0.7500\n"
        "edge-on                      4     1.0000  0.5000  0.6667\n"
        "a class of long name         0          -       -       -\n"
        "\n"
        "calibration: how confident, how often right\n"
        "confidence        galaxies    mean  accuracy\n"
        "0.4667 to 0.5333         1  0.5000    1.0000\n"
        "0.7333 to 0.8000         2  0.8000    1.0000\n"
        "0.8667 to 0.9333         3  0.9000    0.6667\n"
        "0.9333 to 1.0000         1  1.0000    0.0000\n"
        "\n"
        "the most confident\n"
        " share  galaxies  confidence  accuracy  95 % interval\n"
        " 100 %         7    0.500000    0.7143  0.3589 to 0.9178\n";
    /* clang-format on */
    struct score s;
    CHECK(!score_init(&s, 3, &err));
    for (size_t i = 0; i < sizeof prediction / sizeof *prediction; i++)
        score_add(&s, prediction[i].p, prediction[i].label);
    char *text = report(&s, names, false);
    if (!CHECK(strncmp(text, people, strlen(people)) == 0))
        printf("# %s\n", text);
    free(text);
    text = report(&s, names, true);
    CHECK(strstr(text, "\nconfusion.edge-on.spiral\t2\nconfusion.edge-on.edge-on\t2\n"));
    CHECK(strstr(text, "\nrecall.a class of long name\tnan\n"));
    CHECK(strstr(text, "\nbin.1.galaxies\t0\nbin.1.confidence\tnan\nbin.1.accuracy\tnan\n"));
    CHECK(strstr(text, "\nkept.10.galaxies\t1\nkept.10.confidence\t1\nkept.10.accuracy\t0\n"));
    free(text);
    score_release(&s);
}

/* The value of the key that format makes, among pairs; NAN if it is missing or there twice. */
static double value_of(const char *pairs, const char *format, ...)
{
    char key[128] = "\n";
    va_list args;
    va_start(args, format);
    vsnprintf(key + 1, sizeof key - 2, format, args);
    va_end(args);
    strcat(key, "\t");
    const char *at = strncmp(pairs, key + 1, strlen(key + 1)) == 0 ? pairs - 1 : strstr(pairs, key);
    return at && !strstr(at + 1, key) ? strtod(at + strlen(key), NULL) : (double)NAN;
}

/* Each figure of the pairs is that of the score's functions, with nine digits; what people read has
   the same to four decimals. */
static void figures(void)
{
    static const char *const names[] = {"a", "b"};
    static const int percents[] = {100, 99, 98, 95, 90, 80, 70, 60, 50, 25, 10};
    struct score s;
    struct rng r = rng_seed(4);
    char line[128];
    CHECK(!score_init(&s, 2, &err));
    for (int i = 0; i < 700; i++) {
        float p = (float)pow(rng_uniform(&r), 1.5);
        score_add(&s, (float[]){p, 1 - p}, rng_uniform(&r) > (double)p);
    }
    CHECK(s.confusion[1] != s.confusion[2]);
    char *pairs = report(&s, names, true), *text = report(&s, names, false);
    struct interval w = score_wilson(s.correct, s.galaxies);
    CHECK(value_of(pairs, "galaxies") == 700 && value_of(pairs, "correct") == (double)s.correct);
    CHECK_NEAR(value_of(pairs, "accuracy"), (double)s.correct / 700, 1e-9);
    CHECK_NEAR(value_of(pairs, "accuracy.low"), w.low, 1e-9);
    CHECK_NEAR(value_of(pairs, "accuracy.high"), w.high, 1e-9);
    CHECK_NEAR(value_of(pairs, "log-loss"), s.loss / 700, 1e-9);
    CHECK_NEAR(value_of(pairs, "calibration-error"), score_calibration_error(&s), 1e-9);
    for (size_t i = 0; i < 4; i++)
        CHECK(value_of(pairs, "confusion.%s.%s", names[i / 2], names[i % 2]) ==
              (double)s.confusion[i]);
    for (size_t k = 0; k < 2; k++) {
        struct score_class c = score_class(&s, k);
        CHECK_NEAR(value_of(pairs, "precision.%s", names[k]), c.precision, 1e-9);
        CHECK_NEAR(value_of(pairs, "recall.%s", names[k]), c.recall, 1e-9);
        CHECK_NEAR(value_of(pairs, "f1.%s", names[k]), c.f1, 1e-9);
        snprintf(line, sizeof line, "\n%-9s  %8d     %.4f  %.4f  %.4f\n", names[k], (int)c.labelled,
                 c.precision, c.recall, c.f1);
        CHECK(strstr(text, line));
    }
    for (int i = 0; i < SCORE_BINS; i++) {
        const struct score_bin *b = &s.bin[i];
        double n = (double)b->galaxies;
        CHECK(value_of(pairs, "bin.%d.galaxies", i + 1) == n);
        if (b->galaxies == 0)
            continue;
        CHECK_NEAR(value_of(pairs, "bin.%d.confidence", i + 1), b->confidence / n, 1e-9);
        CHECK_NEAR(value_of(pairs, "bin.%d.accuracy", i + 1), (double)b->correct / n, 1e-9);
        snprintf(line, sizeof line, "\n%.4f to %.4f  %8d  %.4f    %.4f\n", i / 15., (i + 1) / 15.,
                 (int)n, b->confidence / n, (double)b->correct / n);
        CHECK(strstr(text, line));
    }
    for (size_t i = 0; i < sizeof percents / sizeof *percents; i++) {
        int p = percents[i];
        struct score_selection k = score_select(&s, p / 100.);
        double accuracy = (double)k.correct / (double)k.galaxies;
        w = score_wilson(k.correct, k.galaxies);
        CHECK(value_of(pairs, "kept.%d.galaxies", p) == (double)k.galaxies);
        CHECK_NEAR(value_of(pairs, "kept.%d.confidence", p), k.confidence, 1e-9);
        CHECK_NEAR(value_of(pairs, "kept.%d.accuracy", p), accuracy, 1e-9);
        CHECK_NEAR(value_of(pairs, "kept.%d.low", p), w.low, 1e-9);
        CHECK_NEAR(value_of(pairs, "kept.%d.high", p), w.high, 1e-9);
        snprintf(line, sizeof line, "\n%4d %%  %8d  %10.6f    %.4f  %.4f to %.4f\n", p,
                 (int)k.galaxies, k.confidence, accuracy, w.low, w.high);
        CHECK(strstr(text, line));
    }
    free(pairs);
    free(text);
    score_release(&s);
}

/* A report appends, also after what is in the buffer already. */
static void appending(void)
{
    static const char *const names[] = {"a", "b"};
    struct buffer out = {0};
    struct score s;
    CHECK(!score_init(&s, 2, &err));
    score_add(&s, (float[]){0.75f, 0.25f}, 0);
    CHECK(!buffer_append(&out, "before\n", 7, &err));
    CHECK(!score_report_write(&out, &s, names, true, &err));
    CHECK(strncmp(out.data, "before\ngalaxies\t1\ncorrect\t1\naccuracy\t1\n", 38) == 0);
    CHECK(out.data[out.size - 1] == '\n');
    buffer_release(&out);
    score_release(&s);
}

int main(void)
{
    unit_test("a report for people, worked out by hand");
    by_hand();
    unit_test("every figure is there once, for people and as pairs");
    figures();
    unit_test("a report is appended");
    appending();
    return unit_end();
}
