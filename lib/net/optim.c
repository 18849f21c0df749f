#include "net/optim.h"

#include <math.h>

#include "base/simd.h"

const struct adam adam_default = {0.9f, 0.999f, 1e-8f, 0};

enum { BLOCK = 1024 /* values whose sum over the shards stays in the nearest cache */ };

CLONES static void step_block(const struct adam *a, size_t n, float rate, float correct_m,
                              float correct_v, const float *gradient, float *m, float *v,
                              float *parameter)
{
    float beta1 = a->beta1, beta2 = a->beta2, epsilon = a->epsilon;
    float keep = 1 - rate * a->weight_decay;
    for (size_t i = 0; i < n; i++) {
        m[i] = beta1 * m[i] + (1 - beta1) * gradient[i];
        v[i] = beta2 * v[i] + (1 - beta2) * gradient[i] * gradient[i];
        parameter[i] =
            keep * parameter[i] - rate * (m[i] * correct_m) / (sqrtf(v[i] * correct_v) + epsilon);
    }
}

CLONES static void sum_block(size_t n, size_t shards, const float *const *value, size_t first,
                             float *sum)
{
    for (size_t i = 0; i < n; i++)
        sum[i] = value[0][first + i];
    for (size_t s = 1; s < shards; s++)
        for (size_t i = 0; i < n; i++)
            sum[i] += value[s][first + i];
}

void adam_step(const struct adam *a, size_t first, size_t n, float rate, uint64_t step,
               size_t shards, const float *const *gradient, float *m, float *v, float *parameter)
{
    float sum[BLOCK];
    float correct_m = (float)(1 / (1 - pow((double)a->beta1, (double)step)));
    float correct_v = (float)(1 / (1 - pow((double)a->beta2, (double)step)));
    for (size_t end = first + n; first < end; first += BLOCK) {
        size_t some = end - first < BLOCK ? end - first : BLOCK;
        sum_block(some, shards, gradient, first, sum);
        step_block(a, some, rate, correct_m, correct_v, sum, m + first, v + first,
                   parameter + first);
    }
}

void ema_step(double decay, uint64_t step, size_t n, const float *value, float *average)
{
    float share = (float)(1 - fmin(decay, (1 + (double)step) / (10 + (double)step)));
    for (size_t i = 0; i < n; i++)
        average[i] += share * (value[i] - average[i]);
}

void ema_step_sum(double decay, uint64_t step, size_t first, size_t n, size_t shards,
                  const float *const *value, float *average)
{
    float sum[BLOCK];
    for (size_t end = first + n; first < end; first += BLOCK) {
        size_t some = end - first < BLOCK ? end - first : BLOCK;
        sum_block(some, shards, value, first, sum);
        ema_step(decay, step, some, sum, average + first);
    }
}

double learning_rate(double peak, double floor, double warmup, double progress)
{
    if (progress < warmup)
        return peak * progress / warmup;
    double rest = fmin(1, (progress - warmup) / (1 - warmup));
    return floor + (peak - floor) * (1 + cos(M_PI * rest)) / 2;
}
