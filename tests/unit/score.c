#include "catalogue/score.h"

#include "base/rng.h"
#include "unit.h"

/* The interval is where |p - correct / n| <= z sqrt(p (1 - p) / n): so its ends solve that. */
static void wilson_solves_its_equation(void)
{
    for (uint64_t n = 1; n < 3000; n = n * 3 + 1)
        for (uint64_t c = 0; c <= n; c += n / 7 + 1) {
            struct interval i = score_wilson(c, n);
            double p = (double)c / (double)n, z = 1.959963984540054;
            double ends[] = {i.low, i.high};
            for (int e = 0; e < 2; e++)
                CHECK_NEAR((p - ends[e]) * (p - ends[e]),
                           z * z * ends[e] * (1 - ends[e]) / (double)n, 1e-12);
            CHECK(0 <= i.low && i.low <= p && p <= i.high && i.high <= 1);
        }
}

/* As many trials as say so must fall into the interval: 95 % within sampling noise. */
static void wilson_covers(void)
{
    enum { TRIALS = 4000, N = 200 };
    struct rng rng = rng_seed(1);
    int inside = 0;
    for (int t = 0; t < TRIALS; t++) {
        uint64_t c = 0;
        for (int i = 0; i < N; i++)
            c += rng_uniform(&rng) < 0.9;
        struct interval w = score_wilson(c, N);
        inside += w.low <= 0.9 && 0.9 <= w.high;
    }
    CHECK_NEAR((double)inside / TRIALS, 0.95, 0.015);
}

/* Ten answers, worked out by hand. */
static void by_hand(void)
{
    struct score s;
    struct error err;
    static const struct {
        float p[2];
        size_t label;
    } answer[] = {{{0.9f, 0.1f}, 0}, {{0.9f, 0.1f}, 0}, {{0.9f, 0.1f}, 1}, {{0.2f, 0.8f}, 1},
                  {{0.2f, 0.8f}, 1}, {{0.5f, 0.5f}, 0}, {{1.0f, 0.0f}, 1}};
    CHECK(!score_init(&s, 2, &err));
    for (size_t i = 0; i < 7; i++)
        score_add(&s, answer[i].p, answer[i].label);
    CHECK(s.galaxies == 7 && s.correct == 5);
    CHECK(s.confusion[0] == 3 && s.confusion[1] == 0 && s.confusion[2] == 2 && s.confusion[3] == 2);
    double loss = -2 * log(.9) - log(.1) - 2 * log(.8) - log(.5) - log(SCORE_CLIP);
    CHECK_NEAR(s.loss, loss, 1e-5);
    struct score_class a = score_class(&s, 0), b = score_class(&s, 1);
    CHECK(a.labelled == 3 && a.predicted == 5 && b.labelled == 4 && b.predicted == 2);
    CHECK_NEAR(a.precision, 3. / 5, 1e-12);
    CHECK_NEAR(a.recall, 1, 1e-12);
    CHECK_NEAR(a.f1, 2 * 0.6 / 1.6, 1e-12);
    CHECK_NEAR(b.recall, 0.5, 1e-12);

    /* |2 - 2.7| + |2 - 1.6| + |1 - 0.5| + |0 - 1|, of 7 */
    CHECK_NEAR(score_calibration_error(&s), 2.6 / 7, 1e-6);
    struct score_selection k = score_select(&s, 2. / 7);
    CHECK(k.galaxies == 4 && k.correct == 2 && (float)k.confidence == 0.9f); /* ties stay */
    k = score_select(&s, 0.01);
    CHECK(k.galaxies == 1 && k.correct == 0 && (float)k.confidence == 1);
    k = score_select(&s, 1);
    CHECK(k.galaxies == 7 && k.correct == 5 && (float)k.confidence == 0.5f);
    score_release(&s);
}

/* The bin of an answer this confident. */
static int bin_of(float confidence)
{
    struct score s;
    struct error err;
    int i = 0;
    CHECK(!score_init(&s, 1, &err) && score_calibration_error(&s) == 0);
    score_add(&s, &confidence, 0);
    while (i < SCORE_BINS && !s.bin[i].galaxies)
        i++;
    score_release(&s);
    return i;
}

