/* The contact sheet: its shape, the pictures in it, the texts under them. */
#include "figure/montage.h"
#include "base/rng.h"
#include "unit.h"

enum { HEIGHT = 130, WIDTH = 140, N = 5, COLUMNS = 3 };

static unsigned char picture[N][HEIGHT * WIDTH * 3];

static const struct thumb_source source = {{HEIGHT, WIDTH, 3}, PIXEL_U1};

static struct montage make(struct montage_options o, const char *second)
{
    struct montage m;
    struct error err;
    struct rng r = rng_seed(6);
    CHECK(montage_init(&m, &o, &source, &err) == STATUS_OK);
    for (size_t i = 0; i < N; i++) {
        for (size_t k = 0; k < sizeof picture[i]; k++)
            picture[i][k] = (unsigned char)(1 + rng_below(&r, 255));
        CHECK(montage_add(&m, picture[i], "587722981742084097", i == 1 ? second : "", &err) ==
              STATUS_OK);
    }
    montage_arrange(&m);
    return m;
}

/* Find picture i in its row, pixel by pixel; wipe it out; count what is left. */
static size_t take_out(const struct montage *m, size_t i, struct canvas *c)
{
    size_t left = 0;
    for (size_t j = i * m->columns; j < N && j < (i + 1) * m->columns; j++)
        for (size_t y = 0; y < HEIGHT; y++) {
            unsigned char *row =
                c->rgb + ((4 + y) * c->width + 4 + (j - i * m->columns) * m->pitch_x) * 3;
            CHECK(memcmp(row, picture[j] + y * WIDTH * 3, WIDTH * 3) == 0);
            memset(row, 0, WIDTH * 3);
        }
    for (size_t k = 0; k < c->height * c->width * 3; k++)
        left += c->rgb[k] > 0;
    return left;
}

static void test_sheet(bool bare)
{
    struct canvas c;
    struct error err;
    unit_test(bare ? "bare: the pictures, and nothing else" : "pictures as they came, and texts");
    struct montage m = make((struct montage_options){.columns = COLUMNS, .bare = bare}, "spiral");
    CHECK(m.columns == COLUMNS && m.rows == 2 && m.width == COLUMNS * m.pitch_x);
    CHECK(m.height == 2 * m.pitch_y && m.pitch_x >= WIDTH && m.pitch_y >= HEIGHT);
    CHECK(canvas_init(&c, m.pitch_y, m.width, &err) == STATUS_OK);
    for (size_t i = 0; i < m.rows; i++) {
        montage_draw_row(&m, i, &c);
        size_t text = take_out(&m, i, &c);
        CHECK(bare ? text == 0 : text > 500);
    }
    canvas_release(&c);
    montage_release(&m);
}

static void test_grid(void)
{
    unit_test("about as many columns as rows, never more than pictures");
    struct montage m = make((struct montage_options){0}, "");
    CHECK(m.columns == 3 && m.rows == 2);
    size_t one = m.pitch_y;
    montage_release(&m);
    m = make((struct montage_options){.columns = 100}, "");
    CHECK(m.columns == N && m.rows == 1);
    montage_release(&m);
    unit_test("a second line takes room only where there is one");
    m = make((struct montage_options){0}, "round");
    CHECK(m.pitch_y > one);
    montage_release(&m);
}

static void test_size(void)
{
    struct montage m;
    struct error err;
    unit_test("narrow pictures are enlarged by a whole number, wide ones stay, --size rules");
    CHECK(montage_init(&m, &(struct montage_options){0},
                       &(struct thumb_source){{50, 60, 1}, PIXEL_U1}, &err) == STATUS_OK);
    CHECK(m.thumb.width == 180 && m.thumb.height == 150);
    montage_release(&m);
    CHECK(montage_init(&m, &(struct montage_options){0}, &source, &err) == STATUS_OK);
    CHECK(m.thumb.width == WIDTH && m.thumb.height == HEIGHT);
    montage_release(&m);
    CHECK(montage_init(&m, &(struct montage_options){.width = 70}, &source, &err) == STATUS_OK);
    CHECK(m.thumb.width == 70 && m.thumb.height == 65);
    montage_release(&m);
    unit_test("what is too large is refused");
    CHECK(montage_init(&m, &(struct montage_options){0},
                       &(struct thumb_source){{60000, 1, 1}, PIXEL_U1}, &err) == STATUS_LIMIT);
    CHECK(montage_init(&m, &(struct montage_options){.width = 1},
                       &(struct thumb_source){{1, 60000, 1}, PIXEL_U1}, &err) == STATUS_OK);
    CHECK(m.thumb.height == 1);
    montage_release(&m);
}

int main(void)
{
    test_sheet(false);
    test_sheet(true);
    test_grid();
    test_size();
    return unit_end();
}
