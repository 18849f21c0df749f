#include "stream/augment.h"

#include <math.h>
#include <string.h>

#include "image/image.h"
#include "base/rng.h"

/* Pixel (i, j) of the result shows point (y, x) of the input, both relative to the centre:
   y = yy i + yx j + y0, x = xy i + xx j + x0. */
struct transform {
    double yy, yx, xy, xx, y0, x0;
    float gain; /* of all values */
};

/* All numbers are drawn, whether they are used or not, so that no option changes what another does.
 */
static struct transform draw(const struct augment *a, const char *id, uint32_t view)
{
    struct rng r = rng_child(a->seed, id, view);
    double angle = 2 * M_PI * rng_uniform(&r);
    uint64_t flips = rng_below(&r, 4);
    double zoom = pow(1 + a->zoom, 2 * rng_uniform(&r) - 1);
    double y0 = a->shift * (2 * rng_uniform(&r) - 1), x0 = a->shift * (2 * rng_uniform(&r) - 1);
    double gain = pow(1 + a->brightness, 2 * rng_uniform(&r) - 1);
    double down = a->flip && (flips & 1) ? -1 : 1, right = a->flip && (flips & 2) ? -1 : 1;
    double c = a->rotate ? cos(angle) : 1, s = a->rotate ? sin(angle) : 0;
    return (struct transform){
        down * c / zoom, -right * s / zoom, down * s / zoom, right * c / zoom, y0, x0, (float)gain};
}

static void put(const struct record_type *t, unsigned char *out, size_t index, float value)
{
    if (t->pixel == PIXEL_U1)
        out[index] = (unsigned char)(value + 0.5f);
    else
        memcpy(out + index * sizeof value, &value, sizeof value);
}

void augment_view(const struct augment *a, const struct record_type *t, const unsigned char *record,
                  uint32_t view, unsigned char *out)
{
    char id[RECORD_ID_MAX + 1];
    float value[3];
    record_id(t, record, id);
    struct transform m = draw(a, id, view);
    struct picture p = {record_pixels(t, record), t->shape, t->pixel};
    double middle = (double)(a->size - 1) / 2;
    float white = t->pixel == PIXEL_U1 ? 255 : 1;
    for (size_t i = 0; i < a->size; i++)
        for (size_t j = 0; j < a->size; j++) {
            double down = (double)i - middle, right = (double)j - middle;
            image_sample(&p, (double)t->shape.height / 2 + m.yy * down + m.yx * right + m.y0,
                         (double)t->shape.width / 2 + m.xy * down + m.xx * right + m.x0, value);
            for (size_t k = 0; k < t->shape.channels; k++)
                put(t, out, (i * a->size + j) * t->shape.channels + k,
                    a->brightness > 0 ? fminf(white, m.gain * value[k]) : value[k]);
        }
}

void augment_fields(const struct augment *a, const struct record_type *in_type,
                    const unsigned char *in, const struct record_type *out_type, unsigned char *out)
{
    double fov = record_fov(in_type, in), shorter = (double)shape_shorter(in_type->shape);
    size_t square = record_square(in_type, in);
    record_set_real(out_type, out, "fov", (float)(fov * (double)a->size / shorter));
    record_set_real(out_type, out, "square", (float)(square < a->size ? square : a->size));
}
