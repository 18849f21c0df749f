#include "base/rng.h"

#include <math.h>
#include <string.h>

static uint64_t mix(uint64_t z)
{
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

struct rng rng_seed(uint64_t seed)
{
    return (struct rng){mix(seed + 0x9e3779b97f4a7c15u)};
}

struct rng rng_child(uint64_t seed, const char *id, uint64_t view)
{
    return (struct rng){mix(mix(seed) ^ rng_hash(0, id, strlen(id)) ^ mix(~view))};
}

uint64_t rng_bits(struct rng *r)
{
    return mix(r->state += 0x9e3779b97f4a7c15u);
}

double rng_uniform(struct rng *r)
{
    return (double)(rng_bits(r) >> 11) * 0x1p-53;
}

uint64_t rng_below(struct rng *r, uint64_t n)
{
    /* The lowest 2^64 mod n values would make small results more likely. */
    uint64_t threshold = -n % n, bits;
    do
        bits = rng_bits(r);
    while (bits < threshold);
    return bits % n;
}

double rng_normal(struct rng *r)
{
    double radius = sqrt(-2 * log(1 - rng_uniform(r)));
    return radius * cos(2 * M_PI * rng_uniform(r));
}

double rng_poisson(struct rng *r, double mean)
{
    if (mean > 64)
        return fmax(0, round(mean + sqrt(mean) * rng_normal(r)));
    double limit = exp(-mean), product = rng_uniform(r);
    int n = 0;
    for (; product > limit; n++)
        product *= rng_uniform(r);
    return n;
}

uint64_t rng_hash(uint64_t hash, const void *bytes, size_t n)
{
    const unsigned char *b = bytes;
    hash ^= 0xcbf29ce484222325u;
    for (size_t i = 0; i < n; i++)
        hash = (hash ^ b[i]) * 0x100000001b3u;
    return mix(hash);
}
