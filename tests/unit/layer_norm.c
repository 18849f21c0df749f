#include "net/layer_norm.h"

#include "floats.h"

/* The formula of layer_norm.h for one channel, in double. */
static void reference(size_t n, size_t channels, const float *z, double b, double *y)
{
    double mean = 0, variance = 0;
    for (size_t i = 0; i < n; i++)
        mean += (double)z[i * channels] / (double)n;
    for (size_t i = 0; i < n; i++)
        variance += pow((double)z[i * channels] - mean, 2) / (double)n;
    for (size_t i = 0; i < n; i++)
        y[i] = ((double)z[i * channels] - mean) / sqrt(variance + (double)NORM_EPSILON) + b;
}

enum { N = 40 };

/* The sum of dy times y of one channel, where ReLU chooses as it did for y. */
static double total(size_t channels, const float *z, double b, const float *y, const float *dy)
{
    double moved[N], sum = 0;
    reference(N, channels, z, b, moved);
    for (size_t i = 0; i < N; i++)
        sum += y[i * channels] > 0 ? moved[i] * (double)dy[i * channels] : 0;
    return sum;
}

static void normalise(struct rng *r, size_t channels)
{
    size_t all = N * channels;
    float *z = floats_random(r, all), *b = floats_random(r, channels), *y = floats_random(r, all);
    float *mean = floats_random(r, channels), *variance = floats_random(r, channels);
    float *dy = floats_random(r, all), *dz = floats_copy(dy, all), *db = floats_random(r, channels);
    for (size_t i = 0; i < all; i++) /* channels have different means and variances */
        z[i] = z[i] * (float)(1 + i % channels % 7) + (float)(i % channels % 5);
    norm_forward(N, channels, z, b, y, mean, variance);
    norm_backward(N, channels, z, y, mean, variance, dz, db);
    for (size_t c = 0; c < channels; c++) {
        double expected[N];
        reference(N, channels, z + c, (double)b[c], expected);
        for (size_t i = c, k = 0; i < all; i += channels, k++) {
            float value = z[i], h = 1.f / 256;
            CHECK_NEAR((double)y[i], fmax(0, expected[k]), 1e-5);
            z[i] = value + h;
            double up = total(channels, z + c, (double)b[c], y + c, dy + c);
            z[i] = value - h;
            double down = total(channels, z + c, (double)b[c], y + c, dy + c);
            z[i] = value;
            CHECK_NEAR((double)dz[i], (up - down) / (2 * (double)h), 2e-4);
        }
        CHECK_NEAR((double)db[c],
                   (total(channels, z + c, (double)b[c] + 1, y + c, dy + c) -
                    total(channels, z + c, (double)b[c] - 1, y + c, dy + c)) /
                       2,
                   1e-4);
    }
    floats_free((float *[]){z, b, y, mean, variance, dy, dz, db, NULL});
}

/* z = x w by hand, normalised, against the merged weights and bias. */
static void merge(struct rng *r, size_t channels)
{
    enum { IN = 3 };
    float *x = floats_random(r, N * IN), *w = floats_random(r, IN * channels);
    float *b = floats_random(r, channels), *z = floats_new(N * channels),
          *y = floats_new(N * channels);
    float *mean = floats_new(channels), *variance = floats_new(channels);
    for (size_t i = 0; i < N * channels; i++)
        for (size_t k = 0; k < IN; k++)
            z[i] += x[i / channels * IN + k] * w[k * channels + i % channels];
    norm_forward(N, channels, z, b, y, mean, variance);
    norm_merge(IN * channels, channels, mean, variance, w, b);
    for (size_t i = 0; i < N * channels; i++) {
        double sum = (double)b[i % channels];
        for (size_t k = 0; k < IN; k++)
            sum += (double)x[i / channels * IN + k] * (double)w[k * channels + i % channels];
        CHECK_NEAR((double)y[i], fmax(0, sum), 1e-5);
    }
    floats_free((float *[]){x, w, b, z, y, mean, variance, NULL});
}

/* All values of a channel the same: no variance, and nothing is divided by 0. */
static void constant(void)
{
    const float z[] = {3, 3, 3}, b[] = {0.5f};
    float y[3], mean, variance, dy[] = {1, 2, 3}, db;
    norm_forward(3, 1, z, b, y, &mean, &variance);
    CHECK(mean == 3 && variance == 0 && y[0] == 0.5f && y[1] == 0.5f && y[2] == 0.5f);
    norm_backward(3, 1, z, y, &mean, &variance, dy, &db);
    CHECK(db == 6 && isfinite(dy[0]) && fabsf(dy[0] + dy[1] + dy[2]) < 1e-3f);
}

int main(void)
{
    static const size_t channels[] = {1, 5, 32, 33, 70};
    struct rng r = rng_seed(12);
    unit_test("normalisation forwards is the formula, backwards its central differences");
    for (size_t i = 0; i < sizeof channels / sizeof *channels; i++)
        normalise(&r, channels[i]);
    unit_test("merged into weights and bias it gives the same values");
    for (size_t i = 0; i < sizeof channels / sizeof *channels; i++)
        merge(&r, channels[i]);
    unit_test("a channel without variance");
    constant();
    return unit_end();
}
