/* weights against its numbered rules. */
#include "model/weights.h"

#include <unistd.h>

#include "base/file.h"
#include "unit.h"

static struct weights w;
static struct error err;
static char path[] = "/tmp/gz-unit-weights.XXXXXX";

/* Write header and n bytes as a file, with this length in front. */
static void write_file(uint64_t length, const char *header, size_t header_bytes, const void *values,
                       size_t n)
{
    struct buffer b = {0};
    CHECK(!buffer_append(&b, &length, 8, &err) && !buffer_append(&b, header, header_bytes, &err) &&
          !buffer_append(&b, values, n, &err) && !file_replace(path, b.data, b.size, &err));
    buffer_release(&b);
}

static const float values[] = {1, -2, 3.5f, 4, 5, 6, 7, 8};

/* Read a file of this header and n of the values. */
static enum status read_n(const char *header, size_t n)
{
    write_file(strlen(header), header, strlen(header), values, n * sizeof *values);
    return weights_read(&w, path, 1 << 20, &err);
}

static bool good(const char *header, size_t n)
{
    enum status s = read_n(header, n);
    if (s)
        printf("# %.200s: %s\n", header, err.text);
    weights_release(&w);
    return !s;
}

/* Refused with a message that begins with the file's name and says this. */
static bool bad(const char *header, size_t n, const char *what)
{
    enum status s = read_n(header, n);
    bool said = s && strncmp(err.text, path, strlen(path)) == 0 && strstr(err.text, what);
    if (!said)
        printf("# %.200s: %s\n", header, s ? err.text : "accepted");
    weights_release(&w);
    return said && w.tensors == 0;
}

#define A "\"a\": {\"dtype\": \"F32\", \"shape\": [2], \"data_offsets\": [0, 8]}"
#define B "\"b\": {\"dtype\": \"F32\", \"shape\": [1, 2], \"data_offsets\": [8, 16]}"

static void sizes(void)
{
    CHECK(good("{" A "}", 2));
    CHECK(good("{" A "}     ", 2));
    CHECK(bad("{" A "}", 1, "'a'"));
    CHECK(bad("{" A "}", 3, "4 bytes after the last tensor"));
    write_file(1000, "{" A "}", strlen("{" A "}"), values, 8);
    CHECK(weights_read(&w, path, 1 << 20, &err) == STATUS_FORMAT);
    write_file(WEIGHTS_HEADER_MAX + 1, "{}", 2, values, 0);
    CHECK(weights_read(&w, path, 1 << 20, &err) == STATUS_FORMAT);
    write_file(UINT64_MAX - 7, "{}", 2, values, 0);
    CHECK(weights_read(&w, path, 1 << 20, &err) == STATUS_FORMAT);
    CHECK(!file_replace(path, "1234567", 7, &err));
    CHECK(weights_read(&w, path, 1 << 20, &err) == STATUS_FORMAT);
    CHECK(!file_replace(path, "", 0, &err));
    CHECK(weights_read(&w, path, 1 << 20, &err) == STATUS_FORMAT);
    write_file(2, "{}", 2, values, 0);
    CHECK(weights_read(&w, path, 9, &err) == STATUS_LIMIT);
    CHECK(!weights_read(&w, path, 10, &err) && w.tensors == 0);
    CHECK(weights_read(&w, "/nonexistent", 10, &err) == STATUS_SYSTEM);
}

static void json(void)
{
    CHECK(bad("{" A, 2, "header byte"));
    CHECK(bad("[1]", 0, "not an object"));
    CHECK(bad("", 0, "a header of 0 bytes"));
    CHECK(bad("{\"\xff\": 1}", 0, "header byte"));
    CHECK(bad("{" A ", " A "}", 2, "duplicate"));
    CHECK(bad("{\"a\\u0000b\": 1}", 0, "header byte"));
    CHECK(good("{\"__metadata__\": {\"k\": \"v\", \"\\u00e9\": \"\"}, " A "}", 2));
    CHECK(bad("{\"__metadata__\": {\"k\": 1}}", 0, "'k'"));
    CHECK(bad("{\"__metadata__\": \"k\"}", 0, "'__metadata__'"));
}

