/* reader: every byte once, in order, however the input is cut into reads. */
#include "pipes.h"

#include <fcntl.h>

#include "base/reader.h"
#include "base/rng.h"

static struct error err;

/* A file in memory only: its name. */
static char path[64];

static void save(const void *bytes, size_t n)
{
    CHECK(!file_replace(path, bytes, n, &err));
}

/* Read all pieces and compare them with those that the definition gives: what strtok would find,
   but empty ones, too. */
static void check_pieces(struct reader *r, const char *text, size_t size, char separator)
{
    const char *piece, *want = text;
    size_t n;
    enum status s;
    bool last = false;
    while ((s = reader_until(r, separator, size, &piece, &n, &err)) == STATUS_OK) {
        const char *end = memchr(want, separator, (size_t)(text + size - want));
        size_t length = end ? (size_t)(end - want) : (size_t)(text + size - want);
        CHECK(!last && n == length && memcmp(piece, want, n) == 0);
        last = !end;
        CHECK(r->ended == last);
        want += length + (end != NULL);
    }
    CHECK(s == STATUS_END && want == text + size);
}

/* Lines of random lengths, also 0; the last one ends with a separator in every second text. */
static size_t random_text(struct rng *r, char *text, size_t size)
{
    for (size_t i = 0; i < size; i++)
        text[i] = "\n\nab\0c"[rng_below(r, 6)];
    text[size - 1] = rng_below(r, 2) ? '\n' : 'x';
    return size;
}

static void test_pieces(void)
{
    struct rng rng = rng_seed(1);
    char text[300];
    for (size_t size = 1; size < sizeof text; size += 13)
        for (size_t piece = 1; piece < size + 7; piece += 1 + piece / 2) {
            struct reader r = {0};
            pid_t writer;
            char name[32];
            random_text(&rng, text, size);
            int fd = pipe_pieces(text, size, piece, &writer);
            snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
            CHECK(!reader_open(&r, name, &err));
            check_pieces(&r, text, size, piece % 2 ? '\n' : '\0');
            reader_close(&r);
            close(fd);
            CHECK(pipe_done(writer));
        }
}

/* Pieces that are larger than any one read, and many that cross the ends of reads. */
static void test_large(void)
{
    enum { SIZE = 3000000 };
    char *text = malloc(SIZE);
    struct reader r = {0};
    struct rng rng = rng_seed(2);
    for (size_t longest = 1000; longest <= 10 * SIZE; longest *= 100) {
        for (size_t i = 0; i < SIZE; i++)
            text[i] = (char)('a' + i % 23);
        for (size_t i = rng_below(&rng, longest); i < SIZE; i += 1 + rng_below(&rng, longest))
            text[i] = '\n';
        save(text, SIZE);
        CHECK(!reader_open(&r, path, &err));
        check_pieces(&r, text, SIZE, '\n');
    }
    reader_close(&r);
    free(text);
}

/* A piece without an end takes no more memory than its limit and one read. */
static void test_limit(void)
{
    struct reader r = {0};
    const char *text;
    size_t n;
    CHECK(!reader_open(&r, "/dev/zero", &err));
    CHECK(!reader_until(&r, '\n', 1000000, &text, &n, &err) && n > 1000000 && n < 2000000);
    reader_close(&r);
    save("1234\n12345\n", 11);
    CHECK(!reader_open(&r, path, &err));
    CHECK(!reader_until(&r, '\n', 4, &text, &n, &err) && n == 4);
    CHECK(!reader_until(&r, '\n', 4, &text, &n, &err) && n == 5);
    CHECK(reader_until(&r, '\n', 4, &text, &n, &err) == STATUS_END);
    reader_close(&r);
}

/* A read takes what is there: else it would wait here for ever. */
static void test_live(void)
{
    struct reader r = {0};
    int ends[2];
    char name[32];
    CHECK(pipe(ends) == 0);
    snprintf(name, sizeof name, "/proc/self/fd/%d", ends[0]);
    CHECK(!reader_open(&r, name, &err));
    CHECK(write(ends[1], "12345", 5) == 5);
    CHECK(!reader_more(&r, &err) && r.left == 5 && !r.ended);
    reader_use(&r, 3);
    CHECK(write(ends[1], "67", 2) == 2);
    CHECK(!reader_more(&r, &err) && r.left == 4 && memcmp(r.data, "4567", 4) == 0);
    close(ends[1]);
    CHECK(!reader_more(&r, &err) && r.left == 4 && r.ended);
    close(ends[0]);
    reader_close(&r);
}

/* Bytes from elsewhere follow those that are left. */
static void test_append(void)
{
    struct reader r = {0};
    CHECK(!reader_append(&r, "12345", 5, &err) && r.left == 5 && !r.open);
    reader_use(&r, 4);
    CHECK(!reader_append(&r, "67", 2, &err) && r.left == 3 && memcmp(r.data, "567", 3) == 0);
    CHECK(!reader_append(&r, "", 0, &err) && r.left == 3 && !r.ended);
    reader_close(&r);
}

static void test_open(void)
{
    struct reader r = {0};
    const char *text;
    size_t n;
    reader_close(&r); /* all zero is closed, and standard input stays open */
    CHECK(fcntl(0, F_GETFD) >= 0);
    CHECK(reader_open(&r, "/no/such", &err) == STATUS_SYSTEM && !r.open);
    CHECK(strcmp(r.name, "/no/such") == 0);
    CHECK(reader_open(&r, "/", &err) == STATUS_SYSTEM && !r.open);
    save("a\nb\n", 4);
    CHECK(!reader_open(&r, path, &err) && !reader_until(&r, '\n', 9, &text, &n, &err));
    CHECK(*text == 'a' && r.left == 2);
    save("", 0);
    CHECK(!reader_open(&r, path, &err)); /* what is left of the other is forgotten */
    CHECK(reader_until(&r, '\n', 9, &text, &n, &err) == STATUS_END && r.ended);
    reader_close(&r);
    CHECK(strcmp(r.name, path) == 0 && !r.open);
    CHECK(!reader_open(&r, "/proc/self/mem", &err)); /* its first bytes can't be read */
    CHECK(reader_until(&r, '\n', 9, &text, &n, &err) == STATUS_SYSTEM);
    reader_close(&r);
    CHECK(!reader_open(&r, "-", &err) && strcmp(r.name, "standard input") == 0);
    reader_close(&r);
    CHECK(fcntl(0, F_GETFD) >= 0);
}

int main(void)
{
    alarm(30);
    snprintf(path, sizeof path, "/tmp/gz-reader-XXXXXX");
    close(mkstemp(path));
    unit_test("pieces between separators, from a pipe, in reads of any size");
    test_pieces();
    unit_test("pieces larger than a read, and many that cross the ends of reads");
    test_large();
    unit_test("a limit for pieces without an end");
    test_limit();
    unit_test("bytes from elsewhere");
    test_append();
    unit_test("a read takes what is there and doesn't wait for more");
    test_live();
    unit_test("files that can't be opened or read; one file after the other");
    test_open();
    unlink(path);
    return unit_end();
}
