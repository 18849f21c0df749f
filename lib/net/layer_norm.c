#include "net/layer_norm.h"

#include <math.h>

#include "base/simd.h"

enum { BLOCK = 32 /* channels whose sums stay in the nearest cache */ };

static size_t block_size(size_t channels, size_t first)
{
    return channels - first < BLOCK ? channels - first : BLOCK;
}

/* What z - mean is multiplied by. */
static float scale_of(float variance)
{
    return 1 / sqrtf(variance + NORM_EPSILON);
}

/* The functions from here on compute `some` channels of all, the first of which is z[0], y[0] ...
 */

CLONES static void find_moments(size_t n, size_t channels, size_t some, const float *z, float *mean,
                                float *variance)
{
    double sum[BLOCK] = {0}, squares[BLOCK] = {0};
    for (size_t i = 0; i < n; i++, z += channels)
        for (size_t c = 0; c < some; c++) {
            double value = (double)z[c];
            sum[c] += value;
            squares[c] += value * value;
        }
    for (size_t c = 0; c < some; c++) {
        double middle = sum[c] / (double)n;
        mean[c] = (float)middle;
        variance[c] = (float)fmax(0, squares[c] / (double)n - middle * middle);
    }
}

/* y = max(0, scale z + shift) */
CLONES static void scale_and_shift(size_t n, size_t channels, size_t some, const float *z,
                                   const float *scale, const float *shift, float *y)
{
    for (size_t i = 0; i < n; i++, z += channels, y += channels)
        for (size_t c = 0; c < some; c++) {
            float value = z[c] * scale[c] + shift[c];
            y[c] = value > 0 ? value : 0;
        }
}

void norm_forward(size_t n, size_t channels, const float *z, const float *b, float *y, float *mean,
                  float *variance)
{
    float scale[BLOCK], shift[BLOCK];
    for (size_t first = 0; first < channels; first += BLOCK) {
        size_t some = block_size(channels, first);
        find_moments(n, channels, some, z + first, mean + first, variance + first);
        for (size_t c = 0; c < some; c++) {
            scale[c] = scale_of(variance[first + c]);
            shift[c] = b[first + c] - mean[first + c] * scale[c];
        }
        scale_and_shift(n, channels, some, z + first, scale, shift, y + first);
    }
}

/* Replace dy by the gradient before ReLU, and find its sum and that of its products with z - mean.
 */
CLONES static void sum_gradient(size_t n, size_t channels, size_t some, const float *z,
                                const float *y, const float *mean, float *dy, double *sum,
                                double *product)
{
    for (size_t i = 0; i < n; i++, z += channels, y += channels, dy += channels)
        for (size_t c = 0; c < some; c++) {
            dy[c] = y[c] > 0 ? dy[c] : 0;
            sum[c] += (double)dy[c];
            product[c] += (double)dy[c] * (double)(z[c] - mean[c]);
        }
}

/* dy = scale (dy - mean_dy - slope (z - mean)) */
CLONES static void center_gradient(size_t n, size_t channels, size_t some, const float *z,
                                   const float *mean, const float *scale, const float *mean_dy,
                                   const float *slope, float *dy)
{
    for (size_t i = 0; i < n; i++, z += channels, dy += channels)
        for (size_t c = 0; c < some; c++)
            dy[c] = scale[c] * (dy[c] - mean_dy[c] - (z[c] - mean[c]) * slope[c]);
}

void norm_backward(size_t n, size_t channels, const float *z, const float *y, const float *mean,
                   const float *variance, float *dy, float *db)
{
    float scale[BLOCK], mean_dy[BLOCK], slope[BLOCK];
    for (size_t first = 0; first < channels; first += BLOCK) {
        size_t some = block_size(channels, first);
        double sum[BLOCK] = {0}, product[BLOCK] = {0};
        sum_gradient(n, channels, some, z + first, y + first, mean + first, dy + first, sum,
                     product);
        for (size_t c = 0; c < some; c++) {
            scale[c] = scale_of(variance[first + c]);
            db[first + c] = (float)sum[c];
            mean_dy[c] = (float)(sum[c] / (double)n);
            slope[c] = (float)(product[c] / (double)n) * scale[c] * scale[c];
        }
        center_gradient(n, channels, some, z + first, mean + first, scale, mean_dy, slope,
                        dy + first);
    }
}

void norm_merge(size_t weights, size_t channels, const float *mean, const float *variance, float *w,
                float *b)
{
    for (size_t i = 0; i < weights; i++)
        w[i] *= scale_of(variance[i % channels]);
    for (size_t c = 0; c < channels; c++)
        b[c] -= mean[c] * scale_of(variance[c]);
}
