#include "net/loss.h"

#include "base/rng.h"
#include "unit.h"

/* n images of 3 classes: logits of so large a deviation, classes drawn from softmax(logit). */
static void draw(struct rng *r, size_t n, double deviation, float *logit, float *target)
{
    for (size_t i = 0; i < n; i++, logit += 3, target += 3) {
        float p[3];
        for (int k = 0; k < 3; k++)
            logit[k] = (float)(deviation * rng_normal(r));
        softmax(3, logit, 1, p);
        double u = rng_uniform(r);
        int class = u < (double)p[0] ? 0 : u < (double)(p[0] + p[1]) ? 1 : 2;
        for (int k = 0; k < 3; k++) /* shares of votes, of which the class has most */
            target[k] = k == class ? 0.5f : 0.25f;
    }
}

/* What was drawn from softmax(logit) has temperature 1, whatever multiplies the logits has it, and
   nothing nearby has less loss. */
static void temperatures(void)
{
    enum { N = 4000 };
    static float logit[N * 3], scaled[N * 3], target[N * 3];
    struct rng r = rng_seed(4);
    draw(&r, N, 2, logit, target);
    double t = temperature_fit(N, 3, logit, target);
    CHECK_NEAR(t, 1, 0.05);
    for (double factor = 0.25; factor < 30; factor *= 2) {
        for (size_t i = 0; i < N * 3; i++)
            scaled[i] = (float)factor * logit[i];
        double fitted = temperature_fit(N, 3, scaled, target);
        CHECK_NEAR(fitted / t / factor, 1, 1e-9);
        double least = temperature_loss(N, 3, scaled, target, fitted);
        CHECK(least <= temperature_loss(N, 3, scaled, target, 1));
        CHECK(least <= temperature_loss(N, 3, scaled, target, fitted * 1.001));
        CHECK(least <= temperature_loss(N, 3, scaled, target, fitted / 1.001));
    }
}

/* Two classes, logits 0 and l, of 4 images 3 of the second: sigmoid(l / T) = 3/4. And the ends. */
static void temperatures_by_hand(void)
{
    const float logit[] = {0, 5, 0, 5, 0, 5, 0, 5}, target[] = {0, 1, 0.4f, 0.6f, 1, 0, 0, 1};
    CHECK_NEAR(temperature_fit(4, 2, logit, target), 5 / log(3), 1e-9);
    CHECK_NEAR(temperature_loss(4, 2, logit, target, 5 / log(3)), (log(4) + 3 * log(4. / 3)) / 4,
               1e-12);
    CHECK(temperature_fit(2, 2, logit, target) == 1); /* all right */
    CHECK_NEAR(temperature_fit(2, 2, logit + 4, target + 4), TEMPERATURE_MOST, 1e-9); /* half */
    CHECK(temperature_fit(3, 2, (const float[]){1, 1, 2, 2, 0, 0}, target + 2) == 1); /* no odds */
    CHECK(temperature_fit(0, 2, logit, target) == 1);
    CHECK_NEAR(temperature_fit(2, 2, (const float[]){3e38f, 0, 0, 1e-30f}, target + 2),
               TEMPERATURE_MOST, 1e-9);
}

int main(void)
{
    float p[4], g[3];
    unit_test("softmax of logits worked out by hand");
    softmax(3, (const float[]){0, logf(2), logf(5)}, 1, p);
    CHECK_NEAR((double)p[0], 1. / 8, 1e-7);
    CHECK_NEAR((double)p[1], 2. / 8, 1e-7);
    CHECK_NEAR((double)p[2], 5. / 8, 1e-7);
    unit_test("temperature: exp(logit / T)");
    softmax(2, (const float[]){0, 2 * logf(3)}, 2, p);
    CHECK_NEAR((double)p[0], 0.25, 1e-7);
    CHECK_NEAR((double)p[1], 0.75, 1e-7);
    softmax(2, (const float[]){0, logf(3)}, 0.5, p);
    CHECK_NEAR((double)p[0], 0.1, 1e-7);
    CHECK_NEAR((double)p[1], 0.9, 1e-7);
    unit_test("softmax may work in place, and large logits don't overflow");
    float logit[] = {3e38f, -3e38f, 3e38f};
    softmax(3, logit, 1, logit);
    CHECK(logit[0] == 0.5f && logit[1] == 0 && logit[2] == 0.5f);
    softmax(2, (const float[]){-5000, -5001}, 1, p);
    CHECK_NEAR((double)p[0], 1 / (1 + exp(-1)), 1e-7);

    unit_test("cross-entropy worked out by hand, for a class and for shares");
    const float three[] = {0, logf(2), logf(5)};
    CHECK_NEAR(cross_entropy(3, three, (const float[]){0, 1, 0}), log(4), 1e-6);
    CHECK_NEAR(cross_entropy(3, three, (const float[]){0.5f, 0.25f, 0.25f}),
               0.5 * log(8) + 0.25 * log(4) + 0.25 * log(1.6), 1e-6);
    CHECK_NEAR(cross_entropy(2, (const float[]){1000, 0}, (const float[]){0, 1}), 1000, 1e-6);
    CHECK_NEAR(cross_entropy(2, (const float[]){0, 30}, (const float[]){0, 1}), exp(-30), 1e-15);
    unit_test("its gradient: central differences, and the sum is 0");
    const float target[] = {0.2f, 0.3f, 0.5f};
    cross_entropy_backward(3, three, target, 4, g);
    for (int k = 0; k < 3; k++) {
        float up[3], down[3];
        memcpy(up, three, sizeof up);
        memcpy(down, three, sizeof down);
        up[k] += 1.f / 256;
        down[k] -= 1.f / 256;
        double h = (double)up[k] - (double)down[k];
        CHECK_NEAR((double)g[k],
                   4 * (cross_entropy(3, up, target) - cross_entropy(3, down, target)) / h, 1e-5);
    }
    CHECK_NEAR((double)(g[0] + g[1] + g[2]), 0, 1e-6);
    unit_test("smoothing, worked out by hand; the sum stays 1");
    float one[] = {0, 1, 0, 0}, votes[] = {0.7f, 0.3f};
    smooth_target(4, 0.2, one);
    smooth_target(2, 0.5, votes);
    for (int k = 0; k < 4; k++)
        CHECK_NEAR((double)one[k], k == 1 ? 0.85 : 0.05, 1e-7);
    CHECK_NEAR((double)votes[0], 0.6, 1e-7);
    CHECK_NEAR((double)votes[1], 0.4, 1e-7);
    unit_test("temperature: worked out by hand, and where there is nothing to fit");
    temperatures_by_hand();
    unit_test("temperature: of drawn classes 1, of scaled logits the factor, and of least loss");
    temperatures();
    unit_test("argmax: the first of equals");
    CHECK(argmax(4, (const float[]){1, 3, 3, 2}) == 1);
    CHECK(argmax(1, (const float[]){-1}) == 0);
    return unit_end();
}
