#include "image/thumb.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* A pixel of the result is the weighted sum of `count` source pixels from `first` on. The weight of
   the first is head, that of the last tail, and that of those between inner. */
struct thumb_axis {
    size_t first, count;
    float head, inner, tail;
};

/* Area averaging: pixel i covers the source from i to i + 1 times `from / to`. */
static struct thumb_axis average(size_t i, size_t from, size_t to)
{
    double ratio = (double)from / (double)to, begin = (double)i * ratio, end = begin + ratio;
    size_t first = (size_t)begin, last = (size_t)ceil(end) - 1;
    last = last >= from ? from - 1 : last;
    if (first >= last)
        return (struct thumb_axis){last, 1, 1, 0, 0};
    return (struct thumb_axis){first, last - first + 1,
                               (float)(((double)first + 1 - begin) / ratio), (float)(1 / ratio),
                               (float)((end - (double)last) / ratio)};
}

/* Bilinear interpolation at pixel i's centre; outside the source, its edge pixels are repeated. */
static struct thumb_axis interpolate(size_t i, size_t from, size_t to)
{
    double at = ((double)i + 0.5) * (double)from / (double)to - 0.5;
    if (at <= 0)
        return (struct thumb_axis){0, 1, 1, 0, 0};
    size_t first = (size_t)at;
    if (first + 1 >= from)
        return (struct thumb_axis){from - 1, 1, 1, 0, 0};
    float share = (float)(at - (double)first);
    return (struct thumb_axis){first, 2, 1 - share, 0, share};
}

static struct thumb_axis *new_axis(size_t from, size_t to, struct error *err)
{
    struct thumb_axis *a = mem_new(to, sizeof *a, err);
    for (size_t i = 0; a && i < to; i++)
        a[i] = to < from ? average(i, from, to) : interpolate(i, from, to);
    return a;
}

enum status thumb_init(struct thumb *t, const struct thumb_source *source, size_t rows,
                       size_t columns, size_t height, size_t width, struct error *err)
{
    *t = (struct thumb){.source = *source, .height = height, .width = width, .rows = rows};
    t->columns = columns;
    t->top = (source->shape.height - rows) / 2;
    t->left = (source->shape.width - columns) / 2;
    t->down = new_axis(rows, height, err);
    t->across = t->down ? new_axis(columns, width, err) : NULL;
    t->row = t->across ? mem_new(columns, 3 * sizeof *t->row, err) : NULL;
    t->narrow = t->row ? mem_new(rows * width, 3 * sizeof *t->narrow, err) : NULL;
    t->rgb = t->narrow ? mem_new(height * width, 3 * sizeof *t->rgb, err) : NULL;
    if (!t->rgb)
        thumb_release(t);
    return t->rgb ? STATUS_OK : err->status;
}

/* A value, 0 to 1. */
static float load(const struct thumb_source *s, const void *pixels, size_t index)
{
    return fminf(fmaxf(pixel_unit(s->pixel, pixels, index), 0), 1);
}

/* Load the used part of a source row, as three channels. */
static void load_row(struct thumb *t, const void *pixels, size_t y)
{
    const struct thumb_source *s = &t->source;
    size_t start = (t->top + y) * s->shape.width + t->left;
    for (size_t x = 0; x < t->columns; x++)
        for (size_t k = 0; k < 3; k++)
            t->row[3 * x + k] =
                load(s, pixels, (start + x) * s->shape.channels + (s->shape.channels == 3 ? k : 0));
}

/* The weighted sum of pixels that are `step` floats apart. */
static void blend(const struct thumb_axis *a, const float *from, size_t step, float *to)
{
    from += a->first * step;
    for (size_t k = 0; k < 3; k++) {
        float sum = a->head * from[k];
        for (size_t i = 1; i + 1 < a->count; i++)
            sum += a->inner * from[i * step + k];
        if (a->count > 1)
            sum += a->tail * from[(a->count - 1) * step + k];
        to[k] = sum;
    }
}

