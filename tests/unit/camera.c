#include "survey/camera.h"

#include "base/mem.h"
#include "unit.h"

static struct error err;

/* Sums over a band's light: all of it, its centre, and its second moments about that. */
struct moments {
    double light, y, x, yy, xx, yx;
};

static struct moments moments_of(const struct frame *f, size_t b)
{
    struct moments m = {0};
    for (size_t i = 0; i < f->side * f->side; i++) {
        double y = (double)(i / f->side) + 0.5, x = (double)(i % f->side) + 0.5;
        double light = f->band[b][i];
        m.light += light;
        m.y += light * y;
        m.x += light * x;
        m.yy += light * y * y;
        m.xx += light * x * x;
        m.yx += light * y * x;
    }
    m.y /= m.light;
    m.x /= m.light;
    m.yy = m.yy / m.light - m.y * m.y;
    m.xx = m.xx / m.light - m.x * m.x;
    m.yx = m.yx / m.light - m.y * m.x;
    return m;
}

static void points(void)
{
    struct frame f;
    struct rng r = rng_seed(1);
    const float light[CAMERA_BANDS] = {100, 200, 300};
    for (int k = 0; k < 50; k++) {
        double y = 3 + 10 * rng_uniform(&r), x = 3 + 10 * rng_uniform(&r);
        CHECK(!frame_init(&f, 16, &err));
        frame_add_point(&f, y, x, light);
        for (size_t b = 0; b < CAMERA_BANDS; b++) {
            struct moments m = moments_of(&f, b);
            CHECK_NEAR(m.light, light[b], 1e-3);
            CHECK_NEAR(m.y, y, 1e-5);
            CHECK_NEAR(m.x, x, 1e-5);
        }
        frame_release(&f);
    }
    CHECK(!frame_init(&f, 16, &err));
    frame_add_point(&f, -3, 10, light);
    frame_add_point(&f, 10, 16, light);
    frame_add_point(&f, 1e9, 1e9, light);
    CHECK(moments_of(&f, 0).light == 0);
    frame_release(&f);
}

/* A Gaussian of deviations 4 along the axis and 2 across, whose integral is 2 pi 4 2. */
static void gaussian(const void *context, float u, float v, float *value)
{
    const float *colour = context;
    for (int b = 0; b < CAMERA_BANDS; b++)
        value[b] += colour[b] * expf(-u * u / 32 - v * v / 8);
}

static void painting(void)
{
    struct frame f;
    const float colour[CAMERA_BANDS] = {1, 2, 3};
    for (double angle = -1.5; angle <= 1.5; angle += 0.3) {
        CHECK(!frame_init(&f, 64, &err));
        frame_paint(&f, 30.3, 33.8, angle, 24, gaussian, colour);
        for (size_t b = 0; b < CAMERA_BANDS; b++) {
            struct moments m = moments_of(&f, b);
            double c = cos(angle), s = sin(angle);
            CHECK_NEAR(m.light / (colour[b] * 2 * M_PI * 8), 1, 1e-3);
            CHECK_NEAR(m.y, 30.3, 1e-3);
            CHECK_NEAR(m.x, 33.8, 1e-3);
            CHECK_NEAR(m.xx, c * c * 16 + s * s * 4, 0.2);
            CHECK_NEAR(m.yy, s * s * 16 + c * c * 4, 0.2);
            CHECK_NEAR(m.yx, s * c * (16 - 4), 0.2);
        }
        frame_release(&f);
    }
    CHECK(!frame_init(&f, 64, &err));
    frame_paint(&f, -5, 70, 0, 24, gaussian, colour); /* only a part is within the frame */
    frame_paint(&f, -50, 30, 0, 24, gaussian, colour);
    for (size_t i = 0; i < 64 * 64; i++)
        CHECK(isfinite(f.band[0][i]) && (i % 64 > 40 || f.band[0][i] == 0));
    frame_release(&f);
}

