/*
 * binomial - what a number of successes says about the probability of success: exact tests and
 * bounds.
 *
 * With X successes in n independent trials, each with the probability p,
 *
 *     P(X >= k) = I_p(k, n - k + 1)        for k from 1 to n,
 *
 * where I is the regularised incomplete beta function (NIST Digital Library of Mathematical
 * Functions, https://dlmf.nist.gov, equations 8.17.4 and 8.17.5; computed by the continued fraction
 * 8.17.22). The bounds are those of Clopper and Pearson 1934, "The use of confidence or fiducial
 * limits illustrated in the case of the binomial". Nothing here can fail.
 */
#ifndef BINOMIAL_H
#define BINOMIAL_H

#include <stdint.h>

/* The probability of k or more successes in n trials. k is at most n, p from 0 to 1. */
double binomial_at_least(uint64_t k, uint64_t n, double p);

/* The bounds of p, given k successes in n trials: the least p with P(X >= k) >= alpha, and the
   largest p with P(X <= k) >= alpha. Each is wrong with a probability of alpha at most, so both
   together are an interval of confidence 1 - 2 alpha. Without trials they are 0 and 1. */
double binomial_lower(uint64_t k, uint64_t n, double alpha);
double binomial_upper(uint64_t k, uint64_t n, double alpha);

#endif
