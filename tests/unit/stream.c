/* stream: any layout of chunks, every cut noticed, nothing whole refused, nothing lost on the way.
 */
#include "unit.h"

#include <inttypes.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "stream/stream.h"

static char folder[] = "/tmp/gz-stream-XXXXXX";
static struct error err;
static struct record_type type; /* 2x2 gray */

/* Record number n of any stream here: its id says so, its pixels too. */
static void make(unsigned char *record, unsigned n)
{
    char id[16];
    memset(record, 0, type.size);
    snprintf(id, sizeof id, "id-%u", n);
    CHECK(record_set_id(&type, record, id, &err) == STATUS_OK);
    memset(record_pixels_out(&type, record), (int)n, 4);
}

static void append_header(struct buffer *b, unsigned dims, uint64_t first, uint64_t second)
{
    char text[NPY_HEADER_MAX];
    size_t size;
    struct npy_header h = type.header;
    h.dims = dims;
    h.shape[0] = first;
    h.shape[1] = second;
    CHECK(npy_format(&h, text, &size, &err) == STATUS_OK);
    CHECK(buffer_append(b, text, size, &err) == STATUS_OK);
}

/* A chunk of the records first ... first + n - 1. */
static void append_chunk(struct buffer *b, unsigned first, unsigned n)
{
    unsigned char record[64];
    append_header(b, 1, n, 0);
    for (unsigned i = 0; i < n; i++) {
        make(record, first + i);
        CHECK(buffer_append(b, record, type.size, &err) == STATUS_OK);
    }
}

static void append_end(struct buffer *b, uint64_t promise)
{
    append_header(b, 2, 0, promise);
}

static void save(const char *path, const struct buffer *b)
{
    CHECK(file_replace(path, b->data, b->size, &err) == STATUS_OK);
}

/* Read files to the end: the number of records, which must be 0, 1, 2 ... in order; *s is how it
   ended. */
static unsigned read_all(char *const *paths, size_t n, bool partial, enum status *s)
{
    unsigned char record[64], want[64];
    unsigned count = 0;
    err.status = STATUS_OK;
    err.text[0] = '\0';
    struct stream_reader *r = stream_open(paths, n, partial, &err);
    if (!r) {
        *s = err.status;
        return 0;
    }
    while ((*s = stream_read(r, record, &err)) == STATUS_OK) {
        make(want, count++);
        CHECK(memcmp(record, want, type.size) == 0);
    }
    CHECK(stream_count(r) == count);
    stream_close(r);
    return count;
}

static unsigned read_one(const char *path, bool partial, enum status *s)
{
    char *const paths[] = {(char *)(uintptr_t)path};
    return read_all(paths, 1, partial, s);
}

/* Expect these bytes to hold n whole records and end like this. */
static bool reads(const struct buffer *b, unsigned n, enum status want)
{
    enum status s;
    save("s.npy", b);
    unsigned got = read_one("s.npy", false, &s);
    if (got != n || s != want)
        printf("# %u records, status %d: %s\n", got, s, err.text);
    return got == n && s == want;
}

static void test_layouts(void)
{
    struct buffer b = {0};
    append_end(&b, 0);
    CHECK(reads(&b, 0, STATUS_END));
    append_chunk(&b, 0, 0); /* np.save of an empty table */
    append_chunk(&b, 0, 3);
    append_chunk(&b, 3, 1);
    append_end(&b, 4);
    append_end(&b, 0);
    append_chunk(&b, 4, 1);
    append_chunk(&b, 5, 1);
    append_end(&b, 2);
    CHECK(reads(&b, 6, STATUS_END));
    buffer_release(&b);
}

/* Lost: whole records before, between and after files that were joined, end chunks, doubled ones.
 */
