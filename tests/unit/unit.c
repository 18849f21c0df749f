#include "unit.h"

static struct {
    const char *name;
    int number, failures, failed_tests;
} now;

static void report(void)
{
    if (!now.name)
        return;
    printf("%s %d - %s\n", now.failures ? "not ok" : "ok", now.number, now.name);
    now.failed_tests += now.failures > 0;
}

void unit_test(const char *name)
{
    report();
    now.name = name;
    now.number++;
    now.failures = 0;
}

int unit_end(void)
{
    report();
    printf("1..%d\n", now.number);
    return now.failed_tests > 0 || now.number == 0;
}

bool unit_check(bool ok, const char *file, int line, const char *what)
{
    if (!ok && now.failures++ < 10)
        printf("# %s:%d: %s\n", file, line, what);
    return ok;
}

bool unit_check_near(double a, double b, double tolerance, const char *file, int line,
                     const char *what)
{
    bool ok = fabs(a - b) <= tolerance;
    if (!ok && now.failures++ < 10)
        printf("# %s:%d: %s: %.9g and %.9g differ by %.3g\n", file, line, what, a, b, a - b);
    return ok;
}

double unit_gap(const float *a, const float *b, size_t n)
{
    double gap = 0;
    for (size_t i = 0; i < n; i++) {
        double d = fabs((double)a[i] - (double)b[i]);
        gap = d <= gap ? gap : isnan(d) ? INFINITY : d;
    }
    return gap;
}
