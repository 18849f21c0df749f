#include "image.h"

#include <math.h>
#include <string.h>

#include "simd.h"

/*
 * Shrinking counts in steps so small that every border lies on a step: an input pixel is 2 size
 * steps wide, an output pixel 2 crop, and the square begins (side - crop) size steps from the
 * input's edge. An output pixel is (2 crop)^2 step squares large.
 *
 * Bytes are summed as they are, floats as the nearest multiples of 2^-29 (those from 2^-6 on are
 * such): 2^29 (2 * 65535)^2 < 2^63, and the luma's 16 more bits are applied to the mean with its
 * remainder, so nothing overflows.
 */
static const double FLOAT_SCALE = 0x1p29;

enum status shrink_check(const struct shrink *s, struct error *err)
{
    size_t shorter = s->height < s->width ? s->height : s->width;
    if (s->crop == 0 || s->crop > shorter)
        return error_set(err, STATUS_MISMATCH, "can't crop %zu pixels out of %zux%zu", s->crop,
                         s->height, s->width);
    if (s->size == 0 || s->full > IMAGE_SHRINK_MAX)
        return error_set(err, STATUS_LIMIT, "the result's side %zu is not in 1 to %d", s->full,
                         IMAGE_SHRINK_MAX);
    return STATUS_OK;
}

size_t shrink_margin(size_t size)
{
    size_t full = (size_t)ceil((double)size * M_SQRT2);
    return full + (full - size) % 2;
}

/* The input pixels [first, last] that an output pixel covers along an axis, and how many steps of
   the first and of the last it leaves out. Positions may lie outside the input. */
struct span {
    int64_t first, last;
    uint64_t before, after;
};

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

/* The span of output pixel i along an axis of side input pixels. */
static struct span cover(const struct shrink *s, size_t side, size_t i)
{
    int64_t in = 2 * (int64_t)s->size, out = 2 * (int64_t)s->crop;
    int64_t border = ((int64_t)s->full - (int64_t)s->size) / 2;
    int64_t begin =
        ((int64_t)side - (int64_t)s->crop) * (int64_t)s->size + ((int64_t)i - border) * out;
    int64_t first = floor_div(begin, in), last = floor_div(begin + out - 1, in);
    return (struct span){first, last, (uint64_t)(begin - first * in),
                         (uint64_t)((last + 1) * in - begin - out)};
}

/* Where input pixel j is to be read: beyond the edge, the edge goes on. */
static size_t inside(int64_t j, size_t side)
{
    return j < 0 ? 0 : j >= (int64_t)side ? side - 1 : (size_t)j;
}

INLINE uint64_t load(const void *in, size_t index, bool floats)
{
    if (!floats)
        return ((const uint8_t *)in)[index];
    float f;
    memcpy(&f, (const unsigned char *)in + index * sizeof f, sizeof f);
    return (uint64_t)(fmin(fmax((double)f, 0), 1) * FLOAT_SCALE + 0.5);
}

/* Sum one row of the input over each of the spans: `full` sums of each channel, in steps. Channels
   and kind are constants where this is called, so that the inner loops have no branches. */
INLINE void sum_spans(const struct shrink *s, const void *in, size_t y, const struct span *span,
                      size_t channels, bool floats, uint64_t *sum)
{
    size_t row = y * s->width;
    for (size_t i = 0; i < s->full; i++)
        for (size_t k = 0; k < channels; k++) {
            uint64_t whole = 0, first, last;
            for (int64_t j = span[i].first; j <= span[i].last; j++)
                whole += load(in, (row + inside(j, s->width)) * channels + k, floats);
            first = load(in, (row + inside(span[i].first, s->width)) * channels + k, floats);
            last = load(in, (row + inside(span[i].last, s->width)) * channels + k, floats);
            sum[i * channels + k] =
                2 * s->size * whole - span[i].before * first - span[i].after * last;
        }
}

static void sum_row(const struct shrink *s, const void *in, size_t y, const struct span *span,
                    uint64_t *sum)
{
    if (s->floats)
        sum_spans(s, in, y, span, s->channels, true, sum);
    else if (s->channels == 1)
        sum_spans(s, in, y, span, 1, false, sum);
    else
        sum_spans(s, in, y, span, 3, false, sum);
}

/* BT.601 luma in the weights of the JPEG libraries, which add up to 2^16. */
static const uint64_t luma[3] = {19595, 38470, 7471};

