/* stretch: the formulas of the header, point by point; sky and noise of a normal distribution with
   a galaxy in it; what options take. */
#include "unit.h"

#include "base/rng.h"
#include "image/stretch.h"

static void stretch_one(const struct stretch *s, double r, double g, double b, float *value)
{
    stretch_run(s, (const double *const[]){&r, &g, &b}, 1, value);
}

static void check_curves(void)
{
    struct stretch s = {STRETCH_ASINH, 3, {1, 0, 0}, {2, 4, 8}, -1, 100, 0.5};
    float v[3];
    unit_test("asinh is equation 2, band by band");
    stretch_one(&s, 7, 40, -8, v);
    double low = asinh(-2), high = asinh(200);
    CHECK_NEAR(v[0], (asinh(6) - low) / (high - low), 1e-6);
    CHECK_NEAR(v[1], (asinh(20) - low) / (high - low), 1e-6);
    CHECK(v[2] == 0);
    stretch_one(&s, 201, 1e9, NAN, v);
    CHECK(v[0] == 1 && v[1] == 1 && v[2] == 0);
    stretch_one(&s, INFINITY, -INFINITY, 0, v);
    CHECK(v[0] == 1 && v[1] == 0);

    unit_test("linear is equation 3");
    s.curve = STRETCH_LINEAR;
    stretch_one(&s, 101, 36, -16, v);
    CHECK_NEAR(v[0], 51 / 101.0, 1e-6);
    CHECK_NEAR(v[1], 10 / 101.0, 1e-6);
    CHECK(v[2] == 0);
}

static void check_lupton(void)
{
    struct stretch s = {STRETCH_LUPTON, 3, {0}, {1, 1, 1}, -1, 30, 2};
    float v[3];
    unit_test("Lupton's curve is equation 4, and keeps the colour where it is too bright");
    stretch_one(&s, 5, 2, -1, v);
    double gain = asinh(3 / 2.0) / asinh(31 / 2.0) / 3;
    CHECK_NEAR(v[0], 6 * gain, 1e-6);
    CHECK_NEAR(v[1], 3 * gain, 1e-6);
    CHECK(v[2] == 0);
    stretch_one(&s, 999, 499, 249, v);
    CHECK(v[0] == 1);
    CHECK_NEAR(v[1], 0.5, 1e-6);
    CHECK_NEAR(v[2], 0.25, 1e-6);
    stretch_one(&s, 5, NAN, 5, v);
    CHECK(v[0] == 0 && v[1] == 0 && v[2] == 0);
    stretch_one(&s, -9, -9, -9, v);
    CHECK(v[0] == 0);
    stretch_one(&s, INFINITY, 1, 1, v);
    CHECK(v[0] == 1 && v[1] < 1e-6F);
    s.bands = 1;
    stretch_one(&s, 30, 0, 0, v);
    CHECK_NEAR(v[0], 1, 1e-6);
}

static void check_measure(void)
{
    enum { SIDE = 300 };
    double *flux = malloc(SIDE * SIDE * sizeof *flux);
    double *scratch = malloc(STRETCH_SAMPLE * sizeof *scratch);
    struct rng r = rng_seed(1);
    for (int i = 0; i < SIDE * SIDE; i++) {
        double d = hypot(i % SIDE - SIDE / 2, i / SIDE - SIDE / 2);
        flux[i] = 1000 + 3 * rng_normal(&r) + 500 * exp(-d / 15);
        if (i % 1000 == 7)
            flux[i] = i % 2000 == 7 ? NAN : INFINITY;
    }
    unit_test("the sky and noise under a galaxy are found");
    struct stretch_measure m = stretch_measure(flux, SIDE * SIDE, scratch);
    CHECK_NEAR(m.sky, 1000, 1);
    CHECK_NEAR(m.noise, 3, 0.5);
    CHECK(m.peak > 1200 && m.peak < 1500);

    unit_test("a large pedestal takes nothing away, nor does a large unit");
    for (int i = 0; i < SIDE * SIDE; i++)
        flux[i] = 1e40 * (flux[i] + 1e10);
    m = stretch_measure(flux, SIDE * SIDE, scratch);
    CHECK_NEAR(m.sky / 1e40 - 1e10, 1000, 1);
    CHECK_NEAR(m.noise / 1e40, 3, 0.5);

    unit_test("pictures without noise have a scale, too");
    m = stretch_measure((const double[]){5, 5, 5, 5, 105}, 5, scratch);
    CHECK(m.sky == 5 && m.peak == 105 && m.noise == 1);
    m = stretch_measure((const double[]){5, 5}, 2, scratch);
    CHECK(m.sky == 5 && m.noise == 1);
    m = stretch_measure((const double[]){NAN}, 1, scratch);
    CHECK(m.sky == 0 && m.noise == 1);

    unit_test("the median and its distance are those of the definition");
    m = stretch_measure((const double[]){1, 2, 4, 7}, 4, scratch);
    CHECK_NEAR(m.sky, 3, 1e-9);
    CHECK_NEAR(m.noise, 1.4826 * 1.5, 1e-9); /* of 2, 1, 1, 4 */
    free(flux);
    free(scratch);
}

static enum status set(struct stretch_options *o, const char *name, const char *text)
{
    struct error err;
    const struct option_spec *row = stretch_options;
    while (strcmp(row->name, name) != 0)
        row++;
    return option_set(row, o, text, &err);
}

static void check_options(void)
{
    struct stretch_options o = {0};
    unit_test("options take lists");
    CHECK(!set(&o, "fits-bands", "2,1,0") && o.bands == 3 && o.plane[0] == 2 && o.plane[2] == 0);
    CHECK(!set(&o, "fits-bands", "4") && o.bands == 1 && o.plane[0] == 4);
    CHECK(set(&o, "fits-bands", "1,2") && set(&o, "fits-bands", "1.5") &&
          set(&o, "fits-bands", "-1") && set(&o, "fits-bands", "1,2,3,4") &&
          set(&o, "fits-bands", "") && set(&o, "fits-bands", "1,2,") && o.bands == 1);
    CHECK(!set(&o, "fits-range", "-0.5,300") && o.ranged && o.low == -0.5 && o.high == 300);
    CHECK(set(&o, "fits-range", "3,3") && set(&o, "fits-range", "3"));
    CHECK(!set(&o, "fits-scales", "1e-9,2,3") && o.scales == 3 && o.scale[0] == 1e-9);
    CHECK(set(&o, "fits-scales", "0") && set(&o, "fits-scales", "1,2"));
    CHECK(!set(&o, "fits-stretch", "lupton") && o.curved && o.curve == STRETCH_LUPTON);
    CHECK(set(&o, "fits-stretch", "log"));
}

int main(void)
{
    check_curves();
    check_lupton();
    check_measure();
    check_options();
    return unit_end();
}
