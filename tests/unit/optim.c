#include "net/optim.h"

#include "base/rng.h"
#include "unit.h"

enum { N = 2500, SHARDS = 3 };

/* Kingma and Ba, algorithm 1, and Loshchilov and Hutter, algorithm 2, line by line in double. */
static void reference(const struct adam *a, double rate, int steps, const float *gradient,
                      double *parameter)
{
    for (size_t i = 0; i < N; i++) {
        double m = 0, v = 0, b1 = (double)a->beta1, b2 = (double)a->beta2;
        for (int t = 1; t <= steps; t++) {
            double g = 0;
            for (int s = 0; s < SHARDS; s++)
                g += (double)gradient[(t - 1) * SHARDS * N + s * N + (int)i];
            m = b1 * m + (1 - b1) * g;
            v = b2 * v + (1 - b2) * g * g;
            double m_hat = m / (1 - pow(b1, t)), v_hat = v / (1 - pow(b2, t));
            parameter[i] -= rate * (m_hat / (sqrt(v_hat) + (double)a->epsilon) +
                                    (double)a->weight_decay * parameter[i]);
        }
    }
}

struct state {
    float parameter[N], m[N], v[N];
};

/* Three steps, each in pieces of this size. */
static void steps(const struct adam *a, float rate, size_t piece, const float *gradient,
                  struct state *s)
{
    for (int t = 0; t < 3; t++) {
        const float *shard[SHARDS];
        for (int k = 0; k < SHARDS; k++)
            shard[k] = gradient + (t * SHARDS + k) * N;
        for (size_t first = 0; first < N; first += piece)
            adam_step(a, first, N - first < piece ? N - first : piece, rate, (uint64_t)t + 1,
                      SHARDS, shard, s->m, s->v, s->parameter);
    }
}

static float gradient[3 * SHARDS * N];
static struct state start, whole, parts;

static void against_reference(struct rng *r, float decay)
{
    static double expected[N];
    struct adam a = adam_default;
    a.weight_decay = decay;
    for (size_t i = 0; i < 3 * SHARDS * N; i++)
        gradient[i] = (float)(rng_normal(r) * pow(10, 4 * rng_uniform(r) - 4));
    memset(&start, 0, sizeof start);
    for (size_t i = 0; i < N; i++)
        expected[i] = (double)(start.parameter[i] = (float)rng_normal(r));
    reference(&a, (double)0.01f, 3, gradient, expected);
    whole = start;
    steps(&a, 0.01f, N, gradient, &whole);
    for (size_t i = 0; i < N; i++)
        CHECK_NEAR((double)whole.parameter[i], expected[i], 2e-6);
    static const size_t piece[] = {1, 7, 1000, 1024, 2499};
    for (size_t k = 0; k < 5; k++) {
        parts = start;
        steps(&a, 0.01f, piece[k], gradient, &parts);
        CHECK(memcmp(&parts, &whole, sizeof whole) == 0);
    }
}

/* The average is a weighted mean whose weights follow from the steps' shares; in any pieces. */
static void averages(struct rng *r, double decay)
{
    enum { STEPS = 40 };
    static float value[STEPS + 1][N], average[N], pieces[N];
    for (size_t t = 0; t <= STEPS; t++)
        for (size_t i = 0; i < N; i++)
            value[t][i] = (float)rng_normal(r);
    memcpy(average, value[0], sizeof average);
    memcpy(pieces, value[0], sizeof pieces);
    double weight[STEPS + 1] = {1};
    for (size_t t = 1; t <= STEPS; t++) {
        double warm = (1. + (double)t) / (10 + (double)t), keep = warm < decay ? warm : decay;
        for (size_t k = 0; k < t; k++)
            weight[k] *= keep;
        weight[t] = 1 - keep;
        ema_step(decay, t, N, value[t], average);
        ema_step(decay, t, 1001, value[t], pieces);
        ema_step(decay, t, N - 1001, value[t] + 1001, pieces + 1001);
    }
    CHECK(memcmp(average, pieces, sizeof average) == 0);
    for (size_t i = 0; i < N; i++) {
        double mean = 0;
        for (size_t t = 0; t <= STEPS; t++)
            mean += weight[t] * (double)value[t][i];
        CHECK_NEAR((double)average[i], mean, 2e-6);
    }
}

int main(void)
{
    struct rng r = rng_seed(5);
    unit_test("three steps of Adam are those of the paper, in any pieces to the bit");
    against_reference(&r, 0);
    unit_test("the same with decoupled weight decay");
    against_reference(&r, 0.5f);
    unit_test(
        "the average is the weighted mean of all steps, young ones not held back by the first");
    averages(&r, 0.5);
    averages(&r, 0.999);
    unit_test("learning rate: linear warm-up, half a cosine, both ends");
    CHECK(learning_rate(2, 1, 0.1, 0) == 0);
    CHECK_NEAR(learning_rate(2, 1, 0.1, 0.05), 1, 1e-12);
    CHECK_NEAR(learning_rate(2, 1, 0.1, 0.1), 2, 1e-12);
    CHECK_NEAR(learning_rate(2, 1, 0.1, 0.1 + 0.3), 1.5 + 0.5 * cos(M_PI / 3), 1e-12);
    CHECK_NEAR(learning_rate(2, 1, 0.1, 0.55), 1.5, 1e-12);
    CHECK_NEAR(learning_rate(2, 1, 0.1, 1), 1, 1e-12);
    CHECK_NEAR(learning_rate(2, 1, 0.1, 1.5), 1, 1e-12);
    CHECK(learning_rate(2, 1, 0, 0) == 2);
    for (double p = 0.1; p < 1; p += 0.01)
        CHECK(learning_rate(2, 1, 0.1, p + 0.01) < learning_rate(2, 1, 0.1, p));
    return unit_end();
}