/* sum / area, rounded half up, or the luma of three of them, rounded once. */
static uint64_t mean(const uint64_t *sum, bool gray, uint64_t area)
{
    if (!gray)
        return (sum[0] + area / 2) / area;
    uint64_t whole = 0, rest = 0;
    for (int k = 0; k < 3; k++) {
        whole += luma[k] * (sum[k] / area);
        rest += luma[k] * (sum[k] % area);
    }
    whole += rest / area; /* rounding down here can't change the last rounding */
    return (whole + (1 << 15)) >> 16;
}

static void store(const struct shrink *s, void *out, size_t index, uint64_t value)
{
    if (!s->floats) {
        ((uint8_t *)out)[index] = (uint8_t)value;
        return;
    }
    float f = (float)((double)value / FLOAT_SCALE);
    memcpy((unsigned char *)out + index * sizeof f, &f, sizeof f);
}

void shrink_run(const struct shrink *s, const void *in, void *out)
{
    struct span span[IMAGE_SHRINK_MAX];
    uint64_t row[IMAGE_SHRINK_MAX * 3], sum[IMAGE_SHRINK_MAX * 3];
    bool to_gray = s->gray && s->channels == 3;
    size_t channels = to_gray ? 1 : s->channels, values = s->full * s->channels;
    uint64_t area = 4 * (uint64_t)s->crop * s->crop;
    size_t summed = SIZE_MAX; /* the input's row that `row` is the sum of */
    for (size_t i = 0; i < s->full; i++)
        span[i] = cover(s, s->width, i);
    for (size_t i = 0; i < s->full; i++) {
        struct span c = cover(s, s->height, i);
        memset(sum, 0, values * sizeof *sum);
        for (int64_t j = c.first; j <= c.last; j++) {
            uint64_t weight =
                2 * s->size - (j == c.first ? c.before : 0) - (j == c.last ? c.after : 0);
            /* Two output rows may share the row between them. */
            if (inside(j, s->height) != summed) {
                summed = inside(j, s->height);
                sum_row(s, in, summed, span, row);
            }
            for (size_t k = 0; k < values; k++)
                sum[k] += weight * row[k];
        }
        for (size_t k = 0; k < s->full * channels; k++)
            store(s, out, i * s->full * channels + k,
                  mean(to_gray ? sum + 3 * k : sum + k, to_gray, area));
    }
}

void image_centre(const void *in, size_t height, size_t width, size_t pixel_bytes, size_t rows,
                  size_t columns, void *out)
{
    size_t y = (height - rows) / 2, x = (width - columns) / 2, bytes = columns * pixel_bytes;
    for (size_t i = 0; i < rows; i++)
        memcpy((char *)out + i * bytes, (const char *)in + ((y + i) * width + x) * pixel_bytes,
               bytes);
}

void image_orient(const void *in, size_t n, size_t pixel_bytes, unsigned orientation, void *out)
{
    const char *from = in;
    char *to = out;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++) {
            /* (y, x) is where the pixel that comes to (i, j) stood before the turn. */
            size_t y = i, x = j, old;
            for (unsigned turn = orientation % 4; turn; turn--) {
                old = y;
                y = n - 1 - x;
                x = old;
            }
            if (orientation >= 4)
                x = n - 1 - x;
            memcpy(to + (i * n + j) * pixel_bytes, from + (y * n + x) * pixel_bytes, pixel_bytes);
        }
}

static size_t clamp(double v, size_t n)
{
    return v <= 0 ? 0 : v >= (double)(n - 1) ? n - 1 : (size_t)v;
}

static float read_value(const struct picture *p, size_t index)
{
    float f;
    if (!p->floats)
        return ((const uint8_t *)p->pixels)[index];
    memcpy(&f, (const unsigned char *)p->pixels + index * sizeof f, sizeof f);
    return f;
}

void image_sample(const struct picture *p, double y, double x, float *value)
{
    double top = floor(y - 0.5), left = floor(x - 0.5);
    float down = (float)(y - 0.5 - top), right = (float)(x - 0.5 - left);
    size_t y0 = clamp(top, p->height) * p->width, y1 = clamp(top + 1, p->height) * p->width;
    size_t x0 = clamp(left, p->width), x1 = clamp(left + 1, p->width);
    for (size_t k = 0; k < p->channels; k++) {
        float a = read_value(p, (y0 + x0) * p->channels + k);
        float b = read_value(p, (y0 + x1) * p->channels + k);
        float c = read_value(p, (y1 + x0) * p->channels + k);
        float d = read_value(p, (y1 + x1) * p->channels + k);
        float upper = a * (1 - right) + b * right, lower = c * (1 - right) + d * right;
        value[k] = upper * (1 - down) + lower * down;
    }
}
