/* num and folds: the text of an option's value. Taken is what a regular expression of the grammar
   takes, and the value is that of the C library. */
#include <errno.h>
#include <math.h>
#include <regex.h>

#include "fuzz.h"
#include "base/num.h"
#include "stream/fold.h"

static bool matches(const char *pattern, const char *text)
{
    static struct {
        const char *pattern;
        regex_t compiled;
    } known[3];
    size_t i = 0;
    while (known[i].pattern && known[i].pattern != pattern)
        i++;
    if (!known[i].pattern) {
        HOLDS(regcomp(&known[i].compiled, pattern, REG_EXTENDED | REG_NOSUB) == 0);
        known[i].pattern = pattern;
    }
    return regexec(&known[i].compiled, text, 0, NULL, 0) == 0;
}

static bool whole(const char *text, uint64_t *value)
{
    static const char pattern[] = "^[0-9]+$";
    errno = 0;
    *value = strtoull(text, NULL, 10);
    return matches(pattern, text) && errno == 0;
}

static bool decimal(const char *text, double *value)
{
    static const char pattern[] = "^[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?$";
    *value = strtod(text, NULL);
    return matches(pattern, text) && isfinite(*value);
}

static void check_fold(const char *text)
{
    static const char pattern[] = "^[0-9]+(-[0-9]+)?(,[0-9]+(-[0-9]+)?)*/[0-9]+$";
    struct fold f, again;
    char copy[FOLD_RANGES_MAX * 22 + 22], *rest = (char *)(uintptr_t)text;
    size_t n = 0;
    if (!fold_parse(text, &f))
        return;
    HOLDS(matches(pattern, text) && f.ranges > 0 && f.ranges <= FOLD_RANGES_MAX);
    HOLDS(f.n <= 1000000000);
    for (size_t i = 0; i < f.ranges; i++) {
        uint64_t first = f.range[i].first, last = f.range[i].last;
        HOLDS(first <= last && last < f.n && strtoull(rest, &rest, 10) == first);
        HOLDS((*rest == '-' ? strtoull(rest + 1, &rest, 10) : first) == last);
        HOLDS(*rest++ == (i + 1 < f.ranges ? ',' : '/'));
        n += (size_t)snprintf(copy + n, sizeof copy - n, "%ju", (uintmax_t)first);
        if (first < last)
            n += (size_t)snprintf(copy + n, sizeof copy - n, "-%ju", (uintmax_t)last);
        copy[n++] = i + 1 < f.ranges ? ',' : '/';
    }
    HOLDS(strtoull(rest, &rest, 10) == f.n && *rest == '\0');
    snprintf(copy + n, sizeof copy - n, "%ju", (uintmax_t)f.n);
    HOLDS(fold_parse(copy, &again) && again.n == f.n && again.ranges == f.ranges);
    HOLDS(memcmp(f.range, again.range, f.ranges * sizeof *f.range) == 0);
}

static void check_text(const char *text)
{
    uint64_t n, m;
    double x, y;
    bool is_whole = whole(text, &m), is_decimal = decimal(text, &y);
    HOLDS(num_parse_u64(text, 0, UINT64_MAX, &n) == is_whole && (!is_whole || n == m));
    HOLDS(num_parse_real(text, -INFINITY, INFINITY, &x) == is_decimal && (!is_decimal || x == y));
    HOLDS(num_parse_u64(text, 3, 1000, &n) == (is_whole && m >= 3 && m <= 1000));
    HOLDS(num_parse_real(text, 0, 1, &x) == (is_decimal && y >= 0 && y <= 1));
    check_fold(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = strndup((const char *)data, size);
    HOLDS(text);
    check_text(text);
    free(text);
    return 0;
}