static void blurring(void)
{
    struct frame f;
    const float light[CAMERA_BANDS] = {100, 200, 300};
    const double fwhm[CAMERA_BANDS] = {4, 6, 8};
    CHECK(!frame_init(&f, 101, &err));
    frame_add_point(&f, 50.5, 50.5, light);
    CHECK(!frame_blur(&f, fwhm, &err));
    for (size_t b = 0; b < CAMERA_BANDS; b++) {
        const float *row = f.band[b] + 50 * 101;
        struct moments m = moments_of(&f, b);
        CHECK_NEAR(m.light, light[b], 1e-3 * light[b]);
        CHECK_NEAR(m.y, 50.5, 1e-3);
        CHECK_NEAR(m.x, 50.5, 1e-3);
        size_t j = 50;
        while (row[j + 1] > row[50] / 2)
            j++;
        double part = (row[j] - row[50] / 2) / (row[j] - row[j + 1]);
        CHECK_NEAR(2 * ((double)(j - 50) + part), fwhm[b], 0.25);
        for (size_t k = 1; k <= 50; k++) {
            CHECK_NEAR(row[50 - k], row[50 + k], 1e-6 * row[50]);
            CHECK_NEAR(row[50 + k], f.band[b][(50 + k) * 101 + 50], 1e-6 * row[50]);
        }
        /* Three quarters of the light in the core, a quarter in wings 2.3 times as wide. */
        double core = pow(0.94 * fwhm[b] / 2.3548, 2), both = core * (0.75 + 0.25 * 2.3 * 2.3);
        CHECK_NEAR(m.yy / both, 1, 0.02);
        CHECK_NEAR(m.xx / both, 1, 0.02);
    }
    for (size_t i = 0; i < 3 * 101 * 101; i++)
        f.band[0][i] = 7;
    CHECK(!frame_blur(&f, fwhm, &err));
    for (size_t i = 0; i < 3 * 101 * 101; i++)
        CHECK_NEAR(f.band[0][i], 7, 1e-4);
    frame_release(&f);
}

/* Rows and columns are blurred alike, also at the edges: blurring commutes with transposing. */
static void transposing(void)
{
    enum { SIDE = 24 };
    struct frame f, t;
    struct rng r = rng_seed(8);
    const double fwhm[CAMERA_BANDS] = {3, 5, 20};
    CHECK(!frame_init(&f, SIDE, &err) && !frame_init(&t, SIDE, &err));
    for (size_t b = 0; b < CAMERA_BANDS; b++)
        for (size_t i = 0; i < SIDE * SIDE; i++)
            f.band[b][i] = t.band[b][i % SIDE * SIDE + i / SIDE] = (float)rng_uniform(&r);
    CHECK(!frame_blur(&f, fwhm, &err) && !frame_blur(&t, fwhm, &err));
    for (size_t b = 0; b < CAMERA_BANDS; b++)
        for (size_t i = 0; i < SIDE * SIDE; i++)
            CHECK_NEAR(f.band[b][i], t.band[b][i % SIDE * SIDE + i / SIDE], 1e-5);
    frame_release(&f);
    frame_release(&t);
}

/* In the upper half of the first band, light 3 times as bright as the sky is exposed. */
static void noise(void)
{
    enum { SIDE = 400, HALF = SIDE * SIDE / 2 };
    struct frame f;
    struct rng r = rng_seed(1);
    const struct sky sky = {{1, 2, 3}, {0, 1, 0}, {0, 0, 1}, {0.1f, 0.2f, 0.3f}, 4};
    CHECK(!frame_init(&f, SIDE, &err));
    for (size_t i = 0; i < HALF; i++)
        f.band[0][i] = 12;
    frame_expose(&f, &sky, &r);
    for (size_t b = 0; b < CAMERA_BANDS; b++)
        for (int half = 0; half < 2; half++) {
            double mean = 0, square = 0, factor = b == 0 && half == 0 ? 2 : 1;
            for (size_t i = (size_t)half * HALF; i < (size_t)(half + 1) * HALF; i++) {
                double y = (double)(i / SIDE) / SIDE - 0.5, x = (double)(i % SIDE) / SIDE - 0.5;
                double value = f.band[b][i] - (factor > 1 ? 12 : 0);
                value -= sky.level[b] + sky.tilt_y[b] * y + sky.tilt_x[b] * x;
                mean += value / HALF;
                square += value * value / HALF;
            }
            CHECK_NEAR(mean, 0, 5 * factor * sky.noise[b] / sqrt(HALF));
            CHECK_NEAR(sqrt(square), factor * sky.noise[b], 0.015 * factor * sky.noise[b]);
        }
    /* What two bands have in common. */
    double both = 0, tilted = 0;
    for (size_t i = HALF; i < 2 * HALF; i++) {
        double y = (double)(i / SIDE) / SIDE - 0.5;
        tilted = f.band[1][i] - 2 - y;
        both += (f.band[0][i] - 1) / 0.1 * tilted / 0.2 / HALF;
    }
    CHECK_NEAR(both, 0.81, 0.02);
    frame_release(&f);
}

