/* rng: the numbers are those of the papers, fixed for ever, and fair. */
#include "unit.h"

#include "base/rng.h"

/* Golden values by another implementation (Python integers); the raw FNV-1a of "foobar" is the
   published 85944171f73967e8, the raw SplitMix64 from 1234567 the published sequence below. */
static void test_golden(void)
{
    struct rng r = {1234567};
    CHECK(rng_bits(&r) == 6457827717110365317u);
    CHECK(rng_bits(&r) == 3203168211198807973u);
    CHECK(rng_bits(&r) == 9817491932198370423u);
    r = rng_seed(42);
    CHECK(r.state == 0xbdd732262feb6e95u && rng_bits(&r) == 0x57e1faba65107204u);
    r = rng_child(7, "100143", 1);
    CHECK(r.state == 0x212a8181b3da8735u && rng_bits(&r) == 0xe8282976e894782fu);
}

static void test_hash(void)
{
    CHECK(rng_hash(0, "", 0) == 0xf52a15e9a9b5e89bu);
    CHECK(rng_hash(0, "a", 1) == 0x02c0bdbf481420f8u);
    CHECK(rng_hash(0, "100143", 6) == 0x440400267dab0090u);
    CHECK(rng_hash(0, "foobar", 6) == 0x404da9e3b74078c2u);
    CHECK(rng_hash(rng_hash(0, "foo", 3), "bar", 3) == 0x193e9882e67ebcbcu);
}

/* Ids that are near each other, as in a survey, fall evenly into ten folds. */
static void test_folds(void)
{
    int fold[10] = {0};
    for (int i = 0; i < 10000; i++) {
        char id[16];
        int n = snprintf(id, sizeof id, "%d", 100000 + i);
        fold[rng_hash(0, id, (size_t)n) % 10]++;
    }
    double chi2 = 0;
    for (int i = 0; i < 10; i++)
        chi2 += (fold[i] - 1000.0) * (fold[i] - 1000.0) / 1000;
    CHECK(chi2 < 27.9); /* 9 degrees of freedom: 0.1 % */
}

static void test_children(void)
{
    uint64_t a = rng_child(1, "x", 1).state;
    CHECK(a == rng_child(1, "x", 1).state);
    CHECK(a != rng_child(2, "x", 1).state && a != rng_child(1, "y", 1).state);
    CHECK(a != rng_child(1, "x", 2).state && a != rng_child(1, "", 1).state);
}

static void moments(double (*draw)(struct rng *), double *mean, double *variance)
{
    enum { N = 100000 };
    struct rng r = rng_seed(3);
    double sum = 0, squares = 0;
    for (int i = 0; i < N; i++) {
        double x = draw(&r);
        sum += x;
        squares += x * x;
    }
    *mean = sum / N;
    *variance = squares / N - *mean * *mean;
}

static double poisson_3(struct rng *r)
{
    return rng_poisson(r, 3);
}

static double poisson_100(struct rng *r)
{
    return rng_poisson(r, 100);
}

/* Tolerances are five standard errors of 100,000 draws. */
static void test_moments(void)
{
    double mean, variance;
    moments(rng_uniform, &mean, &variance);
    CHECK_NEAR(mean, 0.5, 0.005);
    CHECK_NEAR(variance, 1.0 / 12, 0.0012);
    moments(rng_normal, &mean, &variance);
    CHECK_NEAR(mean, 0, 0.016);
    CHECK_NEAR(variance, 1, 0.023);
    moments(poisson_3, &mean, &variance);
    CHECK_NEAR(mean, 3, 0.028);
    CHECK_NEAR(variance, 3, 0.08);
    moments(poisson_100, &mean, &variance);
    CHECK_NEAR(mean, 100, 0.16);
    CHECK_NEAR(variance, 100, 2.3);
    struct rng r = rng_seed(1);
    CHECK(rng_poisson(&r, 0) == 0);
}

static void test_below(void)
{
    struct rng r = rng_seed(5);
    int count[7] = {0};
    for (int i = 0; i < 70000; i++)
        count[rng_below(&r, 7)]++;
    for (int i = 0; i < 7; i++)
        CHECK_NEAR(count[i], 10000, 500);
    CHECK(rng_below(&r, 1) == 0);
    /* With n = 3 * 2^62 the plain remainder would give the lower third half of all draws. */
    uint64_t n = (uint64_t)3 << 62, low = 0;
    for (int i = 0; i < 30000; i++) {
        uint64_t x = rng_below(&r, n);
        CHECK(x < n);
        low += x < n / 3;
    }
    CHECK_NEAR((double)low, 10000, 500);
    for (int i = 0; i < 100000; i++) {
        double u = rng_uniform(&r);
        CHECK(u >= 0 && u < 1);
    }
}

int main(void)
{
    unit_test("the generator's numbers are fixed");
    test_golden();
    unit_test("the hash is fixed for ever");
    test_hash();
    unit_test("ids in a row fall evenly into folds");
    test_folds();
    unit_test("seed, id and view each make another child");
    test_children();
    unit_test("mean and variance");
    test_moments();
    unit_test("whole numbers below n, without bias");
    test_below();
    return unit_end();
}
