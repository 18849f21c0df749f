/* simulate, and what it is made of: profile, camera, volunteers. */
#include "survey/camera.h"
#include "survey/profile.h"
#include "survey/simulate.h"
#include "unit.h"
#include "survey/volunteers.h"

/* The light within radius r, relative to that within reach. */
static double enclosed(const struct profile *p, double r)
{
    enum { STEPS = 400000 };
    double within = 0, all = 0;
    for (int i = 0; i < STEPS; i++) { /* in t with r = reach t^4, where the profile is smooth */
        double t = (i + 0.5) / STEPS, at = p->reach * t * t * t * t;
        double light = at * profile_at(p, (float)at) * t * t * t;
        all += light;
        if (at < r)
            within += light;
    }
    return within / all;
}

static void test_sersic(void)
{
    static struct profile p;
    unit_test("a Sersic profile's r_e encloses half the light");
    for (double n = 0.5; n <= 5; n += 0.5) {
        profile_sersic(&p, n, 3, 3 * 400);
        CHECK_NEAR(enclosed(&p, 3), 0.5, 0.003);
        CHECK_NEAR(profile_at(&p, 3), 1, 2e-3);
    }
    unit_test("Sersic's b: de Vaucouleurs' 7.669, the exponential's 1.678, the Gaussian's ln 2");
    CHECK_NEAR(sersic_b(4), 7.66925, 1e-4);
    CHECK_NEAR(sersic_b(1), 1.67835, 1e-4);
    CHECK_NEAR(sersic_b(0.5), 0.693147, 1e-3);
}

static void test_disks(void)
{
    static struct profile p;
    unit_test("an exponential disk: half its light within 1.678 h, 90 % within 3.890 h");
    profile_exponential(&p, 2, 2 * 40);
    CHECK_NEAR(enclosed(&p, 2 * 1.67835), 0.5, 1e-3);
    CHECK_NEAR(enclosed(&p, 2 * 3.88972), 0.9, 1e-3);
    unit_test("a disk from the side falls off as u K_1(u) (Abramowitz and Stegun, table 9.8)");
    profile_edge_on(&p, 2, 2 * 40);
    CHECK_NEAR(profile_at(&p, 0), 1, 1e-5);
    CHECK_NEAR(profile_at(&p, 1), 0.5 * 1.6564411, 1e-4);
    CHECK_NEAR(profile_at(&p, 2), 0.6019072, 1e-4);
    CHECK_NEAR(profile_at(&p, 4), 2 * 0.1398659, 1e-4);
    unit_test("light ends at reach");
    CHECK(profile_at(&p, 80) == 0 && profile_at(&p, 1e6f) == 0);
    CHECK(profile_at(&p, 79.9f) >= 0);
}

static void test_arms(void)
{
    unit_test("arms cross circles at their pitch, and phase is 0 on each of them");
    for (int direction = -1; direction <= 1; direction += 2)
        for (unsigned k = 0; k < 3; k++) {
            struct arms a = {3, 2, 0.3, direction, 1, 2};
            double r = 5, step = 1e-6;
            double turned = (arms_ridge(&a, k, r + step) - arms_ridge(&a, k, r)) * r;
            CHECK_NEAR(atan2(step, direction * turned), 0.3, 1e-6);
            CHECK_NEAR(cos(arms_phase(&a, r, arms_ridge(&a, k, r))), 1, 1e-12);
            CHECK_NEAR(cos(arms_phase(&a, r, arms_ridge(&a, k, r) + M_PI / 3)), -1, 1e-12);
        }
    unit_test("the mean of the arms' light: exp(-s) I_0(s)");
    CHECK_NEAR(arms_mean(0), 1, 1e-12);
    CHECK_NEAR(arms_mean(2), 2.2795853 * exp(-2), 1e-6);
}

static double sum(const struct frame *f, size_t b)
{
    double all = 0;
    for (size_t i = 0; i < f->side * f->side; i++)
        all += f->band[b][i];
    return all;
}

static void test_blur(void)
{
    struct error err;
    struct frame f;
    const float light[CAMERA_BANDS] = {100, 200, 300};
    unit_test("a blurred point keeps its light, its place and the width that was asked for");
    CHECK(frame_init(&f, 81, &err) == STATUS_OK);
    frame_add_point(&f, 40.5, 40.5, light);
    CHECK(frame_blur(&f, (double[]){4, 6, 8}, &err) == STATUS_OK);
    for (size_t b = 0; b < CAMERA_BANDS; b++) {
        const float *row = f.band[b] + 40 * 81;
        CHECK_NEAR(sum(&f, b), light[b], 1e-3 * light[b]);
        size_t j = 40;
        while (row[j + 1] > row[40] / 2)
            j++;
        double part = (row[j] - row[40] / 2) / (row[j] - row[j + 1]);
        CHECK_NEAR(2 * ((double)(j - 40) + part), 4 + 2 * (double)b, 0.25);
        for (size_t k = 1; k <= 40; k++)
            CHECK_NEAR(row[40 - k], row[40 + k], 1e-6 * row[40]);
    }
    unit_test("points at or beyond the edge add nothing that isn't there");
    frame_add_point(&f, -3, 10, light);
    frame_add_point(&f, 10, 81, light);
    frame_add_point(&f, 1e9, 1e9, light);
    CHECK_NEAR(sum(&f, 0), 100, 0.1);
    frame_release(&f);
}

