#include "net/layer_dropout.h"

#include "floats.h"

static void drop(struct rng *r)
{
    enum { N = 40000 };
    float *x = floats_random(r, N), *y = floats_copy(x, N), *again = floats_copy(x, N),
          *other = floats_copy(x, N);
    float *g = floats_new(N);
    for (size_t i = 0; i < N; i++)
        g[i] = 1;
    dropout(N, 0.25f, 7, y);
    dropout(N, 0.25f, 7, again);
    dropout(N, 0.25f, 8, other);
    dropout(N, 0.25f, 7, g);
    size_t kept = 0;
    double mean = 0;
    for (size_t i = 0; i < N; i++) {
        CHECK(y[i] == 0 || fabsf(y[i] - x[i] / 0.75f) < 1e-5f);
        CHECK((y[i] != 0) == (g[i] != 0)); /* the gradient takes the same way */
        kept += g[i] != 0;
        mean += (double)g[i] / N;
    }
    CHECK(memcmp(y, again, N * sizeof *y) == 0 && memcmp(y, other, N * sizeof *y) != 0);
    CHECK_NEAR((double)kept / N, 0.75, 0.01);
    CHECK_NEAR(mean, 1, 0.015);
    memcpy(y, x, N * sizeof *x);
    dropout(N, 0, 7, y);
    CHECK(memcmp(x, y, N * sizeof *x) == 0);
    floats_free((float *[]){x, y, again, other, g, NULL});
}

int main(void)
{
    struct rng r = rng_seed(11);
    unit_test("dropout: drawn from the seed alone, mean kept, backwards the same");
    drop(&r);
    return unit_end();
}
