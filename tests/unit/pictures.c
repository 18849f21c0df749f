/* Pixels in a file in the order of their cells, whatever the order that they came in. */
#include "atlas/pictures.h"

#include <fcntl.h>

#include "atlases.h"

static void test_cells(void)
{
    unit_test("cells are numbered row by row, each once");
    for (size_t rows = 1; rows < 70; rows++) {
        size_t number = 0;
        for (size_t row = 0; row < rows; row++)
            for (size_t column = 0; column < rows - row; column++)
                CHECK(pictures_cell(rows, row, column) == number++);
        CHECK(pictures_cells(rows) == number);
    }
}

/* Every run of cells has the pixels that were put there, and zeros where there were none. */
static void check_rows(const struct atlases *a)
{
    struct error err;
    const struct pictures *p = &a->pictures;
    unsigned char *all = malloc(p->rows * p->bytes), *one = malloc(p->bytes);
    size_t filled = 0;
    for (size_t row = 0; row < p->rows; row++)
        for (size_t from = 0, n = p->rows - row; from < n; from++) {
            memset(all, 0xff, p->rows * p->bytes);
            CHECK(!pictures_get(p, row, from, n - from, all, &err));
            for (size_t i = 0; i < n - from; i++) {
                uint32_t galaxy = p->galaxy[pictures_cell(p->rows, row, from + i)];
                memset(one, 0, p->bytes);
                if (galaxy)
                    atlases_draw(&p->source, a->triangle.galaxy[galaxy - 1].number, one);
                CHECK(memcmp(all + i * p->bytes, one, p->bytes) == 0);
                filled += galaxy && from == 0;
            }
        }
    CHECK(filled == a->triangle.drawn);
    free(all);
    free(one);
}

static void test_pixels(void)
{
    unit_test("bytes and floats come back from their cells");
    for (enum pixel pixel = PIXEL_U1; pixel <= PIXEL_F4; pixel++) {
        struct thumb_source source = {{5, 7, 3}, pixel};
        struct atlases a = atlases_make("a", 40, 0, 0, &source);
        check_rows(&a);
        atlases_release(&a);
    }
}

static void test_failure(void)
{
    struct error err;
    struct thumb_source source = {{5, 7, 3}, PIXEL_U1};
    struct atlases a = atlases_make("a", 40, 0, 0, &source);
    unsigned char pixels[5 * 7 * 3];
    unit_test("a file that was cut off is noticed");
    CHECK(!pictures_get(&a.pictures, a.pictures.rows - 1, 0, 1, pixels, &err));
    CHECK(ftruncate(a.pictures.fd, (off_t)(pictures_cells(a.pictures.rows) * sizeof pixels - 1)) ==
          0);
    CHECK(pictures_get(&a.pictures, a.pictures.rows - 1, 0, 1, pixels, &err) == STATUS_INCOMPLETE);
    unit_test("so is a disk that is full");
    struct pictures full = {
        .source = source, .bytes = sizeof pixels, .rows = 1, .fd = open("/dev/full", O_RDWR)};
    full.galaxy = calloc(1, sizeof *full.galaxy);
    CHECK(pictures_put(&full, 0, 0, 0, pixels, &err) == STATUS_SYSTEM);
    pictures_release(&full);
    atlases_release(&a);
}

int main(void)
{
    atlases_enter();
    test_cells();
    test_pixels();
    test_failure();
    return atlases_leave();
}
