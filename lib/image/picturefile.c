#include "image/picturefile.h"

static enum status (*const decoders[FORMATS])(const void *, size_t, const struct picture_options *,
                                              struct picture_data *, struct error *) = {
    [FORMAT_JPEG] = jpeg_decode,
    [FORMAT_PNG] = pngfile_decode,
};

enum status picture_decode(const void *bytes, size_t size, const struct picture_options *o,
                           struct picture_data *p, struct error *err)
{
    enum picture_format format = format_of(bytes, size);
    p->shape = (struct shape){0};
    if (size == 0)
        return error_set(err, STATUS_FORMAT, "the file is empty");
    if (size > PICTURE_FILE_MAX)
        return error_set(err, STATUS_LIMIT, "more than %d bytes", PICTURE_FILE_MAX);
    if (decoders[format])
        return decoders[format](bytes, size, o, p, err);
    if (format == FORMAT_FITS)
        return error_set(err, STATUS_FORMAT, "%s, which this build does not read",
                         format_name(format));
    return format_refuse(format, err);
}

size_t picture_search(struct picture_search *s, const void *bytes, size_t size, size_t *next)
{
    *next = 0;
    switch (format_of(bytes, size)) {
    case FORMAT_JPEG: return jpeg_search(&s->jpeg, bytes, size, next);
    case FORMAT_PNG: return pngfile_search(&s->png, bytes, size, next);
    default: return 0;
    }
}
