/* Drawing on a picture in memory. */
#include "image/canvas.h"
#include "unit.h"

static void test_lighten(void)
{
    struct canvas c, d;
    struct error err;
    /* Two pairs of equal luma, and one that is darker. */
    static const unsigned char colours[5][3] = {
        {43, 118, 243}, {194, 44, 228}, {83, 139, 185}, {234, 65, 170}, {1, 2, 3}};
    CHECK(canvas_init(&c, 1, 1, &err) == STATUS_OK && canvas_init(&d, 1, 1, &err) == STATUS_OK);
    unit_test("the brighter pixel shows, in whatever order they come");
    for (size_t i = 0; i < 5; i++)
        for (size_t j = 0; j < 5; j++) {
            canvas_clear(&c);
            canvas_clear(&d);
            canvas_lighten(&c, 0, 0, colours[i], 1, 1);
            canvas_lighten(&c, 0, 0, colours[j], 1, 1);
            canvas_lighten(&d, 0, 0, colours[j], 1, 1);
            canvas_lighten(&d, 0, 0, colours[i], 1, 1);
            CHECK(memcmp(c.rgb, d.rgb, 3) == 0);
        }
    canvas_clear(&c);
    canvas_lighten(&c, 0, 0, (unsigned char[]){0, 0, 255}, 1, 1);
    canvas_lighten(&c, 0, 0, (unsigned char[]){0, 60, 0}, 1, 1);
    CHECK(c.rgb[1] == 60 && c.rgb[2] == 0);
    canvas_release(&c);
    canvas_release(&d);
}

static void test_edges(void)
{
    struct canvas c, d;
    struct error err;
    unsigned char in[4 * 5 * 3];
    memset(in, 7, sizeof in);
    unit_test("what lies outside isn't drawn, what lies inside is");
    CHECK(canvas_init(&c, 4, 5, &err) == STATUS_OK && canvas_init(&d, 4, 5, &err) == STATUS_OK);
    for (int64_t y = -6; y <= 6; y++)
        for (int64_t x = -7; x <= 7; x++) {
            size_t drawn = 0;
            canvas_clear(&c);
            canvas_paste(&c, y, x, in, 4, 5);
            for (size_t i = 0; i < 4 * 5; i++)
                drawn += c.rgb[3 * i] == 7;
            long rows = 4 - labs((long)y), columns = 5 - labs((long)x);
            CHECK(drawn == (rows > 0 && columns > 0 ? (size_t)(rows * columns) : 0));
            canvas_clear(&d);
            canvas_lighten(&d, y, x, in, 4, 5);
            CHECK(memcmp(c.rgb, d.rgb, sizeof in) == 0);
            canvas_blend(&c, y, x, in, 0.5f);
        }
    unit_test("blending moves by a share");
    canvas_clear(&c);
    canvas_blend(&c, 1, 2, (unsigned char[]){200, 100, 0}, 0.25f);
    CHECK(memcmp(c.rgb + (5 + 2) * 3, (unsigned char[]){50, 25, 0}, 3) == 0);
    canvas_blend(&c, 1, 2, (unsigned char[]){0, 255, 10}, 1);
    CHECK(memcmp(c.rgb + (5 + 2) * 3, (unsigned char[]){0, 255, 10}, 3) == 0);
    canvas_release(&c);
    canvas_release(&d);
}

int main(void)
{
    test_lighten();
    test_edges();
    return unit_end();
}
