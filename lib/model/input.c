#include "model/input.h"

#include <math.h>
#include <string.h>

#include "image/image.h"

static size_t pixel_size(const struct input_format *b)
{
    return b->type->pixel == PIXEL_U1 ? 1 : sizeof(float);
}

size_t input_bytes(const struct input_format *b)
{
    return shape_values(b->shape) * pixel_size(b);
}

enum status input_check(const struct input_format *b, struct error *err)
{
    const struct record_type *t = b->type;
    if (t->shape.channels == b->shape.channels &&
        shape_has_centre(t->shape, b->shape.height, b->shape.width))
        return STATUS_OK;
    return error_set(err, STATUS_MISMATCH,
                     "pictures of %zux%zux%zu (height, width, channels), but %zux%zux%zu are "
                     "wanted",
                     t->shape.height, t->shape.width, t->shape.channels, b->shape.height,
                     b->shape.width, b->shape.channels);
}

double input_fov(const struct input_format *b, const unsigned char *record)
{
    const struct shape *whole = &b->type->shape, *cut = &b->shape;
    size_t shown = whole->height < whole->width ? whole->height : whole->width;
    size_t used = cut->height < cut->width ? cut->height : cut->width;
    return record_fov(b->type, record) * (double)used / (double)shown;
}

enum status input_check_fov(const struct input_format *b, const unsigned char *record,
                            struct error *err)
{
    double fov = input_fov(b, record);
    if (b->fov <= 0 || fov <= 0 || fabs(fov / b->fov - 1) <= INPUT_FOV_TOLERANCE)
        return STATUS_OK;
    return error_set(err, STATUS_MISMATCH,
                     "the network would see %.3g of the picture as taken, where %.3g is wanted",
                     fov, b->fov);
}

void input_cut(const struct input_format *b, const unsigned char *record, unsigned char *pixels)
{
    image_centre(record_pixels(b->type, record), b->type->shape.height, b->type->shape.width,
                 b->shape.channels * pixel_size(b), b->shape.height, b->shape.width, pixels);
}

/* Value i, scaled to 0..1. */
static float value(const struct input_format *b, const unsigned char *pixels, size_t i)
{
    float f;
    if (b->type->pixel == PIXEL_U1)
        return (float)pixels[i] / 255;
    memcpy(&f, pixels + i * sizeof f, sizeof f);
    return f;
}

void moments_add(struct moments *m, const struct input_format *b, const unsigned char *pixels)
{
    size_t n = shape_values(b->shape);
    double sum = 0, squares = 0;
    for (size_t i = 0; i < n; i++) {
        double x = (double)value(b, pixels, i);
        sum += x;
        squares += x * x;
    }
    m->n += (double)n;
    m->sum += sum;
    m->squares += squares;
}

void moments_merge(struct moments *m, const struct moments *more)
{
    m->n += more->n;
    m->sum += more->sum;
    m->squares += more->squares;
}

double moments_mean(const struct moments *m)
{
    return m->n > 0 ? m->sum / m->n : 0;
}

double moments_std(const struct moments *m)
{
    double mean = moments_mean(m);
    return m->n > 0 ? sqrt(fmax(1e-6, m->squares / m->n - mean * mean)) : 1;
}

void input_normalise(const struct input_format *b, const unsigned char *pixels, float *input)
{
    float mean = (float)b->normalise.mean, std = (float)b->normalise.std;
    if (b->normalise.kind == NORMALISE_PER_IMAGE) {
        struct moments m = {0};
        moments_add(&m, b, pixels);
        mean = (float)moments_mean(&m);
        std = (float)moments_std(&m);
    }
    size_t n = shape_values(b->shape);
    for (size_t i = 0; i < n; i++)
        input[i] = (value(b, pixels, i) - mean) / std;
}
