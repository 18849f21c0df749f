/*
 * simd - code for several instruction sets from one source, in two ways.
 *
 * CLONES before a function compiles it for plain x86-64, for AVX2 with FMA and for AVX-512, and the
 * program chooses one of them when it starts. It is for functions whose loops the compiler turns
 * into vector instructions by itself. With other compilers and processors, and with the sanitizers
 * (which don't work with such a choice), only the plain function exists.
 *
 * The type lanes is for loops that must keep sums in registers: a vector of LANES floats, as many
 * as one register holds in the instruction set that the file is compiled for, since compilers keep
 * only vectors of this width in registers. Operators work value by value. A comparison gives a
 * lanes_mask, in which all bits of a value are 1 (true) or 0 (false). Files that use lanes are
 * compiled once for each instruction set (kernels.h).
 */
#ifndef SIMD_H
#define SIMD_H

#include <stddef.h>
#include <stdint.h>

#if defined(__x86_64__) && defined(__gnu_linux__) && defined(__GNUC__) && !defined(__clang__) &&   \
    !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define CLONES
#endif

#define INLINE static inline __attribute__((always_inline))

#if defined(__AVX512F__)
enum { LANES = 16 };
#elif defined(__AVX2__)
enum { LANES = 8 };
#else
enum { LANES = 4 };
#endif

typedef float lanes __attribute__((vector_size(4 * LANES)));
typedef int32_t lanes_mask __attribute__((vector_size(4 * LANES)));
typedef uint8_t lanes_bytes __attribute__((vector_size(LANES)));

/* The same in memory, at any address of a float or byte. */
typedef float unaligned_lanes __attribute__((vector_size(4 * LANES), aligned(4), may_alias));
typedef uint8_t unaligned_bytes __attribute__((vector_size(LANES), aligned(1), may_alias));

/* Load the first n <= LANES values from p, the others are then 0; store the first n values to p.
   Where n is a constant equal to LANES, this is one instruction. */
INLINE lanes lanes_load(const float *p, size_t n)
{
    if (n == LANES)
        return *(const unaligned_lanes *)p;
    lanes v = {0};
    for (size_t l = 0; l < n; l++)
        v[l] = p[l];
    return v;
}

INLINE void lanes_store(float *p, lanes v, size_t n)
{
    if (n == LANES)
        *(unaligned_lanes *)p = v;
    else
        for (size_t l = 0; l < n; l++)
            p[l] = v[l];
}

/* The same for numbers of 0 to 255, which are bytes in memory. */
INLINE lanes_mask lanes_load_bytes(const uint8_t *p, size_t n)
{
    lanes_bytes v = {0};
    if (n == LANES)
        v = *(const unaligned_bytes *)p;
    else
        for (size_t l = 0; l < n; l++)
            v[l] = p[l];
    return __builtin_convertvector(v, lanes_mask);
}

INLINE void lanes_store_bytes(uint8_t *p, lanes_mask m, size_t n)
{
    lanes_bytes v = __builtin_convertvector(m, lanes_bytes);
    if (n == LANES)
        *(unaligned_bytes *)p = v;
    else
        for (size_t l = 0; l < n; l++)
            p[l] = v[l];
}

/* For each value: a where m is true, else b. */
INLINE lanes_mask lanes_choose(lanes_mask m, lanes_mask a, lanes_mask b)
{
    return (m & a) | (~m & b);
}

INLINE lanes lanes_select(lanes_mask m, lanes a, lanes b)
{
    return (lanes)lanes_choose(m, (lanes_mask)a, (lanes_mask)b);
}

#endif
