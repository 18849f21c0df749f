#include "survey/camera.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* Lupton's Q, with the survey's value. */
#define SOFTENING 8.0f

enum status frame_init(struct frame *f, size_t side, struct error *err)
{
    *f = (struct frame){.side = side};
    f->band[0] = mem_new(side * side, CAMERA_BANDS * sizeof(float), err);
    if (!f->band[0])
        return err->status;
    for (size_t b = 1; b < CAMERA_BANDS; b++)
        f->band[b] = f->band[0] + b * side * side;
    return STATUS_OK;
}

void frame_release(struct frame *f)
{
    free(f->band[0]);
    *f = (struct frame){0};
}

/* ---- painting ---- */

/* The rows or columns from <= i < to, within the frame, that radius reaches. */
static void span(const struct frame *f, double centre, double radius, size_t *from, size_t *to)
{
    double low = floor(centre - radius), high = ceil(centre + radius), side = (double)f->side;
    *from = (size_t)fmin(fmax(low, 0), side);
    *to = (size_t)fmin(fmax(high, 0), side);
}

void frame_paint(struct frame *f, double y, double x, double angle, double radius,
                 void (*light)(const void *context, float u, float v, float *value),
                 const void *context)
{
    float c = (float)cos(angle), s = (float)sin(angle);
    size_t top, bottom, left, right;
    span(f, y, radius, &top, &bottom);
    span(f, x, radius, &left, &right);
    for (size_t i = top; i < bottom; i++)
        for (size_t j = left; j < right; j++) {
            float dy = (float)((double)i + 0.5 - y), dx = (float)((double)j + 0.5 - x);
            float from_centre = dy * dy + dx * dx;
            int fine = from_centre < 3 * 3 ? 5 : from_centre < 24 * 24 ? 2 : 1;
            float value[CAMERA_BANDS] = {0}, share = 1.0f / (float)(fine * fine);
            for (int k = 0; k < fine * fine; k++) {
                float ky = dy + (((float)(k / fine) + 0.5f) / (float)fine - 0.5f);
                float kx = dx + (((float)(k % fine) + 0.5f) / (float)fine - 0.5f);
                light(context, c * kx + s * ky, c * ky - s * kx, value);
            }
            for (size_t b = 0; b < CAMERA_BANDS; b++)
                f->band[b][i * f->side + j] += share * value[b];
        }
}

void frame_add_point(struct frame *f, double y, double x, const float *light)
{
    double top = floor(y - 0.5), left = floor(x - 0.5), most = (double)f->side - 1;
    if (top < 0 || left < 0 || top >= most || left >= most)
        return;
    float wy = (float)(y - 0.5 - top), wx = (float)(x - 0.5 - left);
    size_t at = (size_t)top * f->side + (size_t)left;
    for (size_t b = 0; b < CAMERA_BANDS; b++) {
        float *p = f->band[b] + at;
        p[0] += light[b] * (1 - wy) * (1 - wx);
        p[1] += light[b] * (1 - wy) * wx;
        p[f->side] += light[b] * wy * (1 - wx);
        p[f->side + 1] += light[b] * wy * wx;
    }
}

/* ---- point spread ---- */

enum { TAPS_MAX = 64 };

struct taps {
    size_t reach; /* weight[k] is for a distance of k pixels, k <= reach */
    float weight[TAPS_MAX + 1];
};

static void taps_gaussian(struct taps *t, double sigma)
{
    double sum = 0;
    size_t reach = (size_t)ceil(3.5 * sigma);
    t->reach = reach < TAPS_MAX ? reach : TAPS_MAX;
    for (size_t k = 0; k <= t->reach; k++) {
        t->weight[k] = (float)exp(-0.5 * (double)(k * k) / (sigma * sigma));
        sum += (k ? 2 : 1) * (double)t->weight[k];
    }
    for (size_t k = 0; k <= t->reach; k++)
        t->weight[k] /= (float)sum;
}

