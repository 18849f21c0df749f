/* picturefile: the first bytes choose the decoder; floats; what is refused before it is decoded. */
#include "unit.h"

#include <unistd.h>

#include "base/file.h"
#include "base/rng.h"
#include "fits.h"
#include "image/picturefile.h"
#include "image/pngwriter.h"

enum { HEIGHT = 11, WIDTH = 14, BYTES = HEIGHT * WIDTH * 3 };

static struct error err;
static unsigned char pixels[BYTES];
static struct buffer jpeg, png;
static const struct picture_options plain = {.max_pixels = 1 << 20};

static void make_both(void)
{
    int fd = -1;
    char path[] = "/tmp/gz-picturefile-XXXXXX";
    struct rng r = rng_seed(3);
    for (size_t i = 0; i < BYTES; i++)
        pixels[i] = (unsigned char)rng_below(&r, 256);
    CHECK(!jpeg_encode(pixels, HEIGHT, WIDTH, 3, 90, &jpeg, &err));
    close(mkstemp(path));
    CHECK(!pngwriter_save(path, pixels, HEIGHT, WIDTH, &err) && !file_open(path, &fd, &err));
    CHECK(!file_read_all(fd, &png, 1 << 20, &err));
    file_close(fd);
    unlink(path);
}

static enum status decode(const struct buffer *b, const struct picture_options *o,
                          struct picture_data *p)
{
    return picture_decode(b->data, b->size, o, p, &err);
}

static void test_choice(void)
{
    struct picture_data p = {0}, direct = {0};
    CHECK(!decode(&png, &plain, &p) && p.pixel == PIXEL_U1 && p.fov == 1);
    CHECK(p.shape.height == HEIGHT && p.shape.width == WIDTH && p.shape.channels == 3);
    CHECK(p.pixels.size == BYTES && memcmp(p.pixels.data, pixels, BYTES) == 0);
    CHECK(!jpeg_decode(jpeg.data, jpeg.size, &plain, &direct, &err) && !decode(&jpeg, &plain, &p));
    CHECK(p.pixels.size == BYTES && memcmp(p.pixels.data, direct.pixels.data, BYTES) == 0);
    /* A FITS without an array: the decoder says so, or that it isn't there. */
    struct buffer fits = {0};
    fits_header(&fits, "SIMPLE  =                    T", "BITPIX  =                    8",
                "NAXIS   =                    0", NULL);
    CHECK(decode(&fits, &plain, &p) == STATUS_FORMAT && strstr(err.text, "FITS"));
    CHECK(p.shape.height == 0);
    buffer_release(&fits);
    buffer_release(&p.pixels);
    buffer_release(&direct.pixels);
}

static void test_floats(void)
{
    struct picture_options o = plain;
    struct picture_data p = {0};
    o.floats = true;
    for (int i = 0; i < 2; i++) { /* the buffer is used again */
        CHECK(!decode(&png, &o, &p) && p.pixel == PIXEL_F4);
        if (!CHECK(p.pixels.size == BYTES * sizeof(float)))
            break;
        for (size_t k = 0; k < BYTES; k++)
            CHECK(pixel_value(PIXEL_F4, p.pixels.data, k) == (float)pixels[k] / 255);
    }
    buffer_release(&p.pixels);
}

static void test_refused(void)
{
    struct picture_options small = plain;
    struct picture_data p = {0};
    small.max_pixels = HEIGHT * WIDTH - 1;
    CHECK(!decode(&png, &plain, &p));
    CHECK(picture_decode("", 0, &plain, &p, &err) == STATUS_FORMAT && p.shape.height == 0);
    CHECK(strcmp(err.text, "the file is empty") == 0);
    /* The size is looked at first. */
    CHECK(picture_decode(png.data, PICTURE_FILE_MAX + 1, &plain, &p, &err) == STATUS_LIMIT);
    CHECK(picture_decode("GIF89a", 6, &plain, &p, &err) == STATUS_FORMAT);
    CHECK(strncmp(err.text, "a GIF; ", 7) == 0);
    CHECK(picture_decode("galaxy", 6, &plain, &p, &err) == STATUS_FORMAT);
    CHECK(strncmp(err.text, "text, not a picture; ", 21) == 0);
    CHECK(picture_decode("galaxy\1", 7, &plain, &p, &err) == STATUS_FORMAT);
    CHECK(strcmp(err.text, "not a picture") == 0);
    CHECK(decode(&png, &small, &p) == STATUS_LIMIT && p.shape.height == 0);
    CHECK(decode(&jpeg, &small, &p) == STATUS_LIMIT && p.shape.height == 0);
    buffer_release(&p.pixels);
}

/* A PNG, a JPEG, a PNG, byte by byte. */
static void test_row(void)
{
    struct buffer row = {0};
    const struct buffer *const each[] = {&png, &jpeg, &png};
    size_t begin = 0, next;
    for (size_t i = 0; i < 3; i++)
        CHECK(!buffer_append(&row, each[i]->data, each[i]->size, &err));
    for (size_t i = 0; i < 3; begin += each[i++]->size) {
        struct picture_search s = {0};
        for (size_t n = 0; n < each[i]->size; n++)
            CHECK(picture_search(&s, row.data + begin, n, &next) == 0 && next == 0);
        CHECK(picture_search(&s, row.data + begin, row.size - begin, &next) == each[i]->size);
        CHECK(next == 0);
    }
    /* Each cut off by the other. */
    for (size_t i = 0; i < 2; i++) {
        struct picture_search s = {0};
        size_t left = each[i]->size - 9;
        row.size = 0;
        CHECK(!buffer_append(&row, each[i]->data, left, &err));
        CHECK(!buffer_append(&row, each[i + 1]->data, each[i + 1]->size, &err));
        CHECK(picture_search(&s, row.data, row.size, &next) == 0 && next == left);
    }
    struct picture_search s = {0};
    next = 1;
    CHECK(picture_search(&s, "galaxy", 6, &next) == 0 && next == 0);
    buffer_release(&row);
}

int main(void)
{
    make_both();
    unit_test("the first bytes choose the decoder");
    test_choice();
    unit_test("floats are bytes over 255");
    test_floats();
    unit_test("no picture, too many bytes or pixels: refused, and no shape is left");
    test_refused();
    unit_test("where a picture in a row ends, or is cut off by another");
    test_row();
    buffer_release(&jpeg);
    buffer_release(&png);
    return unit_end();
}
