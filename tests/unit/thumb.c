/* Pictures at another size, and without sky. */
#include "image/thumb.h"
#include "base/rng.h"
#include "unit.h"

static struct thumb make(const struct thumb_source *s, size_t rows, size_t columns, size_t height,
                         size_t width, const void *pixels)
{
    struct error err;
    struct thumb t;
    CHECK(thumb_init(&t, s, rows, columns, height, width, &err) == STATUS_OK);
    thumb_make(&t, pixels);
    return t;
}

static void test_size(void)
{
    unsigned char in[9 * 7 * 3], out[9 * 7 * 3];
    struct rng r = rng_seed(1);
    for (size_t i = 0; i < sizeof in; i++)
        in[i] = (unsigned char)rng_below(&r, 256);
    unit_test("the same size gives the same bytes");
    struct thumb t = make(&(struct thumb_source){{9, 7, 3}, PIXEL_U1}, 9, 7, 9, 7, in);
    thumb_bytes(&t, out);
    CHECK(memcmp(in, out, sizeof in) == 0);
    thumb_release(&t);

    unit_test("shrinking keeps the mean, also to sizes that don't divide");
    t = make(&(struct thumb_source){{9, 7, 3}, PIXEL_U1}, 9, 7, 4, 3, in);
    double before[3] = {0}, after[3] = {0};
    for (size_t i = 0; i < sizeof in; i++)
        before[i % 3] += in[i] / 255.0 / (9 * 7);
    for (size_t i = 0; i < 4 * 3 * 3; i++)
        after[i % 3] += (double)t.rgb[i] / (4 * 3);
    for (size_t k = 0; k < 3; k++)
        CHECK_NEAR(before[k], after[k], 1e-6);
    thumb_release(&t);

    unit_test("to half: means of four, of the central square, gray to three channels");
    unsigned char gray[4 * 6] = {9, 0, 10, 20, 30, 9, 9, 40, 50, 60, 70, 9,
                                 9, 1, 2,  3,  4,  9, 9, 5,  6,  7,  8,  9};
    t = make(&(struct thumb_source){{4, 6, 1}, PIXEL_U1}, 4, 4, 2, 2, gray);
    const double means[4] = {25, 45, 3.5, 5.5};
    for (size_t i = 0; i < 12; i++)
        CHECK_NEAR(t.rgb[i] * 255, means[i / 3], 1e-4);
    thumb_release(&t);

    unit_test("enlarging a slope: a slope, and the edge goes on");
    unsigned char slope[4] = {0, 40, 80, 120};
    t = make(&(struct thumb_source){{1, 4, 1}, PIXEL_U1}, 1, 4, 1, 8, slope);
    const double steps[8] = {0, 10, 30, 50, 70, 90, 110, 120};
    for (size_t i = 0; i < 8; i++)
        CHECK_NEAR(t.rgb[3 * i] * 255, steps[i], 1e-4);
    thumb_release(&t);

    unit_test("floats, not aligned, not numbers, out of range");
    char bytes[1 + 4 * sizeof(float)];
    float values[4] = {0.25f, NAN, -3, 7};
    memcpy(bytes + 1, values, sizeof values);
    t = make(&(struct thumb_source){{2, 2, 1}, PIXEL_F4}, 2, 2, 2, 2, bytes + 1);
    const double wanted[4] = {0.25, 0, 0, 1};
    for (size_t i = 0; i < 4; i++)
        CHECK_NEAR(t.rgb[3 * i + 1], wanted[i], 0);
    thumb_release(&t);
}

enum { SIDE = 40 };

/* An orange galaxy, twice as bright in red as in blue, on a greenish noisy sky. */
static void draw_galaxy(unsigned char *in, double light)
{
    struct rng r = rng_seed(2);
    for (size_t i = 0; i < SIDE * SIDE; i++) {
        double y = (double)(i / SIDE) - 19.5, x = (double)(i % SIDE) - 19.5;
        double here = light * exp(-(y * y + x * x) / 40);
        const double sky[3] = {20, 35, 25}, share[3] = {1, 0.75, 0.5};
        for (size_t k = 0; k < 3; k++)
            in[3 * i + k] = (unsigned char)(sky[k] + share[k] * here + 3 * rng_normal(&r) + 0.5);
    }
}

static void test_stretch(void)
{
    unsigned char in[SIDE * SIDE * 3];
    struct thumb_source s = {{SIDE, SIDE, 3}, PIXEL_U1};
    unit_test("the sky becomes black, the galaxy's middle white enough");
    draw_galaxy(in, 180);
    struct thumb t = make(&s, SIDE, SIDE, SIDE, SIDE, in);
    thumb_stretch(&t);
    double border = 0;
    for (size_t i = 0; i < SIDE * 3; i++)
        border += t.rgb[i] / (SIDE * 3);
    CHECK(border < 0.01);
    const float *middle = t.rgb + 3 * (20 * SIDE + 20);
    CHECK_NEAR(middle[0], 1, 0.1);
    unit_test("hues stay: green midway between red and blue, as it came in");
    double sum[3] = {0};
    for (size_t i = 0; i < SIDE * SIDE * 3; i++)
        sum[i % 3] += t.rgb[i];
    CHECK_NEAR((sum[0] - sum[1]) / (sum[0] - sum[2]), 0.5, 0.03);
    CHECK_NEAR(middle[2] / middle[0], 0.5, 0.08);
    for (size_t i = 0; i < SIDE * SIDE * 3; i++)
        CHECK(t.rgb[i] >= 0 && t.rgb[i] <= 1.000001f);
    thumb_release(&t);

    unit_test("nothing but sky stays dark");
    draw_galaxy(in, 0);
    t = make(&s, SIDE, SIDE, SIDE, SIDE, in);
    thumb_stretch(&t);
    for (size_t i = 0; i < SIDE * SIDE * 3; i++)
        CHECK(t.rgb[i] < 0.3f);
    thumb_release(&t);

    unit_test("one pixel has no sky but itself: black, no crash");
    unsigned char one = 200;
    t = make(&(struct thumb_source){{1, 1, 1}, PIXEL_U1}, 1, 1, 1, 1, &one);
    thumb_stretch(&t);
    CHECK(t.rgb[0] == 0);
    thumb_release(&t);
}

int main(void)
{
    test_size();
    test_stretch();
    return unit_end();
}
