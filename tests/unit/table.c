#include "catalogue/table.h"

#include <unistd.h>

#include "unit.h"

/* A file with this content; freed never, removed at once by the next of its name. */
static char *file_with(const char *name, const char *text, size_t size)
{
    static char path[4][64];
    static int next;
    char *p = path[next++ % 4];
    snprintf(p, sizeof path[0], "/tmp/gz-table-%ld-%s", (long)getpid(), name);
    FILE *f = fopen(p, "wb");
    if (!f || fwrite(text, 1, size, f) != size || fclose(f))
        exit(99);
    return p;
}

/* Put an error's text, without the file's name, after out. */
static void note(char *out, const struct error *err)
{
    sprintf(out + strlen(out), "%s!", strchr(err->text, ':') + 2);
}

/* All rows as text: cells in <>, rows ended by ;, errors by !. n 0: one foreign table. */
static const char *rows_of(char *const *paths, size_t n)
{
    static char out[4096];
    struct table t;
    struct error err;
    out[0] = '\0';
    enum status s = n ? table_open(&t, paths, n, &err) : table_open_foreign(&t, paths, &err);
    if (s)
        note(out, &err);
    else
        do {
            s = table_next(&t, &err);
            for (size_t i = 0; !s && i < t.columns; i++)
                sprintf(out + strlen(out), "<%.80s>", t.cell[i]);
            if (!s)
                strcat(out, ";");
            else if (s != STATUS_END)
                note(out, &err);
        } while (!s || s == STATUS_FORMAT);
    table_close(&t);
    for (size_t i = 0; i == 0 || i < n; i++)
        unlink(paths[i]);
    return out;
}

static bool reads(const char *text, const char *rows)
{
    char *path = file_with("a", text, strlen(text));
    const char *got = rows_of(&path, 1);
    bool same = strcmp(got, rows) == 0;
    if (!same)
        printf("# got: %s\n", got);
    return same;
}

static bool reads_foreign(const char *text, const char *rows)
{
    char *path = file_with("a", text, strlen(text));
    const char *got = rows_of(&path, 0);
    if (strcmp(got, rows) != 0)
        printf("# got: %s\n", got);
    return strcmp(got, rows) == 0;
}

static bool refuses(const char *text, size_t size, const char *why)
{
    char *path = file_with("a", text, size);
    const char *got = rows_of(&path, 1);
    bool same = strstr(got, why) != NULL;
    if (!same)
        printf("# got: %s\n", got);
    return same;
}

static void two_inputs(void)
{
    const char *a = "#id\tx\n1\t2\n", *b = "#id\tx\n3\t4", *c = "#x\tid\n5\t6\n";
    char *same[] = {file_with("a", a, strlen(a)), file_with("b", b, strlen(b))};
    CHECK(strcmp(rows_of(same, 2), "<1><2>;<3><4>;") == 0);
    char *other[] = {file_with("a", a, strlen(a)), file_with("c", c, strlen(c))};
    CHECK(strstr(rows_of(other, 2), "<1><2>;line 1: this header is not the one") != NULL);
    char *empty[] = {file_with("a", a, strlen(a)), file_with("b", "", 0)};
    CHECK(strstr(rows_of(empty, 2), "<1><2>;empty: there is no header") != NULL);
}

/* Rows that are looked at before they are read: those of the wrong width are left out, and all are
   read afterwards. */
static void sampled(void)
{
    struct error err;
    struct table t;
    const char *text = "id,x\n1,2\n3\n4,5,6\n7,8\n";
    char *path = file_with("a", text, strlen(text));
    size_t at = 0;
    CHECK(!table_open(&t, &path, 1, &err) && !table_sample(&t, 10, &err));
    CHECK(table_peek(&t, &at) && strcmp(t.cell[0], "1") == 0);
    CHECK(table_peek(&t, &at) && strcmp(t.cell[0], "7") == 0 && !table_peek(&t, &at));
    CHECK(!table_next(&t, &err) && strcmp(t.cell[1], "2") == 0);
    CHECK(table_next(&t, &err) == STATUS_FORMAT && table_next(&t, &err) == STATUS_FORMAT);
    CHECK(!table_next(&t, &err) && strcmp(t.cell[1], "8") == 0);
    CHECK(table_next(&t, &err) == STATUS_END);
    table_close(&t);
    unlink(path);
}

