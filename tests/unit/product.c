#include "net/gemm.h"
#include "net/kernels.h"
#include "base/rng.h"
#include "unit.h"

enum { MOST = 70, LD = MOST + 7, DEEP = 600 };

static float a[LD * DEEP], b[LD * DEEP], c[LD * LD], before[LD * LD], expected[LD * LD];

static void fill(struct rng *r, float *x, size_t n)
{
    for (size_t i = 0; i < n; i++)
        x[i] = (float)rng_normal(r);
}

/* All of C is compared, also what lies between its rows and must stay as it was. */
static void compare(const struct kernel_set *k, bool ta, bool add, size_t m, size_t n, size_t depth)
{
    size_t lda = ta ? LD : DEEP, ldb = LD - 1, ldc = LD - 2;
    memcpy(before, c, sizeof c);
    memcpy(expected, c, sizeof c);
    k->product(ta, m, n, depth, a, lda, b, ldb, c, ldc, add);
    gemm_naive(ta, false, m, n, depth, a, lda, b, ldb, expected, ldc);
    for (size_t i = 0; add && i < m * n; i++)
        expected[i / n * ldc + i % n] += before[i / n * ldc + i % n];
    CHECK_NEAR(unit_gap(c, expected, (size_t)LD * LD), 0, 2e-5 * sqrt((double)depth));
}

static void all_forms(const struct kernel_set *k, struct rng *r)
{
    static const size_t size[][3] = {{1, 1, 1},     {1, 5, 3},    {7, 1, 9},    {3, 16, 2},
                                     {17, 31, 1},   {33, 19, 64}, {64, 64, 64}, {70, 3, 47},
                                     {13, 48, 256}, {5, 40, 257}, {9, 70, 600}};
    for (size_t s = 0; s < sizeof size / sizeof *size; s++)
        for (int form = 0; form < 4; form++) {
            fill(r, c, (size_t)LD * LD);
            compare(k, form & 1, form & 2, size[s][0], size[s][1], size[s][2]);
        }
}

/* Each row of A by itself, against the bits it gave among the others. */
static void rows_alone(const struct kernel_set *k, bool ta, size_t n, size_t depth)
{
    size_t lda = ta ? LD : DEEP;
    k->product(ta, MOST, n, depth, a, lda, b, LD, c, LD, false);
    for (size_t i = 0; i < MOST; i++) {
        k->product(ta, 1, n, depth, a + (ta ? i : i * DEEP), lda, b, LD, expected, LD, false);
        CHECK(memcmp(c + i * LD, expected, n * sizeof *c) == 0);
    }
}

int main(void)
{
    struct rng r = rng_seed(1);
    fill(&r, a, (size_t)LD * DEEP);
    fill(&r, b, (size_t)LD * DEEP);
    for (size_t i = 0; kernels_number(i); i++) {
        const struct kernel_set *k = kernels_number(i);
        printf("# %s\n", k->name);
        unit_test("the product is gemm_naive's: transposed, added, odd sizes, distances of rows");
        all_forms(k, &r);
        unit_test("a row's bits depend neither on the other rows nor on how many there are");
        for (size_t n = 1; n <= MOST; n += 3) {
            rows_alone(k, false, n, 37);
            rows_alone(k, true, n, 300);
        }
        unit_test("where nothing is added, what was in C doesn't matter, not even NaN");
        for (size_t j = 0; j < (size_t)LD * LD; j++)
            c[j] = NAN;
        k->product(false, 8, 21, 300, a, DEEP, b, LD, c, LD, false);
        for (size_t j = 0; j < 8 * 21; j++)
            CHECK(isfinite(c[j / 21 * LD + j % 21]));
    }
    return unit_end();
}
