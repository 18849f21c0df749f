#include "image/stretch.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/num.h"

/* ---- options ---- */

enum { TEXT_MAX = 200, LARGEST_PLANE = 9999 };

/* Read up to most numbers with commas between them. Returns how many; 0 if the text is not that. */
static size_t read_list(const char *text, double min, double max, double *value, size_t most)
{
    char copy[TEXT_MAX], *rest = copy, *word;
    size_t n = 0;
    if (strlen(text) >= sizeof copy)
        return 0;
    memcpy(copy, text, strlen(text) + 1);
    while ((word = strsep(&rest, ",")))
        if (n == most || !num_parse_real(word, min, max, &value[n++]))
            return 0;
    return n;
}

static const char *set_bands(void *options, const char *text)
{
    struct stretch_options *o = options;
    double value[STRETCH_BANDS];
    size_t n = read_list(text, 0, LARGEST_PLANE, value, STRETCH_BANDS);
    for (size_t i = 0; i < n; i++)
        if (value[i] != floor(value[i]))
            n = 0;
    if (n != 1 && n != STRETCH_BANDS)
        return "is not one plane or three, such as 2,1,0";
    for (size_t i = 0; i < n; i++)
        o->plane[i] = (size_t)value[i];
    o->bands = n;
    return NULL;
}

static const char *set_scales(void *options, const char *text)
{
    struct stretch_options *o = options;
    double value[STRETCH_BANDS];
    size_t n = read_list(text, 1e-30, 1e30, value, STRETCH_BANDS);
    if (n != 1 && n != STRETCH_BANDS)
        return "is not one positive number or three, such as 0.019,0.014,0.008";
    memcpy(o->scale, value, sizeof value);
    o->scales = n;
    return NULL;
}

static const char *set_range(void *options, const char *text)
{
    struct stretch_options *o = options;
    double value[2];
    if (read_list(text, -1e30, 1e30, value, 2) != 2 || value[0] >= value[1])
        return "is not two numbers, the lower one first, such as -0.5,300";
    o->low = value[0];
    o->high = value[1];
    o->ranged = true;
    return NULL;
}

static const char *set_curve(void *options, const char *text)
{
    static const char *const names[] = {"asinh", "lupton", "linear"};
    struct stretch_options *o = options;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(text, names[i]) == 0) {
            o->curve = (enum stretch_curve)i;
            o->curved = true;
            return NULL;
        }
    return "is not asinh, lupton or linear";
}

#undef OPTION_STRUCT
#define OPTION_STRUCT struct stretch_options

const struct option_spec stretch_options[] = {
    {0, "fits-bands", "PLANES", "those for red, green, blue, such as 2,1,0; or one",
     OPTION_CALL(set_bands)},
    {0, "fits-range", "RANGE", "the signals LOW,HIGH that become black and white",
     OPTION_CALL(set_range)},
    {0, "fits-scales", "SCALES", "the flux of signal 1 in each of these bands; or one for all",
     OPTION_CALL(set_scales)},
    {0, "fits-softening", "X", "the signal where asinh turns logarithmic (default: 1)",
     OPTION_REAL(softening, 1e-30, 1e30)},
    {0, "fits-stretch", "CURVE", "asinh, lupton or linear", OPTION_CALL(set_curve)},
    {.kind = OPTION_END},
};

/* ---- measuring ---- */

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The median of n sorted values. */
static double median(const double *sorted, size_t n)
{
    return sorted[(n - 1) / 2] / 2 + sorted[n / 2] / 2;
}

/* The median distance of n sorted values from m. Those below m and above it are two sorted lists of
   distances, which are merged halfway. */
static double median_distance(const double *sorted, size_t n, double m)
{
    size_t above = 0;
    while (above < n && sorted[above] < m)
        above++;
    size_t below = above;
    double last = 0, before = 0;
    for (size_t i = 0; i <= n / 2; i++) {
        double down = below > 0 ? m - sorted[below - 1] : INFINITY;
        double up = above < n ? sorted[above] - m : INFINITY;
        before = last;
        last = down < up ? down : up;
        if (down < up)
            below--;
        else
            above++;
    }
    return n % 2 ? last : (before + last) / 2;
}

static size_t sample(const double *flux, size_t n, double *to)
{
    size_t step = (n + STRETCH_SAMPLE - 1) / STRETCH_SAMPLE | 1, count = 0;
    for (size_t i = 0; i < n; i += step)
        if (isfinite(flux[i]))
            to[count++] = flux[i];
    qsort(to, count, sizeof *to, compare);
    return count;
}

struct stretch_measure stretch_measure(const double *flux, size_t n, double scratch[STRETCH_SAMPLE])
{
    enum { ROUNDS = 5 };
    size_t count = sample(flux, n, scratch), from = 0, end = count;
    struct stretch_measure m = {0, 1, 0};
    if (count == 0)
        return m;
    m.peak = scratch[count - 1 - count / 1000];
    for (unsigned i = 0; i < ROUNDS; i++) {
        m.sky = median(scratch + from, end - from);
        m.noise = 1.4826 * median_distance(scratch + from, end - from, m.sky);
        while (scratch[from] < m.sky - 3 * m.noise)
            from++;
        while (scratch[end - 1] > m.sky + 3 * m.noise)
            end--;
    }
    if (m.noise <= 0)
        m.noise = m.peak > m.sky ? (m.peak - m.sky) / 100 : 1;
    return m;
}

/* ---- values ---- */

static float cut(double v)
{
    return v > 0 ? v < 1 ? (float)v : 1 : 0; /* NaN gives 0 */
}

/* a(x) of the header, or x itself. */
static double curve(const struct stretch *s, double x)
{
    return s->curve == STRETCH_LINEAR ? x : asinh(x / s->softening);
}

/* Equation 4 for the signals of one pixel; white is a(high - low). */
static void stretch_lupton(const struct stretch *s, double white, double *signal, float *value)
{
    double mean = 0, most = 1;
    for (size_t i = 0; i < s->bands; i++) {
        /* Infinities would have no ratio. A NaN stays one. */
        double y = signal[i] - s->low;
        signal[i] = y < 0 ? 0 : y > 1e30 ? 1e30 : y;
        mean += signal[i] / (double)s->bands;
    }
    double gain = mean > 0 ? curve(s, mean) / white / mean : 0;
    for (size_t i = 0; i < s->bands; i++)
        most = signal[i] * gain > most ? signal[i] * gain : most;
    for (size_t i = 0; i < s->bands; i++)
        value[i] = isnan(mean) ? 0 : cut(signal[i] * gain / most);
}

void stretch_run(const struct stretch *s, const double *const flux[STRETCH_BANDS], size_t n,
                 float *value)
{
    double signal[STRETCH_BANDS], black = curve(s, s->low), white = curve(s, s->high) - black;
    double lupton_white = curve(s, s->high - s->low);
    for (size_t p = 0; p < n; p++, value += s->bands) {
        for (size_t i = 0; i < s->bands; i++)
            signal[i] = (flux[i][p] - s->sky[i]) / s->scale[i];
        if (s->curve == STRETCH_LUPTON)
            stretch_lupton(s, lupton_white, signal, value);
        else
            for (size_t i = 0; i < s->bands; i++)
                value[i] = cut((curve(s, signal[i]) - black) / white);
    }
}
