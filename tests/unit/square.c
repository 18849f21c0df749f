/* square: the same square of a picture, however much of it was cut off before. */
#include "unit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "image/square.h"

static struct error err;

/* Of sides as long as a table of whole numbers allows, 0.3 is three tenths, rounded down. */
static void shares(void)
{
    struct square q = {0};
    struct shrink plan;
    square_complete(&q, false);
    CHECK(q.share == SQUARE_GRAY && q.size == SQUARE_SIZE);
    for (size_t side = 4; side < 3000; side++) {
        size_t want = side * 3 / 10;
        CHECK(!square_plan(&q, (struct shape){side, side + 3, 3}, PIXEL_U1, 1, &plan, &err));
        CHECK(plan.crop == want && plan.full == 64);
        CHECK(fabs(square_fov(&plan, 1) - (double)want / (double)side) < 1e-12);
        /* Cut before, the picture says how large it was, as a float. */
        for (size_t cut = want + 1; cut < side; cut += side / 4 + 1) {
            struct shrink again;
            double fov = (double)(float)((double)cut / (double)side);
            CHECK(!square_plan(&q, (struct shape){cut, cut, 3}, PIXEL_U1, fov, &again, &err));
            CHECK(again.crop == want);
            CHECK((float)square_fov(&again, fov) == (float)square_fov(&plan, 1));
        }
        CHECK(square_fov(&plan, 0) == 0);
    }
}

/* A window of a picture gives the bytes of the whole, and the same field of view. */
static void windows(void)
{
    enum { MOST = 90 };
    static unsigned char whole[MOST * MOST * 3], part[MOST * MOST * 3];
    struct buffer a = {0}, b = {0};
    size_t windows = 0;
    for (size_t i = 0; i < sizeof whole; i++)
        whole[i] = (unsigned char)(i * i * 2654435761u >> 13);
    for (size_t height = 40; height <= MOST; height += 3)
        for (size_t width = 41; width <= MOST; width += 5)
            for (unsigned kind = 0; kind < 8; kind++) {
                struct square q = {0, kind & 1 ? 0.5 : 0.31, kind & 2 ? 20 : 13, kind & 4, false};
                size_t n = square_window(&q, height, width);
                if (!n)
                    continue;
                windows++;
                struct shape all = {height, width, 3}, cut = {n, n, 3};
                double fov = 1, part_fov = (double)n / (double)shape_shorter(all);
                image_centre(whole, height, width, 3, n, n, part);
                CHECK(!square_cut(&q, &all, &fov, PIXEL_U1, whole, &a, &err));
                CHECK(!square_cut(&q, &cut, &part_fov, PIXEL_U1, part, &b, &err));
                CHECK(a.size == b.size && memcmp(a.data, b.data, a.size) == 0);
                CHECK((float)fov == (float)part_fov && all.height == cut.height);
            }
    CHECK(windows > 200);
    buffer_release(&a);
    buffer_release(&b);
}

static void refused(void)
{
    struct square q = {.share = 0.3, .size = 64};
    struct shrink plan;
    struct shape small = {64, 64, 1};
    struct buffer out = {0};
    double fov = 1;
    /* 64 pixels that show 127 of 424: another share by rounding, so the whole is taken. */
    CHECK(!square_plan(&q, small, PIXEL_U1, 127.0 / 424, &plan, &err) && plan.crop == 64);
    q.share = 0.302;
    CHECK(!square_plan(&q, small, PIXEL_U1, 127.0 / 424, &plan, &err) && plan.crop == 64);
    q.share = 0.31;
    CHECK(square_plan(&q, small, PIXEL_U1, 127.0 / 424, &plan, &err) == STATUS_MISMATCH);
    CHECK(strstr(err.text, "0.31 ") && strstr(err.text, "0.3 "));
    q.share = 0.49;
    CHECK(square_cut(&q, &small, &fov, PIXEL_U1, NULL, &out, &err) == STATUS_MISMATCH);
    CHECK(strstr(err.text, "31 pixels") && small.height == 64 && fov == 1);
}

int main(void)
{
    unit_test("a share of a picture is the same square after a cut");
    shares();
    unit_test("a window gives the bytes of the whole");
    windows();
    unit_test("too large a share, and too few pixels, are refused");
    refused();
    return unit_end();
}
