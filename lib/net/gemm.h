/*
 * gemm - the matrix product, and the only door to OpenBLAS.
 *
 * Matrices are stored by rows; ld is the distance between the starts of two rows, in floats.
 * Each call runs in the thread that makes it, so that callers decide on the threads.
 */
#ifndef GEMM_H
#define GEMM_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"

/*
 * C = alpha op(A) op(B) + beta C, with op the transpose where ta or tb is set:
 * op(A) is (m, k), op(B) is (k, n), C is (m, n). With beta 0, C need not be set before.
 */
void gemm(bool ta, bool tb, size_t m, size_t n, size_t k, float alpha, const float *a, size_t lda,
          const float *b, size_t ldb, float beta, float *c, size_t ldc);

/* The same in three loops, to hold gemm against. */
void gemm_naive(bool ta, bool tb, size_t m, size_t n, size_t k, float alpha, const float *a,
                size_t lda, const float *b, size_t ldb, float beta, float *c, size_t ldc);

/* The name of the kernels OpenBLAS chose for this processor: results to the last bit depend on
   it. */
const char *gemm_core(void);

/*
 * The kernels OpenBLAS should have chosen, where it didn't know this processor and took those for
 * any (3 to 5 times slower): "SkylakeX" or "Haswell". NULL where its choice is good, or the user's
 * own. It chooses while it is loaded, and only the environment variable OPENBLAS_CORETYPE, set
 * before that, can tell it better.
 */
const char *gemm_missed_core(void);

/* STATUS_MEMORY where so many threads can't have the memory that OpenBLAS keeps for each: it would
   try again for ever. To be called when all else is allocated, before the first product. */
enum status gemm_check_memory(unsigned threads, struct error *) MUST_CHECK;

#endif
