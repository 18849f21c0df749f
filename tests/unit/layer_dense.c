#include "net/layer_dense.h"

#include "floats.h"

static void dense(struct rng *r, size_t n, size_t in, size_t out)
{
    float *x = floats_random(r, n * in), *w = floats_random(r, in * out),
          *b = floats_random(r, out);
    float *y = floats_random(r, n * out), *dy = floats_random(r, n * out), *dx = floats_new(n * in);
    float *dw = floats_random(r, in * out), *db = floats_random(r, out);
    double tolerance = 1e-5 * (double)(n + in + out);
    dense_forward(n, in, out, x, w, b, y);
    dense_backward(n, in, out, x, w, dy, dx, dw, db);
    for (size_t i = 0; i < n; i++)
        for (size_t o = 0; o < out; o++) {
            double sum = (double)b[o];
            for (size_t k = 0; k < in; k++)
                sum += (double)x[i * in + k] * (double)w[k * out + o];
            CHECK_NEAR((double)y[i * out + o], sum, tolerance);
        }
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < in; k++) {
            double sum = 0;
            for (size_t o = 0; o < out; o++)
                sum += (double)dy[i * out + o] * (double)w[k * out + o];
            CHECK_NEAR((double)dx[i * in + k], sum, tolerance);
        }
    for (size_t o = 0; o < out; o++) {
        double sum = 0;
        for (size_t i = 0; i < n; i++)
            sum += (double)dy[i * out + o];
        CHECK_NEAR((double)db[o], sum, tolerance);
        for (size_t k = 0; k < in; k++) {
            sum = 0;
            for (size_t i = 0; i < n; i++)
                sum += (double)dy[i * out + o] * (double)x[i * in + k];
            CHECK_NEAR((double)dw[k * out + o], sum, tolerance);
        }
    }
    float *again = floats_random(r, in * out), *bias = floats_random(r, out);
    dense_backward(n, in, out, x, w, dy, NULL, again, bias);
    CHECK(memcmp(again, dw, in * out * sizeof *dw) == 0);
    floats_free((float *[]){x, w, b, y, dy, dx, dw, db, again, bias, NULL});
}

static void relu(void)
{
    float y[19], dy[19];
    for (int i = 0; i < 19; i++) {
        y[i] = (float)(i - 9) / 2;
        dy[i] = (float)i + 1;
    }
    relu_forward(19, y);
    relu_backward(19, y, dy);
    for (int i = 0; i < 19; i++) {
        CHECK(y[i] == (i > 9 ? (float)(i - 9) / 2 : 0));
        CHECK(dy[i] == (i > 9 ? (float)i + 1 : 0));
    }
}

int main(void)
{
    struct rng r = rng_seed(11);
    unit_test("dense layers, forwards and backwards");
    dense(&r, 1, 1, 1);
    dense(&r, 3, 17, 5);
    dense(&r, 64, 33, 3);
    unit_test("ReLU: 0 stays 0, and gives no gradient");
    relu();
    return unit_end();
}
