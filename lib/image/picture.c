#include "image/picture.h"

enum status picture_window(const struct picture_options *o, size_t height, size_t width,
                           struct picture_window *w, struct error *err)
{
    if (height && width > o->max_pixels / height)
        return error_set(err, STATUS_LIMIT, "%zux%zu pixels are more than %llu (see --max-pixels)",
                         width, height, (unsigned long long)o->max_pixels);
    if (height > PICTURE_SIDE_MAX || width > PICTURE_SIDE_MAX)
        return error_set(err, STATUS_LIMIT, "%zux%zu pixels: a side has more than %d", width,
                         height, PICTURE_SIDE_MAX);
    if (o->crop > width || o->crop > height)
        return error_set(err, STATUS_MISMATCH, "%zux%zu pixels are too few to crop %zu", width,
                         height, o->crop);
    *w = (struct picture_window){0, 0, width, height};
    if (o->crop)
        *w = (struct picture_window){(width - o->crop) / 2, (height - o->crop) / 2, o->crop,
                                     o->crop};
    return STATUS_OK;
}
