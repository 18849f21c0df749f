/* source: every picture once, in order, with its id, from files, archives and standard input. */
#include "pipes.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "base/rng.h"
#include "image/jpegfile.h"
#include "stream/source.h"

enum { PICTURES = 3 };

static struct error err;
static struct buffer jpeg[PICTURES]; /* the last is larger than what is read of a file at first */
static char folder[] = "/tmp/gz-source-XXXXXX";

static void make_jpegs(void)
{
    static unsigned char pixels[90 * 90 * 3];
    const size_t side[PICTURES] = {8, 30, 90};
    struct rng r = rng_seed(1);
    for (size_t i = 0; i < sizeof pixels; i++)
        pixels[i] = (unsigned char)rng_below(&r, 256);
    for (size_t i = 0; i < PICTURES; i++)
        CHECK(!jpeg_encode(pixels, side[i], side[i], 3, 90, &jpeg[i], &err));
    CHECK(jpeg[1].size < 4096 && jpeg[2].size > 2 * 4096);
}

/* ---- inputs ---- */

/* The first n of these pictures in a row: a small one after a large one, and the other way round.
 */
static const size_t row[] = {2, 0, 1};

static struct buffer join(size_t n)
{
    struct buffer b = {0};
    for (size_t i = 0; i < n; i++)
        CHECK(!buffer_append(&b, jpeg[row[i]].data, jpeg[row[i]].size, &err));
    return b;
}

/* Append a member to a tar archive (POSIX ustar); without data its end, two blocks of zeros. */
static void append_member(struct buffer *tar, const char *name, const void *data, size_t n)
{
    char block[1024] = "";
    unsigned sum = 0;
    if (!data) {
        CHECK(!buffer_append(tar, block, sizeof block, &err));
        return;
    }
    snprintf(block, 100, "%s", name);
    strcpy(block + 100, "0000644");
    snprintf(block + 124, 12, "%011zo", n);
    memset(block + 148, ' ', 8);
    block[156] = '0';
    memcpy(block + 257, "ustar\00000", 8);
    for (size_t i = 0; i < 512; i++)
        sum += (unsigned char)block[i];
    snprintf(block + 148, 8, "%06o", sum);
    CHECK(!buffer_append(tar, block, 512, &err) && !buffer_append(tar, data, n, &err));
    memset(block, 0, sizeof block);
    CHECK(!buffer_append(tar, block, (512 - n % 512) % 512, &err));
}

static struct buffer make_tar(void)
{
    struct buffer tar = {0};
    append_member(&tar, "a/one.jpg", jpeg[0].data, jpeg[0].size);
    append_member(&tar, "a/.hidden.jpg", jpeg[1].data, jpeg[1].size);
    append_member(&tar, "three.jpeg", jpeg[2].data, jpeg[2].size);
    append_member(&tar, NULL, NULL, 0);
    return tar;
}

/* ---- what comes of them ---- */

/* Take the next item: a picture of this id and name with the bytes of jpeg[number]. */
static bool is_picture(struct source *s, struct source_item *item, const char *id, const char *name,
                       size_t number)
{
    if (source_next(s, item, &err))
        return false;
    source_load(item);
    bool same = item->picture && !item->err.status && strcmp(item->id, id) == 0 &&
                strcmp(item->name, name) == 0 && item->bytes.size == jpeg[number].size &&
                memcmp(item->bytes.data, jpeg[number].data, jpeg[number].size) == 0;
    if (!same)
        printf("# %s (%s): %zu bytes, %s\n", item->id, item->name, item->bytes.size,
               item->err.status ? item->err.text : "");
    return same;
}

/* Take the next item: nothing but the end of the input of this name. */
static bool is_last(struct source *s, struct source_item *item, const char *name)
{
    return !source_next(s, item, &err) && !item->picture && item->last &&
           strcmp(item->name, name) == 0;
}

static bool is_end(struct source *s, struct source_item *item)
{
    return source_next(s, item, &err) == STATUS_END;
}

