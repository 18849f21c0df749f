/*
 * purity - thresholds on probabilities above which a promised share of the galaxies is of a class.
 *
 * For each class, the galaxies whose probability of it is at least a threshold are a sample. Its
 * purity is the share of them that is of the class; its completeness is the share of the class that
 * it holds. The promise is about galaxies that are like those measured: with the wanted confidence,
 * the purity among them is at least as wanted, for all classes at once.
 *
 * A threshold passes if so many galaxies above it would be of the class with a probability of at
 * most alpha, were the purity lower than wanted (binomial_at_least). But many thresholds are looked
 * at, and with enough looks one passes by chance. Learn then Test (Angelopoulos, Bates, Candes,
 * Jordan and Lei 2021, arXiv:2110.01052, section 3: fixed-sequence testing with several starts)
 * keeps the promise nevertheless:
 *
 *  - The galaxies are sorted by their probability of the class, the highest first. Testing starts
 *    at D ranks that are fixed by the number of galaxies alone: n, 2 n, 4 n, ..., where n is the
 *    least number of galaxies that can pass at all, without one that isn't of the class.
 *  - From each start, the threshold goes down from galaxy to galaxy until one does not pass. The
 *    lowest that was passed, from any start, is the answer. Galaxies with equal probabilities are
 *    above a threshold together or not at all.
 *  - alpha is (1 - confidence) / (classes * D), since each start of each class may fail by chance
 *    (Bonferroni). Within a start nothing is paid for: to promise too much, testing must first pass
 *    the highest threshold that doesn't hold, and it does so with a probability of at most alpha.
 *
 * The last point needs that galaxies with a lower probability of a class are not more often of it.
 * A single start would be as honest and lose everything by one wrong label among the first n.
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