static void entries(void)
{
    CHECK(bad("{\"a\": 1}", 0, "'a': dtype"));
    CHECK(bad("{\"a\": {\"dtype\": \"F16\", \"shape\": [2], \"data_offsets\": [0, 4]}}", 1, "F32"));
    CHECK(bad("{\"a\": {\"dtype\": \"F32\", \"data_offsets\": [0, 8]}}", 2, "shape"));
    CHECK(bad("{\"a\": {\"dtype\": \"F32\", \"shape\": [2]}}", 2, "data_offsets"));
    static const char *const shape[] = {"[-2]",
                                        "[2.0]",
                                        "[\"2\"]",
                                        "[1,1,1,1,2]",
                                        "2",
                                        "[3]",
                                        "[]",
                                        "[4294967296, 4294967296]",
                                        "[9223372036854775807, 2]"};
    for (size_t i = 0; i < sizeof shape / sizeof *shape; i++) {
        char header[256];
        snprintf(header, sizeof header,
                 "{\"a\": {\"dtype\": \"F32\", \"shape\": %s, \"data_offsets\": [0, 8]}}",
                 shape[i]);
        CHECK(bad(header, 2, "'a'"));
    }
    static const char *const offsets[] = {
        "[0]", "[0, 8, 8]", "[8, 0]", "[-8, 0]", "[0, 7]", "[0, 1e1]", "[0, 18446744073709551615]"};
    for (size_t i = 0; i < sizeof offsets / sizeof *offsets; i++) {
        char header[256];
        snprintf(header, sizeof header,
                 "{\"a\": {\"dtype\": \"F32\", \"shape\": [2], \"data_offsets\": %s}}", offsets[i]);
        CHECK(bad(header, 2, i == 6 ? "" : "'a'"));
    }
    CHECK(good("{\"a\": {\"dtype\": \"F32\", \"shape\": [0, 7], \"data_offsets\": [0, 0]}}", 0));
    CHECK(good("{\"a\": {\"dtype\": \"F32\", \"shape\": [], \"data_offsets\": [0, 4]}}", 1));
}

static void holes(void)
{
    CHECK(good("{" A ", " B "}", 4) && good("{" B ", " A "}", 4));
    CHECK(bad("{" B "}", 4, "'b': a hole"));
    CHECK(bad("{" A ", \"b\": {\"dtype\": \"F32\", \"shape\": [2], \"data_offsets\": [4, 12]}}", 3,
              "'b': a hole or an overlap"));
    CHECK(bad("{" A ", \"b\": {\"dtype\": \"F32\", \"shape\": [2], \"data_offsets\": [0, 8]}}", 2,
              "overlap"));
}

static void numbers(void)
{
    struct buffer b = {0};
    char line[128];
    CHECK(!buffer_append(&b, "{", 1, &err));
    for (int i = 0; i <= WEIGHTS_TENSORS_MAX; i++) {
        int n =
            snprintf(line, sizeof line,
                     "%s\"t%d\": {\"dtype\": \"F32\", \"shape\": [0], \"data_offsets\": [0, 0]}",
                     i ? ", " : "", i);
        CHECK(!buffer_append(&b, line, (size_t)n, &err));
    }
    CHECK(!buffer_append(&b, "}", 2, &err));
    CHECK(bad(b.data, 0, "more than 1000 tensors"));
    buffer_release(&b);
    char name[WEIGHTS_NAME_MAX + 2], header[512];
    memset(name, 'n', sizeof name - 1);
    for (int more = 0; more < 2; more++) {
        name[WEIGHTS_NAME_MAX + more] = '\0';
        snprintf(header, sizeof header,
                 "{\"%s\": {\"dtype\": \"F32\", \"shape\": [1], \"data_offsets\": [0, 4]}}", name);
        CHECK(more ? bad(header, 1, "255 bytes") : good(header, 1));
        memset(name, 'n', sizeof name - 1);
    }
}

