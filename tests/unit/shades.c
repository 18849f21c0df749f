/* What colours galaxies: which columns have a scale or categories, and the bytes of each cell. */
#include "atlas/shades.h"

#include "atlases.h"
#include "base64.h"

enum { GALAXIES = 700, COLUMNS = 7 };

static const struct thumb_source source = {{1, 1, 1}, PIXEL_U1};

/* The table: a row for each galaxy, in the order of ids. */
static char table[GALAXIES][COLUMNS][24];

static void set(size_t galaxy, size_t column, const char *text)
{
    snprintf(table[galaxy][column], sizeof table[galaxy][column], "%s", text);
}

/* Write the shades of the first n galaxies into the folder of the atlas; galaxies is how many are
   told of. */
static void write_shades(const struct atlases *a, size_t n, size_t galaxies, struct buffer *out)
{
    struct error err;
    struct shades s;
    char *cell[COLUMNS];
    CHECK(!shades_init(&s, COLUMNS, atlases_scratch(), &err));
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < COLUMNS; k++)
            cell[k] = table[i][k];
        CHECK(!shades_add(&s, (uint32_t)i, cell, &err));
    }
    CHECK(!shades_write(&s, galaxies, &a->pictures, &a->folder, out, &err));
    CHECK(!buffer_append(out, "", 1, &err));
    shades_release(&s);
}

/* Append the bytes of a file of a column; returns whether there is one. */
static bool read_batch(const struct atlases *a, size_t column, size_t batch, struct buffer *out)
{
    char name[64], begin[64];
    snprintf(name, sizeof name, "columns/%zu-%zu.js", column, batch);
    snprintf(begin, sizeof begin, "gz.columns(\"%zu-%zu\",\"", column, batch);
    struct buffer b = atlases_read(a, name);
    size_t at = strlen(begin), before = out->size;
    bool there = b.size > at + 4;
    if (there) {
        CHECK(memcmp(b.data, begin, at) == 0 && memcmp(b.data + b.size - 4, "\");\n", 4) == 0);
        base64_read(b.data + at, b.size - 4 - at, out);
        CHECK(out->size - before <= PICTURES_BATCH);
    }
    buffer_release(&b);
    return there;
}

/* The codes of a column in the order of galaxies, -1 where one has no picture; false if the column
   has no file. All cells without a galaxy must be 0. */
static bool codes_of(const struct atlases *a, size_t column, int *code)
{
    struct buffer b = {0};
    const struct pictures *p = &a->pictures;
    for (size_t batch = 0; read_batch(a, column, batch, &b); batch++)
        ;
    bool there = b.size > 0;
    CHECK(!there || b.size == pictures_cells(p->rows));
    for (size_t i = 0; i < a->triangle.n; i++)
        code[i] = -1;
    for (size_t i = 0; i < b.size; i++)
        if (p->galaxy[i])
            code[p->galaxy[i] - 1] = (unsigned char)b.data[i];
        else
            CHECK(b.data[i] == 0);
    buffer_release(&b);
    return there;
}

static void test_kinds(void)
{
    enum { FEW = 39 };
    static const char *const none[] = {"", "nan", "NULL", "None", "n/a", "--", "NA", "-"};
    struct buffer out = {0};
    int code[FEW];
    char text[24];
    unit_test("numbers have a scale, few texts categories, others can't colour");
    for (size_t i = 0; i < FEW; i++) {
        set(i, 0, i == 7 ? "seven" : "7"); /* one cell that is no number makes it text */
        set(i, 1, none[i % 8]);
        set(i, 2, i == 20 ? "-2.5e0" : i == 30 ? "1" : none[i % 8]);
        snprintf(text, sizeof text, "text %zu", i % SHADES_TEXTS);
        set(i, 3, i == 5 ? none[i % 8] : text);
        snprintf(text, sizeof text, "text %zu", i % (SHADES_TEXTS + 1));
        set(i, 4, text);
        set(i, 5, i % 2 ? "inf" : "a\"");
        set(i, 6, i % 3 ? "" : "0.1");
    }
    struct atlases a = atlases_make("a", FEW, 0, 0, &source);
    write_shades(&a, FEW, FEW, &out);
    CHECK(strcmp(out.data, "[{names:[\"7\",\"seven\"]},null,{low:-2.5,high:1,least:-2.5,most:1},"
                           "{names:[\"text 0\",\"text 1\",\"text 2\",\"text 3\",\"text 4\",\"text "
                           "6\",\"text 7\",\"text 8\",\"text 9\",\"text 10\",\"text 11\",\"text "
                           "5\"]},null,{names:[\"a\\u0022\",\"inf\"]},"
                           "{low:0.100000001,high:0.100000001,least:0.100000001,"
                           "most:0.100000001}]") == 0);
    unit_test("a category's byte is 1 + its number, 0 is no value");
    CHECK(codes_of(&a, 0, code));
    for (size_t i = 0; i < FEW; i++)
        CHECK(code[i] == -1 || code[i] == (i == 7 ? 2 : 1));
    CHECK(codes_of(&a, 3, code));
    for (size_t i = 0; i < FEW; i++) {
        int k = (int)i % SHADES_TEXTS;
        CHECK(code[i] == -1 || code[i] == (i == 5 ? 0 : k == 5 ? 12 : k < 5 ? 1 + k : k));
    }
    unit_test("a single value is in the middle of its scale");
    CHECK(codes_of(&a, 6, code));
    for (size_t i = 0; i < FEW; i++)
        CHECK(code[i] == -1 || code[i] == (i % 3 ? 0 : 128));
    unit_test("the two ends are 1 and 255");
    CHECK(codes_of(&a, 2, code));
    for (size_t i = 0; i < FEW; i++)
        CHECK(code[i] == -1 || code[i] == (i == 20 ? 1 : i == 30 ? 255 : 0));
    CHECK(!codes_of(&a, 1, code) && !codes_of(&a, 4, code));
    buffer_release(&out);
    atlases_release(&a);
}