static void stretching(void)
{
    struct rng r = rng_seed(2);
    for (int i = 0; i < 2000; i++) {
        float in[3], out[3], more[3];
        double scale = exp(12 * rng_uniform(&r) - 8);
        for (int b = 0; b < 3; b++) {
            in[b] = (float)(scale * (0.05 + rng_uniform(&r)));
            out[b] = in[b];
            more[b] = 1.01f * in[b];
        }
        camera_stretch(out);
        camera_stretch(more);
        double mean = ((double)in[0] + in[1] + in[2]) / 3, gain = asinh(8 * mean) / (8 * mean);
        double most = gain * fmax(fmax(in[0], in[1]), in[2]);
        for (int b = 0; b < 3; b++) {
            CHECK_NEAR(out[b], in[b] * gain / fmax(most, 1), 1e-5);        /* the formula */
            CHECK_NEAR(out[b] * in[0], out[0] * in[b], 1e-5 * in[0]);      /* the same colour */
            CHECK(more[b] >= out[b] * (1 - 1e-6f) && out[b] <= 1.000001f); /* monotone, bounded */
        }
    }
    float dark[3] = {-1, 0.5f, 0.1f};
    camera_stretch(dark);
    CHECK(dark[0] == 0 && dark[1] == 0 && dark[2] == 0);
}

/* Light that the stretch turns into this. */
static float unstretched(double value)
{
    return (float)(sinh(8 * value) / 8);
}

static void developing(void)
{
    enum { SIDE = 60 };
    struct frame f;
    const double field = 41.7;
    for (size_t size = 16; size <= 700; size = size * 2 + 3) {
        unsigned char *pixels = malloc(size * size * 3);
        CHECK(!frame_init(&f, SIDE, &err));
        for (size_t i = 0; i < 3 * SIDE * SIDE; i++)
            f.band[0][i] = unstretched(0.25);
        CHECK(!frame_develop(&f, field, size, pixels, &err));
        int worst = 0;
        for (size_t i = 0; i < size * size * 3; i++)
            worst = abs(pixels[i] - 64) > worst ? abs(pixels[i] - 64) : worst;
        CHECK(worst == 0);

        /* A ramp along both axes; what the picture has at each place is the ramp there. */
        for (size_t i = 0; i < 3 * SIDE * SIDE; i++) {
            double y = (double)(i / SIDE % SIDE) + 0.5, x = (double)(i % SIDE) + 0.5;
            f.band[0][i] = unstretched(0.05 + 0.010 * x + 0.003 * y);
        }
        CHECK(!frame_develop(&f, field, size, pixels, &err));
        double gap = 0;
        for (size_t i = 0; i < size * size; i++) {
            double step = field / (double)size, first = (SIDE - field) / 2;
            double y = first + ((double)(i / size) + 0.5) * step;
            double x = first + ((double)(i % size) + 0.5) * step;
            for (size_t b = 0; b < 3; b++)
                gap = fmax(gap, fabs(pixels[3 * i + b] - 255 * (0.05 + 0.010 * x + 0.003 * y)));
        }
        CHECK(gap < (size < field ? 1 : 0.51)); /* rounding; a widened kernel is not exact */
        free(pixels);
        frame_release(&f);
    }
}

int main(void)
{
    unit_test("a point's light and place are kept; outside of the frame there is nothing");
    points();
    unit_test("what is painted has the light, place, widths and angle that it should");
    painting();
    unit_test("a blurred point keeps its light, its place and the width that was asked for");
    blurring();
    unit_test("rows and columns are blurred alike");
    transposing();
    unit_test(
        "noise: level, tilt and deviation of the sky, more with light, mostly common to bands");
    noise();
    unit_test(
        "the stretch: asinh(8 I) / 8 in the mean, colours kept, monotone, nothing above white");
    stretching();
    unit_test("an even sky stays even, and a ramp a ramp, at any size");
    developing();
    return unit_end();
}
