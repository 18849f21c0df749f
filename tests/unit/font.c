/* Letters: each one is there, is another than all others, and stays in its box. */
#include "image/font.h"
#include "unit.h"

static const unsigned char white[3] = {255, 255, 255};

/* Draw text at (20, 20) of a canvas of 200 x 300; true where it left ink. *box: the first and last
   row and column with ink of at least half. */
static bool draw(struct canvas *c, const char *text, size_t scale, size_t box[4])
{
    struct error err;
    CHECK(canvas_init(c, 200, 300, &err) == STATUS_OK);
    font_draw(c, 20, 20, text, scale, white);
    box[0] = box[2] = SIZE_MAX;
    box[1] = box[3] = 0;
    for (size_t y = 0; y < c->height; y++)
        for (size_t x = 0; x < c->width; x++)
            if (c->rgb[(y * c->width + x) * 3] >= 128) {
                box[0] = y < box[0] ? y : box[0];
                box[1] = y > box[1] ? y : box[1];
                box[2] = x < box[2] ? x : box[2];
                box[3] = x > box[3] ? x : box[3];
            }
    return box[0] != SIZE_MAX;
}

static void test_glyphs(void)
{
    struct canvas c[95];
    size_t box[4];
    for (size_t scale = 1; scale <= 4; scale += 3) {
        unit_test(scale == 1 ? "each character in its box, at scale 1" : "at scale 4");
        for (size_t i = 0; i < 95; i++) {
            char text[2] = {(char)(' ' + i), '\0'};
            bool ink = draw(&c[i], text, scale, box);
            CHECK(ink == (i > 0));
            if (ink) {
                CHECK(box[0] >= 20 && box[1] < 20 + 9 * scale);
                CHECK(box[2] >= 20 && box[3] < 20 + font_width(text, scale));
            }
        }
        unit_test(scale == 1 ? "no two look alike" : "nor at scale 4");
        for (size_t i = 0; i < 95; i++)
            for (size_t j = 0; j < i; j++)
                /* a zero and an O are the same line, as in many fonts of this size */
                CHECK(('0' == ' ' + j && 'O' == ' ' + i) ||
                      memcmp(c[i].rgb, c[j].rgb, (size_t)200 * 300 * 3) != 0);
        for (size_t i = 0; i < 95; i++)
            canvas_release(&c[i]);
    }
}

static void test_text(void)
{
    struct canvas c;
    size_t box[4];
    unit_test("H at scale 1 is crisp: only black and white");
    draw(&c, "H", 1, box);
    for (size_t i = 0; i < c.height * c.width * 3; i++)
        CHECK(c.rgb[i] == 0 || c.rgb[i] == 255);
    CHECK(box[0] == 20 && box[1] == 26 && box[2] == 20 && box[3] == 24);
    canvas_release(&c);
    unit_test("width is where the ink ends");
    CHECK(font_width("HH", 1) == 11 && font_width("HH", 3) == 33 && font_width("", 5) == 0);
    draw(&c, "HH", 3, box);
    CHECK(box[3] == 20 + 32);
    canvas_release(&c);
    unit_test("other characters are boxes, one each");
    CHECK(font_width("\xc3\xa9", 1) == 5 && font_width("\xe2\x82\xac-", 1) == 5 + 1 + 3);
    unit_test("drawing over every edge does nothing beyond it");
    draw(&c, "x", 1, box);
    font_draw(&c, -5, -5, "edges everywhere, and a long line that leaves on the right", 9, white);
    font_draw(&c, 195, 290, "edges", 9, white);
    canvas_release(&c);
}

static void test_shorten(void)
{
    char out[20];
    unit_test("what fits stays");
    font_shorten(out, sizeof out, "100143", 1, 64);
    CHECK(strcmp(out, "100143") == 0);
    unit_test("what doesn't loses its middle, and fits");
    font_shorten(out, sizeof out, "587722981742084097", 1, 64);
    CHECK(font_width(out, 1) <= 64 && strlen(out) >= 9);
    CHECK(strncmp(out, "5877", 4) == 0 && strcmp(out + strlen(out) - 4, "4097") == 0);
    CHECK(strstr(out, "..") != NULL);
    unit_test("room counts, too, and no character is cut");
    for (size_t room = 4; room < sizeof out; room++) {
        font_shorten(out, room, "abc\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9xyz\xc3\xa9\xc3\xa9\xc3\xa9z",
                     1, 1000);
        CHECK(strlen(out) < room && strlen(out) > 2);
        for (char *c = out; *c; c++)
            CHECK((*c == '\xc3') == (c[1] == '\xa9'));
    }
    unit_test("no width at all: nothing");
    font_shorten(out, sizeof out, "spiral", 1, 3);
    CHECK(strcmp(out, "") == 0);
}

int main(void)
{
    test_glyphs();
    test_text();
    test_shorten();
    return unit_end();
}
