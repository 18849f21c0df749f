/*
 * confident - find labels that are probably wrong, by the probabilities of a network that has not
 * learned from them: Northcutt, Jiang and Chuang 2021, "Confident learning: estimating uncertainty
 * in dataset labels", Journal of Artificial Intelligence Research 70, 1373 (arXiv:1911.00068).
 *
 * The probabilities must come from networks to which these galaxies were unknown, as those of a
 * cross-validation do: a network that has learned a wrong label repeats it.
 *
 * The galaxies are those of a sample whose label is a class; those of SAMPLE_OTHER are left out.
 * The functions fail only for lack of memory.
 */
#ifndef CONFIDENT_H
#define CONFIDENT_H

#include "base/mem.h"
#include "base/status.h"
#include "catalogue/sample.h"
#include "stream/record.h"

/* A galaxy, and the likeliest class among those that are not its label. The margin is the
   probability of the label minus that of the suggestion, from -1 to 1: the normalised margin of the
   paper's section 3.2.2. */
struct suspect {
    size_t galaxy; /* in the sample */
    int label, suggested;
    float margin;
};

/* Append all galaxies to list as struct suspect, the smallest margin first, and with equal margins
   in the order of the sample. */
enum status confident_rank(const struct sample *, struct buffer *list, struct error *) MUST_CHECK;

/* Append the first most entries of such a list to out as a table, with tabs between the columns
   #id, label, suggested, label-probability, suggested-probability, and corrected, which is empty,
   for a person to fill in. ids are those of the sample's galaxies. */
enum status confident_write(struct buffer *out, const struct sample *, const struct buffer *list,
                            uint64_t most, const char (*ids)[RECORD_ID_MAX + 1],
                            const char *const *names, struct error *) MUST_CHECK;

/* How many galaxies with a certain label have a wrong one. A network is confident that a galaxy is
   of class j if its probability of j is at least the mean that galaxies with the label j have; of
   several such classes the one with the largest probability counts (the paper's equation 1). The
   estimate is labelled * wrong / confident. Its 95 % interval is that of Clopper and Pearson for
   the share wrong / confident (binomial.h), times labelled. */
struct label_errors {
    uint64_t labelled;          /* galaxies with this label */
    uint64_t confident;         /* those of them for which the network is confident of a class */
    uint64_t wrong;             /* those for which it is confident of another class */
    double estimate, low, high; /* in galaxies; NAN where `confident` is 0 */
};

/* Set row[k] for each class and row[s->classes] for all classes together. There the estimate is the
   sum, and the interval is made of those of the classes: Zou and Donner 2008, Statistics in
   Medicine 27, 1693, equation 7. Classes without a confident galaxy do not count. */
void confident_errors(const struct sample *, struct label_errors *row);

/* Append them to out as a table: #class, labelled, wrong, low, high; the last row is "all". */
enum status confident_write_errors(struct buffer *out, const struct label_errors *, size_t classes,
                                   const char *const *names, struct error *) MUST_CHECK;

#endif
