#include "catalogue/purity.h"

#include <stdlib.h>

#include "base/rng.h"
#include "unit.h"

enum { CLASSES = 3, POOL = 60000, DRAWN = 2400, TRIALS = 1000 };

/* Galaxies to draw from: what a network says, and the label. */
struct pool {
    float p[POOL][CLASSES];
    int label[POOL];
    uint32_t at_least[CLASSES][SAMPLE_STEPS + 2], hits[CLASSES][SAMPLE_STEPS + 2];
};

/* Probabilities of a network that is too confident: a label is drawn from a flatter distribution
   than the one it says, and some are others. `coarse` digits make ties. */
static void fill(struct pool *pool, uint64_t seed, double flat, double other, double coarse)
{
    struct rng rng = rng_seed(seed);
    for (size_t i = 0; i < POOL; i++) {
        double w[CLASSES], sum = 0, u = rng_uniform(&rng);
        for (size_t k = 0; k < CLASSES; k++)
            sum += w[k] = exp(4 * rng_normal(&rng));
        pool->label[i] = SAMPLE_OTHER;
        for (size_t k = 0; k < CLASSES; k++) {
            pool->p[i][k] = (float)(round(w[k] / sum * coarse) / coarse);
            double q = (1 - other) * ((1 - flat) * w[k] / sum + flat / CLASSES);
            if (u >= 0 && u < q)
                pool->label[i] = (int)k;
            u -= q;
        }
    }
}

/* Of how many galaxies in the pool the step is at least i, and how many of these are right. */
static void count(struct pool *pool)
{
    for (size_t k = 0; k < CLASSES; k++) {
        uint32_t *n = pool->at_least[k], *hits = pool->hits[k];
        for (size_t i = 0; i < POOL; i++) {
            uint32_t step = sample_step((double)pool->p[i][k]);
            n[step]++;
            hits[step] += pool->label[i] == (int)k;
        }
        for (size_t i = SAMPLE_STEPS; i-- > 0;) {
            n[i] += n[i + 1];
            hits[i] += hits[i + 1];
        }
    }
}

static bool broken(const struct pool *pool, const struct purity *row, double purity)
{
    for (size_t k = 0; k < CLASSES; k++) {
        uint32_t step = sample_step(row[k].threshold);
        if (row[k].reached && pool->hits[k][step] < purity * pool->at_least[k][step])
            return true;
    }
    return false;
}

/* Draw samples from the pool with replacement, so that the pool is what they are drawn from: how
   often one of the classes' promises is broken there. *reached: how many thresholds there were. */
static int breaks(const struct pool *pool, double purity, int *reached)
{
    struct error err;
    struct rng rng = rng_seed(7);
    int n = 0;
    *reached = 0;
    for (int t = 0; t < TRIALS; t++) {
        struct sample s = sample_of(CLASSES);
        struct purity row[CLASSES];
        for (size_t i = 0; i < DRAWN; i++) {
            size_t g = rng_below(&rng, POOL);
            CHECK(!sample_add(&s, pool->p[g], pool->label[g], &err));
        }
        CHECK(!purity_find(&s, purity, 0.95, row, &err));
        n += broken(pool, row, purity);
        for (size_t k = 0; k < CLASSES; k++)
            *reached += row[k].reached;
        sample_release(&s);
    }
    return n;
}

static void promise_is_kept(void)
{
    static const struct {
        double flat, other, coarse, purity;
        int reached; /* at least */
    } world[] = {{0.02, 0, 1e6, 0.9, 2900},
                 {0.06, 0.02, 1e6, 0.8, 2900},
                 {0.02, 0.05, 100, 0.8, 2900},
                 {0.004, 0, 1e6, 0.97, 1000},
                 {0.02, 0.1, 1e6, 0.9, 0}}; /* the purest there is has just less than this purity */
    struct pool *pool = calloc(1, sizeof *pool);
    CHECK(pool);
    for (size_t w = 0; w < sizeof world / sizeof *world; w++) {
        int reached;
        *pool = (struct pool){.label = {0}};
        fill(pool, w + 1, world[w].flat, world[w].other, world[w].coarse);
        count(pool);
        int n = breaks(pool, world[w].purity, &reached);
        printf("# world %zu: %d of %d broken, %d thresholds\n", w, n, TRIALS, reached);
        /* 5 % of a thousand, and three standard deviations of their number. */
        CHECK(n <= 50 + 3 * 7);
        CHECK(reached >= world[w].reached);
    }
    free(pool);
}