static void test_counts(void)
{
    for (int a = 0; a < 3; a++)
        for (int b = 0; b < 3; b++)
            for (int promised_a = 0; promised_a < 3; promised_a++)
                for (int promised_b = 0; promised_b < 3; promised_b++) {
                    struct buffer all = {0};
                    for (int i = 0; i < a; i++)
                        append_chunk(&all, (unsigned)i, 1);
                    append_end(&all, (uint64_t)promised_a);
                    for (int i = 0; i < b; i++)
                        append_chunk(&all, (unsigned)(a + i), 1);
                    append_end(&all, (uint64_t)promised_b);
                    bool whole = a + b == promised_a + promised_b;
                    CHECK(reads(&all, (unsigned)(a + b), whole ? STATUS_END : STATUS_INCOMPLETE));
                    buffer_release(&all);
                }
    struct buffer b = {0};
    append_chunk(&b, 0, 1);
    CHECK(reads(&b, 1, STATUS_INCOMPLETE) && strstr(err.text, "no end chunk after 1 record"));
    append_end(&b, 2);
    CHECK(reads(&b, 1, STATUS_INCOMPLETE) &&
          strstr(err.text, "1 records, but the end chunks count 2"));
    b.size = 0;
    CHECK(reads(&b, 0, STATUS_INCOMPLETE) && strstr(err.text, "s.npy: incomplete: no end chunk"));
    buffer_release(&b);
}

/* Cut at every byte: whole records come through, the cut is told; with partial it isn't. */
static void test_cuts(void)
{
    struct buffer b = {0};
    size_t ends[8];
    unsigned n = 0;
    append_chunk(&b, 0, 1);
    ends[n++] = b.size;
    append_chunk(&b, 1, 2);
    ends[n++] = b.size - type.size;
    ends[n++] = b.size;
    append_chunk(&b, 3, 1);
    ends[n++] = b.size;
    append_end(&b, 4);
    save("s.npy", &b);
    for (size_t size = b.size; size-- > 0;) {
        enum status s, partial;
        unsigned whole = 0;
        while (whole < n && ends[whole] <= size)
            whole++;
        CHECK(truncate("s.npy", (off_t)size) == 0);
        CHECK(read_one("s.npy", false, &s) == whole && s == STATUS_INCOMPLETE);
        CHECK(strncmp(err.text, "s.npy: ", 7) == 0 && strstr(err.text, "incomplete: "));
        CHECK(read_one("s.npy", true, &partial) == whole && partial == STATUS_END);
    }
    buffer_release(&b);
}

/* A fragment that is cut within a record, and another file behind it. */
static void test_files(void)
{
    char *const paths[] = {(char[]){"a.npy"}, (char[]){"b.npy"}};
    struct buffer a = {0}, b = {0};
    enum status s;
    append_chunk(&a, 0, 1);
    append_chunk(&a, 77, 1);
    append_chunk(&b, 1, 2);
    a.size -= 2;
    save("a.npy", &a);
    save("b.npy", &b);
    CHECK(read_all(paths, 2, true, &s) == 3 && s == STATUS_END);
    CHECK(read_all(paths, 2, false, &s) == 1 && s == STATUS_INCOMPLETE);
    CHECK(strncmp(err.text, "a.npy: after record 1 (id-0): byte ", 35) == 0);

    /* Numbers in messages count in the file. */
    a.size = b.size = 0;
    append_chunk(&a, 0, 3);
    append_end(&a, 4);
    append_chunk(&b, 3, 1);
    append_header(&b, 1, 1, 0);
    save("a.npy", &a);
    save("b.npy", &b);
    CHECK(read_all(paths, 2, false, &s) == 4 && s == STATUS_INCOMPLETE);
    CHECK(strncmp(err.text, "b.npy: after record 1 (id-3): byte ", 35) == 0);
    CHECK(unlink("b.npy") == 0 && read_all(paths, 2, false, &s) == 3 && s == STATUS_SYSTEM);
    CHECK(strncmp(err.text, "b.npy: ", 7) == 0);
    buffer_release(&a);
    buffer_release(&b);
}