static void release(struct source *s, struct source_item *item)
{
    source_item_release(item);
    names_release(&s->names);
    source_release(s);
}

/* ---- standard input ---- */

static struct source from_pieces(const struct buffer *b, size_t piece, pid_t *writer)
{
    int fd = pipe_pieces(b->data, b->size, piece, writer);
    CHECK(dup2(fd, STDIN_FILENO) == STDIN_FILENO);
    close(fd);
    return (struct source){.from_stdin = true};
}

/* Read the rest, so that the writer can end, and give standard input back. */
static void end_pieces(pid_t writer)
{
    char rest[4096];
    while (read(STDIN_FILENO, rest, sizeof rest) > 0)
        ;
    CHECK(pipe_done(writer));
    int null = open("/dev/null", O_RDONLY);
    CHECK(dup2(null, STDIN_FILENO) == STDIN_FILENO);
    close(null);
}

static void test_in_row(void)
{
    const size_t pieces[] = {1, 7, 100, 1021, 4096, 1 << 20};
    struct buffer b = join(PICTURES);
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        struct source_item item = {0};
        pid_t writer;
        struct source s = from_pieces(&b, pieces[i], &writer);
        CHECK(is_picture(&s, &item, "stdin-1", "standard input: picture 1", row[0]));
        CHECK(!item.last);
        CHECK(is_picture(&s, &item, "stdin-2", "standard input: picture 2", row[1]));
        CHECK(is_picture(&s, &item, "stdin-3", "standard input: picture 3", row[2]));
        CHECK(is_last(&s, &item, "-"));
        CHECK(is_end(&s, &item) && is_end(&s, &item));
        release(&s, &item);
        end_pieces(writer);
    }
    buffer_release(&b);
}

/* The first picture is cut off where the second begins; the second at the end. Both are items. */
static void test_cut_in_row(void)
{
    struct buffer b = join(2);
    size_t first = jpeg[2].size, second = jpeg[0].size;
    memmove(b.data + first - 9, b.data + first, second);
    b.size -= 9 + 2;
    for (size_t piece = 1; piece < 600; piece += 299) {
        struct source_item item = {0};
        pid_t writer;
        struct source s = from_pieces(&b, piece, &writer);
        CHECK(!source_next(&s, &item, &err) && item.picture && item.bytes.size == first - 9);
        CHECK(!source_next(&s, &item, &err) && item.picture && strcmp(item.id, "stdin-2") == 0);
        CHECK(item.bytes.size == second - 2);
        CHECK(is_last(&s, &item, "-") && is_end(&s, &item));
        release(&s, &item);
        end_pieces(writer);
    }
    buffer_release(&b);
}

static void test_not_in_row(void)
{
    struct buffer b = join(1);
    struct source_item item = {0};
    pid_t writer;
    CHECK(!buffer_append(&b, "text", 4, &err));
    struct source s = from_pieces(&b, 5, &writer);
    CHECK(is_picture(&s, &item, "stdin-1", "standard input: picture 1", row[0]));
    CHECK(source_next(&s, &item, &err) == STATUS_FORMAT && strstr(err.text, "after picture 1"));
    release(&s, &item);
    end_pieces(writer);

    item = (struct source_item){0};
    b.size = 0;
    s = from_pieces(&b, 1, &writer);
    CHECK(is_last(&s, &item, "-") && is_end(&s, &item)); /* empty */
    release(&s, &item);
    end_pieces(writer);

    item = (struct source_item){0};
    CHECK(!buffer_append(&b, "no picture", 10, &err));
    s = from_pieces(&b, 1, &writer);
    CHECK(source_next(&s, &item, &err) == STATUS_FORMAT);
    CHECK(strncmp(err.text, "standard input: text, not a picture; ", 37) == 0);
    release(&s, &item);
    end_pieces(writer);
    buffer_release(&b);
}

