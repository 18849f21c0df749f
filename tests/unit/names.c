/* names: every name of operands and lists once, in order; ids from names. */
#include "unit.h"

#include <unistd.h>

#include "stream/names.h"

/* Write text to a file of a name of its own; returns the name. */
static const char *list_of(const char *text, size_t n)
{
    static char path[] = "/tmp/gz-names-XXXXXX";
    strcpy(path + sizeof path - 7, "XXXXXX");
    int fd = mkstemp(path);
    CHECK(fd >= 0 && write(fd, text, n) == (ssize_t)n && close(fd) == 0);
    return path;
}

/* All names joined with '|', and "!" at the end unless it ended well. */
static const char *all_names(struct names *n)
{
    static char joined[1 << 17];
    struct error err;
    char name[NAMES_MAX];
    enum status s;
    joined[0] = '\0';
    while ((s = names_next(n, name, &err)) == STATUS_OK) {
        strcat(joined, name);
        strcat(joined, "|");
    }
    if (s != STATUS_END)
        strcat(joined, "!");
    names_release(n);
    return joined;
}

static const char *from_list(const char *text, size_t size, char separator)
{
    const char *path = list_of(text, size);
    struct names n = {.list = path, .separator = separator};
    const char *joined = all_names(&n);
    unlink(path);
    return joined;
}

#define LINES(text) from_list(text, sizeof text - 1, '\n')
#define NULS(text)  from_list(text, sizeof text - 1, '\0')

static void test_lists(void)
{
    CHECK(strcmp(LINES(""), "") == 0 && strcmp(LINES("\n\n"), "") == 0);
    CHECK(strcmp(LINES("a\nb c\n"), "a|b c|") == 0);
    CHECK(strcmp(LINES("a\n\nlast"), "a|last|") == 0);
    CHECK(strcmp(NULS("a\nb\0c\0"), "a\nb|c|") == 0);
    CHECK(strcmp(NULS("a\0\0c"), "a|c|") == 0);
    CHECK(strcmp(LINES("a\0b\0"), "!") == 0); /* read as lines it would be "a" */
}

static void test_operands(void)
{
    char *operands[] = {(char[]){"x"}, (char[]){"-"}, (char[]){""}};
    const char *path = list_of("y\n", 2);
    struct names n = {.operands = operands, .n = 3, .list = path, .separator = '\n'};
    CHECK(strcmp(all_names(&n), "x|-||y|") == 0);
    unlink(path);
    n = (struct names){.list = "/nonexistent/list", .separator = '\n'};
    CHECK(strcmp(all_names(&n), "!") == 0);
}

/* Long lists cross the reader's buffer at every offset; the longest name is taken, a longer not. */
static void test_long(void)
{
    enum { MOST = 1 << 17 };
    static char text[MOST], want[MOST];
    size_t n = 0;
    for (int i = 0; n < 70000; i++)
        n += (size_t)sprintf(text + n, "%0*d\n", 1 + i % 50, i);
    for (size_t i = 0; i <= n; i++)
        want[i] = text[i] == '\n' ? '|' : text[i];
    CHECK(strcmp(from_list(text, n, '\n'), want) == 0);
    memset(text, 'a', NAMES_MAX);
    text[NAMES_MAX - 1] = '\n';
    CHECK(strlen(from_list(text, NAMES_MAX, '\n')) == NAMES_MAX);
    text[NAMES_MAX - 1] = 'a';
    CHECK(strcmp(from_list(text, NAMES_MAX, '\n'), "!") == 0);
    CHECK(strcmp(from_list(text, MOST / 2, '\n'), "!") == 0);
}

static bool id_is(const char *name, const char *want)
{
    struct error err;
    char id[9];
    if (names_id(name, id, sizeof id, &err))
        return want == NULL && err.status == STATUS_LIMIT;
    return want && strcmp(id, want) == 0;
}

static void test_ids(void)
{
    CHECK(id_is("100143.jpg", "100143") && id_is("a/b.c/100143.jpeg", "100143"));
    CHECK(id_is("100143", "100143") && id_is("a.tar.gz", "a.tar"));
    CHECK(id_is("d/1.fits.fz", "1") && id_is("1.FITS.GZ", "1") && id_is("1.2.fit.gz", "1.2"));
    CHECK(id_is("1.fz", "1") && id_is(".fits.gz", ".fits") && id_is("a.b.fz", "a.b"));
    CHECK(id_is(".hidden", ".hidden") && id_is("d/.x.y", ".x") && id_is("x.", "x"));
    CHECK(id_is("12345678.jpg", "12345678") && id_is("123456789.jpg", NULL));
    CHECK(id_is("folder/", "") && id_is("", ""));
}

int main(void)
{
    unit_test("lists of lines and of NUL-separated names");
    test_lists();
    unit_test("operands come first");
    test_operands();
    unit_test("long lists and long names");
    test_long();
    unit_test("an id is the name without folder and ending, never cut");
    test_ids();
    return unit_end();
}
