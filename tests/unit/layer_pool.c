#include "net/layer_pool.h"

#include "floats.h"

static void pooling(struct rng *r, size_t n, size_t height, size_t width, size_t channels)
{
    size_t row = width * channels, oh = height / 2, ow = width / 2;
    float *x = floats_random(r, n * height * row), *y = floats_new(n * oh * ow * channels);
    float *dy = floats_random(r, n * oh * ow * channels), *dx = floats_random(r, n * height * row);
    /* Coarse values, so that there are ties. */
    for (size_t i = 0; i < n * height * row; i++)
        x[i] = roundf(x[i]);
    pool_forward(n, height, width, channels, x, y);
    pool_backward(n, height, width, channels, x, y, dy, dx);
    for (size_t image = 0; image < n; image++)
        for (size_t i = 0; i < height; i++)
            for (size_t j = 0; j < width; j++)
                for (size_t c = 0; c < channels; c++) {
                    size_t at = (image * height + i) * row + j * channels + c;
                    size_t to = ((image * oh + i / 2) * ow + j / 2) * channels + c;
                    if (i / 2 >= oh || j / 2 >= ow) {
                        CHECK(dx[at] == 0);
                        continue;
                    }
                    CHECK(x[at] <= y[to]);
                    if (i % 2 || j % 2)
                        continue;
                    /* Of the square's four gradients only that of the first largest isn't 0. */
                    size_t four[] = {at, at + channels, at + row, at + row + channels}, first = 0;
                    while (first < 4 && x[four[first]] != y[to])
                        first++;
                    for (size_t q = 0; q < 4; q++)
                        CHECK(dx[four[q]] == (q == first ? dy[to] : 0));
                    CHECK(first < 4);
                }
    floats_free((float *[]){x, y, dy, dx, NULL});
}

int main(void)
{
    struct rng r = rng_seed(11);
    unit_test("pooling: the largest values, gradients to the first of them, odd sides cut off");
    pooling(&r, 2, 8, 8, 3);
    pooling(&r, 3, 7, 9, 17);
    pooling(&r, 1, 2, 3, 1);
    return unit_end();
}