static void test_archive_on_stdin(void)
{
    const size_t pieces[] = {1, 511, 1 << 20};
    struct buffer tar = make_tar();
    for (size_t i = 0; i < 3; i++) {
        struct source_item item = {0};
        pid_t writer;
        struct source s = from_pieces(&tar, pieces[i], &writer);
        CHECK(is_picture(&s, &item, "one", "standard input: a/one.jpg", 0));
        CHECK(is_picture(&s, &item, "three", "standard input: three.jpeg", 2));
        CHECK(is_last(&s, &item, "-") && is_end(&s, &item));
        release(&s, &item);
        end_pieces(writer);
    }
    buffer_release(&tar);
}

/* ---- files ---- */

static void save(const char *name, const struct buffer *b, size_t size)
{
    CHECK(!file_replace(name, b->data, size, &err));
}

/* The first bytes tell what a file is, not its name; what can't be used is one item. */
static void test_files(void)
{
    char *files[] = {(char[]){"2.jpg"}, (char[]){"tar.jpg"}, (char[]){"missing"},
                     (char[]){"text"},  (char[]){"."},       (char[]){"#x.jpg"}};
    struct source s = {.names = {.operands = files, .n = 6, .list = "list", .separator = '\n'}};
    struct source_item item = {0};
    struct buffer tar = make_tar();
    save("2.jpg", &jpeg[2], jpeg[2].size);
    save("jpg.tar", &jpeg[1], jpeg[1].size);
    save("#x.jpg", &jpeg[0], jpeg[0].size);
    save("tar.jpg", &tar, tar.size);
    save("short", &jpeg[0], 2);
    CHECK(!file_replace("foreign", "GIF89a", 6, &err) && !file_replace("empty", "", 0, &err));
    CHECK(!file_replace("text", "no picture", 10, &err));
    CHECK(!file_replace("list", "jpg.tar\nshort\nforeign\nempty\n", 28, &err));
    CHECK(is_picture(&s, &item, "2", "2.jpg", 2) && item.last);
    CHECK(is_picture(&s, &item, "one", "tar.jpg: a/one.jpg", 0) && !item.last);
    CHECK(is_picture(&s, &item, "three", "tar.jpg: three.jpeg", 2) && !item.last);
    CHECK(is_last(&s, &item, "tar.jpg"));
    CHECK(!source_next(&s, &item, &err) && item.last && item.err.status == STATUS_SYSTEM);
    CHECK(strcmp(item.name, "missing") == 0);
    CHECK(!source_next(&s, &item, &err) && item.last && item.err.status == STATUS_FORMAT);
    CHECK(strncmp(item.err.text, "text, not a picture", 19) == 0 && strcmp(item.name, "text") == 0);
    CHECK(!source_next(&s, &item, &err) && item.last && item.err.status == STATUS_SYSTEM);
    CHECK(!source_next(&s, &item, &err) && item.err.status == STATUS_FORMAT); /* the id "#x" */
    source_load(&item);
    CHECK(is_picture(&s, &item, "jpg", "jpg.tar", 1) && item.last);
    CHECK(!source_next(&s, &item, &err) && !item.err.status);
    source_load(&item);
    CHECK(item.bytes.size == 2 && strcmp(item.id, "short") == 0);
    CHECK(!source_next(&s, &item, &err) && item.err.status == STATUS_FORMAT && item.last);
    CHECK(strncmp(item.err.text, "a GIF; ", 7) == 0);
    CHECK(!source_next(&s, &item, &err) && !item.err.status && item.bytes.size == 0);
    source_load(&item);
    CHECK(is_end(&s, &item));
    release(&s, &item);
    buffer_release(&tar);
}