/* scratch = in, convolved along the columns. Beyond the edge, the pixel at the edge is repeated. */
static void convolve_columns(const struct taps *t, const float *in, size_t side, float *scratch)
{
    for (size_t i = 0; i < side; i++) {
        float *out = scratch + i * side;
        for (size_t j = 0; j < side; j++)
            out[j] = t->weight[0] * in[i * side + j];
        for (size_t k = 1; k <= t->reach; k++) {
            const float *above = in + (i < k ? 0 : i - k) * side;
            const float *below = in + (i + k < side ? i + k : side - 1) * side;
            for (size_t j = 0; j < side; j++)
                out[j] += t->weight[k] * (above[j] + below[j]);
        }
    }
}

/* out += share * scratch, convolved along the rows. padded has room for side + 2 TAPS_MAX. */
static void convolve_rows(const struct taps *t, const float *scratch, size_t side, float share,
                          float *padded, float *out)
{
    for (size_t i = 0; i < side; i++, scratch += side, out += side) {
        float *row = padded + TAPS_MAX;
        memcpy(row, scratch, side * sizeof *row);
        for (size_t k = 1; k <= t->reach; k++) {
            row[-(ptrdiff_t)k] = scratch[0];
            row[side - 1 + k] = scratch[side - 1];
        }
        for (size_t j = 0; j < side; j++)
            out[j] += share * t->weight[0] * row[j];
        for (size_t k = 1; k <= t->reach; k++)
            for (size_t j = 0; j < side; j++)
                out[j] += share * t->weight[k] * ((row - k)[j] + (row + k)[j]);
    }
}

enum status frame_blur(struct frame *f, const double *fwhm, struct error *err)
{
    /* Two Gaussians. The wider one, 2.3 times as wide, has a quarter of the light: the median of
       the survey's frames. The core is then a little narrower than the whole. */
    const double wings = 0.25, wider = 2.3, core = 0.94 / 2.3548;
    size_t area = f->side * f->side;
    float *scratch = mem_new(2 * area + f->side + 2 * TAPS_MAX, sizeof *scratch, err);
    if (!scratch)
        return err->status;
    float *sum = scratch + area, *padded = sum + area;
    for (size_t b = 0; b < CAMERA_BANDS; b++) {
        struct taps t;
        memset(sum, 0, area * sizeof *sum);
        taps_gaussian(&t, core * fwhm[b]);
        convolve_columns(&t, f->band[b], f->side, scratch);
        convolve_rows(&t, scratch, f->side, (float)(1 - wings), padded, sum);
        taps_gaussian(&t, wider * core * fwhm[b]);
        convolve_columns(&t, f->band[b], f->side, scratch);
        convolve_rows(&t, scratch, f->side, (float)wings, padded, sum);
        memcpy(f->band[b], sum, area * sizeof *sum);
    }
    free(scratch);
    return STATUS_OK;
}

/* ---- exposure ---- */

/* Nearly standard normal: the sum of four uniform numbers, made from one draw, because a picture
   needs a hundred thousand. There are no deviations above 3.5. */
static float nearly_normal(struct rng *r)
{
    uint64_t bits = rng_bits(r);
    float sum = (float)(bits & 0xffff) + (float)(bits >> 16 & 0xffff) +
                (float)(bits >> 32 & 0xffff) + (float)(bits >> 48);
    return (sum / 65536 - 1.99997f) * 1.7320508f;
}

void frame_expose(struct frame *f, const struct sky *sky, struct rng *r)
{
    const float common = 0.9f, own = 0.436f; /* parts of the deviation; their squares sum to 1 */
    for (size_t i = 0; i < f->side * f->side; i++) {
        float y = (float)(i / f->side) / (float)f->side - 0.5f;
        float x = (float)(i % f->side) / (float)f->side - 0.5f;
        float shared = common * nearly_normal(r);
        for (size_t b = 0; b < CAMERA_BANDS; b++) {
            float *light = f->band[b] + i, photons = 1 + fmaxf(*light, 0) / sky->brightness;
            *light += sky->level[b] + sky->tilt_y[b] * y + sky->tilt_x[b] * x +
                      sky->noise[b] * sqrtf(photons) * (shared + own * nearly_normal(r));
        }
    }
}