static void test_noise(void)
{
    struct error err;
    struct frame f;
    struct rng r = rng_seed(1);
    struct sky sky = {{1, 2, 3}, {0, 1, 0}, {0, 0, 1}, {0.1f, 0.2f, 0.3f}, 4};
    unit_test("noise has the sky's level and deviation, and grows with the light as photons do");
    CHECK(frame_init(&f, 400, &err) == STATUS_OK);
    for (size_t i = 0; i < 400 * 200; i++) /* the upper half shines 3 times as bright as the sky */
        f.band[0][i] = 12;
    frame_expose(&f, &sky, &r);
    double mean[2] = {0}, square[2] = {0}, n = 400 * 200;
    for (size_t i = 0; i < 400 * 400; i++) {
        double x = f.band[0][i] - (i < 400 * 200 ? 12 : 0);
        mean[i >= 400 * 200] += x / n;
        square[i >= 400 * 200] += x * x / n;
    }
    CHECK_NEAR(mean[0], 1, 3e-3);
    CHECK_NEAR(mean[1], 1, 3e-3);
    CHECK_NEAR(sqrt(square[0] - mean[0] * mean[0]), 0.2, 2e-3);
    CHECK_NEAR(sqrt(square[1] - mean[1] * mean[1]), 0.1, 1e-3);
    frame_release(&f);
}

static void test_develop(void)
{
    struct error err;
    struct frame f;
    unit_test("the stretch: asinh(8 I) / 8 in the mean, colours kept, nothing above white");
    float value[3] = {0.1f, 0.2f, 0.3f}, white[3] = {1e4f, 5e3f, 1e3f}, none[3] = {-1, 0.5f, 0.1f};
    camera_stretch(value);
    camera_stretch(white);
    camera_stretch(none);
    CHECK_NEAR((value[0] + value[1] + value[2]) / 3, asinh(8 * 0.2) / 8, 1e-6);
    CHECK_NEAR(value[2] / value[0], 3, 1e-5);
    CHECK_NEAR(white[0], 1, 1e-6);
    CHECK_NEAR(white[2] / white[0], 0.1, 1e-6);
    CHECK(none[0] == 0 && none[1] == 0 && none[2] == 0);
    unit_test("an even sky stays even at any size");
    for (size_t size = 16; size <= 700; size = size * 2 + 3) {
        unsigned char *pixels = malloc(size * size * 3);
        CHECK(frame_init(&f, 60, &err) == STATUS_OK);
        for (size_t i = 0; i < 3 * 60 * 60; i++)
            f.band[0][i] = 0.5f;
        CHECK(frame_develop(&f, 51.7, size, pixels, &err) == STATUS_OK);
        int expected = (int)lround(255 * asinh(8 * 0.5) / 8), worst = 0;
        for (size_t i = 0; i < size * size * 3; i++)
            worst = abs(pixels[i] - expected) > worst ? abs(pixels[i] - expected) : worst;
        CHECK(worst <= 1);
        free(pixels);
        frame_release(&f);
    }
}

static void test_volunteers(void)
{
    double likely[VOLUNTEERS_ANSWERS], share[VOLUNTEERS_ANSWERS], mean[VOLUNTEERS_ANSWERS] = {0};
    struct rng r = rng_seed(5);
    enum { CROWDS = 2000 };
    unit_test("answers are numbered as the table's columns");
    CHECK(volunteers_answer(1, 1) == 0 && volunteers_answer(2, 1) == 3);
    CHECK(volunteers_answer(7, 1) == 15 && volunteers_answer(11, 6) == VOLUNTEERS_ANSWERS - 1);
    unit_test("crowds answer as likely as they should, and only what they are asked");
    for (size_t i = 0; i < VOLUNTEERS_ANSWERS; i++)
        likely[i] = 1;
    likely[0] = 2, likely[1] = 8, likely[2] = 0;
    likely[3] = 0, likely[4] = 3; /* 2: never edge-on */
    for (int c = 0; c < CROWDS; c++) {
        volunteers_ask(likely, &r, share);
        for (size_t i = 0; i < VOLUNTEERS_ANSWERS; i++)
            mean[i] += share[i] / CROWDS;
    }
    CHECK_NEAR(mean[1], 0.8, 0.02);
    CHECK_NEAR(mean[volunteers_answer(3, 1)], 0.4, 0.02);
    CHECK_NEAR(mean[volunteers_answer(7, 3)], 0.2 / 3, 0.01);
    CHECK(mean[3] > 0 && mean[3] < 0.02); /* the careless */
    CHECK(mean[2] > 0 && mean[2] < 0.02);
    CHECK_NEAR(mean[13] + mean[14], 1, 1e-9);
    unit_test("where nobody is asked what is odd, nothing is");
    memset(likely, 0, sizeof likely);
    likely[2] = 1;
    for (int c = 0; c < 50; c++) {
        volunteers_ask(likely, &r, share);
        CHECK_NEAR(share[13] + share[14], 1, 1e-9);
    }
}

