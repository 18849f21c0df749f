#include "net/layer_dropout.h"

#include "base/rng.h"

void dropout(size_t n, float rate, uint64_t seed, float *y)
{
    struct rng r = rng_seed(seed);
    float scale = 1 / (1 - rate);
    for (size_t i = 0; i < n; i++)
        y[i] = rng_uniform(&r) < (double)rate ? 0 : y[i] * scale;
}
