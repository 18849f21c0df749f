/* record: fields by name at any offset, what rides along stays, what can't be used is named. */
#include "unit.h"

#include "base/mem.h"
#include "stream/record.h"

static struct record_type type, other;
static struct npy_header header;
static struct error err;

/* The type of these fields; its status. */
static enum status read_type(struct record_type *t, const char *fields)
{
    char text[NPY_HEADER_MAX];
    int n = snprintf(text + 10, sizeof text - 10,
                     "{'descr': [%s], 'fortran_order': False, 'shape': (1,), }", fields);
    memcpy(text, "\x93NUMPY\x01\0", 8);
    text[8] = (char)(n & 255);
    text[9] = (char)(n >> 8);
    err.text[0] = '\0';
    if (npy_parse(text, (size_t)n + 10, &header, &err))
        return err.status;
    return record_type_read(t, &header, &err);
}

static bool refused(const char *fields, const char *what)
{
    return read_type(&type, fields) == STATUS_FORMAT && strstr(err.text, what) != NULL;
}

#define ID     "('id', '|S48')"
#define PIXELS "('pixels', '|u1', (2, 3, 1))"

static void test_types(void)
{
    CHECK(read_type(&type, ID ", ('view', '<u4'), " PIXELS) == STATUS_OK);
    CHECK(type.size == 58 && type.shape.height == 2 && type.shape.width == 3 &&
          type.shape.channels == 1);
    CHECK(type.pixel == PIXEL_U1 && type.classes == 0 && type.votes == -1);
    CHECK(read_type(&type, "('pixels', '<f4', (1, 1, 3)), ('id', '|S1')") == STATUS_OK);
    CHECK(type.pixel == PIXEL_F4 && type.view == -1 && record_pixel_bytes(&type) == 12);
    CHECK(read_type(&type, ID ", ('votes', [('a', '<f4'), ('b', '<f4')]), " PIXELS) == STATUS_OK);
    CHECK(type.classes == 2 && strcmp(record_class(&type, 1), "b") == 0);

    CHECK(refused(PIXELS, "no field 'id'") && refused(ID, "no field 'pixels'"));
    CHECK(refused("('x', [" ID "]), " PIXELS, "no field 'id'"));
    CHECK(refused("('id', '|S49'), " PIXELS, "'id'") && refused("('id', '<i8'), " PIXELS, "'id'"));
    CHECK(refused("('id', '|S4', (2,)), " PIXELS, "'id'"));
    CHECK(refused("('id', [('a', '|S4')]), " PIXELS, "'id'"));
    CHECK(refused(ID ", ('view', '<i4'), " PIXELS, "'view'"));
    CHECK(refused(ID ", ('view', '<u4', (2,)), " PIXELS, "'view'"));
    CHECK(refused(ID ", ('pixels', '<f8', (2, 3, 1))", "type '<f8'"));
    CHECK(refused(ID ", ('pixels', '>f4', (2, 3, 1))", "type '>f4'"));
    CHECK(refused(ID ", ('fov', '<f8'), " PIXELS, "'fov' has type '<f8' (not <f4)"));
    CHECK(refused(ID ", ('weight', '<f2'), " PIXELS, "'weight' has type '<f2'"));
    CHECK(refused(ID ", ('square', '<f4', (1,)), " PIXELS, "'square' is not a single <f4"));
    CHECK(refused(ID ", ('progress', [('a', '<f4')]), " PIXELS, "'progress' is not a single"));
    CHECK(refused(ID ", ('pixels', '|u1', (2, 3))", "height, width, channels"));
    CHECK(refused(ID ", ('pixels', '|u1', (2, 3, 4))", "4 channels"));
    CHECK(refused(ID ", ('pixels', '|u1', (65536, 1, 1))", "height, width, channels"));
    CHECK(refused(ID ", ('votes', '<f4', (3,)), " PIXELS, "'votes'"));
    CHECK(refused(ID ", ('votes', [('a', '<f4')]), " PIXELS, "'votes'"));
    CHECK(refused(ID ", ('votes', [('a', '<f4'), ('b', '<f8')]), " PIXELS, "'b'"));
    CHECK(refused(ID ", ('votes', [('a', '<f4'), ('b', '<f4')], (2,)), " PIXELS, "'votes'"));
}

static void test_fields(void)
{
    CHECK(read_type(&type,
                    "('x', '|S3'), ('pixels', '<f4', (1, 1, 1)), ('w', '<f4'), ('view', '<u4'), "
                    "('votes', [('a', '<f4'), ('b', '<f4'), ('c', '<f4')]), ('id', '|S5')") ==
          STATUS_OK);
    unsigned char record[64] = {0};
    float votes[3] = {0.25f, 0.5f, 0.25f}, back[3];
    char id[RECORD_ID_MAX + 1];
    record_set_view(&type, record, 0x01020304);
    CHECK(record_view(&type, record) == 0x01020304 && record[11] == 4 && record[14] == 1);
    record_set_votes(&type, record, votes);
    record_votes(&type, record, back);
    CHECK(memcmp(votes, back, sizeof votes) == 0 && record_label(&type, record) == 1);
    record_set_real(&type, record, "w", 1.5f);
    CHECK(record_real(&type, record, "w", 7) == 1.5f && record_real(&type, record, "x", 7) == 7);
    CHECK(record_real(&type, record, "none", 7) == 7);
    CHECK(record_set_id(&type, record, "abcde", &err) == STATUS_OK);
    record_id(&type, record, id);
    CHECK(strcmp(id, "abcde") == 0);
    CHECK(record_set_id(&type, record, "ab", &err) == STATUS_OK);
    record_id(&type, record, id);
    CHECK(strcmp(id, "ab") == 0 && record[30] == 0 && record[31] == 0);
    CHECK(record_set_id(&type, record, "abcdef", &err) == STATUS_LIMIT);
    record_id(&type, record, id);
    CHECK(strcmp(id, "ab") == 0); /* it is never cut */
    CHECK(record[0] == 0 && record[1] == 0 && record[2] == 0);
}