/* Rows of every length up to the limit, so that their ends fall anywhere in what one read brings;
   each is a number of x, a comma, and that number. */
static void lengths(void)
{
    struct error err;
    struct table t;
    struct buffer text = {0};
    size_t rows = 0, wrong = 0, last = 0;
    char number[32];
    CHECK(!buffer_append(&text, "a,b\n", 4, &err));
    for (size_t n = 0; n <= TABLE_LINE_MAX - 6; n = n < 60000 ? n + 997 : n + 1201, rows++) {
        last = n;
        sprintf(number, ",%zu\n", n);
        for (size_t i = 0; i < n; i++)
            CHECK(!buffer_append(&text, "x", 1, &err));
        CHECK(!buffer_append(&text, number, strlen(number), &err));
    }
    char *path = file_with("a", text.data, text.size);
    CHECK(!table_open(&t, &path, 1, &err));
    for (; !table_next(&t, &err); rows--)
        wrong += strlen(t.cell[0]) != strtoul(t.cell[1], NULL, 10);
    CHECK(rows == 0 && wrong == 0 && last > 60000);
    table_close(&t);
    unlink(path);
    buffer_release(&text);
}

/* A line of exactly the limit is read, one of a byte more isn't. */
static void limit(void)
{
    enum { HEADER = 4 };
    char *text = malloc(HEADER + TABLE_LINE_MAX + 2);
    memset(text, 'x', HEADER + TABLE_LINE_MAX + 2);
    memcpy(text, "a,b\n1,", HEADER + 2);
    text[HEADER + TABLE_LINE_MAX] = '\n';
    char *path = file_with("a", text, HEADER + TABLE_LINE_MAX + 1);
    CHECK(strncmp(rows_of(&path, 1), "<1><xxxx", 8) == 0);
    text[HEADER + TABLE_LINE_MAX] = 'x';
    CHECK(refuses(text, HEADER + TABLE_LINE_MAX + 1, "line 2: a line of more than 65536 bytes"));
    CHECK(refuses(text, HEADER + TABLE_LINE_MAX + 2, "line 2: a line of more than 65536 bytes"));
    free(text);
}

