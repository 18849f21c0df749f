#include "catalogue/confident.h"

#include <string.h>

#include "base/rng.h"
#include "unit.h"

enum { N = 6000, CLASSES = 3 };

static void add(struct sample *s, float a, float b, float c, int label)
{
    struct error err;
    CHECK(!sample_add(s, (float[]){a, b, c}, label, &err));
}

/* Worked out by hand: thresholds are the mean self-confidences 0.6625, 0.7 and 0.8. */
static void by_hand(void)
{
    struct label_errors row[CLASSES + 1];
    struct sample s = sample_of(CLASSES);
    add(&s, 0.9f, 0.1f, 0, 0);
    add(&s, 0.8f, 0.1f, 0.1f, 0);
    add(&s, 0.25f, 0.75f, 0, 0); /* confident of class 1 */
    add(&s, 0.7f, 0.1f, 0.2f, 0);
    add(&s, 0.3f, 0.7f, 0, 1);
    add(&s, 0.1f, 0.1f, 0.8f, 2);
    add(&s, 0.1f, 0.9f, 0, SAMPLE_OTHER);
    confident_errors(&s, row);
    CHECK(row[0].labelled == 4 && row[0].confident == 4 && row[0].wrong == 1);
    CHECK_NEAR(row[0].estimate, 1, 1e-12);
    /* 1 of 4 by Clopper and Pearson: 0.006309 to 0.805880 */
    CHECK_NEAR(row[0].low, 4 * 0.006309, 1e-5);
    CHECK_NEAR(row[0].high, 4 * 0.805880, 1e-5);
    CHECK(row[1].labelled == 1 && row[1].wrong == 0 && row[1].estimate == 0 && row[1].low == 0);
    CHECK(row[3].labelled == 6 && row[3].wrong == 1);
    CHECK_NEAR(row[3].low, 4 * 0.006309, 1e-5);
    sample_release(&s);
}

static void equal_margins(void)
{
    struct error err;
    struct sample s = sample_of(CLASSES);
    struct buffer list = {0};
    for (int i = 0; i < 9; i++)
        add(&s, 0.5f, 0.5f, 0, i % 2);
    CHECK(!confident_rank(&s, &list, &err) && list.size == 9 * sizeof(struct suspect));
    for (size_t i = 0; i < 9; i++)
        CHECK(((const struct suspect *)(const void *)list.data)[i].galaxy == i);
    buffer_release(&list);
    sample_release(&s);
}

/* Labels of which a known share is changed, and a network that tells the true class well. */
static void planted(void)
{
    struct error err;
    struct rng rng = rng_seed(3);
    struct sample s = sample_of(CLASSES);
    struct buffer list = {0};
    struct label_errors row[CLASSES + 1];
    static bool wrong[N];
    size_t all = 0, found = 0;
    for (size_t i = 0; i < N; i++) {
        float w[CLASSES], sum = 0;
        int true_class = (int)(i % CLASSES), label = true_class;
        for (int k = 0; k < CLASSES; k++)
            sum += w[k] = (float)exp(1.2 * rng_normal(&rng) + (k == true_class ? 5 : 0));
        wrong[i] = rng_uniform(&rng) < 0.03;
        if (wrong[i])
            label = (label + 1 + (int)rng_below(&rng, 2)) % CLASSES;
        all += wrong[i];
        add(&s, w[0] / sum, w[1] / sum, w[2] / sum, label);
    }
    CHECK(!confident_rank(&s, &list, &err) && list.size == N * sizeof(struct suspect));
    const struct suspect *one = (const struct suspect *)(const void *)list.data;
    for (size_t i = 0; i < N; i++) {
        found += i < N / 20 && wrong[one[i].galaxy];
        CHECK(i == 0 || one[i - 1].margin <= one[i].margin);
        CHECK(one[i].suggested != one[i].label);
    }
    CHECK(found >= all * 95 / 100);
    confident_errors(&s, row);
    CHECK(row[CLASSES].low <= (double)all && (double)all <= row[CLASSES].high);
    CHECK_NEAR(row[CLASSES].estimate / (double)all, 1, 0.15);
    for (int k = 0; k < CLASSES; k++)
        CHECK(row[k].low < row[k].estimate && row[k].estimate < row[k].high);
    buffer_release(&list);
    sample_release(&s);
}

static void tables(void)
{
    struct error err;
    struct sample s = sample_of(CLASSES);
    struct buffer list = {0}, out = {0};
    struct label_errors row[CLASSES + 1];
    static const char ids[3][RECORD_ID_MAX + 1] = {"one", "two", "three"};
    static const char *const names[] = {"spiral", "edge-on", "round"};
    add(&s, 0.9f, 0.1f, 0, 0);
    add(&s, 0.9f, 0.1f, 0, SAMPLE_OTHER);
    add(&s, 0.9f, 0.04f, 0.06f, 2);
    CHECK(!confident_rank(&s, &list, &err));
    CHECK(!confident_write(&out, &s, &list, 9, ids, names, &err) &&
          !buffer_append(&out, "", 1, &err));
    CHECK(strcmp(out.data,
                 "#id\tlabel\tsuggested\tlabel-probability\tsuggested-probability\tcorrected\n"
                 "three\tround\tspiral\t0.060000\t0.900000\t\n"
                 "one\tspiral\tedge-on\t0.900000\t0.100000\t\n") == 0);
    out.size = 0;
    confident_errors(&s, row);
    CHECK(!confident_write_errors(&out, row, CLASSES, names, &err));
    CHECK(!buffer_append(&out, "", 1, &err));
    CHECK(strcmp(out.data, "#class\tlabelled\twrong\tlow\thigh\n"
                           "spiral\t1\t0.0\t0.0\t1.0\n"
                           "edge-on\t0\t-\t-\t-\n"
                           "round\t1\t1.0\t0.0\t1.0\n"
                           "all\t2\t1.0\t0.0\t2.0\n") == 0);
    buffer_release(&list);
    buffer_release(&out);
    sample_release(&s);
}

int main(void)
{
    unit_test("six galaxies by hand");
    by_hand();
    unit_test("equal margins keep the order of the sample");
    equal_margins();
    unit_test("planted errors come first, and their number is estimated");
    planted();
    unit_test("the tables");
    tables();
    return unit_end();
}
