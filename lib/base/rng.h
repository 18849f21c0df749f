/*
 * rng - reproducible random numbers.
 *
 * The generator is SplitMix64 (Steele, Lea and Flood 2014, "Fast splittable pseudorandom number
 * generators"). Its state is 64 bits in a structure of the caller; there is no global state. The
 * numbers for one view of one galaxy come from a generator of their own, rng_child(seed, id, view),
 * so that they depend neither on the order of the galaxies nor on the number of threads.
 */
#ifndef RNG_H
#define RNG_H

#include <stddef.h>
#include <stdint.h>

struct rng {
    uint64_t state;
};

/* A generator that begins with this seed. */
struct rng rng_seed(uint64_t seed);

/* A generator for one view of one galaxy; id is a string. */
struct rng rng_child(uint64_t seed, const char *id, uint64_t view);

/* 64 uniform bits. */
uint64_t rng_bits(struct rng *);

/* Uniform in [0, 1), a multiple of 2^-53. */
double rng_uniform(struct rng *);

/* Uniform in 0 ... n-1, without bias; n must not be 0. */
uint64_t rng_below(struct rng *, uint64_t n);

/* Normal with mean 0 and standard deviation 1 (Box and Muller 1958). */
double rng_normal(struct rng *);

/* Poisson with this mean >= 0. Above a mean of 64 the normal approximation is used, which is close
   enough there. */
double rng_poisson(struct rng *, double mean);

/* A 64-bit hash of n bytes: FNV-1a, then mixed so that every bit depends on every byte. hash is 0,
   or the hash of the bytes before these. It must never change, as folds depend on it. */
uint64_t rng_hash(uint64_t hash, const void *bytes, size_t n);

#endif
