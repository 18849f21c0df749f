/*
 * simd - one source, several instruction sets, in two ways.
 *
 * CLONES before a function of plain loops has it compiled for plain x86-64, for AVX2 with FMA and
 * for AVX-512; which one runs is decided when the program starts. Elsewhere, and under the
 * sanitizers (whose start-up doesn't bear that mechanism), there is the plain one.
 *
 * Where loops have to keep sums in registers, which a compiler manages for vectors of the
 * processor's own width only, they are written in lanes: LANES floats in one register of the
 * instruction set that the file is compiled for. Arithmetic goes value by value, a comparison gives
 * a lanes_mask (all bits of a value 1 or 0). kernels.h holds such files, compiled for one
 * instruction set after the other.
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

/* The same in memory, where nothing is aligned. */
typedef float loose_lanes __attribute__((vector_size(4 * LANES), aligned(4), may_alias));
typedef uint8_t loose_bytes __attribute__((vector_size(LANES), aligned(1), may_alias));

/* The first n <= LANES lanes from p and to p; the others are 0 and stay away. With n constant a
   vector move. */
INLINE lanes lanes_load(const float *p, size_t n)
{
    if (n == LANES)
        return *(const loose_lanes *)p;
    lanes v = {0};
    for (size_t l = 0; l < n; l++)
        v[l] = p[l];
    return v;
}

INLINE void lanes_store(float *p, lanes v, size_t n)
{
    if (n == LANES)
        *(loose_lanes *)p = v;
    else
        for (size_t l = 0; l < n; l++)
            p[l] = v[l];
}

/* Small numbers, kept as bytes. */
INLINE lanes_mask lanes_load_bytes(const uint8_t *p, size_t n)
{
    lanes_bytes v = {0};
    if (n == LANES)
        v = *(const loose_bytes *)p;
    else
        for (size_t l = 0; l < n; l++)
            v[l] = p[l];
    return __builtin_convertvector(v, lanes_mask);
}

INLINE void lanes_store_bytes(uint8_t *p, lanes_mask m, size_t n)
{
    lanes_bytes v = __builtin_convertvector(m, lanes_bytes);
    if (n == LANES)
        *(loose_bytes *)p = v;
    else
        for (size_t l = 0; l < n; l++)
            p[l] = v[l];
}

/* a where m is set, else b; and numbers likewise. */
INLINE lanes_mask lanes_choose(lanes_mask m, lanes_mask a, lanes_mask b)
{
    return (m & a) | (~m & b);
}

INLINE lanes lanes_select(lanes_mask m, lanes a, lanes b)
{
    return (lanes)lanes_choose(m, (lanes_mask)a, (lanes_mask)b);
}

#endif
