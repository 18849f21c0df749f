/* Sheets of pictures: each looks as if it were alone, at the place that follows from its cell. */
#include "atlas/sheets.h"
#include "image/jpegfile.h"

#include "atlases.h"

static void test_plan(void)
{
    enum { MOST_SIDE = 2048, MOST_BLOCK = 16 };
    unit_test("pictures begin at whole blocks of the JPEG, and a sheet is as large as it may be");
    for (size_t height = 1; height < 2200; height += 13)
        for (size_t width = 1; width < 2200; width += 17) {
            struct sheets s = sheets_plan((struct shape){height, width, 3});
            size_t side = s.height > s.width ? s.height : s.width;
            CHECK(s.height % 16 == 0 && s.height >= height && s.height - height < 16);
            CHECK(s.width % 16 == 0 && s.width >= width && s.width - width < 16);
            CHECK(s.block == 1 || s.block * side <= MOST_SIDE);
            CHECK(s.block == MOST_BLOCK || 2 * s.block * side > MOST_SIDE);
        }
}

/* A file's pixels; the shape is (0, 0, 0) if there is no such file. */
static struct picture_data decode(const struct atlases *a, const char *name, bool gray)
{
    struct error err;
    struct picture_data p = {0};
    struct picture_options o = {.gray = gray, .max_pixels = 1 << 24};
    struct buffer jpeg = atlases_read(a, name);
    CHECK(!jpeg.size || !jpeg_decode(jpeg.data, jpeg.size, &o, &p, &err));
    buffer_release(&jpeg);
    return p;
}

/* What a picture looks like as a JPEG of its own, its edge repeated to the plan's sides. */
static struct picture_data alone(const struct pictures *p, const struct sheets *plan,
                                 const void *pixels)
{
    struct error err;
    struct shape s = p->source.shape;
    struct buffer jpeg = {0};
    struct picture_data out = {0};
    struct picture_options o = {.gray = s.channels == 1, .max_pixels = 1 << 24};
    unsigned char *bytes = calloc(plan->height * plan->width, s.channels), *to = bytes;
    for (size_t y = 0; y < plan->height; y++)
        for (size_t x = 0; x < plan->width; x++)
            for (size_t k = 0; k < s.channels; k++) {
                size_t i = y < s.height ? y : s.height - 1, j = x < s.width ? x : s.width - 1;
                double value =
                    pixel_value(p->source.pixel, pixels, (i * s.width + j) * s.channels + k);
                if (p->source.pixel == PIXEL_F4)
                    value = isnan(value) ? 0 : floor(255 * fmin(fmax(value, 0), 1) + 0.5);
                *to++ = (unsigned char)value;
            }
    CHECK(!jpeg_encode(bytes, plan->height, plan->width, s.channels, SHEETS_QUALITY, &jpeg, &err));
    CHECK(!jpeg_decode(jpeg.data, jpeg.size, &o, &out, &err));
    buffer_release(&jpeg);
    free(bytes);
    return out;
}

/* Whether the part of a sheet from (y, x) on is the picture, without what the plan adds to it. Of
   colour the outermost pixels don't count: decoders smooth it across the blocks of a JPEG. */
static bool shows(const struct picture_data *sheet, size_t y, size_t x,
                  const struct picture_data *picture, struct shape s)
{
    size_t border = s.channels == 3;
    for (size_t i = border; i < s.height - border; i++)
        if (memcmp(sheet->pixels.data + ((y + i) * sheet->shape.width + x + border) * s.channels,
                   picture->pixels.data + (i * picture->shape.width + border) * s.channels,
                   (s.width - 2 * border) * s.channels) != 0)
            return false;
    return true;
}

static bool is_black(const struct picture_data *sheet, size_t y, size_t x, struct shape s)
{
    struct picture_data black = {.shape = {s.height, s.width, s.channels}};
    black.pixels.data = calloc(shape_values(s), 1);
    bool is = shows(sheet, y, x, &black, s);
    free(black.pixels.data);
    return is;
}

