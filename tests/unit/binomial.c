#include "catalogue/binomial.h"

#include "unit.h"

/* Newcombe 1998, "Two-sided confidence intervals for the single proportion: comparison of seven
   methods", Statistics in Medicine 17, 857, table I, method 5 (Clopper and Pearson). */
static void published(void)
{
    static const struct {
        uint64_t k, n;
        double low, high;
    } table[] = {{81, 263, 0.2527, 0.3676},
                 {15, 148, 0.0578, 0.1617},
                 {0, 20, 0.0000, 0.1684},
                 {1, 29, 0.0009, 0.1776}};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        CHECK_NEAR(binomial_lower(table[i].k, table[i].n, 0.025), table[i].low, 5.01e-5);
        CHECK_NEAR(binomial_upper(table[i].k, table[i].n, 0.025), table[i].high, 5.01e-5);
    }
}

/* The tail is a sum of the terms n!/(i! (n-i)!) p^i (1-p)^(n-i). */
static void tail_is_the_sum(void)
{
    static const double probability[] = {1e-9, 0.01, 0.3, 0.5, 0.9, 0.999};
    for (size_t j = 0; j < sizeof probability / sizeof *probability; j++)
        for (uint64_t n = 1; n < 800; n = 2 * n + 1)
            for (uint64_t k = 0; k <= n; k += n / 9 + 1) {
                double p = probability[j], sum = 0;
                for (uint64_t i = k; i <= n; i++)
                    sum += exp(lgamma((double)n + 1) - lgamma((double)i + 1) -
                               lgamma((double)(n - i) + 1) + (double)i * log(p) +
                               (double)(n - i) * log1p(-p));
                if (sum > 1e-290)
                    CHECK_NEAR(binomial_at_least(k, n, p) / sum, 1, 1e-9);
            }
}

static void ends(void)
{
    CHECK(binomial_at_least(0, 10, 0.3) == 1 && binomial_at_least(0, 0, 0.5) == 1);
    CHECK(binomial_at_least(3, 3, 0) == 0 && binomial_at_least(3, 3, 1) == 1);
    CHECK(binomial_lower(0, 0, 0.025) == 0 && binomial_upper(0, 0, 0.025) == 1);
    CHECK(binomial_lower(0, 50, 0.025) == 0 && binomial_upper(50, 50, 0.025) == 1);
    /* All of n: p^n = alpha. */
    CHECK_NEAR(binomial_lower(299, 299, 0.05), pow(0.05, 1. / 299), 1e-12);
    /* A million trials: the bound is where the normal distribution says, and the tail there alpha.
     */
    double p = binomial_lower(990000, 1000000, 0.025);
    CHECK_NEAR(p, 0.99 - 1.959964 * sqrt(0.99 * 0.01 / 1e6), 2e-6);
    CHECK_NEAR(binomial_at_least(990000, 1000000, p), 0.025, 1e-9);
}

int main(void)
{
    unit_test("published intervals");
    published();
    unit_test("the tail is the sum of its terms");
    tail_is_the_sum();
    unit_test("none, all, no trial, a million");
    ends();
    return unit_end();
}
