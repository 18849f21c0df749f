#include "image/image.h"

#include <math.h>
#include <string.h>

#include "base/simd.h"

/*
 * Shrinking measures lengths in steps so small that every border between pixels, of the input or of
 * the output, is a whole number of steps from the input's edge: an input pixel is 2 size steps
 * wide, an output pixel 2 crop steps, and the square begins at step (side - crop) size. The area of
 * an output pixel is (2 crop)^2.
 *
 * Bytes are summed as they are, floats as the nearest multiples of 2^-29 (floats of 2^-6 or more
 * are such multiples). A sum is below 2^29 (2 * 65535)^2 < 2^63. The luma's weights have 16 more
 * bits: they are applied to the mean and its remainder, so that nothing overflows. The sum of one
 * column of bytes is below 255 * 2 * 65535 < 2^32.
 */
static const double FLOAT_SCALE = 0x1p29;

enum status shrink_check(const struct shrink *s, struct error *err)
{
    size_t shorter = shape_shorter(s->shape);
    if (s->crop == 0 || s->crop > shorter)
        return error_set(err, STATUS_MISMATCH, "can't crop %zu pixels out of %zux%zu", s->crop,
                         s->shape.height, s->shape.width);
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

/* The border between two output pixels along an axis: an input pixel, and the steps from that
   pixel's start, modulo 2^64. Outside the input the pixel is the first or last one, which is
   repeated, and the steps are negative, or more than the pixel's width. */
struct border {
    size_t pixel;
    uint64_t steps;
};

/* The border before output pixel i, along an axis of side input pixels. */
static struct border find_border(const struct shrink *s, size_t side, size_t i)
{
    int64_t in = 2 * (int64_t)s->size, out = 2 * (int64_t)s->crop, last = (int64_t)side - 1;
    int64_t around = ((int64_t)s->full - (int64_t)s->size) / 2;
    int64_t at = (int64_t)(side - s->crop) * (int64_t)s->size + ((int64_t)i - around) * out;
    int64_t pixel = at < 0 ? 0 : at / in < last ? at / in : last;
    return (struct border){(size_t)pixel, (uint64_t)(at - pixel * in)};
}

/* How many columns of pixels are summed at once: their sums fit into the first-level cache. */
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
        double value = (double)pixel_value(PIXEL_F4, in, i);
        sum[i] += weight * (uint64_t)(fmin(fmax(value, 0), 1) * FLOAT_SCALE + 0.5);
    }
}

/* Sum the columns [begin, end) over the rows between two borders, weighted by each row's steps. */
static void sum_columns(const struct shrink *s, const unsigned char *in, const struct border *top,
                        const struct border *bottom, size_t begin, size_t end, union strip *column)
{
    size_t n = (end - begin) * s->shape.channels, bytes = pixel_value_bytes(s->pixel);
    memset(column, 0, n * (s->pixel == PIXEL_F4 ? sizeof *column->floats : sizeof *column->bytes));
    for (size_t y = top->pixel; y <= bottom->pixel; y++) {
        const unsigned char *from = in + (y * s->shape.width + begin) * s->shape.channels * bytes;
        uint64_t weight =
            (y == bottom->pixel ? bottom->steps : 2 * s->size) - (y == top->pixel ? top->steps : 0);
        if (s->pixel == PIXEL_F4)
            add_floats(n, from, weight, column->floats);
        else
            add_bytes(n, from, (uint32_t)weight, column->bytes);
    }
}

/*
 * The sum of an output row from its start up to a border: the sums of the whole columns before the
 * border's pixel, and the part of that pixel's column given by the border's steps. An output pixel
 * is the difference between the sums up to its two borders. Sums are modulo 2^64; only the
 * differences are known to be smaller.
 */
struct row_sums {
    size_t borders;    /* up to which the sums are known */
    uint64_t total[3]; /* of the columns so far, by channel */
    uint64_t up_to[(IMAGE_SHRINK_MAX + 1) * 3];
};

/* Add the columns [begin, end), which follow those that were added before. */
INLINE void add_strip(const struct shrink *s, const struct border *border, size_t begin, size_t end,
                      const union strip *column, size_t channels, bool floats, struct row_sums *r)
{
    uint64_t total[3 * (STRIP + 1)];
    memcpy(total, r->total, sizeof r->total);
    size_t n = (end - begin) * channels;
    for (size_t i = 0; i < n; i++)
        total[i + channels] = total[i] + (floats ? column->floats[i] : column->bytes[i]);
    memcpy(r->total, total + n, channels * sizeof *total);
    size_t i = r->borders;
    for (; i <= s->full && border[i].pixel < end; i++) {
        const uint64_t *t = &total[(border[i].pixel - begin) * channels];
        for (size_t k = 0; k < channels; k++)
            r->up_to[i * channels + k] =
                2 * s->size * t[k] + border[i].steps * (t[k + channels] - t[k]);
    }
    r->borders = i;
}

/* Sum the rows between two borders. The inner loops are compiled for each number of channels, so
   that they have no branches. */