/* ---- scales ---- */

/* Column k: numbers in another range each; some cells without value, and a few wild values. */
static void fill_numbers(void)
{
    struct rng r = rng_seed(3);
    for (size_t i = 0; i < GALAXIES; i++)
        for (size_t k = 0; k < COLUMNS; k++) {
            double value = pow(10, (double)k - 3) * rng_normal(&r);
            if (i % 200 == 17)
                value = -1e20;
            snprintf(table[i][k], sizeof table[i][k], "%.9g", value);
            if (k < 5 ? i % 11 == k : i >= 95 + k) /* 100 and 101 values are a border */
                set(i, k, "");
        }
}

static void check_scale(size_t column, const char *scale, const int *code)
{
    double low, high, least, most, value[GALAXIES];
    CHECK(sscanf(scale, "{low:%lf,high:%lf,least:%lf,most:%lf}", &low, &high, &least, &most) == 4);
    size_t n = 0, below = 0, above = 0, outside = 0;
    for (size_t i = 0; i < GALAXIES; i++) {
        value[i] = *table[i][column] ? (double)strtof(table[i][column], NULL) : NAN;
        n += isnan(value[i]) ? 0 : 1;
        below += (float)value[i] < (float)low;
        above += (float)value[i] > (float)high;
        outside += (float)value[i] < (float)least || (float)value[i] > (float)most;
    }
    CHECK(below == (n - 1) / 100 && above == below && outside == 0);
    for (size_t i = 0; i < GALAXIES; i++) {
        double want = 1 + 254 * fmin(fmax((value[i] - low) / (high - low), 0), 1);
        CHECK(code[i] == -1 || (isnan(value[i]) ? code[i] == 0 : fabs(code[i] - want) < 0.501));
    }
}

static void test_scale(void)
{
    static int code[COLUMNS][GALAXIES], again[GALAXIES];
    struct buffer out = {0}, other = {0};
    unit_test("a scale leaves out a hundredth at both ends, bytes are linear between them");
    fill_numbers();
    struct atlases a = atlases_make("a", GALAXIES, 0, 0, &source);
    write_shades(&a, GALAXIES, GALAXIES, &out);
    const char *scale = out.data;
    for (size_t k = 0; k < COLUMNS && CHECK(scale != NULL); k++) {
        scale = strchr(scale, '{');
        CHECK(codes_of(&a, k, code[k]));
        check_scale(k, scale, code[k]);
        scale = strchr(scale, '}');
    }
    atlases_release(&a);

    unit_test("nothing changes where memory holds some columns only, and cells fill two files");
    size_t galaxies = SHADES_MEMORY / 5 / 3; /* so three columns at once */
    a = atlases_make("b", GALAXIES, 0, 363, &source);
    write_shades(&a, GALAXIES, galaxies, &other);
    CHECK(out.size == other.size && memcmp(out.data, other.data, out.size) == 0);
    for (size_t k = 0; k < COLUMNS; k++)
        CHECK(codes_of(&a, k, again) && memcmp(again, code[k], sizeof again) == 0);
    atlases_release(&a);
    buffer_release(&out);
    buffer_release(&other);
}

static void test_failure(void)
{
    struct error err;
    struct shades s;
    struct buffer out = {0};
    char text[] = "1", *const cell[] = {text};
    struct atlases a = atlases_make("a", 3, 0, 0, &source);
    unit_test("a temporary file that was cut off is noticed");
    CHECK(!shades_init(&s, 1, atlases_scratch(), &err));
    for (uint32_t i = 0; i < 3; i++)
        CHECK(!shades_add(&s, i, cell, &err));
    CHECK(ftruncate(s.fd, 20) == 0);
    CHECK(shades_write(&s, 3, &a.pictures, &a.folder, &out, &err) == STATUS_INCOMPLETE);
    shades_release(&s);
    buffer_release(&out);
    atlases_release(&a);
}

int main(void)
{
    atlases_enter();
    test_kinds();
    test_scale();
    test_failure();
    return atlases_leave();
}
