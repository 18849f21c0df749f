/* fitsfile, fitshead: a picture, decoded as options from the first bytes say. Whatever cfitsio does
   with it, the process goes on; the same bytes give the same pixels, and those of a crop are the
   centre of the whole. The end is the same wherever the bytes are cut. */
#include "fuzz.h"
#include "image/fitsfile.h"
#include "image/fitshead.h"

enum { MOST_PIXELS = 1 << 14 };

static enum status decode(const uint8_t *data, size_t size, const struct picture_options *o,
                          struct picture_data *p)
{
    struct error err;
    enum status s = fits_decode(data, size, o, p, &err);
    HOLDS(s ? p->shape.height == 0 && *err.text
            : shape_values(p->shape) * pixel_value_bytes(p->pixel) == p->pixels.size);
    HOLDS(s || p->shape.channels == (o->gray ? 1 : 3));
    HOLDS(s != STATUS_MEMORY);
    return s;
}

static void check_values(const struct picture_data *p)
{
    for (size_t i = 0; p->pixel == PIXEL_F4 && i < shape_values(p->shape); i++) {
        float v = pixel_value(PIXEL_F4, p->pixels.data, i);
        HOLDS(v >= 0 && v <= 1);
    }
}

static void check_centre(const struct picture_data *whole, const struct picture_data *centre)
{
    size_t y0 = (whole->shape.height - centre->shape.height) / 2,
           x0 = (whole->shape.width - centre->shape.width) / 2;
    size_t pixel = centre->shape.channels * pixel_value_bytes(centre->pixel);
    for (size_t y = 0; y < centre->shape.height; y++)
        HOLDS(memcmp(centre->pixels.data + y * centre->shape.width * pixel,
                     whole->pixels.data + ((y0 + y) * whole->shape.width + x0) * pixel,
                     centre->shape.width * pixel) == 0);
}

/* Piece by piece, the search finds what it finds at once. */
static void check_search(const uint8_t *data, size_t size, size_t step)
{
    struct fits_search pieces = {0}, whole = {0};
    size_t n = 0, have;
    for (have = 1; have <= size && n == 0; have += step)
        n = fits_search(&pieces, data, have);
    size_t end = fits_search(&whole, data, size);
    HOLDS(n <= size && end <= size && (n == 0 || n == end));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    unsigned options = fuzz_byte(&data, &size), crop = fuzz_byte(&data, &size);
    struct picture_options o = {.gray = options & 1,
                                .lenient = options & 2,
                                .floats = options & 4,
                                .crop = crop % 32,
                                .max_pixels = MOST_PIXELS};
    struct picture_options all = o;
    struct picture_data picture = {0}, whole = {0};
    o.fits.curve = all.fits.curve = options / 8 % 3;
    o.fits.curved = all.fits.curved = options & 64;
    all.crop = 0;
    check_search(data, size, 1 + crop);
    if (!decode(data, size, &o, &picture)) {
        check_values(&picture);
        HOLDS(!decode(data, size, &all, &whole));
        check_centre(&whole, &picture);
    }
    buffer_release(&picture.pixels);
    buffer_release(&whole.pixels);
    return 0;
}
