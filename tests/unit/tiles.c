/* The pyramid of tiles: the same files as from a picture that is whole in memory, is halved as a
   whole, and is cut up last. So tiles have no seams, and no light is lost between two levels. */
#include "atlas/tiles.h"
#include "image/jpegfile.h"

#include "atlases.h"

enum { SIDE = TILES_SIDE };

/* A level as a whole: (height, width, 3) bytes, both multiples of SIDE, black beyond the border. */
struct level {
    size_t height, width;
    unsigned char *rgb;
};

static size_t round_up(size_t n)
{
    return (n + SIDE - 1) / SIDE * SIDE;
}

/* The triangle's picture, drawn by the functions of gz-triangle. */
static struct level draw_whole(const struct triangle *like, const struct thumb_source *source)
{
    struct error err;
    struct triangle t = {0};
    struct triangle_options o = like->options;
    unsigned char *pixels = calloc(shape_values(source->shape), 1);
    o.name[0] = o.name[1] = o.name[2] = "";
    for (size_t i = 0; i < like->n; i++)
        CHECK(!triangle_add(&t, like->galaxy[i].id, like->galaxy[i].probability, &err));
    CHECK(!triangle_arrange(&t, &o, &err));
    for (size_t i = 0; i < like->n; i++)
        if (like->galaxy[i].drawn) {
            atlases_draw(source, like->galaxy[i].number, pixels);
            CHECK(!triangle_draw(&t, like->galaxy[i].id, source, pixels, &err));
        }
    struct level l = {round_up(t.canvas.height), round_up(t.canvas.width), NULL};
    l.rgb = calloc(l.height * l.width, 3);
    for (size_t y = 0; y < t.canvas.height; y++)
        memcpy(l.rgb + 3 * y * l.width, t.canvas.rgb + 3 * y * t.canvas.width, 3 * t.canvas.width);
    triangle_release(&t);
    free(pixels);
    return l;
}

/* Every pixel the mean of 2 x 2, a half rounded up. */
static struct level halve(const struct level *from)
{
    struct level to = {round_up(from->height / 2), round_up(from->width / 2), NULL};
    to.rgb = calloc(to.height * to.width, 3);
    for (size_t y = 0; y < from->height / 2; y++)
        for (size_t x = 0; x < from->width / 2; x++)
            for (size_t k = 0; k < 3; k++) {
                double sum = 0;
                for (size_t i = 0; i < 4; i++)
                    sum += from->rgb[3 * ((2 * y + i / 2) * from->width + 2 * x + i % 2) + k];
                to.rgb[3 * (y * to.width + x) + k] = (unsigned char)floor(sum / 4 + 0.5);
            }
    return to;
}

/* Compare one tile with its part of the level; returns whether there is a tile. */
static bool check_tile(const struct atlases *a, size_t number, const struct level *l, size_t y,
                       size_t x)
{
    static unsigned char rgb[SIDE * SIDE * 3];
    struct error err;
    struct buffer want = {0};
    char name[64];
    bool lit = false;
    for (size_t i = 0; i < sizeof rgb; i++) {
        rgb[i] = l->rgb[3 * ((y * SIDE + i / 3 / SIDE) * l->width + x * SIDE) + i % (3 * SIDE)];
        lit |= rgb[i] > 0;
    }
    snprintf(name, sizeof name, "tiles/%zu/%zu-%zu.jpg", number, y, x);
    struct buffer tile = atlases_read(a, name);
    if (lit)
        CHECK(!jpeg_encode(rgb, SIDE, SIDE, 3, TILES_QUALITY, &want, &err));
    if (!CHECK(tile.size == want.size && (!lit || !memcmp(tile.data, want.data, want.size))))
        printf("# %s\n", name);
    buffer_release(&tile);
    buffer_release(&want);
    return lit;
}

/* Compare all tiles of a level, and append the list of those that are there. */
static void check_level(const struct atlases *a, size_t number, const struct level *l,
                        struct buffer *list)
{
    struct error err;
    for (size_t y = 0; y < l->height / SIDE; y++) {
        CHECK(!buffer_print(list, &err, y ? ",[" : "["));
        bool last = false, any = false;
        for (size_t x = 0; x <= l->width / SIDE; x++) {
            bool lit = x < l->width / SIDE && check_tile(a, number, l, y, x);
            if (lit && !last)
                CHECK(!buffer_print(list, &err, any ? ",%zu" : "%zu", x));
            if (!lit && last)
                CHECK(!buffer_print(list, &err, ",%zu", x - 1));
            any |= lit;
            last = lit;
        }
        CHECK(!buffer_print(list, &err, "]"));
    }
}

static uint64_t told, told_of;
static void tell(uint64_t done, uint64_t of)
{
    CHECK(done >= told);
    told = done;
    told_of = of;
}

/* n galaxies in a picture of this width, which makes so many levels. */
static void test_pyramid(size_t n, size_t width, size_t levels, unsigned jobs)
{
    enum { MOST = 8 };
    struct error err;
    struct thumb_source source = {{40, 40, 3}, PIXEL_U1};
    struct atlases a = atlases_make("a", n, width, 0, &source);
    struct tiles tiles = {&a.triangle, &a.pictures, &a.folder, jobs, tell};
    struct buffer list = {0}, part[MOST] = {0}, want = {0};
    told = 0;
    CHECK(!tiles_write(&tiles, &list, &err));
    CHECK(told == a.triangle.drawn && told_of == a.triangle.drawn);
    struct level l = draw_whole(&a.triangle, &source);
    for (size_t k = levels; k-- > 0;) {
        check_level(&a, k, &l, &part[k]);
        struct level above = halve(&l);
        CHECK((k == 0) == (l.height == SIDE && l.width == SIDE));
        free(l.rgb);
        l = above;
    }
    free(l.rgb);
    for (size_t k = 0; k < levels; k++) {
        CHECK(
            !buffer_print(&want, &err, k ? ",[%.*s]" : "[[%.*s]", (int)part[k].size, part[k].data));
        buffer_release(&part[k]);
    }
    CHECK(!buffer_append(&want, "]", 2, &err)); /* with its NUL */
    CHECK(atlases_equal(&list, want.data));
    buffer_release(&want);
    buffer_release(&list);
    atlases_release(&a);
}

int main(void)
{
    atlases_enter();
    unit_test("a picture that fits into one tile");
    test_pyramid(3, 300, 1, 1);
    test_pyramid(1, 450, 1, 1);
    unit_test("large galaxies on several tiles each, in four levels, by three threads");
    test_pyramid(30, 2980, 4, 3);
    unit_test("small ones, by one thread, where levels have odd numbers of tiles");
    test_pyramid(200, 1400, 3, 1);
    return atlases_leave();
}
