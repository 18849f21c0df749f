#include "survey/volunteers.h"

#include "base/num.h"
#include "unit.h"

enum { CROWDS = 20000 };

/* Answers to question q: VOLUNTEERS_ANSWERS is the end of the last. */
static unsigned answers_to(unsigned q)
{
    size_t end = q < VOLUNTEERS_QUESTIONS ? volunteers_answer(q + 1, 1) : VOLUNTEERS_ANSWERS;
    return (unsigned)(end - volunteers_answer(q, 1));
}

static double sum_of(const double *share, unsigned q)
{
    double sum = 0;
    for (unsigned a = 1; a <= answers_to(q); a++)
        sum += share[volunteers_answer(q, a)];
    return sum;
}

static void numbers(void)
{
    static const unsigned answers[] = {3, 2, 2, 2, 4, 2, 3, 7, 3, 3, 6};
    size_t index = 0;
    for (unsigned q = 1; q <= VOLUNTEERS_QUESTIONS; q++) {
        CHECK(answers_to(q) == answers[q - 1]);
        for (unsigned a = 1; a <= answers_to(q); a++)
            CHECK(volunteers_answer(q, a) == index++);
    }
    CHECK(index == VOLUNTEERS_ANSWERS);
}

/* How many are asked a question follows from the answers to the one before. */
static void tree(void)
{
    struct rng r = rng_seed(3);
    for (int c = 0; c < 500; c++) {
        double likelihood[VOLUNTEERS_ANSWERS], share[VOLUNTEERS_ANSWERS];
        for (size_t i = 0; i < VOLUNTEERS_ANSWERS; i++)
            likelihood[i] = rng_uniform(&r) < 0.2 ? 0 : 10 * rng_uniform(&r);
        volunteers_ask(likelihood, &r, share);
        const double *s = share;
        CHECK_NEAR(sum_of(s, 1), 1, 1e-9);
        CHECK_NEAR(sum_of(s, 2), s[volunteers_answer(1, 2)], 1e-9);
        CHECK_NEAR(sum_of(s, 3), s[volunteers_answer(2, 2)], 1e-9);
        CHECK_NEAR(sum_of(s, 4), s[volunteers_answer(2, 2)], 1e-9);
        CHECK_NEAR(sum_of(s, 5), s[volunteers_answer(2, 2)], 1e-9);
        CHECK_NEAR(sum_of(s, 6), 1, 1e-9);
        CHECK_NEAR(sum_of(s, 7), s[volunteers_answer(1, 1)], 1e-9);
        CHECK_NEAR(sum_of(s, 8), s[volunteers_answer(6, 1)], 1e-9);
        CHECK_NEAR(sum_of(s, 9), s[volunteers_answer(2, 1)], 1e-9);
        CHECK_NEAR(sum_of(s, 10), s[volunteers_answer(4, 1)], 1e-9);
        CHECK_NEAR(sum_of(s, 11), s[volunteers_answer(4, 1)], 1e-9);
        for (size_t i = 0; i < VOLUNTEERS_ANSWERS; i++)
            CHECK(s[i] >= 0 && s[i] <= 1 + 1e-9);
    }
}

/* The mean, over the consistency c from low on in a range of 0.2, of the weight min(1, (c /
   0.6)^8.5). */
static double mean_weight(double low)
{
    double sum = 0;
    for (int i = 0; i < 10000; i++)
        sum += fmin(1, pow((low + 0.2 * (i + 0.5) / 10000) / 0.6, 8.5));
    return sum / 10000;
}

/* One in 25 is careless and answers at random, with a weight of a third: so the shares of a
   question that everybody is asked, and of one after that, are mixed with 1.3 % of even ones. */
