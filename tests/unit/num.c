/* num: the whole text is the number, or it is none. */
#include "unit.h"

#include "base/num.h"

static bool u64(const char *text, uint64_t min, uint64_t max, uint64_t want)
{
    uint64_t value = 77;
    return num_parse_u64(text, min, max, &value) ? value == want : value == 77 && want == 77;
}

static bool real(const char *text, double want)
{
    double value = 77;
    return num_parse_real(text, -1e300, 1e300, &value) ? value == want : value == 77 && want == 77;
}

/* 77 stands for "no number; value untouched". */
int main(void)
{
    unit_test("whole numbers");
    CHECK(u64("0", 0, UINT64_MAX, 0));
    CHECK(u64("007", 0, 10, 7));
    CHECK(u64("18446744073709551615", 0, UINT64_MAX, UINT64_MAX));
    CHECK(u64("5", 5, 5, 5));

    unit_test("what is no whole number, or out of range");
    static const char *const bad[] = {"",     "-1",  "+1",   " 1", "1 ", "1.0", "1e3",
                                      "0x10", "ten", "1\n2", "١",  "--", "NaN", "1,000"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        CHECK(u64(bad[i], 0, UINT64_MAX, 77));
    CHECK(u64("18446744073709551616", 0, UINT64_MAX, 77));
    CHECK(u64("99999999999999999999999999", 0, UINT64_MAX, 77));
    CHECK(u64("4", 5, 6, 77) && u64("7", 5, 6, 77));

    unit_test("decimal numbers");
    CHECK(real("0.5", 0.5) && real("-1", -1) && real("1e-3", 1e-3) && real(".5", 0.5));
    CHECK(real("12.", 12) && real("1E2", 100) && real("0", 0));

    unit_test("what is no decimal number, or not finite");
    static const char *const odd[] = {"",   "nan", "inf",   "0x1p3", " 1",
                                      "1 ", "1,5", "1e",    "e1",    ".",
                                      "-",  "1-1", "1.2.3", "1e999", "infinity"};
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++)
        CHECK(real(odd[i], 77));
    double value = 77;
    CHECK(!num_parse_real("1.01", 0, 1, &value) && !num_parse_real("-0.01", 0, 1, &value));
    CHECK(value == 77 && num_parse_real("1", 0, 1, &value) && value == 1);
    return unit_end();
}
