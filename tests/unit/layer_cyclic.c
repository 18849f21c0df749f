#include "net/layer_cyclic.h"

#include "floats.h"

/* Clockwise by 90 degrees: the pixel at row i, column j comes from row side - 1 - j, column i. */
static void turns(struct rng *r, size_t n, size_t side, size_t channels)
{
    size_t row = side * channels, picture = side * row;
    float *x = floats_random(r, n * picture), *y = floats_random(r, 4 * n * picture);
    cyclic_turn(n, side, channels, x, y);
    for (size_t p = 0; p < n; p++) {
        const float *turn = y + 4 * p * picture;
        CHECK(memcmp(turn, x + p * picture, picture * sizeof *x) == 0);
        for (size_t k = 0; k < 4 * picture; k++) {
            size_t i = k % picture / row, j = k % row / channels, c = k % channels;
            const float *before = turn + k / picture * picture;
            const float *after = turn + (k / picture + 1) % 4 * picture;
            CHECK(after[i * row + j * channels + c] ==
                  before[(side - 1 - j) * row + i * channels + c]);
        }
    }
    floats_free((float *[]){x, y, NULL});
}

/* Mean and gradient are adjoint: (mean of x) . dy = x . (gradient of dy). */
static void mean(struct rng *r, size_t n, size_t values)
{
    float *x = floats_random(r, 4 * n * values), *y = floats_random(r, n * values);
    float *dy = floats_random(r, n * values), *dx = floats_random(r, 4 * n * values);
    double forward = 0, backward = 0;
    cyclic_forward(n, values, x, y);
    cyclic_backward(n, values, dy, dx);
    for (size_t i = 0; i < n * values; i++) {
        const float *p = x + i / values * 4 * values + i % values;
        CHECK_NEAR(
            (double)y[i],
            ((double)p[0] + (double)p[values] + (double)p[2 * values] + (double)p[3 * values]) / 4,
            1e-6);
        forward += (double)y[i] * (double)dy[i];
    }
    for (size_t i = 0; i < 4 * n * values; i++) {
        backward += (double)x[i] * (double)dx[i];
        CHECK(dx[i] == dx[i / (4 * values) * 4 * values + i % values]);
    }
    CHECK_NEAR(forward, backward, 1e-5 * (double)(n * values));
    floats_free((float *[]){x, y, dy, dx, NULL});
}

/* The four begin with another turn: the same bits. */
static void rotated(struct rng *r, size_t values)
{
    float *x = floats_random(r, 8 * values), *y = floats_new(values), *again = floats_new(values);
    memcpy(x + 4 * values, x, 4 * values * sizeof *x);
    cyclic_forward(1, values, x, y);
    for (size_t first = 1; first < 4; first++) {
        cyclic_forward(1, values, x + first * values, again);
        CHECK(memcmp(y, again, values * sizeof *y) == 0);
    }
    floats_free((float *[]){x, y, again, NULL});
}

int main(void)
{
    struct rng r = rng_seed(13);
    unit_test("each of the four turns is the one before, clockwise; the first is the picture");
    turns(&r, 2, 5, 3);
    turns(&r, 3, 8, 1);
    turns(&r, 1, 1, 2);
    unit_test("the mean over the turns, and its gradient");
    mean(&r, 3, 37);
    mean(&r, 1, 1);
    unit_test("whichever turn is the first, the mean has the same bits");
    rotated(&r, 1000);
    return unit_end();
}
