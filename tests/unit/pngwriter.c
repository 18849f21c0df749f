/* PNG out: what is written is read with libpng's simplified interface, which shares no code with
   ours. */
#include "image/pngwriter.h"
#include "pngs.h"

#include <png.h>

enum { HEIGHT = 301, WIDTH = 407 };

static unsigned char pixels[HEIGHT * WIDTH * 3], back[HEIGHT * WIDTH * 3];

static void test_round_trip(void)
{
    struct error err;
    pngs_noise(pixels, sizeof pixels);
    unit_test("the pixels come back");
    CHECK(pngwriter_save("a.png", pixels, HEIGHT, WIDTH, &err) == STATUS_OK);
    png_image image = {.version = PNG_IMAGE_VERSION};
    CHECK(png_image_begin_read_from_file(&image, "a.png"));
    CHECK(image.height == HEIGHT && image.width == WIDTH && image.format == PNG_FORMAT_RGB);
    CHECK(png_image_finish_read(&image, NULL, back, 0, NULL));
    CHECK(memcmp(pixels, back, sizeof pixels) == 0);

    unit_test("row by row gives the same bytes as all at once, and so does a second time");
    struct pngwriter *p = pngwriter_create("b.png", HEIGHT, WIDTH, &err);
    for (size_t y = 0; CHECK(p != NULL) && y < HEIGHT; y++)
        CHECK(pngwriter_write(p, pixels + y * WIDTH * 3, 1, &err) == STATUS_OK);
    CHECK(pngwriter_finish(p, &err) == STATUS_OK);
    struct buffer a = pngs_read("a.png"), b = pngs_read("b.png");
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
    struct pngwriter *p = pngwriter_create("c.png", HEIGHT, WIDTH, &err);
    CHECK(p && pngwriter_write(p, pixels, HEIGHT, &err) == STATUS_OK);
    CHECK(access("c.png", F_OK) != 0);
    pngwriter_abandon(p);
    CHECK(access("c.png", F_OK) != 0);
    pngwriter_abandon(NULL);

    unit_test("a missing row is an error, and leaves no file");
    p = pngwriter_create("c.png", HEIGHT, WIDTH, &err);
    CHECK(p && pngwriter_write(p, pixels, HEIGHT - 1, &err) == STATUS_OK);
    CHECK(pngwriter_finish(p, &err) == STATUS_INCOMPLETE);
    CHECK(access("c.png", F_OK) != 0);

    unit_test("errors name the file");
    CHECK(pngwriter_save("no/such/folder.png", pixels, HEIGHT, WIDTH, &err) == STATUS_SYSTEM);
    CHECK(strncmp(err.text, "no/such/folder.png: ", 20) == 0);
    CHECK(pngwriter_save("/dev/full", pixels, HEIGHT, WIDTH, &err) == STATUS_SYSTEM);
    CHECK(strcmp(err.text, "/dev/full: write error: No space left on device") == 0);
    CHECK(pngwriter_save("c.png", pixels, 0, WIDTH, &err) == STATUS_LIMIT);
    CHECK(pngwriter_save("c.png", pixels, 1, PNGWRITER_SIDE_MAX + 1, &err) == STATUS_LIMIT);
}

int main(void)
{
    char folder[] = "/tmp/pngwriter-XXXXXX";
    if (!mkdtemp(folder) || chdir(folder))
        return 1;
    test_round_trip();
    test_failure();
    unlink("a.png");
    unlink("b.png");
    rmdir(folder);
    return unit_end();
}
