/* The chunks of a PNG: what the header says, and where the last one ends. */
#include "image/pngchunks.h"
#include "pngs.h"

static void test_sides(void)
{
    struct error err;
    struct buffer png = pngs_small();
    size_t height = 0, width = 0;
    unit_test("the header's sides, height and width apart");
    CHECK(!pngchunks_sides(png.data, png.size, &height, &width, &err));
    CHECK(height == PNGS_HEIGHT && width == PNGS_WIDTH);
    memcpy(png.data + 16, "\xff\xfe\xfd\xfc\x01\x02\x03\x04", 8);
    CHECK(!pngchunks_sides(png.data, png.size, &height, &width, &err));
    CHECK(width == 0xfffefdfc && height == 0x01020304);
    unit_test("a header that is cut off, or isn't first, is an error");
    for (size_t n = 0; n < 33; n++)
        CHECK(pngchunks_sides(png.data, n, &height, &width, &err) == STATUS_FORMAT);
    CHECK(!pngchunks_sides(png.data, 33, &height, &width, &err));
    memcpy(png.data + 12, "IDAT", 4);
    CHECK(pngchunks_sides(png.data, png.size, &height, &width, &err) == STATUS_FORMAT);
    buffer_release(&png);
}

/* Whether the PNG with n bytes more after its header passes the check. */
static bool passes_with(const char *chunk, size_t n)
{
    enum { AFTER_HEADER = 33 };
    struct error err;
    struct buffer png = pngs_small(), more = {0};
    CHECK(!buffer_append(&more, png.data, AFTER_HEADER, &err) &&
          !buffer_append(&more, chunk, n, &err) &&
          !buffer_append(&more, png.data + AFTER_HEADER, png.size - AFTER_HEADER, &err));
    enum status s = pngchunks_check(more.data, more.size, &err);
    CHECK(s == STATUS_OK || s == STATUS_FORMAT);
    buffer_release(&png);
    buffer_release(&more);
    return !s;
}

/* The checksums are those of Python's zlib.crc32. */
static void test_check(void)
{
    unit_test("a chunk on which pixels depend must have its checksum");
    CHECK(passes_with("", 0));
    CHECK(passes_with("\0\0\0\1tRNS@\x36\x3a\x99\xf6", 13));
    CHECK(!passes_with("\0\0\0\1tRNS@\x36\x3a\x99\xf7", 13));
    CHECK(!passes_with("\0\0\0\1tRNSA\x36\x3a\x99\xf6", 13));
    CHECK(!passes_with("\0\0\0\0PLTE\0\0\0\0", 12));
    unit_test("another one needn't");
    CHECK(passes_with("\0\0\0\0tEXt\0\0\0\0", 12));
    unit_test("a length beyond the file cuts it off");
    CHECK(!passes_with("\xff\xff\xff\xffPLTE\0\0\0\0", 12));
}

/* The end, in pieces of any size; and the next picture, where it comes too early. */
static void test_search(void)
{
    struct error err;
    struct buffer png = pngs_small(), row = {0};
    size_t next, n;
    for (int i = 0; i < 2; i++)
        CHECK(!buffer_append(&row, png.data, png.size, &err));
    for (size_t step = 1; step < 40; step += 7) {
        struct pngchunks_search s = {0};
        for (n = 0; n < png.size; n += step)
            CHECK(pngchunks_search(&s, row.data, n, &next) == 0 && next == 0);
        CHECK(pngchunks_search(&s, row.data, row.size, &next) == png.size && next == 0);
    }
    for (n = 8; n < png.size; n++) {
        struct pngchunks_search s = {0};
        row.size = 0;
        CHECK(!buffer_append(&row, png.data, n, &err));
        CHECK(!buffer_append(&row, png.data, png.size, &err));
        size_t end = pngchunks_search(&s, row.data, row.size, &next);
        if (!CHECK(end == 0 && next == n))
            printf("# cut at %zu of %zu: %zu, %zu\n", n, png.size, end, next);
    }
    buffer_release(&png);
    buffer_release(&row);
}

int main(void)
{
    test_sides();
    test_check();
    unit_test("the end of a PNG in a row, and where another one cuts it off");
    test_search();
    return unit_end();
}