/* A header of so many commas and brackets, and of others in a string. */
static void structural_characters(void)
{
    static const char string[] = "\"a,[{\\\",[{\":[1";
    for (int more = 0; more < 2; more++) {
        struct buffer b = {0};
        CHECK(!buffer_append(&b, "{", 1, &err) && !buffer_append(&b, string, strlen(string), &err));
        for (int i = 2; i < WEIGHTS_STRUCTURAL_MAX + more; i++)
            CHECK(!buffer_append(&b, ",1", 2, &err));
        CHECK(!buffer_append(&b, "]}", 3, &err));
        CHECK(bad(b.data, 0, more ? "more than 20000 commas and brackets" : "dtype"));
        buffer_release(&b);
    }
}

static void finite_values(void)
{
    const float odd[][2] = {{1, NAN}, {INFINITY, 1}, {1, -INFINITY}};
    const size_t dim = 2;
    for (int i = 0; i < 3; i++) {
        write_file(strlen("{" A "}"), "{" A "}", strlen("{" A "}"), odd[i], 8);
        CHECK(weights_read(&w, path, 1 << 20, &err) == STATUS_FORMAT && strstr(err.text, "'a'"));
        float *v = weights_add(&w, "a", 1, &dim, &err);
        memcpy(v, odd[i], 8);
        unlink(path);
        CHECK(weights_write(&w, path, &err) == STATUS_FORMAT && access(path, F_OK) != 0);
        weights_release(&w);
    }
}

static void round_trip(void)
{
    const size_t shape[] = {2, 2}, one = 1;
    float *v = weights_add(&w, "z", 2, shape, &err);
    memcpy(v, values, 16);
    *weights_add(&w, "a", 1, &one, &err) = 0x1p-149f;
    CHECK(weights_add(&w, "none", 1, &(size_t){0}, &err) != NULL);
    CHECK(!weights_set(&w, &err, "k", "%d", 1) &&
          !weights_set(&w, &err, "k", "\"\\\n%s", "\u00e9"));
    CHECK(!weights_write(&w, path, &err));
    weights_release(&w);
    CHECK(!weights_read(&w, path, 1 << 20, &err) && w.tensors == 3 && w.entries == 1);
    const struct weights_tensor *t = weights_tensor(&w, "z");
    CHECK(t && t->dims == 2 && t->dim[0] == 2 && t->size == 4 && memcmp(t->value, values, 16) == 0);
    CHECK(strcmp(w.tensor[0].name, "a") == 0 && w.tensor[0].value[0] == 0x1p-149f);
    CHECK(strcmp(weights_metadata(&w, "k"), "\"\\\n\u00e9") == 0);
    CHECK(!weights_tensor(&w, "y") && !weights_metadata(&w, "l"));
    weights_release(&w);
}

/* What reading would refuse can't be written. */
static void refusals(void)
{
    const size_t one = 1;
    CHECK(!weights_set(&w, &err, "k", "\xff"));
    CHECK(weights_write(&w, path, &err) != STATUS_OK);
    weights_release(&w);
    CHECK(weights_add(&w, "a", 1, &one, &err) && !weights_add(&w, "a", 1, &one, &err));
    CHECK(strcmp(err.text, "'a': the name of a tensor is taken") == 0);
    CHECK(!weights_add(&w, "__metadata__", 1, &one, &err) && w.tensors == 1);
    CHECK(!weights_write(&w, path, &err));
    weights_release(&w);
    CHECK(!weights_read(&w, path, 1 << 20, &err) && w.tensors == 1);
    weights_release(&w);
}

int main(void)
{
    close(mkstemp(path));
    unit_test("rule 1: header and values fill the file exactly");
    sizes();
    unit_test("rules 2 and 3: JSON, UTF-8, no key twice, metadata of strings");
    json();
    unit_test("rule 4: dtype, shape and offsets");
    entries();
    unit_test("rule 5: no holes, no overlaps");
    holes();
    unit_test("rule 6: at most 1000 tensors, names of 255 bytes, 20000 commas and brackets");
    numbers();
    structural_characters();
    unit_test("rule 7: finite values, read or written");
    finite_values();
    unit_test("tensors and metadata come back, sorted by name");
    round_trip();
    unit_test("what reading would refuse isn't written");
    refusals();
    unlink(path);
    return unit_end();
}