static void likelihoods(void)
{
    double likelihood[VOLUNTEERS_ANSWERS], share[VOLUNTEERS_ANSWERS];
    double mean[VOLUNTEERS_ANSWERS] = {0}, square[VOLUNTEERS_ANSWERS] = {0};
    struct rng r = rng_seed(5);
    for (size_t i = 0; i < VOLUNTEERS_ANSWERS; i++)
        likelihood[i] = 1;
    likelihood[volunteers_answer(1, 1)] = 2;
    likelihood[volunteers_answer(1, 2)] = 8;
    likelihood[volunteers_answer(1, 3)] = 0;
    likelihood[volunteers_answer(2, 1)] = 0;
    likelihood[volunteers_answer(2, 2)] = 3;
    likelihood[volunteers_answer(7, 1)] = 5;
    for (int c = 0; c < CROWDS; c++) {
        volunteers_ask(likelihood, &r, share);
        for (size_t i = 0; i < VOLUNTEERS_ANSWERS; i++) {
            mean[i] += share[i] / CROWDS;
            square[i] += share[i] * share[i] / CROWDS;
        }
    }
    double careless = 0.04 * mean_weight(0.4), careful = 0.96 * mean_weight(0.59);
    double even = careless / (careless + careful);
    CHECK_NEAR(even, 0.0127, 1e-4);
    const struct {
        unsigned q, a;
        double careful, even;
    } expected[] = {{1, 1, 0.2, 1 / 3.},  {1, 2, 0.8, 1 / 3.},      {1, 3, 0, 1 / 3.},
                    {2, 1, 0, 1 / 6.},    {2, 2, 0.8, 1 / 6.},      {3, 1, 0.4, 1 / 12.},
                    {4, 2, 0.4, 1 / 12.}, {7, 1, 1 / 7., 1 / 9.},   {7, 3, 0.2 / 7, 1 / 9.},
                    {9, 1, 0, 1 / 18.},   {10, 2, 0.4 / 3, 1 / 36.}};
    for (size_t k = 0; k < sizeof expected / sizeof *expected; k++) {
        size_t i = volunteers_answer(expected[k].q, expected[k].a);
        double p = expected[k].careful * (1 - even) + expected[k].even * even;
        double deviation = sqrt((square[i] - mean[i] * mean[i]) / CROWDS);
        CHECK_NEAR(mean[i], p, 5 * deviation + 1e-4);
    }
}

static void nobody_asked(void)
{
    double likelihood[VOLUNTEERS_ANSWERS] = {0}, share[VOLUNTEERS_ANSWERS];
    struct rng r = rng_seed(6);
    int none = 0;
    likelihood[volunteers_answer(1, 3)] = 1;
    for (int c = 0; c < 200; c++) {
        volunteers_ask(likelihood, &r, share);
        if (share[volunteers_answer(1, 3)] < 1)
            continue;
        none++;
        CHECK(share[volunteers_answer(6, 2)] == 1 && share[volunteers_answer(6, 1)] == 0);
        CHECK(sum_of(share, 7) == 0 && sum_of(share, 8) == 0);
    }
    CHECK(none > 20);
}

static void table(void)
{
    struct buffer out = {0};
    struct error err;
    double share[VOLUNTEERS_ANSWERS], value;
    struct rng r = rng_seed(7);
    for (size_t i = 0; i < VOLUNTEERS_ANSWERS; i++)
        share[i] = i % 5 ? rng_uniform(&r) : i % 2 ? 1 : 0;
    CHECK(!volunteers_write_header(&out, &err) && !volunteers_write(&out, "900001", share, &err));
    CHECK(!buffer_append(&out, "", 1, &err));
    CHECK(strncmp(out.data, "GalaxyID,Class1.1,Class1.2,Class1.3,Class2.1,", 45) == 0);
    CHECK(strstr(out.data, ",Class10.3,Class11.1,Class11.2,") != NULL);
    char *row = strstr(out.data, ",Class11.6\n900001,"), *rest;
    CHECK(row != NULL);
    size_t n = 0;
    row = strtok_r(row + strlen(",Class11.6\n900001,"), ",\n", &rest);
    for (; row && n < VOLUNTEERS_ANSWERS; row = strtok_r(NULL, ",\n", &rest), n++)
        CHECK(num_parse_real(row, 0, 1, &value) && fabs(value - share[n]) < 1e-9);
    CHECK(n == VOLUNTEERS_ANSWERS && !row);
    buffer_release(&out);
}

int main(void)
{
    unit_test("answers are numbered as the columns of the table");
    numbers();
    unit_test("in every crowd, the shares obey the tree of questions");
    tree();
    unit_test(
        "over many crowds the shares are the likelihoods, and careless people count for less");
    likelihoods();
    unit_test("if nobody is asked whether anything is odd, the answer is no");
    nobody_asked();
    unit_test("the table: a header with all columns, and nine digits for each share");
    table();
    return unit_end();
}
