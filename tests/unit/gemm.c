#include "net/gemm.h"

#include "base/rng.h"
#include "unit.h"

enum { MOST = 70, LD = MOST + 7 };

static float a[LD * LD], b[LD * LD], c[LD * LD], expected[LD * LD];

static void fill(struct rng *r, float *x)
{
    for (size_t i = 0; i < (size_t)LD * LD; i++)
        x[i] = (float)rng_normal(r);
}

/* Compare all of C, also what lies between its rows and must stay as it was. */
static void compare(bool ta, bool tb, size_t m, size_t n, size_t k)
{
    size_t lda = LD, ldb = LD - 1, ldc = LD - 2;
    memcpy(expected, c, sizeof c);
    gemm(ta, tb, m, n, k, a, lda, b, ldb, c, ldc);
    gemm_naive(ta, tb, m, n, k, a, lda, b, ldb, expected, ldc);
    CHECK_NEAR(unit_gap(c, expected, (size_t)LD * LD), 0, 1e-5 * sqrt((double)k));
}

static void all_forms(struct rng *r)
{
    static const size_t size[][3] = {{1, 1, 1},   {1, 5, 3},    {7, 1, 9},    {3, 16, 2},
                                     {17, 31, 1}, {33, 19, 64}, {64, 64, 64}, {70, 3, 47}};
    for (size_t s = 0; s < sizeof size / sizeof *size; s++)
        for (int t = 0; t < 4; t++) {
            fill(r, c);
            compare(t & 1, t & 2, size[s][0], size[s][1], size[s][2]);
        }
}

/* By hand: (1 2; 3 4; 5 6) (7 8 9; 10 11 12), and its operands transposed in memory. */
static void by_hand(void)
{
    static const float x[] = {1, 2, 3, 4, 5, 6}, xt[] = {1, 3, 5, 2, 4, 6};
    static const float y[] = {7, 8, 9, 10, 11, 12}, yt[] = {7, 10, 8, 11, 9, 12};
    static const float z[] = {27, 30, 33, 61, 68, 75, 95, 106, 117};
    for (int t = 0; t < 4; t++) {
        float got[9];
        gemm_naive(t & 1, t & 2, 3, 3, 2, t & 1 ? xt : x, t & 1 ? 3 : 2, t & 2 ? yt : y,
                   t & 2 ? 2 : 3, got, 3);
        CHECK(memcmp(got, z, sizeof z) == 0);
    }
}

int main(void)
{
    struct rng r = rng_seed(1);
    fill(&r, a);
    fill(&r, b);
    unit_test("the naive product of matrices worked out by hand");
    by_hand();
    unit_test("gemm is gemm_naive: transposes, odd sizes, distances of rows");
    all_forms(&r);
    unit_test("what was in C doesn't matter, not even NaN");
    for (size_t i = 0; i < (size_t)LD * LD; i++)
        c[i] = NAN;
    gemm(false, false, 5, 6, 7, a, LD, b, LD, c, LD);
    gemm_naive(false, false, 5, 6, 7, a, LD, b, LD, expected, LD);
    for (size_t i = 0; i < 5; i++)
        for (size_t j = 0; j < 6; j++)
            CHECK_NEAR((double)c[i * LD + j], (double)expected[i * LD + j], 1e-5);
    unit_test("memory that can't be had is an error, and not a product that never ends");
    struct error err;
    CHECK(strlen(gemm_core()) > 0 && !gemm_init(1, &err));
    CHECK(gemm_init(1 << 24, &err) == STATUS_MEMORY); /* more than processors can address */
    CHECK(strcmp(err.text, "out of memory (134217728 bytes for each of 16777216 threads)") == 0);
    return unit_end();
}
