#include "image/square.h"

#include <math.h>

/* Sides are rounded down to whole pixels; this much of one is an error of rounding. */
static const double ROUNDING = 0.01;
static const double TOLERANCE = 1.01;

void square_complete(struct square *q, bool colour)
{
    if (q->share <= 0)
        q->share = colour ? SQUARE_COLOUR : SQUARE_GRAY;
    if (!q->size)
        q->size = SQUARE_SIZE;
}

/* The shorter side that the picture as taken would have at this scale. Of pictures that were cut
   and not shrunken this is a whole number, which the field of view, as a float, gives nearly. */
static double whole_side(struct shape s, double fov)
{
    double side = (double)shape_shorter(s) / (fov > 0 ? fov : 1), whole = round(side);
    return fabs(side - whole) < ROUNDING ? whole : side;
}

static enum status choose_crop(const struct square *q, struct shape s, double fov, size_t *crop,
                               struct error *err)
{
    size_t shorter = shape_shorter(s);
    double side = q->share * whole_side(s, fov);
    *crop = q->crop ? q->crop : (size_t)fmax(1, floor(side + ROUNDING));
    if (q->crop || *crop <= shorter)
        return STATUS_OK;
    *crop = shorter;
    if (side <= TOLERANCE * (double)shorter)
        return STATUS_OK;
    return error_set(err, STATUS_MISMATCH,
                     "the square is %.3g of the picture as taken, but the pixels show only %.3g of "
                     "it",
                     q->share, fov > 0 ? fov : 1.0);
}

enum status square_plan(const struct square *q, struct shape s, enum pixel pixel, double fov,
                        struct shrink *plan, struct error *err)
{
    *plan = (struct shrink){s, pixel, q->gray, 0, q->size, square_side(q)};
    if (choose_crop(q, s, fov, &plan->crop, err))
        return err->status;
    return shrink_check(plan, err);
}

double square_fov(const struct shrink *plan, double fov)
{
    if (fov <= 0)
        return 0;
    return (double)plan->crop / whole_side(plan->shape, fov) * (double)plan->full /
           (double)plan->size;
}

size_t square_side(const struct square *q)
{
    return q->margin ? shrink_margin(q->size) : q->size;
}

size_t square_window(const struct square *q, size_t height, size_t width)
{
    struct shape s = {height, width, 1};
    struct shrink plan;
    struct error err;
    if (height % 2 != width % 2 || square_plan(q, s, PIXEL_U1, 1, &plan, &err))
        return 0;
    /* The window is as far from each edge of the picture, in whole pixels, as from the other. */
    size_t side = (plan.crop * plan.full + plan.size - 1) / plan.size;
    side += (height - side) % 2;
    return side < shape_shorter(s) ? side : 0;
}

enum status square_cut(const struct square *q, struct shape *shape, double *fov, enum pixel pixel,
                       const void *pixels, struct buffer *out, struct error *err)
{
    struct shrink plan;
    if (square_plan(q, *shape, pixel, *fov, &plan, err))
        return err->status;
    if (plan.crop * SQUARE_ENLARGE_MAX < plan.size)
        return error_set(err, STATUS_MISMATCH,
                         "its square of %zu pixels would be enlarged to %zu, more than %d times",
                         plan.crop, plan.size, SQUARE_ENLARGE_MAX);
    struct shape square = {plan.full, plan.full, plan.gray ? 1 : shape->channels};
    size_t bytes = shape_values(square) * pixel_value_bytes(pixel);
    out->size = 0;
    if (buffer_reserve(out, bytes, err))
        return err->status;
    shrink_run(&plan, pixels, out->data);
    out->size = bytes;
    *fov = square_fov(&plan, *fov);
    *shape = square;
    return STATUS_OK;
}