static void sum_row(const struct shrink *s, const void *in, const struct border *top,
                    const struct border *bottom, const struct border *border, struct row_sums *r)
{
    union strip column;
    size_t columns = border[s->full].pixel + 1, end;
    r->borders = 0;
    memset(r->total, 0, sizeof r->total);
    for (size_t x = border[0].pixel; x < columns; x = end) {
        end = columns - x < STRIP ? columns : x + STRIP;
        sum_columns(s, in, top, bottom, x, end, &column);
        if (s->pixel == PIXEL_F4)
            add_strip(s, border, x, end, &column, s->shape.channels, true, r);
        else if (s->shape.channels == 1)
            add_strip(s, border, x, end, &column, 1, false, r);
        else
            add_strip(s, border, x, end, &column, 3, false, r);
    }
}

static const uint64_t luma_weight[3] = {LUMA_RED, LUMA_GREEN, LUMA_BLUE};

/* sum / area, rounded half up. */
static uint64_t mean(uint64_t sum, uint64_t area)
{
    return (sum + area / 2) / area;
}

/* The same for n values of bytes, whose sums are differences between values `channels` apart and
   are below 2^42. The 0.5 that is added doesn't change the quotient, rounded down, of whole
   numbers; but the quotient is then at least 2^-35 away from any whole number, while its error is
   below 2^-43. */
static void mean_bytes(size_t n, const uint64_t *up_to, size_t channels, double area, uint8_t *out)
{
    double inverse = 1 / area, half = 0.5 * area + 0.5;
    for (size_t i = 0; i < n; i++)
        out[i] = (uint8_t)(((double)(int64_t)(up_to[i + channels] - up_to[i]) + half) * inverse);
}

/* The luma of three means, rounded once. Sums of bytes leave room for the weights. */
static uint64_t mean_luma(const uint64_t *sum, uint64_t area, enum pixel type)
{
    uint64_t whole = 0, rest = 0;
    for (int k = 0; k < 3; k++) {
        whole += type == PIXEL_U1 ? 0 : luma_weight[k] * (sum[k] / area);
        rest += luma_weight[k] * (type == PIXEL_U1 ? sum[k] : sum[k] % area);
    }
    whole += rest / area; /* rounding down here doesn't change the last rounding */
    return (whole + (1 << 15)) >> 16;
}

static void store(enum pixel type, void *out, size_t index, uint64_t value)
{
    if (type == PIXEL_U1) {
        ((uint8_t *)out)[index] = (uint8_t)value;
        return;
    }
    float f = (float)((double)value / FLOAT_SCALE);
    memcpy((unsigned char *)out + index * sizeof f, &f, sizeof f);
}

/* Make a row of output pixels from its sums, as values from index on. */
static void store_row(const struct shrink *s, const struct row_sums *r, void *out, size_t index)
{
    uint64_t area = 4 * (uint64_t)s->crop * s->crop, sum[3];
    const uint64_t *up_to = r->up_to;
    size_t n = s->full * s->shape.channels;
    if (s->gray && s->shape.channels == 3)
        for (size_t i = 0; i < s->full; i++, up_to += 3) {
            for (size_t k = 0; k < 3; k++)
                sum[k] = up_to[k + 3] - up_to[k];
            store(s->pixel, out, index + i, mean_luma(sum, area, s->pixel));
        }
    else if (s->pixel == PIXEL_F4)
        for (size_t i = 0; i < n; i++)
            store(PIXEL_F4, out, index + i, mean(up_to[i + s->shape.channels] - up_to[i], area));
    else
        mean_bytes(n, up_to, s->shape.channels, (double)area, (uint8_t *)out + index);
}

void shrink_run(const struct shrink *s, const void *in, void *out)
{
    struct border border[IMAGE_SHRINK_MAX + 1];
    struct row_sums r;
    size_t values = s->full * (s->gray ? 1 : s->shape.channels);
    for (size_t i = 0; i <= s->full; i++)
        border[i] = find_border(s, s->shape.width, i);
    struct border top, bottom = find_border(s, s->shape.height, 0);
    for (size_t i = 0; i < s->full; i++) {
        top = bottom;
        bottom = find_border(s, s->shape.height, i + 1);
        sum_row(s, in, &top, &bottom, border, &r);
        store_row(s, &r, out, i * values);
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
            /* (y, x) becomes the place in the input of output pixel (i, j). */
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

void image_sample(const struct picture *p, double y, double x, float *value)
{
    double top = floor(y - 0.5), left = floor(x - 0.5);
    float down = (float)(y - 0.5 - top), right = (float)(x - 0.5 - left);
    size_t y0 = clamp(top, p->shape.height) * p->shape.width,
           y1 = clamp(top + 1, p->shape.height) * p->shape.width;
    size_t x0 = clamp(left, p->shape.width), x1 = clamp(left + 1, p->shape.width);
    for (size_t k = 0; k < p->shape.channels; k++) {
        float a = pixel_value(p->pixel, p->pixels, (y0 + x0) * p->shape.channels + k);
        float b = pixel_value(p->pixel, p->pixels, (y0 + x1) * p->shape.channels + k);
        float c = pixel_value(p->pixel, p->pixels, (y1 + x0) * p->shape.channels + k);
        float d = pixel_value(p->pixel, p->pixels, (y1 + x1) * p->shape.channels + k);
        float upper = a * (1 - right) + b * right, lower = c * (1 - right) + d * right;
        value[k] = upper * (1 - down) + lower * down;
    }
}