int main(void)
{
    unit_test("commas, tabs, line ends, empty lines, a last line without end");
    CHECK(reads("id,x\n1,2\r\n\n\r\n3,\n,4", "<1><2>;<3><>;<><4>;"));
    CHECK(reads("id\tx,y\n1\t2,\"3\n", "<1><2,\"3>;"));
    CHECK(reads("id\n1\n2\n", "<1>;<2>;"));
    CHECK(reads("id,x\n", ""));
    CHECK(reads("id\tx\n 1 \t 2\n", "< 1 >< 2>;"));

    unit_test("blanks around cells between commas, a stray tab, lines that end with CR alone");
    CHECK(reads("id, x\n 1 , 2\n\"3\" , \"a, b\" \n,\n", "<1><2>;<3><a, b>;<><>;"));
    CHECK(reads("id,x\t,y\n1,2,3\n4,\t5,6\n", "<1><2><3>;<4><5><6>;"));
    CHECK(reads("id\tx,y\tz,u\n1\t2\t3\n", "<1><2><3>;"));
    CHECK(reads("id\tx,y\tz\n1\t2\n3\t4\t5\n",
                "line 2: 2 cells, but the header has 3 columns!<3><4><5>;"));
    CHECK(reads("id,x\r1,2\r3,4", "<1><2>;<3><4>;"));
    CHECK(reads("id,x\r1,2\r\r3,4\r", "<1><2>;<3><4>;"));
    CHECK(reads("id,x\r\n1,2\r\n3,4\r", "<1><2>;<3><4>;"));

    unit_test("quotes as in RFC 4180");
    CHECK(reads("id,x\n\"a,b\",\"say \"\"ah\"\"\"\n\"\",\"\"\"\"\n", "<a,b><say \"ah\">;<><\">;"));
    CHECK(reads("id,x\n1,a\"b\n", "<1><a\"b>;"));
    CHECK(reads("id,x\n1,\"ab\n2,3\n", "line 2: cell 2: no closing quote!<2><3>;"));
    CHECK(reads("id,x\n\"1\"2,3\n4,5\n", "line 2: cell 1: text after the closing quote!<4><5>;"));

    unit_test("between tabs, too, in a table of another program");
    CHECK(reads_foreign("id\t\"x y\"\n1\t\"spiral\"\n2\t\t\n\"a\tb\"\t \"3\" \n 4 \t\n",
                        "<1><spiral>;line 3: 3 cells, but the header has 2 columns!"
                        "<a\tb><3>;<4><>;"));
    CHECK(reads("id\tx\n1\t\"a\"\n", "<1><\"a\">;"));

    unit_test("a row of the wrong width is named, and the next one read");
    CHECK(reads("id,x\n1\n2,3\n4,5,6\n7,8\n",
                "line 2: 1 cells, but the header has 2 columns!<2><3>;"
                "line 4: 3 cells, but the header has 2 columns!<7><8>;"));

    unit_test("a title before the header, and the header again without #");
    CHECK(reads("#Table1\nid,x\n1,2\n", "<1><2>;"));
    CHECK(reads("#Table1\nid,x\n1,2\n#Table1\nid,x\n3,4\n", "<1><2>;<3><4>;"));
    CHECK(reads("\xef\xbb\xbf#Table1\r\nid\tx\r\n1\t2\r\n", "<1><2>;"));
    CHECK(reads("#id\n1\n2\n", "<1>;<2>;"));
    CHECK(reads("id,x\n1,2\nid,x\n3,4\n", "<1><2>;<3><4>;"));
    CHECK(reads("#Table1\n", ""));

    unit_test("the header: #, again, another one, a byte order mark");
    CHECK(reads("#id,x\n1,2\n#id,x\n3,4\n", "<1><2>;<3><4>;"));
    CHECK(reads("id,x\n1,2\n#id,x\n3,4\n",
                "<1><2>;line 3: begins with #: neither a row nor the header"
                " that the table begins with!"));
    CHECK(reads("#id,x\n1,2\n# remark\n3,4\n",
                "<1><2>;line 3: begins with #: neither a row nor the header"
                " that the table begins with!"));
    CHECK(reads("\n\n#id,x\n1,2\n", "<1><2>;"));
    struct table t;
    struct error err;
    const char *marked = "\xef\xbb\xbf# id\tedge-on\t\"q\"\n";
    char *path = file_with("a", marked, strlen(marked));
    CHECK(!table_open(&t, &path, 1, &err));
    CHECK(t.columns == 3 && table_find(&t, "id") == 0 && table_find(&t, "edge-on") == 1);
    CHECK(table_find(&t, "\"q\"") == 2 && table_find(&t, "x") == -1);
    table_close(&t);
    table_close(&t);
    unlink(path);

    unit_test("what is refused");
    CHECK(refuses("", 0, "empty: there is no header line"));
    CHECK(refuses("\n\n", 2, "empty: there is no header line"));
    CHECK(refuses("id,x,x\n", 7, "two columns have the name 'x'"));
    CHECK(refuses("id,x\n1,\0\n", 9, "line 2: a NUL byte"));
    CHECK(refuses("i\0d,x\n", 6, "line 1: a NUL byte"));
    char many[3 * TABLE_COLUMNS_MAX + 8] = "";
    for (int i = 0; i < TABLE_COLUMNS_MAX; i++)
        strcat(many, i ? ",1" : "1");
    CHECK(refuses(many, strlen(many), "line 1: two columns"));
    memset(many, ',', TABLE_COLUMNS_MAX);
    many[TABLE_COLUMNS_MAX] = '\0';
    CHECK(refuses(many, strlen(many), "line 1: more than 256 cells"));

    unit_test("several inputs have one header");
    two_inputs();

    unit_test("rows that are looked at are read afterwards");
    sampled();

    unit_test("long lines");
    lengths();
    limit();
    return unit_end();
}