void thumb_make(struct thumb *t, const void *pixels)
{
    for (size_t y = 0; y < t->rows; y++) {
        load_row(t, pixels, y);
        for (size_t x = 0; x < t->width; x++)
            blend(&t->across[x], t->row, 3, t->narrow + 3 * (y * t->width + x));
    }
    for (size_t y = 0; y < t->height; y++)
        for (size_t x = 0; x < t->width; x++)
            blend(&t->down[y], t->narrow + 3 * x, 3 * t->width, t->rgb + 3 * (y * t->width + x));
}

/* ---- the sky ---- */

enum { LEVELS = 1024, COLOUR = 4 };

/* The level below which `share` of the counted values lie. */
static float quantile(const uint32_t *count, uint64_t total, double share)
{
    uint64_t below = 0, wanted = (uint64_t)(share * (double)total);
    size_t level = 0;
    while (level + 1 < LEVELS && (below += count[level]) <= wanted)
        level++;
    return (float)level / (LEVELS - 1);
}

/* The border's level in channel k, the median; and its noise, the distance from the median down to
   the 16th percentile, which is one standard deviation of a normal distribution. (Above the median,
   there is also light of the galaxy and of its neighbours.) */
static void measure_sky(const struct thumb *t, size_t k, float *level, float *noise)
{
    uint32_t count[LEVELS] = {0};
    uint64_t total = 0;
    size_t dy = t->height / 10 + 1, dx = t->width / 10 + 1;
    for (size_t y = 0; y < t->height; y++)
        for (size_t x = 0; x < t->width; x++) {
            if (y >= dy && y + dy < t->height && x >= dx && x + dx < t->width)
                continue;
            count[(size_t)(t->rgb[3 * (y * t->width + x) + k] * (LEVELS - 1) + 0.5f)]++;
            total++;
        }
    *level = quantile(count, total, 0.5);
    *noise = *level - quantile(count, total, 0.16);
}

/* Subtract the sky level, and then the noise, from every pixel. Returns the largest mean of three
   channels. Colour is reduced where a pixel is little brighter than the noise. */
static float remove_sky(struct thumb *t)
{
    float level[3], noise[3], most = 0;
    for (size_t k = 0; k < 3; k++)
        measure_sky(t, k, &level[k], &noise[k]);
    float spread = fmaxf((noise[0] + noise[1] + noise[2]) / 3, 1.0f / 255);
    for (size_t i = 0; i < t->height * t->width; i++) {
        float *p = t->rgb + 3 * i;
        for (size_t k = 0; k < 3; k++)
            p[k] = fmaxf(p[k] - level[k], 0);
        float mean = (p[0] + p[1] + p[2]) / 3, left = fmaxf(mean - spread, 0);
        float colour = left / (left + COLOUR * spread);
        for (size_t k = 0; k < 3; k++)
            p[k] = mean > 0 ? left * (1 + (p[k] / mean - 1) * colour) : 0;
        most = fmaxf(most, left);
    }
    return most;
}

void thumb_stretch(struct thumb *t)
{
    const float softening = 2;
    float white = fmaxf(remove_sky(t), THUMB_WHITE_MIN);
    for (size_t i = 0; i < t->height * t->width; i++) {
        float *p = t->rgb + 3 * i, mean = (p[0] + p[1] + p[2]) / 3;
        if (mean <= 0)
            continue;
        float factor = asinhf(softening * mean / white) / asinhf(softening) / mean;
        factor = fminf(factor, 1 / fmaxf(p[0], fmaxf(p[1], p[2])));
        for (size_t k = 0; k < 3; k++)
            p[k] *= factor;
    }
}

void thumb_bytes(const struct thumb *t, unsigned char *out)
{
    for (size_t i = 0; i < t->height * t->width * 3; i++)
        out[i] = (unsigned char)(fminf(t->rgb[i], 1) * 255 + 0.5f);
}

void thumb_release(struct thumb *t)
{
    free(t->down);
    free(t->across);
    free(t->row);
    free(t->narrow);
    free(t->rgb);
    *t = (struct thumb){0};
}
