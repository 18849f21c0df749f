#include "base/num.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

bool num_parse_u64(const char *text, uint64_t min, uint64_t max, uint64_t *value)
{
    uint64_t n = 0;
    if (!*text)
        return false;
    for (; *text; text++) {
        if (*text < '0' || *text > '9')
            return false;
        uint64_t digit = (uint64_t)(*text - '0');
        if (n > (UINT64_MAX - digit) / 10)
            return false;
        n = n * 10 + digit;
    }
    if (n < min || n > max)
        return false;
    *value = n;
    return true;
}

bool num_parse_real(const char *text, double min, double max, double *value)
{
    /* strtod would also take spaces, hexadecimal, "inf" and "nan". */
    if (!*text || strspn(text, "0123456789+-.eE") != strlen(text))
        return false;
    char *end;
    double x = strtod(text, &end);
    if (end == text || *end || !isfinite(x) || x < min || x > max)
        return false;
    *value = x;
    return true;
}