static void test_galaxy(void)
{
    struct galaxy g, same, other;
    unit_test("a galaxy depends on seed and id, and on nothing else");
    galaxy_generate(&g, 1, "900001");
    galaxy_generate(&other, 1, "900002");
    galaxy_generate(&same, 1, "900001");
    CHECK(g.scale == same.scale && g.angle == same.angle && g.seeing == same.seeing);
    CHECK(g.scale != other.scale && g.angle != other.angle);
    galaxy_generate(&other, 2, "900001");
    CHECK(g.scale != other.scale);
    unit_test("all kinds are drawn, each within its bounds");
    int truth[3] = {0}, bars = 0, irregular = 0;
    for (int i = 0; i < 3000; i++) {
        char id[16];
        snprintf(id, sizeof id, "%d", i);
        galaxy_generate(&g, 3, id);
        truth[g.truth]++;
        bars += g.bar.light > 0;
        irregular += g.irregular;
        CHECK((g.truth == TRUTH_ROUND) == (g.disk.light == 0));
        CHECK((g.truth == TRUTH_EDGE_ON) == (g.disk.inclination >= 76 * M_PI / 180));
        CHECK(g.bulge.axis_ratio > 0 && g.bulge.axis_ratio <= 1 && g.scale >= 1.5);
        CHECK(galaxy_arm_contrast(&g) >= 0 && galaxy_arm_contrast(&g) <= 1);
    }
    CHECK(truth[0] > 800 && truth[1] > 600 && truth[2] > 800);
    CHECK(bars > 150 && irregular > 30);
}

static void test_votes(void)
{
    struct galaxy g;
    double first[VOLUNTEERS_ANSWERS], again[VOLUNTEERS_ANSWERS];
    unit_test("a galaxy's votes are the same each time, and its twin's are others");
    galaxy_generate(&g, 1, "900001");
    galaxy_votes(&g, first);
    galaxy_votes(&g, again);
    CHECK(memcmp(first, again, sizeof first) == 0);
    strcpy(g.id, "900002");
    galaxy_votes(&g, again);
    CHECK(memcmp(first, again, sizeof first) != 0);
}

static void test_arms_seen(void)
{
    struct galaxy g = {.seeing = 3, .disk = {.light = 1, .h = 6}};
    g.spiral = (struct spiral){.arms = {2, 3, 0.35, 1, 0, 2}, .strength = 0.7};
    unit_test("arms fade with the seeing, the slant and their own weakness");
    double clear = galaxy_arm_contrast(&g), least;
    g.seeing = 9;
    CHECK((least = galaxy_arm_contrast(&g)) < 0.5 * clear && least > 0);
    g.seeing = 3;
    g.disk.inclination = 1.2;
    CHECK((least = galaxy_arm_contrast(&g)) < 0.8 * clear && least > 0);
    g.disk.inclination = 0;
    g.spiral.strength = 0.1;
    CHECK_NEAR(galaxy_arm_contrast(&g), clear / 7, 1e-6);
    g.disk.light = 0;
    CHECK(galaxy_arm_contrast(&g) == 0);
}

/* The mean level of a square around the middle. */
static double level(const unsigned char *pixels, size_t size, size_t half)
{
    double all = 0;
    for (size_t y = size / 2 - half; y < size / 2 + half; y++)
        for (size_t x = 3 * (size / 2 - half); x < 3 * (size / 2 + half); x++)
            all += pixels[y * size * 3 + x];
    return all / (double)(12 * half * half);
}

static void test_picture(void)
{
    struct error err;
    struct galaxy g;
    static unsigned char large[SIMULATE_SIDE * SIMULATE_SIDE * 3], again[sizeof large];
    static unsigned char small[106 * 106 * 3];
    unit_test("a picture is the same each time, bright in the middle, at any size");
    for (int i = 0; i < 12; i++) {
        char id[16];
        snprintf(id, sizeof id, "%d", i);
        galaxy_generate(&g, 4, id);
        CHECK(galaxy_render(&g, SIMULATE_SIDE, large, &err) == STATUS_OK);
        CHECK(galaxy_render(&g, SIMULATE_SIDE, again, &err) == STATUS_OK);
        CHECK(galaxy_render(&g, 106, small, &err) == STATUS_OK);
        CHECK(memcmp(large, again, sizeof large) == 0);
        CHECK(level(large, SIMULATE_SIDE, 8) > 60);
        CHECK_NEAR(level(large, SIMULATE_SIDE, 16), level(small, 106, 4), 3);
        CHECK(level(large, SIMULATE_SIDE, 200) < 40);
    }
}

int main(void)
{
    test_sersic();
    test_disks();
    test_arms();
    test_blur();
    test_noise();
    test_develop();
    test_volunteers();
    test_galaxy();
    test_votes();
    test_arms_seen();
    test_picture();
    return unit_end();
}