/* n galaxies with the probability p of class 0, of which hits are of it. */
static void add(struct sample *s, float p, size_t n, size_t hits)
{
    struct error err;
    for (size_t i = 0; i < n; i++)
        CHECK(!sample_add(s, (float[]){p, 1 - p}, i >= hits, &err));
}

static void by_hand(void)
{
    struct error err;
    struct purity row[2];
    struct sample s = sample_of(2);
    /* 2 classes, 0.9: with D starts alpha is 0.05 / 2 / D. For D = 3, ln(0.00833) / ln(0.9) is
       45.4, and 46, 92 and 184 of 200 galaxies are three starts. */
    add(&s, 0.99f, 60, 60);
    add(&s, 0.9f, 60, 59);
    add(&s, 0.6f, 80, 40);
    CHECK(!purity_find(&s, 0.9, 0.95, row, &err));
    CHECK(row[0].reached && row[0].galaxies == 120);
    CHECK_NEAR(row[0].threshold, 0.9, 1e-12);
    CHECK_NEAR(row[0].completeness, 119. / 159, 1e-12);
    CHECK(row[0].low >= 0.9 && row[0].low < 119. / 120);
    CHECK(!row[1].reached && row[1].galaxies == 0);
    sample_release(&s);
    /* 45 galaxies are too few for three starts; for two, 43 would do and 45 are only one start. */
    s = sample_of(2);
    add(&s, 0.99f, 45, 45);
    CHECK(!purity_find(&s, 0.9, 0.95, row, &err) && row[0].reached);
    sample_release(&s);
    s = sample_of(2);
    add(&s, 0.99f, 34, 34); /* 0.9^34 is more than 0.025 */
    CHECK(!purity_find(&s, 0.9, 0.95, row, &err) && !row[0].reached);
    sample_release(&s);
}

static void equal_probabilities(void)
{
    struct error err;
    struct purity row[2];
    struct sample s = sample_of(2);
    add(&s, 1, 300, 300);
    add(&s, 1, 300, 0);
    CHECK(!purity_find(&s, 0.9, 0.95, row, &err) && !row[0].reached);
    /* That 300 are wrong must not depend on the order in which they came. */
    sample_release(&s);
    s = sample_of(2);
    add(&s, 0.5f, 500, 490);
    CHECK(!purity_find(&s, 0.9, 0.95, row, &err));
    CHECK(row[0].reached && row[0].galaxies == 500 && !row[1].reached);
    sample_release(&s);
}

static void one_early_mistake_is_not_the_end(void)
{
    struct error err;
    struct purity row[2];
    struct sample s = sample_of(2);
    add(&s, 1, 1, 0);
    for (int i = 0; i < 2000; i++)
        add(&s, 0.99f - 1e-4f * (float)i, 1, 1);
    CHECK(!purity_find(&s, 0.99, 0.95, row, &err) && row[0].galaxies == 2001);
    sample_release(&s);
}

static void many_classes(void)
{
    struct error err;
    struct purity row[32];
    struct sample s = sample_of(32);
    float p[32] = {0};
    for (int i = 0; i < 3200; i++) {
        p[i % 32] = 1;
        CHECK(!sample_add(&s, p, i % 32, &err));
        p[i % 32] = 0;
    }
    CHECK(!purity_find(&s, 0.9, 0.95, row, &err));
    for (int k = 0; k < 32; k++) /* 100 of each: 0.9^83 is about 0.05 / 32 / 10 */
        CHECK(row[k].reached && row[k].galaxies == 100 && row[k].completeness == 1);
    sample_release(&s);
}

int main(void)
{
    unit_test("of a thousand samples 5 % at most promise too much");
    promise_is_kept();
    unit_test("thresholds worked out by hand, and too few galaxies");
    by_hand();
    unit_test("equal probabilities are above a threshold together");
    equal_probabilities();
    unit_test("a later start is not spoilt by a mistake among the first");
    one_early_mistake_is_not_the_end();
    unit_test("32 classes");
    many_classes();
    return unit_end();
}
