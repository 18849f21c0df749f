#include "loss.h"

#include "unit.h"

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
    unit_test("argmax: the first of equals");
    CHECK(argmax(4, (const float[]){1, 3, 3, 2}) == 1);
    CHECK(argmax(1, (const float[]){-1}) == 0);
    return unit_end();
}
