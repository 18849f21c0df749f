#include "net/layers.h"

#include "base/simd.h"

CLONES void cyclic_forward(size_t n, size_t values, const float *x, float *y)
{
    for (size_t picture = 0; picture < n; picture++, x += 4 * values, y += values)
        for (size_t i = 0; i < values; i++) {
            float even = x[i] + x[2 * values + i], odd = x[values + i] + x[3 * values + i];
            y[i] = (even + odd) / 4;
        }
}

CLONES void cyclic_backward(size_t n, size_t values, const float *dy, float *dx)
{
    for (size_t picture = 0; picture < n; picture++, dx += 4 * values, dy += values)
        for (size_t i = 0; i < values; i++)
            dx[i] = dx[values + i] = dx[2 * values + i] = dx[3 * values + i] = dy[i] / 4;
}
