#include "stream/fold.h"

#include "unit.h"

enum { GALAXIES = 20000 };

static struct fold parts(uint64_t first, uint64_t last, uint64_t n)
{
    return (struct fold){n, 1, {{first, last}}};
}

static bool has(struct fold f, int galaxy)
{
    char id[16];
    snprintf(id, sizeof id, "%d", 100000 + galaxy);
    return fold_has(&f, id);
}

static void every_galaxy_is_in_one_part(void)
{
    static const uint64_t counts[] = {1, 2, 7, 10, 30};
    for (size_t c = 0; c < sizeof counts / sizeof *counts; c++)
        for (int i = 0; i < 2000; i++) {
            uint64_t n = counts[c], in = 0, number = 0;
            for (uint64_t k = 0; k < n; k++)
                if (has(parts(k, k, n), i)) {
                    in++;
                    number = k;
                }
            CHECK(in == 1);
            /* A range has the galaxy if and only if the galaxy's part is in the range. */
            CHECK(has(parts(0, n - 1, n), i));
            CHECK(has(parts(n / 2, n - 1, n), i) == (number >= n / 2));
            CHECK(has(parts(0, n / 2, n), i) == (number <= n / 2));
        }
}

/* Each part's size is binomial with p = 1 / n. The sum of squared deviations over the expected
   size is a chi square with n - 1 degrees of freedom: mean n - 1, variance 2 (n - 1), and a long
   tail to the right. */
static void sizes_are_binomial(void)
{
    for (uint64_t n = 2; n <= 50; n += 4) {
        double size, expected = GALAXIES / (double)n, chi_square = 0;
        for (uint64_t k = 0; k < n; k++) {
            size = 0;
            for (int i = 0; i < GALAXIES; i++)
                size += has(parts(k, k, n), i);
            chi_square += (size - expected) * (size - expected) / expected;
            CHECK_NEAR(size, expected, 5 * sqrt(expected * (1 - 1 / (double)n)));
        }
        CHECK_NEAR(chi_square, (double)(n - 1), 6 * sqrt(2 * (double)(n - 1)));
    }
}

static void coprime_parts_are_independent(void)
{
    for (uint64_t k = 0; k < 5; k++) {
        int both = 0;
        for (int i = 0; i < GALAXIES; i++)
            both += has(parts(k, k, 5), i) && has(parts(3, 3, 19), i);
        CHECK_NEAR(both, GALAXIES / 95., 5 * sqrt(GALAXIES / 95.));
    }
}

static bool parses_to(const char *text, uint64_t first, uint64_t last, uint64_t n)
{
    struct fold f;
    return fold_parse(text, &f) && f.n == n && f.ranges == 1 && f.range[0].first == first &&
           f.range[0].last == last;
}

static void syntax(void)
{
    CHECK(parses_to("0/10", 0, 0, 10));
    CHECK(parses_to("1-9/10", 1, 9, 10));
    CHECK(parses_to("0/1", 0, 0, 1));
    CHECK(parses_to("3-3/4", 3, 3, 4));
    CHECK(parses_to("999999999/1000000000", 999999999, 999999999, 1000000000));

    /* A list has what is in any of its members. */
    struct fold list, one, other;
    CHECK(fold_parse("0-2,5/7", &list) && fold_parse("0-2/7", &one) && fold_parse("5/7", &other));
    CHECK(list.ranges == 2);
    for (int i = 0; i < 500; i++)
        CHECK(has(list, i) == (has(one, i) || has(other, i)));

    char many[200] = "0";
    for (int i = 1; i < FOLD_RANGES_MAX; i++)
        strcat(many, ",1");
    size_t size = strlen(many);
    strcpy(many + size, "/2");
    CHECK(fold_parse(many, &list) && list.ranges == FOLD_RANGES_MAX);
    strcpy(many + size, ",1/2");
    CHECK(!fold_parse(many, &list));
}

static void what_is_refused(void)
{
    static const char *const wrong[] = {
        "",      "/",     "0",    "0/",     "/10",    "10/10", "2-1/3",       "-1/3",
        "1-/3",  "0-3/3", "0/0",  "0/10/2", "1/2-3",  "a/10",  "1-2-3/9",     "0/99999999999",
        " 0/10", "+0/9",  ",1/2", "1,/2",   "0,,1/2", "0-1",   "0/1000000001"};
    struct fold f = parts(7, 7, 7);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        CHECK(!fold_parse(wrong[i], &f));
    CHECK(f.n == 7 && f.ranges == 1 && f.range[0].first == 7 && f.range[0].last == 7);
}

int main(void)
{
    unit_test("every galaxy is in exactly one of n parts, and a range has all of its parts");
    every_galaxy_is_in_one_part();
    unit_test("the sizes of the parts are binomial");
    sizes_are_binomial();
    unit_test("of each fifth, a nineteenth is in each nineteenth");
    coprime_parts_are_independent();
    unit_test("lists of parts and ranges");
    syntax();
    unit_test("what is no list of parts is refused, and the fold stays as it was");
    what_is_refused();
    unit_test("a galaxy's part never changes (values from rng_hash written in Python)");
    CHECK(fold_has(&(struct fold){1000, 1, {{320, 320}}}, "100143"));
    CHECK(fold_has(&(struct fold){1000, 1, {{383, 383}}}, "100322"));
    CHECK(fold_has(&(struct fold){1000, 1, {{22, 22}}}, "587722981742084144"));
    return unit_end();
}
