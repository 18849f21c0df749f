/* prior: shares from text, Bayes' rule, and the shares of samples whose probabilities are exact. */
#include "model/prior.h"

#include "base/rng.h"
#include "net/loss.h"
#include "unit.h"

enum { CLASSES = 3, N = 20000 };

static struct error err;
static const struct model model = {.spec = {.classes = CLASSES},
                                   .class = {"spiral", "a=b", "round"},
                                   .temperature = 1.7,
                                   .trained = {0.5, 0.3, 0.2}};

static bool refuses(const char *text, const char *what)
{
    struct prior p;
    bool said = prior_parse(&p, &model, text, &err) == STATUS_FORMAT && strstr(err.text, what);
    if (!said)
        printf("# %s: %s\n", text, err.text);
    return said;
}

static void text(void)
{
    struct prior p;
    struct buffer b = {0};
    CHECK(!prior_parse(&p, &model, "round=0.7,a=b=0.1,spiral=0.2", &err) && !p.estimate);
    CHECK_NEAR(p.share[0], 0.2, 1e-15);
    CHECK_NEAR(p.share[1], 0.1, 1e-15);
    CHECK(!prior_print(&p, &model, &b, &err) && !buffer_append(&b, "", 1, &err));
    CHECK(strcmp(b.data, "spiral=0.2,a=b=0.1,round=0.7") == 0);
    buffer_release(&b);
    CHECK(!prior_parse(&p, &model, "round=0.333,a=b=0.333,spiral=0.333", &err));
    CHECK_NEAR(p.share[0] + p.share[1] + p.share[2], 1, 1e-15);
    CHECK(!prior_parse(&p, &model, "estimate", &err) && p.estimate);
    CHECK(refuses("", "'' is not CLASS=SHARE") && refuses("round", "'round' is not CLASS=SHARE"));
    CHECK(refuses("a=b=0.1,round=0.9,", "'' is not CLASS=SHARE"));
    CHECK(refuses("a=b=0.1,round=0.9", "'spiral' has no share"));
    CHECK(refuses("a=b=0.1,round=0.9,ring=0.1", "no class 'ring'"));
    CHECK(refuses("a=b=0.1,round=0.5,round=0.4", "'round' has two shares"));
    CHECK(refuses("a=b=0,round=0.5,spiral=0.5", "the share '0' of 'a=b'"));
    CHECK(refuses("a=b=nan,round=0.5,spiral=0.5", "the share 'nan'"));
    CHECK(refuses("a=b=0.1,round=0.5,spiral=0.5", "sum is 1.1, not 1"));
}

static void weights(void)
{
    struct model m = model;
    CHECK(!prior_check(&m, &err));
    m.trained[1] = 0;
    CHECK(prior_check(&m, &err) == STATUS_MISMATCH &&
          strstr(err.text, "'a=b' was not in training"));
    m.trained[0] = m.trained[2] = 0;
    CHECK(prior_check(&m, &err) == STATUS_MISMATCH && strstr(err.text, "trained.shares"));
}

/* Softmax with these weights is Bayes' rule. */
static void rule(void)
{
    const struct prior prior = {.share = {0.01, 0.09, 0.9}};
    struct rng rng = rng_seed(1);
    double weight[CLASSES];
    prior_weights(&prior, &model, weight);
    for (int i = 0; i < 1000; i++) {
        float logit[CLASSES], p[CLASSES];
        double want[CLASSES], sum = 0;
        for (int k = 0; k < CLASSES; k++)
            logit[k] = (float)(5 * rng_normal(&rng));
        softmax(CLASSES, logit, model.temperature, p);
        for (int k = 0; k < CLASSES; k++)
            sum += want[k] = (double)p[k] * prior.share[k] / model.trained[k];
        softmax_weighted(CLASSES, logit, model.temperature, weight, p);
        for (int k = 0; k < CLASSES; k++)
            CHECK_NEAR((double)p[k], want[k] / sum, 1e-6);
    }
}

/* Galaxies whose classes have these shares, each a number with the mean `apart` k in class k and
   the standard deviation 1; and what a perfect network, which learned from the trained shares, says
   of them. count gets how many each class has. */
