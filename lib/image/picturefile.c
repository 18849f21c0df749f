#include "image/picturefile.h"

#include <string.h>

static enum status (*const decoders[FORMATS])(const void *, size_t, const struct picture_options *,
                                              struct picture_data *, struct error *) = {
    [FORMAT_JPEG] = jpeg_decode,
    [FORMAT_PNG] = pngfile_decode,
    [FORMAT_FITS] = fits_decode,
};

/* Bytes to floats, 255 to 1. */
static enum status make_floats(struct picture_data *p, struct error *err)
{
    size_t n = shape_values(p->shape);
    if (buffer_reserve(&p->pixels, n * (sizeof(float) - 1), err)) {
        p->shape = (struct shape){0};
        return err->status;
    }
    for (size_t i = n; i-- > 0;) {
        float value = pixel_value(PIXEL_U1, p->pixels.data, i) / 255;
        memcpy(p->pixels.data + i * sizeof value, &value, sizeof value);
    }
    p->pixel = PIXEL_F4;
    p->pixels.size = n * sizeof(float);
    return STATUS_OK;
}

enum status picture_decode(const void *bytes, size_t size, const struct picture_options *o,
                           struct picture_data *p, struct error *err)
{
    enum picture_format format = format_of(bytes, size);
    p->shape = (struct shape){0};
    if (size == 0)
        return error_set(err, STATUS_FORMAT, "the file is empty");
    if (size > PICTURE_FILE_MAX)
        return error_set(err, STATUS_LIMIT, "more than %d bytes", PICTURE_FILE_MAX);
    if (decoders[format]) {
        enum status status = decoders[format](bytes, size, o, p, err);
        return !status && o->floats && p->pixel == PIXEL_U1 ? make_floats(p, err) : status;
    }
    return format_refuse(format_guess(bytes, size), err);
}

size_t picture_search(struct picture_search *s, const void *bytes, size_t size, size_t *next)
{
    *next = 0;
    switch (format_of(bytes, size)) {
    case FORMAT_JPEG: return jpeg_search(&s->jpeg, bytes, size, next);
    case FORMAT_PNG: return pngchunks_search(&s->png, bytes, size, next);
    case FORMAT_FITS: return fits_search(&s->fits, bytes, size);
    default: return 0;
    }
}
