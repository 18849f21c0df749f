#include "catalogue/others.h"

#include <string.h>

#include "base/rng.h"
#include "unit.h"

enum { N = 500 };

static void add(struct sample *s, float a, float b, float c, int label)
{
    struct error err;
    CHECK(!sample_add(s, (float[]){a, b, c}, label, &err));
}

/* By its definition: all pairs, equal ones counting half. Values of two digits make many equal. */
static void area_is_the_share_of_pairs(void)
{
    struct error err;
    struct rng rng = rng_seed(5);
    struct sample s = sample_of(3);
    struct others o;
    static double clean[N], other[N];
    double won = 0;
    for (int i = 0; i < N; i++) {
        float p = (float)(60 + rng_below(&rng, 40)) / 100,
              q = (float)(40 + rng_below(&rng, 40)) / 100;
        clean[i] = (double)p;
        other[i] = (double)q;
        add(&s, p / 2, p - p / 2, 1 - p, (int)rng_below(&rng, 2));
        add(&s, q, 0, 1 - q, i % 2 ? 2 : SAMPLE_OTHER);
    }
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++)
            won += round(100 * clean[i]) == round(100 * other[j]) ? 0.5 : clean[i] > other[j];
    CHECK(!others_measure(&o, &s, 2, &err));
    CHECK(o.clean == N && o.others == N);
    CHECK_NEAR(o.auroc, won / N / N, 1e-12);
    sample_release(&s);
}

static void by_hand(void)
{
    struct error err;
    struct sample s = sample_of(3);
    struct others o;
    add(&s, 0.6f, 0.1f, 0.3f, 0);
    add(&s, 0.1f, 0.2f, 0.7f, 1); /* right among the named classes */
    add(&s, 0.9f, 0.1f, 0, 2);
    add(&s, 0.8f, 0, 0.2f, SAMPLE_OTHER); /* not more than 0.8 */
    add(&s, 0, 0.96f, 0.04f, 2);
    CHECK(!others_measure(&o, &s, 2, &err));
    CHECK(o.clean == 2 && o.right == 2 && o.others == 3);
    CHECK(o.pass[0][0] == 2 && o.pass[1][0] == 1 && o.pass[2][0] == 0 && o.pass[3][0] == 0);
    CHECK(o.pass[0][1] == 1 && o.pass[3][1] == 1 && o.pass[0][2] == 0);
    CHECK_NEAR(o.auroc, 0, 1e-12);
    /* No class means "none": those labelled 2 are clean, and the largest probability decides. */
    CHECK(!others_measure(&o, &s, -1, &err));
    CHECK(o.clean == 4 && o.right == 1 && o.others == 1);
    CHECK_NEAR(o.auroc, 2. / 4, 1e-12);
    sample_release(&s);
    s = sample_of(3);
    add(&s, 1, 0, 0, 0);
    CHECK(!others_measure(&o, &s, -1, &err) && isnan(o.auroc) && o.others == 0);
    sample_release(&s);
}

int main(void)
{
    unit_test("the area is the share of pairs in the right order");
    area_is_the_share_of_pairs();
    unit_test("five galaxies by hand");
    by_hand();
    return unit_end();
}
