#include "net/layer_pool.h"

#include <string.h>

#include "base/simd.h"

CLONES void pool_forward(size_t n, size_t height, size_t width, size_t channels, const float *x,
                         float *y)
{
    size_t row = width * channels;
    for (size_t image = 0; image < n; image++, x += height * row)
        for (size_t i = 0; i + 1 < height; i += 2)
            for (size_t j = 0; j + 1 < width; j += 2, y += channels) {
                const float *p = x + i * row + j * channels;
                for (size_t c = 0; c < channels; c++) {
                    float upper = p[c] > p[c + channels] ? p[c] : p[c + channels];
                    float lower =
                        p[c + row] > p[c + row + channels] ? p[c + row] : p[c + row + channels];
                    y[c] = upper > lower ? upper : lower;
                }
            }
}

/* The gradients of one square, for all channels. restrict tells the compiler that the arrays don't
   overlap, so that it makes vectors of the loop. */
INLINE void square_gradient(const float *restrict x, const float *restrict y,
                            const float *restrict dy, float *restrict dx, size_t channels,
                            size_t row)
{
    for (size_t c = 0; c < channels; c++) {
        float most = y[c], given = dy[c];
        float a = x[c] == most ? given : 0;
        float b = x[c + channels] == most ? given - a : 0;
        float d = x[c + row] == most ? given - a - b : 0;
        dx[c] = a;
        dx[c + channels] = b;
        dx[c + row] = d;
        dx[c + row + channels] = given - a - b - d;
    }
}

CLONES void pool_backward(size_t n, size_t height, size_t width, size_t channels, const float *x,
                          const float *y, const float *dy, float *dx)
{
    size_t row = width * channels;
    if (height % 2 || width % 2)
        memset(dx, 0, n * height * row * sizeof *dx);
    for (size_t image = 0; image < n; image++, x += height * row, dx += height * row)
        for (size_t i = 0; i + 1 < height; i += 2)
            for (size_t j = 0; j + 1 < width; j += 2, y += channels, dy += channels)
                square_gradient(x + i * row + j * channels, y, dy, dx + i * row + j * channels,
                                channels, row);
}