static void test_damage(void)
{
    struct buffer b = {0};
    struct record_type small = type;
    append_chunk(&b, 0, 1);
    size_t one = b.size;
    CHECK(buffer_append(&b, "not a chunk at all", 18, &err) == STATUS_OK);
    CHECK(reads(&b, 1, STATUS_FORMAT) &&
          strstr(err.text, "after record 1 (id-0): byte 184: not a"));
    b.size = one;
    append_header(&b, 2, 1, 1);
    CHECK(reads(&b, 1, STATUS_FORMAT) && strstr(err.text, "not an end chunk"));

    CHECK(record_type_set_pixels(&type, PIXEL_U1, 1, 4, 1, &err) == STATUS_OK);
    b.size = one;
    append_chunk(&b, 1, 1);
    type = small;
    CHECK(reads(&b, 1, STATUS_MISMATCH) && strstr(err.text, "fields are not those"));

    /* Huge numbers are refused or read on, never allocated. */
    b.size = 0;
    append_header(&b, 1, ((uint64_t)1 << 62) - 1, 0);
    CHECK(reads(&b, 0, STATUS_INCOMPLETE));
    b.size = 0;
    append_chunk(&b, 0, 1);
    for (int i = 0; i < 5; i++)
        append_end(&b, ((uint64_t)1 << 62) - 1 - (uint64_t)i);
    CHECK(reads(&b, 1, STATUS_FORMAT) && strstr(err.text, "too many") && strstr(err.text, "s.npy"));

    b.size = 0;
    append_chunk(&b, 0, 2);
    memset(b.data + b.size - type.size, 0, RECORD_ID_MAX);
    CHECK(reads(&b, 1, STATUS_FORMAT) && strstr(err.text, "s.npy: record 2: the id is empty"));
    buffer_release(&b);
}

/* A reader on a pipe tells when the next record is there whole. */
static void test_ready(void)
{
    struct buffer b = {0};
    unsigned char record[64];
    int ends[2];
    char path[32];
    CHECK(pipe(ends) == 0);
    snprintf(path, sizeof path, "/proc/self/fd/%d", ends[0]);
    char *const paths[] = {path};
    append_chunk(&b, 0, 1);
    size_t one = b.size;
    CHECK(file_write(ends[1], b.data, one, &err) == STATUS_OK);
    CHECK(file_write(ends[1], b.data, one - 1, &err) == STATUS_OK);
    struct stream_reader *r = stream_open(paths, 1, false, &err);
    CHECK(r && stream_ready(r) && stream_read(r, record, &err) == STATUS_OK);
    CHECK(!stream_ready(r)); /* a record but for one byte */
    CHECK(file_write(ends[1], b.data + one - 1, 1, &err) == STATUS_OK);
    CHECK(stream_ready(r) && stream_read(r, record, &err) == STATUS_OK && !stream_ready(r));
    close(ends[1]);
    CHECK(stream_ready(r) && stream_read(r, record, &err) == STATUS_INCOMPLETE);
    stream_close(r);
    close(ends[0]);
    buffer_release(&b);
}

/* Write bytes to a pipe, first so many, then piece by piece, and after each, when it was read, call
   attention and wait until somebody paid it. */
static _Noreturn void write_pieces(const struct buffer *b, size_t first, size_t piece, int to,
                                   int call, int paid)
{
    char byte = 0;
    bool ok = true;
    for (size_t at = 0, n = first; at < b->size && ok; at += n, n = piece) {
        int unread = 1;
        n = b->size - at < n ? b->size - at : n;
        ok = file_write(to, b->data + at, n, &err) == STATUS_OK;
        while (ok && unread)
            ok = ioctl(to, FIONREAD, &unread) == 0;
        ok = ok && write(call, &byte, 1) == 1 && read(paid, &byte, 1) == 1;
    }
    _exit(!ok);
}

