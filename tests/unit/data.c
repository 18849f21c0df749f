/* What the page knows of its galaxies, read with Jansson, which shares no code with ours. */
#include "atlas/data.h"

#include <jansson.h>

#include "atlases.h"
#include "base64.h"

enum { CLASSES = 4, GALAXIES = 5500 };

static const struct thumb_source source = {{1, 1, 1}, PIXEL_U1};

static float probability[GALAXIES][CLASSES];
static signed char label[GALAXIES];

/* The arguments of a script's call, as an array; NULL if there is no such file. */
static json_t *read_call(const struct atlases *a, const char *name, const char *function)
{
    struct buffer b = atlases_read(a, name);
    size_t at = strlen(function) + 1;
    json_t *arguments = NULL;
    if (b.size) {
        json_error_t why;
        CHECK(b.size > at + 3 && memcmp(b.data, function, at - 1) == 0);
        CHECK(b.data[at - 1] == '(' && memcmp(b.data + b.size - 3, ");\n", 3) == 0);
        b.data[at - 1] = '[';
        b.data[b.size - 3] = ']';
        arguments = json_loadb(b.data + at - 1, b.size - at - 1, 0, &why);
        if (!CHECK(arguments != NULL))
            printf("# %s: %s\n", name, why.text);
    }
    buffer_release(&b);
    return arguments;
}

static json_int_t number_at(const json_t *array, size_t i)
{
    return json_integer_value(json_array_get(array, i));
}

static const char *text_at(const json_t *array, size_t i)
{
    const char *text = json_string_value(json_array_get(array, i));
    return text ? text : "";
}

/* Ids with any characters that one can have, and of all lengths. */
static void name_galaxies(struct triangle *t)
{
    static const char *const piece[] = {
        "g", "\"", "\\", "/", "</script>", " ", "\xc3\xa9", "\xe2\x80\xa8", "\xf0\x9f\x8c\x8c",
        "'", "0",  "~"};
    struct error err;
    for (size_t i = 0; i < GALAXIES; i++) {
        char id[RECORD_ID_MAX + 1];
        size_t n = (size_t)snprintf(id, sizeof id, "%zx", i * 7919 % 65536);
        for (size_t k = i; n + strlen(piece[k % 12]) <= i % (RECORD_ID_MAX + 1); k += i % 5 + 1)
            n += (size_t)snprintf(id + n, sizeof id - n, "%s", piece[k % 12]);
        float p[3];
        atlases_probability(i, p);
        CHECK(!triangle_add(t, id, p, &err));
        for (size_t k = 0; k < CLASSES; k++)
            probability[i][k] = k < 3 ? p[k] : (float)(i % 2);
        label[i] = (signed char)((int)(i % (CLASSES + 1)) - 1);
    }
}

/* An atlas of these galaxies, in a triangle of so many rows. */
static struct atlases make(const char *name, size_t rows)
{
    struct error err;
    struct atlases a = {0};
    struct triangle_options o = {.corner = -1, .rows = rows};
    name_galaxies(&a.triangle);
    CHECK(!triangle_place(&a.triangle, &o, &err) && a.triangle.n == GALAXIES);
    atlases_draw_all(&a, name, &source);
    return a;
}

/* Read all files of the index, and check that they hold each drawn galaxy once, by its bytes. */
static void check_index(const struct atlases *a, const struct buffer *first)
{
    json_error_t why;
    json_t *firsts = json_loadb(first->data, first->size, 0, &why), *call;
    size_t n = 0, file;
    char last[RECORD_ID_MAX + 1] = "", name[64];
    for (file = 0; snprintf(name, sizeof name, "index/%zu.js", file),
        (call = read_call(a, name, "gz.index")) != NULL;
         file++) {
        const json_t *ids = json_array_get(call, 1), *cells = json_array_get(call, 2);
        size_t here = json_array_size(ids);
        CHECK(json_array_size(call) == 3 && number_at(call, 0) == (json_int_t)file);
        CHECK(json_array_size(cells) == 2 * here);
        CHECK(here == DATA_INDEX || (here > 0 && n + here == a->triangle.drawn));
        CHECK(strcmp(text_at(firsts, file), text_at(ids, 0)) == 0);
        for (size_t i = 0; i < here; i++) {
            const struct triangle_galaxy *g = triangle_find(&a->triangle, text_at(ids, i));
            CHECK(strcmp(text_at(ids, i), last) > 0);
            CHECK(g && g->drawn && number_at(cells, 2 * i) == g->row &&
                  number_at(cells, 2 * i + 1) == g->column);
            snprintf(last, sizeof last, "%s", text_at(ids, i));
        }
        n += here;
        json_decref(call);
    }
    CHECK(n == a->triangle.drawn && json_array_size(firsts) == file && file > 0);
    json_decref(firsts);
}

