/*
 * purity - thresholds on probabilities above which a promised share of the galaxies is of a class.
 *
 * For each class, the galaxies whose probability of it is at least a threshold are a sample. Its
 * purity is the share of them that is of the class; its completeness is the share of the class that
 * it holds. The promise is about galaxies that are like those measured: with the wanted confidence,
 * the purity among them is at least as wanted, for all classes at once.
 *
 * Suppose that the purity above a threshold were lower than wanted. The threshold passes if the
 * probability of as many galaxies of the class as were found there is then at most alpha
 * (binomial_at_least). But many thresholds are tested, and with enough tests one passes by chance.
 * Learn then Test (Angelopoulos, Bates, Candes, Jordan and Lei 2021, arXiv:2110.01052, section 3:
 * fixed-sequence testing with several starts) keeps the promise nevertheless:
 *
 *  - The galaxies are sorted by their probability of the class, the highest first. Testing starts
 *    at D ranks that are fixed by the number of galaxies alone: n, 2 n, 4 n, ..., where n is the
 *    least number of galaxies that can pass at all, without one that isn't of the class.
 *  - From each start, the threshold goes down from galaxy to galaxy until one does not pass. The
 *    lowest that was passed, from any start, is the answer. Galaxies with equal probabilities are
 *    above a threshold together or not at all.
 *  - alpha is (1 - confidence) / (classes * D), since each start of each class may go wrong by
 *    chance (Bonferroni). The tests within a start need no further correction: to promise too much,
 *    testing must first pass the highest threshold whose purity is too low, and the probability of
 *    that is at most alpha.
 *
 * The last point assumes that galaxies with a lower probability of a class are not more often of
 * that class. A single start would keep the promise too, but one wrong label among its first n
 * galaxies would end it before any threshold has passed.
 */
#ifndef PURITY_H
#define PURITY_H

#include <stdbool.h>

#include "base/mem.h"
#include "base/status.h"
#include "catalogue/sample.h"

struct purity {
    bool reached;     /* else there is no such threshold, and all below is 0 */
    double threshold; /* on the probability, of at most six decimals */
    double low;       /* lower bound of the purity, at the same alpha */
    double completeness;
    uint64_t galaxies; /* at or above the threshold */
};

/* Find the lowest thresholds for a purity and a confidence, both between 0 and 1 and neither of
   them 0 or 1; row has s->classes entries. Fails only for lack of memory. */
enum status purity_find(const struct sample *, double purity, double confidence, struct purity *row,
                        struct error *) MUST_CHECK;

/* Append them as a table, with a line for each class, and tabs between the columns:
   #class, threshold ("-" where there is none), purity-low, completeness, galaxies. */
enum status purity_write(struct buffer *out, const struct purity *, size_t classes,
                         const char *const *names, struct error *) MUST_CHECK;

#endif