/* Read a stream that comes in pieces, each followed by an interruption; returns the records. */
static struct buffer read_pieces(const struct buffer *stream, size_t first, size_t piece,
                                 size_t *interruptions)
{
    struct buffer got = {0};
    int data[2], call[2], paid[2], status = -1;
    char path[32], byte = 0;
    CHECK(pipe(data) == 0 && pipe(call) == 0 && pipe(paid) == 0);
    pid_t writer = fork();
    if (writer == 0)
        write_pieces(stream, first, piece, data[1], call[1], paid[0]);
    close(data[1]);
    snprintf(path, sizeof path, "/proc/self/fd/%d", data[0]);
    char *const paths[] = {path};
    struct stream_reader *r = stream_open(paths, 1, false, &err);
    if (!CHECK(r != NULL))
        return got;
    stream_watch(r, call[0]);
    enum status s = STATUS_OK;
    for (*interruptions = 0; s == STATUS_OK || s == STATUS_INTERRUPTED;) {
        size_t size = stream_type(r)->size;
        CHECK(buffer_reserve(&got, size, &err) == STATUS_OK);
        s = stream_read(r, (unsigned char *)got.data + got.size, &err);
        got.size += s == STATUS_OK ? size : 0;
        if (s == STATUS_INTERRUPTED) {
            ++*interruptions;
            CHECK(read(call[0], &byte, 1) == 1 && write(paid[1], &byte, 1) == 1);
        }
    }
    CHECK(s == STATUS_END);
    CHECK(waitpid(writer, &status, 0) == writer && status == 0);
    stream_close(r);
    close(data[0]);
    for (int i = 0; i < 2; i++) {
        close(call[i]);
        close(paid[i]);
    }
    return got;
}

static void test_interruptions(void)
{
    const size_t sides[] = {2, 600}; /* small, and larger than the reader's buffer */
    struct record_type small = type;
    for (size_t i = 0; i < 2; i++) {
        size_t piece = i ? 30011 : 7, first = 0, interruptions = 0, n = 3;
        struct buffer stream = {0}, want = {0};
        CHECK(record_type_init(&type, PIXEL_U1, sides[i], sides[i], 1, &err) == STATUS_OK);
        unsigned char *record = mem_new(1, type.size, &err);
        for (unsigned k = 0; k < n; k++) {
            make(record, k);
            for (size_t p = 0; p < record_pixel_bytes(&type); p++)
                record_pixels_out(&type, record)[p] = (unsigned char)(p * 7 + k);
            append_header(&stream, 1, 1, 0);
            first = first ? first : stream.size; /* what opening waits for */
            CHECK(buffer_append(&stream, record, type.size, &err) == STATUS_OK);
            CHECK(buffer_append(&want, record, type.size, &err) == STATUS_OK);
        }
        append_end(&stream, n);
        struct buffer got = read_pieces(&stream, first, piece, &interruptions);
        CHECK(got.size == want.size && memcmp(got.data, want.data, want.size) == 0);
        CHECK(interruptions > (stream.size - first) / piece);
        buffer_release(&got);
        buffer_release(&want);
        buffer_release(&stream);
        free(record);
    }
    type = small;
}

static void test_writer(void)
{
    unsigned char record[64];
    enum status s;
    struct stream_writer *w = stream_create("w.npy", &type, &err);
    for (unsigned i = 0; i < 5000; i++) {
        make(record, i);
        CHECK(stream_write(w, record, &err) == STATUS_OK);
    }
    CHECK(stream_finish(w, &err) == STATUS_OK);
    CHECK(read_one("w.npy", false, &s) == 5000 && s == STATUS_END);

    w = stream_create("x.npy", &type, &err);
    CHECK(w && stream_write(w, record, &err) == STATUS_OK && stream_flush(w, &err) == STATUS_OK);
    stream_abandon(w);
    CHECK(access("x.npy", F_OK) != 0);
    stream_abandon(NULL);
    CHECK(stream_create("no/such/x.npy", &type, &err) == NULL);
    CHECK(strncmp(err.text, "no/such/x.npy: ", 15) == 0);
}

/* After the first failure every call fails, with the same words. */
static void test_sticky(void)
{
    unsigned char record[64];
    char text[sizeof err.text];
    make(record, 0);
    struct stream_writer *w = stream_create("/dev/full", &type, &err);
    CHECK(w && stream_write(w, record, &err) == STATUS_OK);
    CHECK(stream_flush(w, &err) == STATUS_SYSTEM && strncmp(err.text, "/dev/full: write", 16) == 0);
    memcpy(text, err.text, sizeof text);
    for (int i = 0; i < 3; i++) {
        CHECK(stream_write(w, record, &err) == STATUS_SYSTEM && strcmp(err.text, text) == 0);
        CHECK(stream_flush(w, &err) == STATUS_SYSTEM && strcmp(err.text, text) == 0);
    }
    CHECK(stream_finish(w, &err) == STATUS_SYSTEM && strcmp(err.text, text) == 0);
}