static void test_ids(void)
{
    CHECK(record_check_id("100143", &err) == STATUS_OK);
    CHECK(record_check_id("a b\"c,d'e", &err) == STATUS_OK);
    CHECK(record_check_id("\xc3\xa9", &err) == STATUS_OK &&
          record_check_id("a#", &err) == STATUS_OK);
    CHECK(record_check_id("", &err) == STATUS_FORMAT &&
          record_check_id("#a", &err) == STATUS_FORMAT);
    CHECK(record_check_id("a\tb", &err) == STATUS_FORMAT && !strchr(err.text, '\t'));
    CHECK(record_check_id("a\n", &err) == STATUS_FORMAT && record_check_id("\x7f", &err));
}

static void test_label(void)
{
    unsigned char record[64] = {0};
    CHECK(read_type(&type, ID ", " PIXELS) == STATUS_OK && record_label(&type, record) == -1);
    CHECK(read_type(&type, ID ", ('votes', [('a', '<f4'), ('b', '<f4')]), " PIXELS) == STATUS_OK);
    static const struct {
        float votes[2];
        int label;
    } cases[] = {{{1, 0}, 0},    {{0, 1}, 1},   {{0.5f, 0.5f}, 0},  {{NAN, 1}, -1},
                 {{1, NAN}, -1}, {{-1, 1}, -1}, {{INFINITY, 0}, -1}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        record_set_votes(&type, record, cases[i].votes);
        CHECK(record_label(&type, record) == cases[i].label);
    }
}

/* A field of view that can't be is as if there were none, and is refused. */
static void test_fov(void)
{
    unsigned char record[64] = {0};
    const float good[] = {0, 1e-6f, 1, 10}, bad[] = {-1, 10.1f, 1e30f, INFINITY, NAN};
    CHECK(read_type(&type, ID ", ('fov', '<f4'), " PIXELS) == STATUS_OK);
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        record_set_real(&type, record, "fov", good[i]);
        CHECK(record_fov(&type, record) == (double)good[i] && !record_check(&type, record, &err));
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        record_set_real(&type, record, "fov", bad[i]);
        CHECK(record_fov(&type, record) == 0);
        CHECK(record_check(&type, record, &err) == STATUS_FORMAT && strstr(err.text, "(fov) is "));
    }
}

/* What a filter does: other pixels, new votes; all else is copied. */
static void test_map(void)
{
    static const char *const classes[] = {"s", "e", "r"};
    static struct record_map map;
    CHECK(read_type(&other, "('n', [('p', '<f4'), ('q', '|S2')]), ('sub', '<i2', (2, 2)), " ID
                            ", " PIXELS ", ('tail', '<u2')") == STATUS_OK);
    type = other;
    CHECK(record_type_set_pixels(&type, PIXEL_F4, 5, 4, 3, &err) == STATUS_OK);
    CHECK(record_type_set_votes(&type, 3, classes, &err) == STATUS_OK && type.classes == 3);
    CHECK(record_type_add(&type, "weight", "<f4", &err) == STATUS_OK);
    CHECK(record_type_add(&type, "tail", "<f4", &err) == STATUS_OK); /* is there already */
    CHECK(type.size == other.size - 6 + 5 * 4 * 3 * 4 + 12 + 4);
    unsigned char from[80], to[400] = {0};
    for (size_t i = 0; i < other.size; i++)
        from[i] = (unsigned char)(i + 1);
    record_map_init(&map, &type, &other);
    record_map_copy(&map, to, from);
    CHECK(memcmp(to, from, 6 + 8 + 48) == 0);
    size_t tail = type.header.field[npy_find(&type.header, "tail")].offset;
    CHECK(memcmp(to + tail, from + other.size - 2, 2) == 0);
    for (size_t i = 62; i < tail; i++)
        CHECK(to[i] == 0);

    static const char *const two[] = {"x", "y"};
    CHECK(record_type_set_votes(&type, 2, two, &err) == STATUS_OK && type.classes == 2);
    CHECK(strcmp(record_class(&type, 0), "x") == 0 && record_type_set_votes(&type, 1, two, &err));
}

static void test_plain(void)
{
    memset(&type, 0xff, sizeof type);
    CHECK(record_type_init(&type, PIXEL_U1, 424, 424, 3, &err) == STATUS_OK);
    CHECK(type.size == 52 + 539328 && type.id == 0 && type.view == 1 && type.pixels == 2);
    CHECK(record_type_init(&type, PIXEL_U1, 0, 0, 1, &err) == STATUS_OK && type.size == 52);
    CHECK(record_type_init(&type, PIXEL_F4, 65535, 65535, 3, &err) == STATUS_LIMIT);
    CHECK(record_type_init(&type, PIXEL_U1, 4, 4, 2, &err) == STATUS_FORMAT);
}

int main(void)
{
    unit_test("types that can be used, and those that can't, by name");
    test_types();
    unit_test("fields at odd offsets");
    test_fields();
    unit_test("an id is one line of text");
    test_ids();
    unit_test("the label is the class with most votes");
    test_label();
    unit_test("the field of view");
    test_fov();
    unit_test("fields that two types share are copied");
    test_map();
    unit_test("the plain type");
    test_plain();
    return unit_end();
}