/* Check the cells of sheet (y, x); returns how many galaxies it has. */
static size_t check_sheet(const struct atlases *a, const struct sheets *plan, size_t y, size_t x)
{
    const struct pictures *p = &a->pictures;
    struct shape s = p->source.shape;
    struct error err;
    size_t galaxies = 0;
    char name[64];
    snprintf(name, sizeof name, "sheets/%zu-%zu.jpg", y, x);
    struct picture_data sheet = decode(a, name, s.channels == 1);
    unsigned char *pixels = malloc(p->bytes);
    for (size_t i = 0; i < plan->block; i++)
        for (size_t j = 0; j < plan->block; j++) {
            size_t row = y * plan->block + i, column = x * plan->block + j;
            size_t top = i * plan->height, left = j * plan->width;
            bool cell = row + column < p->rows;
            if (cell && p->galaxy[pictures_cell(p->rows, row, column)]) {
                CHECK(!pictures_get(p, row, column, 1, pixels, &err));
                struct picture_data want = alone(p, plan, pixels);
                CHECK(sheet.shape.height && shows(&sheet, top, left, &want, s));
                buffer_release(&want.pixels);
                galaxies++;
            } else if (sheet.shape.height)
                CHECK(is_black(&sheet, top, left, s));
        }
    CHECK((galaxies > 0) == (sheet.shape.height > 0));
    free(pixels);
    buffer_release(&sheet.pixels);
    return galaxies;
}

static void test_sheets(struct shape shape, enum pixel pixel, size_t n, size_t rows, unsigned jobs)
{
    struct error err;
    struct thumb_source source = {shape, pixel};
    struct atlases a = atlases_make("a", n, 0, rows, &source);
    const struct sheets plan = sheets_plan(shape);
    size_t across = (a.pictures.rows + plan.block - 1) / plan.block, galaxies = 0;
    CHECK(!sheets_write(&a.pictures, &a.folder, jobs, &err));
    for (size_t y = 0; y <= across; y++)
        for (size_t x = 0; x <= across; x++)
            galaxies += check_sheet(&a, &plan, y, x);
    CHECK(galaxies == a.triangle.drawn);
    atlases_release(&a);
}

/* Floats that aren't a share of white. */
static void test_floats(void)
{
    struct error err;
    struct thumb_source source = {{1, 4, 1}, PIXEL_F4};
    struct pictures p;
    struct atlases a = {.pictures.fd = -1};
    const float pixels[4] = {NAN, -3, 0.5f, 1e30f};
    unit_test("floats are bytes within their range, NaN is black");
    CHECK(!folder_begin(&a.folder, "f", &err));
    CHECK(!pictures_init(&p, atlases_scratch(), &source, 1, &err));
    CHECK(!pictures_put(&p, 0, 0, 0, pixels, &err));
    CHECK(!sheets_write(&p, &a.folder, 1, &err));
    struct sheets plan = sheets_plan(source.shape);
    struct picture_data want = alone(&p, &plan, pixels), sheet = decode(&a, "sheets/0-0.jpg", true);
    CHECK(sheet.shape.height && shows(&sheet, 0, 0, &want, source.shape));
    buffer_release(&want.pixels);
    buffer_release(&sheet.pixels);
    pictures_release(&p);
    atlases_release(&a);
}

int main(void)
{
    atlases_enter();
    test_plan();
    unit_test("gray, whole blocks, sheets with and without galaxies");
    test_sheets((struct shape){16, 32, 1}, PIXEL_U1, 40, 40, 1);
    unit_test("colour, broken blocks, by three threads");
    test_sheets((struct shape){20, 9, 3}, PIXEL_U1, 200, 0, 3);
    unit_test("floats, a picture a sheet");
    test_sheets((struct shape){40, 1500, 1}, PIXEL_F4, 12, 0, 2);
    test_floats();
    return atlases_leave();
}
