#include "net/gemm.h"

#include <cblas.h>
#include <sys/mman.h>

enum status gemm_init(unsigned threads, struct error *err)
{
    /* BUFFER_SIZE of OpenBLAS for x86-64; other processors need less. */
    const size_t buffer = 128 * 1024 * 1024;
    /* Without MAP_NORESERVE Linux may refuse at once what it grants in pieces. */
    void *all = mmap(NULL, threads * buffer, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (all == MAP_FAILED)
        return error_set(err, STATUS_MEMORY, "out of memory (%zu bytes for each of %u threads)",
                         buffer, threads);
    munmap(all, threads * buffer);
    openblas_set_num_threads(1);
    return STATUS_OK;
}

void gemm(bool ta, bool tb, size_t m, size_t n, size_t k, const float *a, size_t lda,
          const float *b, size_t ldb, float *c, size_t ldc)
{
    cblas_sgemm(CblasRowMajor, ta ? CblasTrans : CblasNoTrans, tb ? CblasTrans : CblasNoTrans,
                (blasint)m, (blasint)n, (blasint)k, 1, a, (blasint)lda, b, (blasint)ldb, 0, c,
                (blasint)ldc);
}

void gemm_naive(bool ta, bool tb, size_t m, size_t n, size_t k, const float *a, size_t lda,
                const float *b, size_t ldb, float *c, size_t ldc)
{
    for (size_t i = 0; i < m; i++)
        for (size_t j = 0; j < n; j++) {
            double sum = 0;
            for (size_t l = 0; l < k; l++)
                sum += (double)(ta ? a[l * lda + i] : a[i * lda + l]) *
                       (double)(tb ? b[j * ldb + l] : b[l * ldb + j]);
            c[i * ldc + j] = (float)sum;
        }
}

const char *gemm_core(void)
{
    return openblas_get_corename();
}

const char *gemm_library(void)
{
    return openblas_get_config();
}