/* A name "-" is standard input, between other files. A second time, nothing is left of it. */
static void test_dash(void)
{
    char *files[] = {(char[]){"2.jpg"}, (char[]){"-"}, (char[]){"jpg.tar"}, (char[]){"-"}};
    struct source_item item = {0};
    struct buffer b = join(2);
    pid_t writer;
    struct source s = from_pieces(&b, 100, &writer);
    s = (struct source){.names = {.operands = files, .n = 4}};
    CHECK(is_picture(&s, &item, "2", "2.jpg", 2));
    CHECK(is_picture(&s, &item, "stdin-1", "standard input: picture 1", row[0]));
    CHECK(is_picture(&s, &item, "stdin-2", "standard input: picture 2", row[1]));
    CHECK(is_last(&s, &item, "-"));
    CHECK(is_picture(&s, &item, "jpg", "jpg.tar", 1));
    CHECK(is_last(&s, &item, "-") && is_end(&s, &item));
    release(&s, &item);
    end_pieces(writer);
    buffer_release(&b);

    struct buffer tar = make_tar();
    s = from_pieces(&tar, 100, &writer);
    s = (struct source){.names = {.operands = files + 1, .n = 3}};
    item = (struct source_item){0};
    CHECK(is_picture(&s, &item, "one", "standard input: a/one.jpg", 0));
    CHECK(is_picture(&s, &item, "three", "standard input: three.jpeg", 2));
    CHECK(is_last(&s, &item, "-"));
    CHECK(is_picture(&s, &item, "jpg", "jpg.tar", 1));
    CHECK(is_last(&s, &item, "-") && is_end(&s, &item));
    release(&s, &item);
    end_pieces(writer);
    buffer_release(&tar);
}

/* An archive that is cut off ends the run, after its whole pictures. */
static void test_cut_archive(void)
{
    char *files[] = {(char[]){"cut.tar"}, (char[]){"2.jpg"}};
    struct source s = {.names = {.operands = files, .n = 2}};
    struct source_item item = {0};
    struct buffer tar = make_tar();
    save("cut.tar", &tar, tar.size - 1024 - 2048);
    CHECK(is_picture(&s, &item, "one", "cut.tar: a/one.jpg", 0));
    CHECK(source_next(&s, &item, &err) == STATUS_INCOMPLETE);
    CHECK(strncmp(err.text, "cut.tar: after picture 1: ", 26) == 0);
    release(&s, &item);

    /* A member that can't be used is one item: the next one comes. */
    struct buffer links = {0};
    append_member(&links, "link.jpg", "", 0);
    links.data[156] = '2'; /* a symbolic link */
    snprintf(links.data + 148, 8, "%06o", (unsigned)strtoul(links.data + 148, NULL, 8) + 2);
    append_member(&links, "two.jpg", jpeg[1].data, jpeg[1].size);
    append_member(&links, NULL, NULL, 0);
    save("cut.tar", &links, links.size);
    s = (struct source){.names = {.operands = files, .n = 1}};
    item = (struct source_item){0};
    CHECK(!source_next(&s, &item, &err) && item.err.status == STATUS_FORMAT && !item.last);
    CHECK(is_picture(&s, &item, "two", "cut.tar: two.jpg", 1));
    CHECK(is_last(&s, &item, "cut.tar") && is_end(&s, &item));
    release(&s, &item);
    buffer_release(&links);
    buffer_release(&tar);
}

int main(void)
{
    char command[64];
    alarm(60);
    if (!mkdtemp(folder) || chdir(folder))
        return 1;
    unit_test("JPEGs in a row on standard input, in reads of any size");
    make_jpegs();
    test_in_row();
    unit_test("JPEGs in a row that are cut off");
    test_cut_in_row();
    unit_test("standard input that is neither, or empty");
    test_not_in_row();
    unit_test("an archive on standard input, in reads of any size");
    test_archive_on_stdin();
    unit_test("files and lists of them: the first bytes tell a picture from an archive");
    test_files();
    unit_test("standard input between files");
    test_dash();
    unit_test("archives that are cut off, and members that can't be used");
    test_cut_archive();
    for (size_t i = 0; i < PICTURES; i++)
        buffer_release(&jpeg[i]);
    snprintf(command, sizeof command, "rm -r %s", folder);
    CHECK(chdir("/") == 0 && system(command) == 0);
    return unit_end();
}
