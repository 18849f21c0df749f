#include "catalogue/purity.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "catalogue/binomial.h"

/* What is the same for all classes. */
struct test {
    double purity, alpha;
    uint64_t least; /* galaxies that can pass, if all are of the class */
};

/* Whether hits of n galaxies show the purity. */
static bool passes(const struct test *t, uint64_t hits, uint64_t n)
{
    return binomial_at_least(hits, n, t->purity) <= t->alpha;
}

/* alpha and the number of starts depend on each other: fewer galaxies can pass with a larger alpha,
   and then there is room for more starts. Take the smallest number of starts that is enough. */
static struct test plan(const struct sample *s, double purity, double confidence)
{
    for (unsigned allowed = 1;; allowed++) {
        struct test t = {.purity = purity,
                         .alpha = (1 - confidence) / (double)s->classes / (double)allowed};
        /* Not more than can be counted; a purity of almost 1 asks for any number. */
        t.least = (uint64_t)fmin(1e15, fmax(1, ceil(log(t.alpha) / log(purity))));
        unsigned starts = 0;
        for (uint64_t n = t.least; n <= s->n; n *= 2)
            starts++;
        if (starts <= allowed)
            return t;
    }
}

static void rank_class(const struct sample *s, size_t k, struct sample_rank *rank)
{
    for (size_t i = 0; i < s->n; i++)
        rank[i] = (struct sample_rank){sample_step((double)sample_probability(s, i)[k]),
                                       sample_label(s, i) == (int)k};
    sample_sort(rank, s->n);
}

/* The number of galaxies above the lowest threshold that passes, and how many of them are of the
   class; 0 if none passes. Whether testing is under way is all that starts have to share: one that
   begins where another is still passing goes the same way. */
static uint64_t lowest(const struct test *t, const struct sample_rank *rank, size_t n,
                       uint64_t *hits_of_it)
{
    uint64_t hits = 0, best = 0, start = t->least;
    bool testing = false;
    for (size_t i = 0; i < n; i++) {
        hits += rank[i].hit;
        if (i + 1 < n && rank[i + 1].step == rank[i].step)
            continue;
        if (i + 1 >= start) {
            testing = true;
            while (i + 1 >= start)
                start *= 2;
        }
        testing = testing && passes(t, hits, i + 1);
        if (testing) {
            best = i + 1;
            *hits_of_it = hits;
        }
    }
    return best;
}

enum status purity_find(const struct sample *s, double purity, double confidence,
                        struct purity *row, struct error *err)
{
    struct test t = plan(s, purity, confidence);
    struct sample_rank *rank = mem_new(s->n, sizeof *rank, err);
    if (!rank)
        return err->status;
    for (size_t k = 0; k < s->classes; k++) {
        uint64_t hits = 0;
        row[k] = (struct purity){0};
        rank_class(s, k, rank);
        uint64_t n = lowest(&t, rank, s->n, &hits);
        if (n)
            row[k] = (struct purity){.reached = true,
                                     .threshold = (double)rank[n - 1].step / SAMPLE_STEPS,
                                     .low = binomial_lower(hits, n, t.alpha),
                                     .completeness = (double)hits / (double)sample_count(s, (int)k),
                                     .galaxies = n};
    }
    free(rank);
    return STATUS_OK;
}

enum status purity_write(struct buffer *out, const struct purity *row, size_t classes,
                         const char *const *names, struct error *err)
{
    enum status s =
        buffer_print(out, err, "#class\tthreshold\tpurity-low\tcompleteness\tgalaxies\n");
    for (size_t k = 0; k < classes && !s; k++)
        s = row[k].reached
                ? buffer_print(out, err, "%s\t%.6f\t%.6f\t%.6f\t%" PRIu64 "\n", names[k],
                               row[k].threshold, row[k].low, row[k].completeness, row[k].galaxies)
                : buffer_print(out, err, "%s\t-\t-\t-\t0\n", names[k]);
    return s;
}
