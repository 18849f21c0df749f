#include "net/layer_dense.h"

#include "base/simd.h"
#include "net/gemm.h"
#include "net/kernels.h"

void dense_forward(size_t n, size_t in, size_t out, const float *x, const float *w, const float *b,
                   float *y)
{
    for (size_t i = 0; i < n; i++)
        for (size_t o = 0; o < out; o++)
            y[i * out + o] = b[o];
    kernels()->product(false, n, out, in, x, in, w, out, y, out, true);
}

void dense_backward(size_t n, size_t in, size_t out, const float *x, const float *w,
                    const float *dy, float *dx, float *dw, float *db)
{
    gemm(true, false, in, out, n, x, in, dy, out, dw, out);
    if (dx)
        gemm(false, true, n, in, out, dy, out, w, out, dx, in);
    for (size_t o = 0; o < out; o++)
        db[o] = 0;
    for (size_t i = 0; i < n; i++)
        for (size_t o = 0; o < out; o++)
            db[o] += dy[i * out + o];
}

CLONES void relu_forward(size_t n, float *y)
{
    for (size_t i = 0; i < n; i++)
        y[i] = y[i] > 0 ? y[i] : 0;
}

CLONES void relu_backward(size_t n, const float *y, float *dy)
{
    for (size_t i = 0; i < n; i++)
        dy[i] = y[i] > 0 ? dy[i] : 0;
}