static long millionths(size_t number, size_t class)
{
    return lround(1e6 * (double)probability[number][class]);
}

/* Check what a script says of one galaxy. */
static void check_galaxy(const struct atlases *a, const json_t *told, size_t block_y,
                         size_t block_x)
{
    const struct triangle_galaxy *g = triangle_find(&a->triangle, text_at(told, 2));
    if (!CHECK(g && g->drawn && json_array_size(told) == 6))
        return;
    const json_t *p = json_array_get(told, 3);
    CHECK(number_at(told, 0) == g->row && number_at(told, 1) == g->column);
    CHECK(g->row / DATA_BLOCK == block_y && g->column / DATA_BLOCK == block_x);
    CHECK(json_array_size(p) == CLASSES && number_at(told, 4) == label[g->number]);
    for (size_t k = 0; k < CLASSES; k++)
        CHECK(number_at(p, k) == millionths(g->number, k));
    CHECK(json_array_size(json_array_get(told, 5)) == 0);
}

/* Every drawn galaxy is in the file of its cell; as no file has one twice, all are there. */
static void check_cells(const struct atlases *a)
{
    size_t across = a->triangle.rows / DATA_BLOCK + 1, n = 0;
    char name[64], key[64];
    for (size_t y = 0; y <= across; y++)
        for (size_t x = 0; x <= across; x++) {
            snprintf(name, sizeof name, "cells/%zu-%zu.js", y, x);
            json_t *call = read_call(a, name, "gz.cells");
            const json_t *galaxies = json_array_get(call, 1);
            snprintf(key, sizeof key, "%zu-%zu", y, x);
            CHECK(!call || (strcmp(text_at(call, 0), key) == 0 && json_array_size(galaxies)));
            for (size_t i = 0; i < json_array_size(galaxies); i++) {
                const json_t *told = json_array_get(galaxies, i);
                check_galaxy(a, told, y, x);
                for (size_t k = 0; k < i; k++)
                    CHECK(strcmp(text_at(json_array_get(galaxies, k), 2), text_at(told, 2)) != 0);
                n++;
            }
            json_decref(call);
        }
    CHECK(n == a->triangle.drawn);
}

/* Check the value of one cell. */
static void check_value(const struct atlases *a, size_t cell, const unsigned char *value)
{
    uint32_t galaxy = a->pictures.galaxy[cell];
    size_t number = galaxy ? a->triangle.galaxy[galaxy - 1].number : 0;
    for (size_t k = 0; k < CLASSES; k++)
        CHECK(value[3 * k] + 256 * value[3 * k + 1] + 65536 * value[3 * k + 2] ==
              (galaxy ? millionths(number, k) : 0));
    CHECK(value[3 * CLASSES] == (galaxy ? 2 + label[number] : 0));
}

static void check_values(const struct atlases *a)
{
    enum { SIZE = 3 * CLASSES + 1 };
    struct buffer all = {0};
    json_t *call;
    size_t file = 0, cells = pictures_cells(a->triangle.rows);
    char name[64];
    for (; snprintf(name, sizeof name, "values/%zu.js", file),
           (call = read_call(a, name, "gz.values")) != NULL;
         file++) {
        CHECK(number_at(call, 0) == (json_int_t)file);
        CHECK(all.size == file * PICTURES_BATCH * SIZE);
        base64_read(text_at(call, 1), strlen(text_at(call, 1)), &all);
        json_decref(call);
    }
    if (CHECK(all.size == cells * SIZE))
        for (size_t i = 0; i < cells; i++)
            check_value(a, i, (const unsigned char *)all.data + i * SIZE);
    buffer_release(&all);
}

static void test_data(size_t rows, unsigned jobs)
{
    struct error err;
    struct atlases a = make("a", rows);
    struct buffer first = {0};
    struct columns none = {.fd = -1, .shades.fd = -1};
    struct data d = {&a.triangle, &a.pictures,        &none, &a.folder,
                     CLASSES,     &probability[0][0], label, jobs};
    CHECK(!data_write(&d, &first, &err));
    check_index(&a, &first);
    check_cells(&a);
    check_values(&a);
    buffer_release(&first);
    atlases_release(&a);
}

int main(void)
{
    atlases_enter();
    unit_test("every galaxy with a picture is once in the index, in its block, among the values");
    test_data(0, 1);
    unit_test("so it is by three threads, and where values fill two files");
    test_data(363, 3);
    return atlases_leave();
}
