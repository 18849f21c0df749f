/* pngfile, pngchunks: a picture, decoded as options from the first bytes say. The same bytes give
   the same pixels, those of a crop are the centre of the whole, and the end is found piece by
   piece. */
#include "fuzz.h"
#include "image/pngchunks.h"
#include "image/pngfile.h"

enum { MOST_PIXELS = 1 << 14 };

/* Decode into memory that held this byte before. */
static enum status decode(const uint8_t *data, size_t size, const struct picture_options *o,
                          int before, struct picture_data *p)
{
    struct error err;
    *p = (struct picture_data){0};
    HOLDS(!buffer_reserve(&p->pixels, 3 * MOST_PIXELS, &err));
    memset(p->pixels.data, before, p->pixels.capacity);
    enum status s = pngfile_decode(data, size, o, p, &err);
    HOLDS(s ? p->shape.height == 0 && *err.text : shape_values(p->shape) == p->pixels.size);
    HOLDS(s || p->shape.channels == (o->gray ? 1 : 3));
    return s;
}

static bool same(const struct picture_data *a, const struct picture_data *b)
{
    return a->shape.height == b->shape.height && a->shape.width == b->shape.width &&
           memcmp(a->pixels.data, b->pixels.data, a->pixels.size) == 0;
}

static void check_centre(const struct picture_data *whole, const struct picture_data *centre)
{
    size_t y0 = (whole->shape.height - centre->shape.height) / 2,
           x0 = (whole->shape.width - centre->shape.width) / 2;
    size_t channels = centre->shape.channels, row = centre->shape.width * channels;
    for (size_t y = 0; y < centre->shape.height; y++)
        HOLDS(memcmp(centre->pixels.data + y * row,
                     whole->pixels.data + ((y0 + y) * whole->shape.width + x0) * channels,
                     row) == 0);
}

/* Piece by piece, the search finds the end that it finds at once. */
static void check_search(const uint8_t *data, size_t size, size_t step)
{
    struct pngchunks_search once = {0}, search = {0};
    size_t next, other, n = 0, whole = pngchunks_search(&once, data, size, &other);
    HOLDS(whole <= size && other < size + !size && (whole == 0 || other == 0));
    for (size_t have = 8; have < size && n == 0; have += step)
        n = pngchunks_search(&search, data, have, &next) + next;
    if (n == 0)
        n = pngchunks_search(&search, data, size, &next) + next;
    HOLDS(whole == 0 || n == whole);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    unsigned options = fuzz_byte(&data, &size), crop = fuzz_byte(&data, &size);
    struct picture_options o = {.gray = options & 1,
                                .crop = crop,
                                .lenient = options & 2,
                                .max_pixels = MOST_PIXELS},
                           all = o;
    struct picture_data picture, again, whole;
    all.crop = 0;
    check_search(data, size, 1 + crop % 64);
    enum status s = decode(data, size, &o, 0x00, &picture);
    HOLDS(decode(data, size, &o, 0xff, &again) == s && (s || same(&picture, &again)));
    if (!decode(data, size, &all, 0x55, &whole) && !s && !o.lenient)
        check_centre(&whole, &picture);
    buffer_release(&picture.pixels);
    buffer_release(&again.pixels);
    buffer_release(&whole.pixels);
    return 0;
}
