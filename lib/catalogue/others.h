/*
 * others - measure whether a network tells galaxies of its classes from galaxies of none of them.
 *
 * A network may have one class that means "none of these"; all its further classes are the named
 * ones. A galaxy is clean if its label is a named class. All other galaxies are the others.
 *
 * A galaxy's cleanness is how sure the network is that the galaxy is clean: the sum of the
 * probabilities of the named classes. If all classes are named, that sum is always 1, and the
 * largest probability takes its place.
 */
#ifndef OTHERS_H
#define OTHERS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/mem.h"
#include "base/status.h"
#include "catalogue/sample.h"
#include "stream/record.h"

/* Probabilities, in percent, at which catalogues are often cut. */
enum { OTHERS_CUTS = 4 };
extern const int others_cut[OTHERS_CUTS];

struct others {
    int other;              /* the class that means "none of these", or -1 */
    uint64_t clean, others; /* galaxies */
    uint64_t right;         /* clean ones of which the likeliest named class is the label */

    /* The area under the receiver operating characteristic: the probability that a clean galaxy has
       a larger cleanness than one of the others, where equal counts half (Mann and Whitney 1947).
       NAN unless there are galaxies of both kinds. */
    double auroc;

    /* How many of the others have more than others_cut[c] percent for class k. */
    uint64_t pass[OTHERS_CUTS][RECORD_CLASSES_MAX];
};

/* Measure a sample. other is the number of the class that means "none of these", or -1. Fails only
   for lack of memory. */
enum status others_measure(struct others *, const struct sample *, int other,
                           struct error *) MUST_CHECK;

/* Append a paragraph for people, or pairs of a key, a tab and a value, as score_report.h does:
   others.galaxies, others.clean, others.auroc, others.clean-accuracy, .low, .high, and for each cut
   others.PERCENT.CLASS and others.PERCENT.any, shares of the others. */
enum status others_write(struct buffer *out, const struct others *, size_t classes,
                         const char *const *names, bool pairs, struct error *) MUST_CHECK;

#endif