static void test_expected(void)
{
    struct buffer b = {0};
    char *const paths[] = {(char[]){"e.npy"}, (char[]){"e.npy"}};
    for (unsigned i = 0; i < 3; i++)
        append_chunk(&b, i, 1);
    append_end(&b, 3);
    save("e.npy", &b);
    struct stream_reader *r = stream_open(paths, 2, false, &err);
    CHECK(r && stream_expected(r) == 6);
    stream_close(r);
    b.size = 0;
    append_chunk(&b, 0, 3);
    save("e.npy", &b);
    r = stream_open(paths, 1, false, &err);
    CHECK(r && stream_expected(r) == 0);
    stream_close(r);
    buffer_release(&b);
}

/* The first record can be looked at, and then comes as all others; so does what is wrong with it.
 */
static void test_first(void)
{
    struct buffer b = {0};
    unsigned char record[64], want[64];
    char *paths[] = {(char[]){"first.npy"}};
    append_chunk(&b, 0, 2);
    append_chunk(&b, 2, 1);
    append_end(&b, 3);
    save("first.npy", &b);
    for (int looks = 0; looks < 3; looks++) {
        struct stream_reader *r = stream_open(paths, 1, false, &err);
        make(want, 0);
        for (int i = 0; i < looks; i++)
            CHECK(r && memcmp(stream_first(r), want, type.size) == 0);
        for (unsigned i = 0; i < 3; i++) {
            make(want, i);
            CHECK(looks == 0 || i > 0 || stream_ready(r));
            CHECK(!stream_read(r, record, &err) && memcmp(record, want, type.size) == 0);
            CHECK(stream_count(r) == i + 1);
        }
        CHECK(stream_read(r, record, &err) == STATUS_END);
        stream_close(r);
    }
    b.size = 0;
    append_end(&b, 0);
    save("first.npy", &b);
    struct stream_reader *r = stream_open(paths, 1, false, &err);
    CHECK(r && !stream_first(r) && stream_read(r, record, &err) == STATUS_END);
    stream_close(r);
    b.size = 0;
    append_chunk(&b, 0, 1);
    b.size -= 2;
    save("first.npy", &b);
    r = stream_open(paths, 1, false, &err);
    CHECK(r && !stream_first(r) && stream_read(r, record, &err) == STATUS_INCOMPLETE);
    CHECK(strstr(err.text, "within a record"));
    stream_close(r);
    buffer_release(&b);
}

int main(void)
{
    alarm(60); /* a reader that lost something may wait for it for ever */
    if (!mkdtemp(folder) || chdir(folder) ||
        record_type_init(&type, PIXEL_U1, 2, 2, 1, &err) != STATUS_OK)
        return 1;
    unit_test("chunks of any number of records, end chunks anywhere");
    test_layouts();
    unit_test("records and promises are counted");
    test_counts();
    unit_test("a stream cut at any byte is incomplete, its whole records are read");
    test_cuts();
    unit_test("several files are one stream");
    test_files();
    unit_test("damage is told with its place");
    test_damage();
    unit_test("a reader knows whether it would wait");
    test_ready();
    unit_test("a reader that is interrupted after any piece goes on where it was");
    test_interruptions();
    unit_test("what is written is read back; what is broken off leaves no file");
    test_writer();
    unit_test("a writer that failed stays failed");
    test_sticky();
    unit_test("the number of records to come, where it can be told");
    test_expected();
    unit_test("the first record can be looked at before it is read");
    test_first();
    char command[64];
    snprintf(command, sizeof command, "rm -r %s", folder);
    CHECK(chdir("/") == 0 && system(command) == 0);
    return unit_end();
}
