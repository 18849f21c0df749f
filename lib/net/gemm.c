#include "net/gemm.h"

#include <cblas.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* Before main: OpenBLAS must have one thread by the time of the first product. */
__attribute__((constructor)) static void use_one_thread(void)
{
    openblas_set_num_threads(1);
}

void gemm(bool ta, bool tb, size_t m, size_t n, size_t k, float alpha, const float *a, size_t lda,
          const float *b, size_t ldb, float beta, float *c, size_t ldc)
{
    cblas_sgemm(CblasRowMajor, ta ? CblasTrans : CblasNoTrans, tb ? CblasTrans : CblasNoTrans,
                (blasint)m, (blasint)n, (blasint)k, alpha, a, (blasint)lda, b, (blasint)ldb, beta,
                c, (blasint)ldc);
}

void gemm_naive(bool ta, bool tb, size_t m, size_t n, size_t k, float alpha, const float *a,
                size_t lda, const float *b, size_t ldb, float beta, float *c, size_t ldc)
{
    for (size_t i = 0; i < m; i++)
        for (size_t j = 0; j < n; j++) {
            double sum = 0;
            for (size_t l = 0; l < k; l++)
                sum += (double)(ta ? a[l * lda + i] : a[i * lda + l]) *
                       (double)(tb ? b[j * ldb + l] : b[l * ldb + j]);
            c[i * ldc + j] = (float)(alpha * sum + (beta != 0 ? beta * (double)c[i * ldc + j] : 0));
        }
}

const char *gemm_core(void)
{
    return openblas_get_corename();
}

const char *gemm_missed_core(void)
{
    if (getenv("OPENBLAS_CORETYPE") || strcmp(openblas_get_corename(), "Prescott") != 0)
        return NULL;
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
        __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq"))
        return "SkylakeX";
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        return "Haswell";
#endif
    return NULL;
}

enum status gemm_check_memory(unsigned threads, struct error *err)
{
    enum { MOST = 256 };
    const size_t bytes = 128 * 1024 * 1024; /* BUFFER_SIZE of its x86-64 builds; others take less */
    void *block[MOST];
    unsigned n = 0, wanted = threads < MOST ? threads : MOST;
    /* One by one, as OpenBLAS does: Linux may refuse at once what it grants in pieces. */
    while (n < wanted && (block[n] = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
                                          MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)) != MAP_FAILED)
        n++;
    bool enough = n == wanted;
    while (n)
        munmap(block[--n], bytes);
    return enough ? STATUS_OK
                  : error_set(err, STATUS_MEMORY,
                              "out of memory (%zu bytes for each of %u threads)", bytes, wanted);
}