/* 1/15 ... 15/15 written with six decimals belong to the bin they end; a millionth more doesn't. */
static void borders(void)
{
    char text[16];
    for (int i = 1; i <= SCORE_BINS; i++) {
        double border = i / 15.;
        sprintf(text, "%.6f", border);
        bool rounded_up = strtod(text, NULL) > border + 3e-7;
        CHECK(bin_of(strtof(text, NULL)) == (rounded_up ? i : i - 1));
        CHECK(bin_of((float)(border + 1e-6)) == (i < SCORE_BINS ? i : i - 1));
    }
    CHECK(bin_of(0) == 0);
}

static void any_share_of_any_number(void)
{
    struct score s;
    struct error err;
    struct rng rng = rng_seed(3);
    CHECK(!score_init(&s, 2, &err));
    for (uint64_t n = 1; n <= 200; n++) {
        float p = (float)(0.5 + 0.5 * rng_uniform(&rng));
        score_add(&s, (float[]){p, 1 - p}, 0);
        for (uint64_t percent = 1; percent <= 100; percent++)
            CHECK(score_select(&s, (double)percent / 100).galaxies == (n * percent + 99) / 100);
    }
    score_release(&s);
    score_release(&s);
}

static void to_a_millionth(void)
{
    struct score s;
    struct error err;
    CHECK(!score_init(&s, 2, &err));
    for (uint64_t i = 0; i < 100000; i++) {
        float p = 0.5f + (float)(i * 7919 % 500) / 1000 + (i % 3 ? 2e-7f : 0);
        score_add(&s, (float[]){p, 1 - p}, i % 4 == 0);
    }
    CHECK(s.galaxies == 100000 && s.correct == 75000);
    for (uint64_t i = 0; i <= SAMPLE_STEPS; i++)
        CHECK(s.step[i].galaxies == (i >= 500000 && i < 1000000 && i % 1000 == 0 ? 200 : 0));
    CHECK(score_select(&s, 0.5).galaxies == 50000 && score_select(&s, 0.5001).galaxies == 50200);
    score_release(&s);
}

int main(void)
{
    unit_test("Wilson's interval solves the equation it comes from");
    wilson_solves_its_equation();
    unit_test("Wilson's interval: published values, and none or all correct");
    /* Newcombe 1998, "Two-sided confidence intervals for the single proportion", table I, method
       3: 81/263, 15/148, 0/20, 1/29. */
    static const struct {
        uint64_t correct, total;
        double low, high;
    } published[] = {{81, 263, 0.2553, 0.3662},
                     {15, 148, 0.0624, 0.1605},
                     {0, 20, 0.0000, 0.1611},
                     {1, 29, 0.0061, 0.1718}};
    for (int i = 0; i < 4; i++) {
        struct interval w = score_wilson(published[i].correct, published[i].total);
        CHECK_NEAR(w.low, published[i].low, 5e-5);
        CHECK_NEAR(w.high, published[i].high, 5e-5);
    }
    CHECK(score_wilson(0, 0).low == 0 && score_wilson(0, 0).high == 1);
    CHECK(score_wilson(9, 9).high == 1 && score_wilson(0, 9).low == 0);
    unit_test("Wilson's interval covers 95 of 100");
    wilson_covers();
    unit_test("all figures of answers worked out by hand");
    by_hand();
    unit_test("confidences on a border of bins");
    borders();
    unit_test("a share is rounded up, for all percents of 1 to 200 answers");
    any_share_of_any_number();
    unit_test("answers take no room of their own, and are equal to a millionth");
    to_a_millionth();
    unit_test("equal probabilities: the first class; no galaxy of a class: no number");
    CHECK(score_argmax((float[]){0.4f, 0.4f, 0.2f}, 3) == 0);
    CHECK(score_argmax((float[]){0.1f, 0.4f, 0.5f}, 3) == 2);
    struct score s;
    struct error err;
    CHECK(!score_init(&s, 3, &err));
    score_add(&s, (float[]){1, 0, 0}, 1);
    CHECK(isnan(score_class(&s, 2).precision) && isnan(score_class(&s, 2).f1));
    CHECK(score_class(&s, 0).precision == 0 && isnan(score_class(&s, 0).recall));
    score_release(&s);
    return unit_end();
}
