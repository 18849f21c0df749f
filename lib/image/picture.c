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
    size_t shorter = height < width ? height : width;
    size_t crop = o->crop || !o->square ? o->crop : square_window(o->square, height, width);
    if (crop > shorter)
        return error_set(err, STATUS_MISMATCH, "%zux%zu pixels are too few to crop %zu", width,
                         height, crop);
    *w = (struct picture_window){0, 0, width, height, 1};
    if (crop)
        *w = (struct picture_window){(width - crop) / 2, (height - crop) / 2, crop, crop,
                                     (double)crop / (double)shorter};
    return STATUS_OK;
}
