/*
 * gemm - the matrix product of OpenBLAS, for the gradients of dense layers and for Muon (muon.h).
 *
 * All other products use product.h. Inference must use it: there the bits of a row don't depend on
 * how many rows there are, which OpenBLAS doesn't promise. Elsewhere both are possible, and both
 * were measured. The table has the time of OpenBLAS 0.3.21 divided by that of product.h: with
 * AVX-512, with AVX2, and with the kernels for any x86-64 that OpenBLAS takes on a processor that
 * it doesn't know.
 *
 *     dense layers, dw          1.1   0.8   3.0
 *     dense layers, dx          0.8   0.6   1.9   (product.h with a transposed copy of w)
 *     dense layers, forward     1.1   1.0   2.7
 *     convolutions (winograd.h) 1.0   1.2   3 to 6
 *
 * When the default network is trained, the products of convolutions take half the time, those of
 * Muon a tenth, and those of dense layers 3 %. On a processor that OpenBLAS doesn't know,
 * training takes a fifth longer, unless the environment variable OPENBLAS_CORETYPE names better
 * kernels.
 */
#ifndef GEMM_H
#define GEMM_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"

/*
 * Call this once, before the first product and after all other memory was allocated. From then on
 * a product runs in the thread that calls it. threads is how many threads will call at the same
 * time. For each of them OpenBLAS maps 128 MiB at its first product; if it can't, as under a limit
 * of address space (ulimit -v), it tries again for ever. So gemm_init maps as much once, for a
 * moment, and returns STATUS_MEMORY if that fails.
 */
enum status gemm_init(unsigned threads, struct error *) MUST_CHECK;

/*
 * C = op(A) op(B), with op the transpose where ta or tb is set: op(A) is (m, k), op(B) is (k, n), C
 * is (m, n). All are stored by rows; ld is the distance between the starts of two rows, in floats.
 */
void gemm(bool ta, bool tb, size_t m, size_t n, size_t k, const float *a, size_t lda,
          const float *b, size_t ldb, float *c, size_t ldc);

/* The same in three loops, for tests to compare with. */
void gemm_naive(bool ta, bool tb, size_t m, size_t n, size_t k, const float *a, size_t lda,
                const float *b, size_t ldb, float *c, size_t ldc);

/* The name of the kernels that OpenBLAS chose for this processor, on which the last bits depend. */
const char *gemm_core(void);

/* The name, version and settings of OpenBLAS. */
const char *gemm_library(void);

#endif
