/* A table's columns, joined to the galaxies of a triangle by id. */
#include "atlas/columns.h"

#include "atlases.h"

static struct error last;
static int warnings;

static void warn(const struct error *err)
{
    last = *err;
    warnings++;
}

/* Galaxies of these ids, each in some cell; numbers are in the order of ids afterwards. */
static struct triangle place(size_t n, const char *const *id)
{
    struct error err;
    struct triangle t = {0};
    struct triangle_options o = {.corner = -1};
    for (size_t i = 0; i < n; i++)
        CHECK(!triangle_add(&t, id[i], (float[]){1, 0, 0}, &err));
    CHECK(!triangle_place(&t, &o, &err));
    return t;
}

static enum status read_table(struct columns *c, const struct triangle *t, const char *text,
                              struct error *err)
{
    char path[] = "t.csv";
    FILE *f = fopen(path, "w");
    CHECK(f && fputs(text, f) >= 0 && fclose(f) == 0);
    warnings = 0;
    *c = (struct columns){.warn = warn};
    return columns_read(c, path, t, atlases_scratch(), atlases_scratch(), err);
}

/* Whether the galaxy of this id has these cells. */
static bool has(const struct columns *c, const struct triangle *t, const char *id,
                const char *cells)
{
    struct error err;
    struct buffer b = {0};
    bool same = !columns_add(c, (size_t)(triangle_find(t, id) - t->galaxy), &b, &err) &&
                atlases_equal(&b, cells);
    buffer_release(&b);
    return same;
}

static void test_join(void)
{
    static const char *const id[] = {"20", "100008", "a/b", "3"};
    struct error err;
    struct columns c;
    struct triangle t = place(4, id);
    unit_test("all columns but the id, the cells as they are, in the table's order");
    CHECK(!read_table(&c, &t, "mag,id,name\n17.25,20,\"say \"\"hi\"\"\"\n-0.0,3,\\\n", &err));
    CHECK(atlases_equal(&c.names, "[\"mag\",\"name\"]"));
    CHECK(has(&c, &t, "20", "[\"17.25\",\"say \\u0022hi\\u0022\"]"));
    CHECK(has(&c, &t, "3", "[\"-0.0\",\"\\u005c\"]"));
    unit_test("a galaxy without a row has no cells");
    CHECK(has(&c, &t, "100008", "[]"));
    columns_release(&c);

    unit_test("other galaxies are left out, of several rows the first counts");
    CHECK(!read_table(&c, &t, "id\tx\n7\tseven\n3\tone\n3\ttwo\n8\teight\n20\t\n", &err));
    CHECK(has(&c, &t, "3", "[\"one\"]") && has(&c, &t, "20", "[\"\"]"));
    CHECK(c.shades.rows == 2 && warnings == 0);
    columns_release(&c);
    unit_test("ids may be spelled as in other programs");
    CHECK(!read_table(&c, &t, "id,x\n0100008.0,1\nimages/20.jpg,2\na/b,3\n", &err));
    CHECK(has(&c, &t, "100008", "[\"1\"]") && has(&c, &t, "20", "[\"2\"]"));
    CHECK(has(&c, &t, "a/b", "[\"3\"]") && has(&c, &t, "3", "[]"));
    columns_release(&c);
    unit_test("a table of ids only has no columns");
    CHECK(!read_table(&c, &t, "id\n3\n", &err));
    CHECK(atlases_equal(&c.names, "[]") && has(&c, &t, "3", "[]"));
    columns_release(&c);
    unit_test("as no table has");
    CHECK(has(&c, &t, "3", "[]"));
    triangle_release(&t);
}

static void test_wrong_rows(void)
{
    static const char *const id[] = {"1", "2"};
    struct error err;
    struct columns c;
    struct buffer text = {0};
    struct triangle t = place(2, id);
    unit_test("wrong rows are counted and left out, and ten of them are told of");
    CHECK(!buffer_print(&text, &err, "id,x\n1,one\n"));
    for (int i = 0; i < 12; i++)
        CHECK(!buffer_print(&text, &err, "1,2,3\n"));
    CHECK(!buffer_append(&text, "2,two\n", 7, &err));
    CHECK(!read_table(&c, &t, text.data, &err));
    CHECK(c.wrong == 12 && warnings == 10 && strncmp(last.text, "t.csv: line 12: ", 16) == 0);
    CHECK(has(&c, &t, "1", "[\"one\"]") && has(&c, &t, "2", "[\"two\"]"));
    unit_test("a temporary file that was cut off is noticed");
    struct buffer b = {0};
    CHECK(ftruncate(c.fd, 8) == 0);
    CHECK(!columns_add(&c, 0, &b, &err));
    CHECK(columns_add(&c, 1, &b, &err) == STATUS_INCOMPLETE);
    columns_release(&c);
    unit_test("a table that isn't one is an error, which names the file");
    CHECK(read_table(&c, &t, "", &err) != STATUS_OK && strncmp(err.text, "t.csv: ", 7) == 0);
    columns_release(&c);
    buffer_release(&b);
    buffer_release(&text);
    triangle_release(&t);
}

int main(void)
{
    atlases_enter();
    test_join();
    test_wrong_rows();
    return atlases_leave();
}
