#include "layers.h"

#include <string.h>

#include "simd.h"

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

CLONES void pool_backward(size_t n, size_t height, size_t width, size_t channels, const float *x,
                          const float *y, const float *dy, float *dx)
{
    size_t row = width * channels;
    if (height % 2 || width % 2)
        memset(dx, 0, n * height * row * sizeof *dx);
    for (size_t image = 0; image < n; image++, x += height * row, dx += height * row)
        for (size_t i = 0; i + 1 < height; i += 2)
            for (size_t j = 0; j + 1 < width; j += 2, y += channels, dy += channels) {
                size_t at = i * row + j * channels;
                for (size_t c = 0; c < channels; c++) {
                    size_t p = at + c;
                    float left = dy[c], most = y[c], here;
                    here = x[p] == most ? left : 0;
                    dx[p] = here;
                    left -= here;
                    here = x[p + channels] == most ? left : 0;
                    dx[p + channels] = here;
                    left -= here;
                    here = x[p + row] == most ? left : 0;
                    dx[p + row] = here;
                    left -= here;
                    dx[p + row + channels] = left;
                }
            }
}
