/* PNG in: what libpng's simplified interface writes, which shares no code with ours, is decoded to
   known pixels; broken files are errors. */
#include "image/pngfile.h"
#include "pngs.h"

#include <png.h>

enum { HEIGHT = 301, WIDTH = 407, PIXELS = HEIGHT * WIDTH, VALUES = 3 * PIXELS };

static const struct picture_options plain = {.max_pixels = 1 << 20};

/* A PNG that libpng's simplified interface writes, of this format: (HEIGHT, WIDTH, channels)
   values; in linear formats they have 16 bits. */
static struct buffer written(unsigned format, const void *values, const void *colours,
                             unsigned entries)
{
    struct error err;
    struct buffer png = {0};
    png_alloc_size_t size = 0;
    png_image image = {.version = PNG_IMAGE_VERSION,
                       .height = HEIGHT,
                       .width = WIDTH,
                       .format = format,
                       .colormap_entries = entries};
    CHECK(png_image_write_to_memory(&image, NULL, &size, 0, values, 0, colours));
    CHECK(!buffer_reserve(&png, size, &err));
    CHECK(png_image_write_to_memory(&image, png.data, &size, 0, values, 0, colours));
    png.size = size;
    return png;
}

/* Whether it is decoded to these (HEIGHT, WIDTH, 3) bytes, in gray to their luma, and cropped to
   the part of them in the middle. */
static bool decodes_to(const struct buffer *png, const unsigned char *want)
{
    struct error err;
    struct picture_data p = {0};
    struct picture_options o = plain;
    bool good = !pngfile_decode(png->data, png->size, &o, &p, &err) && p.fov == 1 &&
                p.pixels.size == VALUES && memcmp(p.pixels.data, want, VALUES) == 0;
    o.gray = true;
    good = good && !pngfile_decode(png->data, png->size, &o, &p, &err) && p.shape.channels == 1;
    for (size_t i = 0; good && i < HEIGHT * WIDTH; i++)
        good = (unsigned char)p.pixels.data[i] == luma(want + 3 * i);
    o.gray = false;
    o.crop = 100;
    good = good && !pngfile_decode(png->data, png->size, &o, &p, &err) && p.shape.width == 100 &&
           p.shape.height == 100 && fabs(p.fov - 100.0 / HEIGHT) < 1e-12;
    for (size_t y = 0; good && y < 100; y++)
        good = memcmp(p.pixels.data + y * 300,
                      want + 3 * (((HEIGHT - 100) / 2 + y) * WIDTH + (WIDTH - 100) / 2), 300) == 0;
    buffer_release(&p.pixels);
    return good;
}

static void test_known_pixels(void)
{
    static unsigned char values[PIXELS * 4], colours[256 * 3], want[VALUES];
    static uint16_t wide[PIXELS * 3];
    struct rng r = rng_seed(5);
    struct buffer png;
    for (size_t i = 0; i < sizeof values; i++)
        values[i] = (unsigned char)rng_below(&r, 256);

    unit_test("gray, colour and palettes of 8 bits become these bytes");
    png = written(PNG_FORMAT_RGB, values, NULL, 0);
    CHECK(decodes_to(&png, values));
    buffer_release(&png);
    png = written(PNG_FORMAT_GRAY, values, NULL, 0);
    for (size_t i = 0; i < sizeof want; i++)
        want[i] = values[i / 3];
    CHECK(decodes_to(&png, want));
    buffer_release(&png);
    for (size_t i = 0; i < sizeof colours; i++)
        colours[i] = (unsigned char)rng_below(&r, 256);
    png = written(PNG_FORMAT_RGB | PNG_FORMAT_FLAG_COLORMAP, values, colours, 256);
    for (size_t i = 0; i < sizeof want; i++)
        want[i] = colours[3 * values[i / 3] + i % 3];
    CHECK(decodes_to(&png, want));
    buffer_release(&png);

    unit_test("transparency is laid over black");
    png = written(PNG_FORMAT_RGBA, values, NULL, 0);
    for (size_t i = 0; i < sizeof want; i++)
        want[i] = (unsigned char)((values[i / 3 * 4 + i % 3] * values[i / 3 * 4 + 3] + 127) / 255);
    CHECK(decodes_to(&png, want));
    buffer_release(&png);
    png = written(PNG_FORMAT_GA, values, NULL, 0);
    for (size_t i = 0; i < sizeof want; i++)
        want[i] = (unsigned char)((values[i / 3 * 2] * values[i / 3 * 2 + 1] + 127) / 255);
    CHECK(decodes_to(&png, want));
    buffer_release(&png);

    unit_test("16 bits are divided by 257 and rounded");
    for (size_t i = 0; i < PIXELS * 3; i++)
        wide[i] = (uint16_t)rng_below(&r, 65536);
    png = written(PNG_FORMAT_LINEAR_RGB, wide, NULL, 0);
    for (size_t i = 0; i < sizeof want; i++)
        want[i] = (unsigned char)((wide[i] + 128) / 257);
    CHECK(decodes_to(&png, want));
    buffer_release(&png);
}

static void test_broken(void)
{
    struct error err;
    struct picture_data p = {0};
    struct picture_options o = plain;
    struct buffer png = pngs_small();
    unsigned char pixels[PNGS_HEIGHT * PNGS_WIDTH * 3];
    char *bytes = malloc(png.size);
    pngs_noise(pixels, sizeof pixels);

    unit_test("cut off anywhere: an error, and no shape is left");
    for (size_t n = 0; n < png.size; n++) {
        memcpy(bytes, png.data, n);
        CHECK(pngfile_decode(bytes, n, &plain, &p, &err) == STATUS_FORMAT && !p.shape.height);
    }
    unit_test("a changed byte anywhere: an error");
    memcpy(bytes, png.data, png.size);
    for (size_t i = 0; i < png.size; i++) {
        bytes[i] = (char)(bytes[i] ^ 0x10);
        enum status s = pngfile_decode(bytes, png.size, &plain, &p, &err);
        if (!CHECK(s == STATUS_FORMAT || s == STATUS_LIMIT))
            printf("# byte %zu: %d\n", i, s);
        bytes[i] = (char)(bytes[i] ^ 0x10);
    }
    unit_test("lenient takes the rows before the cut; the others are black");
    o.lenient = true;
    CHECK(!pngfile_decode(png.data, png.size - 12 - 40, &o, &p, &err) && p.shape.height == 9);
    CHECK(memcmp(p.pixels.data, pixels, 7 * 3) == 0);
    for (size_t i = 8 * 7 * 3; i < 9 * 7 * 3; i++)
        CHECK(p.pixels.data[i] == 0);

    unit_test("limits of pixels, and of the crop");
    o = (struct picture_options){.max_pixels = 62};
    CHECK(pngfile_decode(png.data, png.size, &o, &p, &err) == STATUS_LIMIT && !p.shape.height);
    o = (struct picture_options){.max_pixels = 63, .crop = 8};
    CHECK(pngfile_decode(png.data, png.size, &o, &p, &err) == STATUS_MISMATCH);
    o.crop = 7;
    CHECK(!pngfile_decode(png.data, png.size, &o, &p, &err));
    free(bytes);
    buffer_release(&png);
    buffer_release(&p.pixels);
}

int main(void)
{
    test_known_pixels();
    test_broken();
    return unit_end();
}
