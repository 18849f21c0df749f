/* PNG out, and in: what is written and read is compared with libpng's simplified interface, which
   shares no code with ours. */
#include "image/pngfile.h"
#include "base/file.h"
#include "base/rng.h"
#include "unit.h"

#include <fcntl.h>
#include <png.h>
#include <unistd.h>

enum { HEIGHT = 301, WIDTH = 407 };

static unsigned char pixels[HEIGHT * WIDTH * 3], back[HEIGHT * WIDTH * 3];

static struct buffer read_file(const char *path)
{
    struct error err;
    struct buffer b = {0};
    int fd;
    if (CHECK(file_open(path, &fd, &err) == STATUS_OK))
        CHECK(file_read_all(fd, &b, 1 << 24, &err) == STATUS_OK);
    file_close(fd);
    return b;
}

static void test_round_trip(void)
{
    struct error err;
    struct rng r = rng_seed(4);
    for (size_t i = 0; i < sizeof pixels; i++)
        pixels[i] = (unsigned char)rng_below(&r, 256);
    unit_test("the pixels come back");
    CHECK(pngfile_save("a.png", pixels, HEIGHT, WIDTH, &err) == STATUS_OK);
    png_image image = {.version = PNG_IMAGE_VERSION};
    CHECK(png_image_begin_read_from_file(&image, "a.png"));
    CHECK(image.height == HEIGHT && image.width == WIDTH && image.format == PNG_FORMAT_RGB);
    CHECK(png_image_finish_read(&image, NULL, back, 0, NULL));
    CHECK(memcmp(pixels, back, sizeof pixels) == 0);

    unit_test("row by row gives the same bytes as all at once, and so does a second time");
    struct pngfile *p = pngfile_create("b.png", HEIGHT, WIDTH, &err);
    for (size_t y = 0; CHECK(p != NULL) && y < HEIGHT; y++)
        CHECK(pngfile_write(p, pixels + y * WIDTH * 3, 1, &err) == STATUS_OK);
    CHECK(pngfile_finish(p, &err) == STATUS_OK);
    struct buffer a = read_file("a.png"), b = read_file("b.png");
    CHECK(a.size == b.size && memcmp(a.data, b.data, a.size) == 0);

    unit_test("nothing in it but header, pixels and end");
    for (size_t at = 8; at + 12 <= a.size;) {
        const unsigned char *c = (const unsigned char *)a.data + at;
        CHECK(memcmp(c + 4, "IHDR", 4) == 0 || memcmp(c + 4, "IDAT", 4) == 0 ||
              memcmp(c + 4, "IEND", 4) == 0);
        at += 12 + ((size_t)c[0] << 24 | (size_t)c[1] << 16 | (size_t)c[2] << 8 | c[3]);
    }
    buffer_release(&a);
    buffer_release(&b);
}

static void test_failure(void)
{
    struct error err;
    unit_test("no file before the end, and none after giving up");
    struct pngfile *p = pngfile_create("c.png", HEIGHT, WIDTH, &err);
    CHECK(p && pngfile_write(p, pixels, HEIGHT, &err) == STATUS_OK);
    CHECK(access("c.png", F_OK) != 0);
    pngfile_abandon(p);
    CHECK(access("c.png", F_OK) != 0);
    pngfile_abandon(NULL);

    unit_test("a missing row is an error, and leaves no file");
    p = pngfile_create("c.png", HEIGHT, WIDTH, &err);
    CHECK(p && pngfile_write(p, pixels, HEIGHT - 1, &err) == STATUS_OK);
    CHECK(pngfile_finish(p, &err) == STATUS_INCOMPLETE);
    CHECK(access("c.png", F_OK) != 0);

    unit_test("errors name the file");
    CHECK(pngfile_save("no/such/folder.png", pixels, HEIGHT, WIDTH, &err) == STATUS_SYSTEM);
    CHECK(strncmp(err.text, "no/such/folder.png: ", 20) == 0);
    CHECK(pngfile_save("/dev/full", pixels, HEIGHT, WIDTH, &err) == STATUS_SYSTEM);
    CHECK(strcmp(err.text, "/dev/full: write error: No space left on device") == 0);
    CHECK(pngfile_save("c.png", pixels, 0, WIDTH, &err) == STATUS_LIMIT);
    CHECK(pngfile_save("c.png", pixels, 1, PNGFILE_SIDE_MAX + 1, &err) == STATUS_LIMIT);
}

/* ---- reading ---- */

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
                p.pixels.size == sizeof pixels && memcmp(p.pixels.data, want, sizeof pixels) == 0;
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
    enum { PIXELS = HEIGHT * WIDTH };
    static unsigned char values[PIXELS * 4], colours[256 * 3], want[PIXELS * 3];
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
    CHECK(!pngfile_save("a.png", pixels, 9, 7, &err));
    struct buffer png = read_file("a.png");
    char *bytes = malloc(png.size);

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

/* The end, in pieces of any size; and the next picture, where it comes too early. */
static void test_search(void)
{
    struct error err;
    CHECK(!pngfile_save("a.png", pixels, 9, 7, &err));
    struct buffer png = read_file("a.png"), row = {0};
    size_t next, n;
    for (int i = 0; i < 2; i++)
        CHECK(!buffer_append(&row, png.data, png.size, &err));
    for (size_t step = 1; step < 40; step += 7) {
        struct pngfile_search s = {0};
        for (n = 0; n < png.size; n += step)
            CHECK(pngfile_search(&s, row.data, n, &next) == 0 && next == 0);
        CHECK(pngfile_search(&s, row.data, row.size, &next) == png.size && next == 0);
    }
    for (n = 8; n < png.size; n++) {
        struct pngfile_search s = {0};
        row.size = 0;
        CHECK(!buffer_append(&row, png.data, n, &err));
        CHECK(!buffer_append(&row, png.data, png.size, &err));
        size_t end = pngfile_search(&s, row.data, row.size, &next);
        if (!CHECK(end == 0 && next == n))
            printf("# cut at %zu of %zu: %zu, %zu\n", n, png.size, end, next);
    }
    buffer_release(&png);
    buffer_release(&row);
}

int main(void)
{
    char folder[] = "/tmp/pngfile-XXXXXX";
    if (!mkdtemp(folder) || chdir(folder))
        return 1;
    test_round_trip();
    test_failure();
    test_known_pixels();
    test_broken();
    unit_test("the end of a PNG in a row, and where another one cuts it off");
    test_search();
    unlink("a.png");
    unlink("b.png");
    rmdir(folder);
    return unit_end();
}
