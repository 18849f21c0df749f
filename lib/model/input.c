#include "model/input.h"

#include <math.h>
#include <string.h>

#include "image/image.h"

size_t input_bytes(const struct input_format *f)
{
    return shape_values(f->shape) * pixel_value_bytes(f->type->pixel);
}

enum status input_check(const struct input_format *f, struct error *err)
{
    const struct record_type *t = f->type;
    if (t->shape.channels == f->shape.channels &&
        shape_has_centre(t->shape, f->shape.height, f->shape.width))
        return STATUS_OK;
    return error_set(err, STATUS_MISMATCH,
                     "pictures of %zux%zux%zu (height, width, channels), but %zux%zux%zu are "
                     "wanted",
                     t->shape.height, t->shape.width, t->shape.channels, f->shape.height,
                     f->shape.width, f->shape.channels);
}

double input_fov(const struct input_format *f, const unsigned char *record)
{
    double shown = (double)shape_shorter(f->type->shape), used = (double)shape_shorter(f->shape);
    return record_fov(f->type, record) * used / shown;
}

enum status input_check_fov(const struct input_format *f, const unsigned char *record,
                            struct error *err)
{
    double fov = input_fov(f, record);
    if (f->fov <= 0 || fov <= 0 || fabs(fov / f->fov - 1) <= INPUT_FOV_TOLERANCE)
        return STATUS_OK;
    return error_set(err, STATUS_MISMATCH,
                     "the network would see %.3g of the picture as taken, where %.3g is wanted",
                     fov, f->fov);
}

void input_cut(const struct input_format *f, const unsigned char *record, unsigned char *pixels)
{
    image_centre(record_pixels(f->type, record), f->type->shape.height, f->type->shape.width,
                 f->shape.channels * pixel_value_bytes(f->type->pixel), f->shape.height,
                 f->shape.width, pixels);
}

void moments_add(struct moments *m, const struct input_format *f, const unsigned char *pixels)
{
    size_t n = shape_values(f->shape);
    double sum = 0, squares = 0;
    for (size_t i = 0; i < n; i++) {
        double x = (double)pixel_unit(f->type->pixel, pixels, i);
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

void input_normalise(const struct input_format *f, const unsigned char *pixels, float *input)
{
    float mean = (float)f->normalise.mean, std = (float)f->normalise.std;
    if (f->normalise.kind == NORMALISE_PER_IMAGE) {
        struct moments m = {0};
        moments_add(&m, f, pixels);
        mean = (float)moments_mean(&m);
        std = (float)moments_std(&m);
    }
    size_t n = shape_values(f->shape);
    for (size_t i = 0; i < n; i++)
        input[i] = (pixel_unit(f->type->pixel, pixels, i) - mean) / std;
}