/* ---- development ---- */

void camera_stretch(float *light)
{
    float mean = (light[0] + light[1] + light[2]) / 3;
    float gain = mean > 0 ? asinhf(SOFTENING * mean) / (SOFTENING * mean) : 0;
    float most = fmaxf(fmaxf(light[0], light[1]), light[2]) * gain;
    if (most > 1)
        gain /= most;
    for (int b = 0; b < CAMERA_BANDS; b++)
        light[b] = fmaxf(light[b] * gain, 0);
}

static void stretch(struct frame *f)
{
    for (size_t i = 0; i < f->side * f->side; i++) {
        float light[CAMERA_BANDS];
        for (size_t b = 0; b < CAMERA_BANDS; b++)
            light[b] = f->band[b][i];
        camera_stretch(light);
        for (size_t b = 0; b < CAMERA_BANDS; b++)
            f->band[b][i] = light[b];
    }
}

/* Keys' kernel with a = -1/2. */
static double cubic(double x)
{
    x = fabs(x);
    if (x < 1)
        return (1.5 * x - 2.5) * x * x + 1;
    return x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0;
}

/* How a row or column of the picture is made of those of the frame: weight[k] is for first + k. */
enum { SUPPORT_MAX = 64 };
struct support {
    size_t first, n;
    float weight[SUPPORT_MAX];
};

static void support_init(struct support *s, double at, double step, size_t side)
{
    /* For a smaller picture the kernel is widened to a pixel of the picture. */
    double wide = fmin(fmax(step, 1), SUPPORT_MAX / 4 - 1), sum = 0;
    double from = fmax(ceil(at - 0.5 - 2 * wide), 0);
    double to = fmin(floor(at - 0.5 + 2 * wide), (double)side - 1);
    s->first = (size_t)from;
    s->n = (size_t)(to - from) + 1;
    for (size_t k = 0; k < s->n; k++) {
        s->weight[k] = (float)cubic((from + (double)k + 0.5 - at) / wide);
        sum += (double)s->weight[k];
    }
    for (size_t k = 0; k < s->n; k++)
        s->weight[k] /= (float)sum;
}

/* A row of the picture before its columns are resampled: row (bands, side). */
static void mix_rows(const struct frame *f, const struct support *s, float *row)
{
    memset(row, 0, CAMERA_BANDS * f->side * sizeof *row);
    for (size_t b = 0; b < CAMERA_BANDS; b++, row += f->side)
        for (size_t k = 0; k < s->n; k++) {
            const float *in = f->band[b] + (s->first + k) * f->side;
            for (size_t j = 0; j < f->side; j++)
                row[j] += s->weight[k] * in[j];
        }
}

static unsigned char to_byte(float value)
{
    return (unsigned char)(fminf(fmaxf(value, 0), 1) * 255 + 0.5f);
}

enum status frame_develop(struct frame *f, double field, size_t size, unsigned char *pixels,
                          struct error *err)
{
    struct support *s = mem_new(size, sizeof *s, err);
    float *row = mem_new(CAMERA_BANDS * f->side, sizeof *row, err);
    double step = field / (double)size, first = ((double)f->side - field) / 2;
    enum status status = s && row ? STATUS_OK : STATUS_MEMORY;
    if (!status) {
        stretch(f);
        for (size_t i = 0; i < size; i++)
            support_init(&s[i], first + ((double)i + 0.5) * step, step, f->side);
        for (size_t y = 0; y < size; y++) {
            mix_rows(f, &s[y], row);
            for (size_t x = 0; x < size; x++)
                for (size_t b = 0; b < CAMERA_BANDS; b++) {
                    const float *in = row + b * f->side + s[x].first;
                    float sum = 0;
                    for (size_t k = 0; k < s[x].n; k++)
                        sum += s[x].weight[k] * in[k];
                    pixels[(y * size + x) * CAMERA_BANDS + b] = to_byte(sum);
                }
        }
    }
    free(s);
    free(row);
    return status;
}
