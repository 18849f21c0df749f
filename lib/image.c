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
 * remainder, so nothing overflows. One column of bytes stays below 255 * 2 * 65535 < 2^32.
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

/* The input pixels first to last that an output pixel covers along an axis. Each counts for 2 size
   steps, but the first for at_first more and the last for at_last more, modulo 2^64: less, where
   the border lies within it; more, where it stands for what lies beyond the edge. */
struct span {
    size_t first, last;
    uint64_t at_first, at_last;
};

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

/* Where input pixel j is to be read: beyond the edge, the edge goes on. */
static size_t inside(int64_t j, size_t side)
{
    return j < 0 ? 0 : j >= (int64_t)side ? side - 1 : (size_t)j;
}

/* The span of output pixel i along an axis of side input pixels. */
static struct span cover(const struct shrink *s, size_t side, size_t i)
{
    int64_t in = 2 * (int64_t)s->size, out = 2 * (int64_t)s->crop;
    int64_t border = ((int64_t)s->full - (int64_t)s->size) / 2;
    int64_t begin =
        ((int64_t)side - (int64_t)s->crop) * (int64_t)s->size + ((int64_t)i - border) * out;
    int64_t first = floor_div(begin, in), last = floor_div(begin + out - 1, in);
    struct span c = {inside(first, side), inside(last, side), (uint64_t)(first * in - begin),
                     (uint64_t)(begin + out - (last + 1) * in)};
    uint64_t outside = (uint64_t)(last - first) - (c.last - c.first);
    *(first < 0 ? &c.at_first : &c.at_last) += outside * (uint64_t)in;
    return c;
}

/* Columns of pixels that are summed up at once; their sums stay in the nearest cache. */
enum { STRIP = 512 };

union strip {
    uint32_t bytes[3 * STRIP];
    uint64_t floats[3 * STRIP];
};

CLONES static void add_bytes(size_t n, const uint8_t *in, uint32_t weight, uint32_t *sum)
{
    for (size_t i = 0; i < n; i++)
        sum[i] += weight * in[i];
}

static void add_floats(size_t n, const unsigned char *in, uint64_t weight, uint64_t *sum)
{
    for (size_t i = 0; i < n; i++) {
        float f;
        memcpy(&f, in + i * sizeof f, sizeof f);
        sum[i] += weight * (uint64_t)(fmin(fmax((double)f, 0), 1) * FLOAT_SCALE + 0.5);
    }
}

/* Sum the columns [begin, end) over the rows of c, weighted. */
static void sum_columns(const struct shrink *s, const unsigned char *in, const struct span *c,
                        size_t begin, size_t end, union strip *column)
{
    size_t n = (end - begin) * s->channels, bytes = s->floats ? sizeof(float) : 1;
    memset(column, 0, n * (s->floats ? sizeof *column->floats : sizeof *column->bytes));
    for (size_t y = c->first; y <= c->last; y++) {
        const unsigned char *from = in + (y * s->width + begin) * s->channels * bytes;
        uint64_t weight =
            2 * s->size + (y == c->first ? c->at_first : 0) + (y == c->last ? c->at_last : 0);
        if (s->floats)
            add_floats(n, from, weight, column->floats);
        else
            add_bytes(n, from, (uint32_t)weight, column->bytes);
    }
}

INLINE uint64_t column_sum(const union strip *column, size_t i, bool floats)
{
    return floats ? column->floats[i] : column->bytes[i];
}

/* Add the columns [begin, end), or what of them c covers, to the sums of an output pixel. */
INLINE void add_span(const struct shrink *s, const struct span *c, size_t begin, size_t end,
                     const union strip *column, size_t channels, bool floats, uint64_t *sum)
{
    size_t from = c->first > begin ? c->first : begin, to = c->last < end ? c->last + 1 : end;
    uint64_t whole[3] = {0};
    for (size_t i = (from - begin) * channels; i < (to - begin) * channels; i += channels)
        for (size_t k = 0; k < channels; k++)
            whole[k] += column_sum(column, i + k, floats);
    for (size_t k = 0; k < channels; k++) {
        sum[k] += 2 * s->size * whole[k];
        if (c->first >= begin && c->first < end)
            sum[k] += c->at_first * column_sum(column, (c->first - begin) * channels + k, floats);
        if (c->last >= begin && c->last < end)
            sum[k] += c->at_last * column_sum(column, (c->last - begin) * channels + k, floats);
    }
}

/* Add the columns [begin, end) to the sums of a row of output pixels. Channels and kind are
   constants in the inner loops, so that these have no branches. */
static void add_strip(const struct shrink *s, const struct span *span, size_t begin, size_t end,
                      const union strip *column, uint64_t *sum)
{
    for (size_t i = 0; i < s->full; i++, sum += s->channels)
        if (span[i].first >= end || span[i].last < begin)
            continue;
        else if (s->floats)
            add_span(s, &span[i], begin, end, column, s->channels, true, sum);
        else if (s->channels == 1)
            add_span(s, &span[i], begin, end, column, 1, false, sum);
        else
            add_span(s, &span[i], begin, end, column, 3, false, sum);
}

/* BT.601 luma in the weights of the JPEG libraries, which add up to 2^16. */
static const uint64_t luma[3] = {19595, 38470, 7471};

/* sum / area, rounded half up. A byte's sum is below 2^42, so that the quotient of doubles, off by
   less than 2^-44, is on the right side of every whole number. */
static uint64_t mean(uint64_t sum, uint64_t area, bool floats)
{
    sum += area / 2;
    return floats ? sum / area : (uint64_t)((double)sum / (double)area);
}

/* The luma of three means, rounded once. */
static uint64_t mean_luma(const uint64_t *sum, uint64_t area)
{
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
    uint64_t sum[IMAGE_SHRINK_MAX * 3], area = 4 * (uint64_t)s->crop * s->crop;
    union strip column;
    bool to_gray = s->gray && s->channels == 3;
    size_t values = s->full * (to_gray ? 1 : s->channels), index = 0;
    for (size_t i = 0; i < s->full; i++)
        span[i] = cover(s, s->width, i);
    size_t end = span[s->full - 1].last + 1;
    for (size_t i = 0; i < s->full; i++) {
        struct span rows = cover(s, s->height, i);
        memset(sum, 0, s->full * s->channels * sizeof *sum);
        for (size_t x = span[0].first; x < end; x += STRIP) {
            size_t strip_end = end - x < STRIP ? end : x + STRIP;
            sum_columns(s, in, &rows, x, strip_end, &column);
            add_strip(s, span, x, strip_end, &column, sum);
        }
        for (size_t k = 0; k < values; k++)
            store(s, out, index++,
                  to_gray ? mean_luma(sum + 3 * k, area) : mean(sum[k], area, s->floats));
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