static void draw(float (*p)[CLASSES], size_t n, const double *share, double apart, uint64_t seed,
                 size_t *count)
{
    struct rng rng = rng_seed(seed);
    for (int k = 0; k < CLASSES; k++)
        count[k] = 0;
    for (size_t i = 0; i < n; i++) {
        double u = rng_uniform(&rng), sum = 0, q[CLASSES];
        int class = u < share[0] ? 0 : u < share[0] + share[1] ? 1 : 2;
        double x = apart * class + rng_normal(&rng);
        count[class]++;
        for (int k = 0; k < CLASSES; k++)
            sum += q[k] = model.trained[k] * exp(-pow(x - apart * k, 2) / 2);
        for (int k = 0; k < CLASSES; k++)
            p[i][k] = (float)(q[k] / sum);
    }
}

/* The mean log likelihood of the sample with these shares, but for what doesn't depend on them. */
static double likelihood(float (*p)[CLASSES], size_t n, const double *share)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        double all = 0;
        for (int k = 0; k < CLASSES; k++)
            all += (double)p[i][k] * share[k] / model.trained[k];
        sum += log(all);
    }
    return sum / (double)n;
}

static void estimate(void)
{
    static const double shares[][CLASSES] = {
        {0.5, 0.3, 0.2}, {0.9, 0.08, 0.02}, {0.02, 0.03, 0.95}, {0.1, 0.8, 0.1}};
    static float p[N][CLASSES];
    size_t count[CLASSES];
    double share[CLASSES];
    for (size_t i = 0; i < sizeof shares / sizeof *shares; i++)
        for (uint64_t seed = 1; seed <= 5; seed++) {
            draw(p, N, shares[i], 3, seed, count);
            prior_estimate(N, CLASSES, *p, model.trained, share);
            CHECK_NEAR(share[0] + share[1] + share[2], 1, 1e-9);
            /* Four standard deviations, were the labels known; they overlap a little. */
            for (int k = 0; k < CLASSES; k++)
                CHECK_NEAR(share[k], shares[i][k],
                           1.5 * 4 * sqrt(shares[i][k] * (1 - shares[i][k]) / N));
            /* No shares near by are likelier. */
            double best = likelihood(p, N, share);
            for (int k = 0; k < CLASSES; k++)
                for (double step = -0.004; step < 0.005; step += 0.008) {
                    double other[CLASSES];
                    memcpy(other, share, sizeof share);
                    other[k] += step;
                    other[(k + 1) % CLASSES] -= step;
                    CHECK(likelihood(p, N, other) < best);
                }
        }
}

static void absent(void)
{
    static const double shares[CLASSES] = {0.6, 0, 0.4};
    static float p[N][CLASSES];
    size_t count[CLASSES];
    double share[CLASSES];
    draw(p, N, shares, 4, 1, count);
    prior_estimate(N, CLASSES, *p, model.trained, share);
    CHECK(share[1] >= model.trained[1] / (N + 1) && share[1] < 0.005);
    CHECK_NEAR(share[0], 0.6, 0.02);
    /* Even if no galaxy has anything for a class. */
    for (size_t i = 0; i < N; i++) {
        p[i][0] = 1;
        p[i][1] = p[i][2] = 0;
    }
    prior_estimate(N, CLASSES, *p, model.trained, share);
    CHECK_NEAR(share[2], model.trained[2] / (N + 1), 1e-9);
    CHECK_NEAR(share[0] + share[1] + share[2], 1, 1e-9);
}

static void few(void)
{
    static const float one[CLASSES] = {0, 1, 0};
    double share[CLASSES];
    prior_estimate(0, CLASSES, NULL, model.trained, share);
    CHECK(memcmp(share, model.trained, sizeof share) == 0);
    prior_estimate(1, CLASSES, one, model.trained, share);
    CHECK_NEAR(share[0], 0.25, 1e-6);
    CHECK_NEAR(share[1], 0.65, 1e-6);
    CHECK_NEAR(share[2], 0.1, 1e-6);
}

int main(void)
{
    unit_test("a prior is read, scaled, printed and refused");
    text();
    unit_test("weights must say what they learned from");
    weights();
    unit_test("weighted softmax is Bayes' rule");
    rule();
    unit_test("the shares of a sample are found from exact probabilities, and none are likelier");
    estimate();
    unit_test("an absent class keeps a little");
    absent();
    unit_test("a few galaxies don't say much");
    few();
    return unit_end();
}
