/*
 * simd - one source, several instruction sets.
 *
 * CLONES before a function has it compiled for plain x86-64, for AVX2 with FMA and for AVX-512;
 * which one runs is decided when the program starts. Elsewhere, and under the sanitizers (whose
 * start-up doesn't bear that mechanism), there is the plain one. INLINE is for the helpers such a
 * function calls: they must become part of each clone.
 */
#ifndef SIMD_H
#define SIMD_H

#if defined(__x86_64__) && defined(__gnu_linux__) && defined(__GNUC__) && !defined(__clang__) &&   \
    !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define CLONES
#endif

#define INLINE static inline __attribute__((always_inline))

#endif
