#include "stream/decoded.h"

#include <string.h>

void decoded_make(struct decoded *d, const struct picture_options *o)
{
    struct source_item *item = &d->item;
    struct picture_data *p = &d->picture;
    source_load(item);
    if (!item->picture || item->err.status ||
        picture_decode(item->bytes.data, item->bytes.size, o, p, &item->err))
        return;
    if (o->square)
        (void)!square_cut(o->square, &p->shape, &p->fov, p->pixel, p->pixels.data, &d->square,
                          &item->err);
}

enum status decoded_type(struct record_type *t, const struct picture_data *picture,
                         const struct picture_options *o, struct error *err)
{
    size_t side = o->square ? square_side(o->square) : 0;
    struct shape shape = picture ? picture->shape : (struct shape){side, side, o->gray ? 1 : 3};
    enum pixel pixel = o->floats ? PIXEL_F4 : PIXEL_U1;
    if (record_type_init(t, pixel, shape.height, shape.width, shape.channels, err) ||
        record_type_add(t, "fov", "<f4", err))
        return err->status;
    if (o->square && o->square->margin)
        return record_type_add(t, "square", "<f4", err);
    return STATUS_OK;
}

bool decoded_is_odd(struct decoded *d, const struct record_type *t)
{
    const struct shape *p = &d->picture.shape, *s = &t->shape;
    if (p->height == s->height && p->width == s->width)
        return false;
    error_set(&d->item.err, STATUS_MISMATCH, "%zux%zu pixels, but the stream has %zux%zu", p->width,
              p->height, s->width, s->height);
    return true;
}

enum status decoded_write(const struct decoded *d, const struct record_type *t,
                          const struct picture_options *o, unsigned char *record, struct error *err)
{
    const struct buffer *pixels = o->square ? &d->square : &d->picture.pixels;
    memcpy(record_pixels_out(t, record), pixels->data, pixels->size);
    record_set_real(t, record, "fov", (float)d->picture.fov);
    if (o->square)
        record_set_real(t, record, "square", (float)o->square->size);
    return record_set_id(t, record, d->item.id, err);
}

void decoded_release(struct decoded *d)
{
    source_item_release(&d->item);
    buffer_release(&d->picture.pixels);
    buffer_release(&d->square);
}
