/* jpegfile: a picture, decoded as options from the first bytes say. The same bytes give the same
   pixels, and those of a crop are the centre of the whole. */
#include "fuzz.h"
#include "image/jpegfile.h"

enum { MOST_PIXELS = 1 << 14 };

/* Decode into memory that held this byte before. */
static enum status decode(const uint8_t *data, size_t size, const struct picture_options *o,
                          int before, struct picture_data *p)
{
    struct error err;
    *p = (struct picture_data){0};
    HOLDS(!buffer_reserve(&p->pixels, 3 * MOST_PIXELS, &err));
    memset(p->pixels.data, before, p->pixels.capacity);
    enum status s = jpeg_decode(data, size, o, p, &err);
    HOLDS(s ? p->shape.height == 0 && *err.text
            : p->shape.height * p->shape.width * p->shape.channels == p->pixels.size);
    HOLDS(s || p->shape.channels == (o->gray ? 1 : 3));
    return s;
}

static bool same(const struct picture_data *a, const struct picture_data *b)
{
    return a->shape.height == b->shape.height && a->shape.width == b->shape.width &&
           a->pixels.size == b->pixels.size &&
           memcmp(a->pixels.data, b->pixels.data, a->pixels.size) == 0;
}

static void check_centre(const struct picture_data *whole, const struct picture_data *centre)
{
    size_t y0 = (whole->shape.height - centre->shape.height) / 2,
           x0 = (whole->shape.width - centre->shape.width) / 2;
    size_t row = centre->shape.width * centre->shape.channels;
    for (size_t y = 0; y < centre->shape.height; y++)
        HOLDS(memcmp(centre->pixels.data + y * row,
                     whole->pixels.data +
                         ((y0 + y) * whole->shape.width + x0) * whole->shape.channels,
                     row) == 0);
}

/* The length of a JPEG of which all bytes are there at once. */
static size_t jpeg_length(const void *bytes, size_t size, size_t *next)
{
    struct jpeg_search fresh = {0};
    return jpeg_search(&fresh, bytes, size, next);
}

static void check_length(const uint8_t *data, size_t size)
{
    size_t next, n = jpeg_length(data, size, &next);
    HOLDS(n <= size && next < size && (n == 0 || next == 0));
    HOLDS(n == 0 || (data[n - 2] == 0xff && data[n - 1] == 0xd9));
    HOLDS(next == 0 || (data[next] == 0xff && data[next + 1] == 0xd8));
}

/* Piece by piece, the search says at any time what it would say of all that is there. */
static void check_search(const uint8_t *data, size_t size, size_t step)
{
    struct jpeg_search search = {0};
    size_t next, other, n = 0;
    for (size_t have = 2; have <= size && n == 0; have += step) {
        n = jpeg_search(&search, data, have, &next);
        HOLDS(n == jpeg_length(data, have, &other) && next == other && search.at <= have);
        n = n ? n : next;
    }
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
    if (size >= 2)
        check_length(data, size);
    check_search(data, size, 1 + crop % 64);
    enum status s = decode(data, size, &o, 0x00, &picture);
    HOLDS(decode(data, size, &o, 0xff, &again) == s && (s || same(&picture, &again)));
    if (!decode(data, size, &all, 0x55, &whole) && !s)
        check_centre(&whole, &picture);
    buffer_release(&picture.pixels);
    buffer_release(&again.pixels);
    buffer_release(&whole.pixels);
    return 0;
}
