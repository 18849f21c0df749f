#include "survey/simulate.h"

#include "unit.h"

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
    test_galaxy();
    test_votes();
    test_arms_seen();
    test_picture();
    return unit_end();
}
