#include "catalogue/binomial.h"

#include <float.h>
#include <math.h>

/* The continued fraction by Lentz's method. For x below (a + 1) / (a + b + 2) it converges in about
   the square root of the larger of a and b steps. */
static double continued_fraction(double a, double b, double x)
{
    double c = 1, d = 1 / (1 - (a + b) * x / (a + 1)), h = d;
    for (double m = 1; m < 1e6; m++) {
        double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
        double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
        d = 1 / (1 + even * d);
        c = 1 + even / c;
        h *= d * c;
        d = 1 / (1 + odd * d);
        c = 1 + odd / c;
        h *= d * c;
        if (fabs(d * c - 1) < 4 * DBL_EPSILON)
            break;
    }
    return h;
}

static double log_gamma(double x)
{
    int sign; /* lgamma() would set a global variable */
    return lgamma_r(x, &sign);
}

/* I_x(a, b), for a and b of at least 1. */
static double incomplete_beta(double a, double b, double x)
{
    if (x <= 0 || x >= 1)
        return x >= 1;
    double front = exp(log_gamma(a + b) - log_gamma(a) - log_gamma(b) + a * log(x) + b * log1p(-x));
    if (x < (a + 1) / (a + b + 2))
        return front * continued_fraction(a, b, x) / a;
    return 1 - front * continued_fraction(b, a, 1 - x) / b;
}

double binomial_at_least(uint64_t k, uint64_t n, double p)
{
    return k == 0 ? 1 : incomplete_beta((double)k, (double)(n - k) + 1, p);
}

double binomial_lower(uint64_t k, uint64_t n, double alpha)
{
    double low = 0, high = 1;
    if (k == 0)
        return 0;
    /* P(X >= k) rises with p. Sixty halvings leave less than the last bit of a probability. */
    for (int i = 0; i < 60; i++) {
        double middle = (low + high) / 2;
        if (binomial_at_least(k, n, middle) < alpha)
            low = middle;
        else
            high = middle;
    }
    return low;
}

double binomial_upper(uint64_t k, uint64_t n, double alpha)
{
    /* The same of the failures. */
    return 1 - binomial_lower(n - k, n, alpha);
}
