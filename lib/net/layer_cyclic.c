#include "net/layer_cyclic.h"

#include "base/simd.h"
#include "image/image.h"

void cyclic_turn(size_t n, size_t side, size_t channels, const float *x, float *y)
{
    size_t values = side * side * channels;
    for (size_t i = 0; i < 4 * n; i++)
        image_orient(x + i / 4 * values, side, channels * sizeof *x, i % 4, y + i * values);
}

CLONES void cyclic_forward(size_t n, size_t values, const float *x, float *y)
{
    for (size_t picture = 0; picture < n; picture++, x += 4 * values, y += values)
        for (size_t i = 0; i < values; i++) {
            /* Opposite turns first: another first turn then swaps summands only. */
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
