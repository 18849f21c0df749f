/* npy: the rules of npy.h, each with good and bad headers; writing and reading are inverse. */
#include "unit.h"

#include "stream/npy.h"
#include "base/rng.h"

static unsigned char header[2 * NPY_HEADER_MAX];
static struct npy_header parsed;
static struct error failure;

/* Parse text behind a preamble of this version; the outcome goes to parsed and failure. */
static enum status parse_version(int version, const char *text, size_t n)
{
    size_t start = version == 1 ? 10 : 12, size;
    memcpy(header, "\x93NUMPY", 6);
    header[6] = (unsigned char)version;
    header[7] = 0;
    for (size_t i = 8; i < start; i++)
        header[i] = (unsigned char)(n >> (8 * (i - 8)));
    memcpy(header + start, text, n);
    failure.text[0] = '\0';
    if (npy_header_size(header, &size, &failure))
        return failure.status;
    CHECK(size == start + n);
    return npy_parse(header, size, &parsed, &failure);
}

static bool good(const char *text)
{
    bool ok = parse_version(1, text, strlen(text)) == STATUS_OK;
    if (!ok)
        printf("# %s: %s\n", text, failure.text);
    return ok;
}

/* Whether text is refused with a message that holds what. */
static bool bad(const char *text, const char *what)
{
    enum status s = parse_version(1, text, strlen(text));
    bool ok = s == STATUS_FORMAT && strstr(failure.text, what) != NULL;
    if (!ok)
        printf("# %s: %s\n", text, s ? failure.text : "taken");
    return ok;
}

#define TAIL          "'fortran_order': False, 'shape': (1,), }"
#define DESCR(fields) "{'descr': [" fields "], " TAIL
#define SHAPE(shape)  "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': " shape ", }"

static void test_rule_1(void)
{
    static char text[NPY_HEADER_MAX + 1];
    size_t size;
    memset(text, ' ', sizeof text);
    memcpy(text, DESCR("('a', '<f4')"), strlen(DESCR("('a', '<f4')")));
    CHECK(parse_version(1, text, 118) == STATUS_OK && parsed.record == 4);
    CHECK(parse_version(2, text, 116) == STATUS_OK);
    CHECK(parse_version(1, text, NPY_HEADER_MAX - 10) == STATUS_OK);
    CHECK(parse_version(2, text, NPY_HEADER_MAX - 12) == STATUS_OK);
    CHECK(parse_version(1, text, NPY_HEADER_MAX - 9) == STATUS_LIMIT);
    CHECK(parse_version(2, text, NPY_HEADER_MAX - 11) == STATUS_LIMIT);
    CHECK(parse_version(3, text, 116) == STATUS_FORMAT);
    CHECK(strstr(failure.text, "version 3.0") != NULL);
    CHECK(npy_header_size("\x93NUMPY\x01\x01\x76\0\0", &size, &failure) == STATUS_FORMAT);
    CHECK(npy_header_size("\x93NUMPX\x01\0\x76\0\0", &size, &failure) == STATUS_FORMAT);
    CHECK(npy_header_size("\x93NUMPY\x01\0\x01\0\0", &size, &failure) == STATUS_FORMAT);
    CHECK(npy_header_size("\x93NUMPY\x02\0\xff\xff\xff\xff", &size, &failure) == STATUS_LIMIT);
}

static void test_rule_2(void)
{
    CHECK(good(DESCR("('a', '<f4')")));
    CHECK(good("{'shape': (1,), 'fortran_order': False, 'descr': [('a', '<f4')]}"));
    CHECK(good("{\"shape\":(1,),\"fortran_order\":False,\"descr\":[(\"a\",\"<f4\")]}"));
    CHECK(good(" { 'descr' : [ ( 'a' , '<f4' ) , ] , 'fortran_order' : False , 'shape' : ( 1 , ) "
               "} \n"));
    CHECK(bad("{'fortran_order': False, 'shape': (1,)}", "'descr' is missing"));
    CHECK(bad("{'descr': [('a', '<f4')], 'shape': (1,)}", "'fortran_order' is missing"));
    CHECK(bad("{'descr': [('a', '<f4')], 'fortran_order': False}", "'shape' is missing"));
    CHECK(bad("{'shape': (1,), 'shape': (1,)}", "occurs twice"));
    CHECK(bad("{'order': (1,)}", "unknown") && bad("{}", "missing") && bad("", "too short"));
    CHECK(bad(DESCR("('a', '<f4')") " x", "after the closing"));
    CHECK(bad("{'descr': [('a', '<f4')] 'fortran_order': False}", "',' or '}'"));
    CHECK(bad("{'descr\": []}", "expected") && bad("['descr']", "'{' expected"));
    static const char nul[] = DESCR("('a', '<f4')") "\0 ";
    CHECK(parse_version(1, nul, sizeof nul - 1) == STATUS_FORMAT);
}

static void test_rule_3(void)
{
    CHECK(bad("{'fortran_order': True, ", "must be False"));
    CHECK(bad("{'fortran_order': Falsely, ", "expected") &&
          bad("{'fortran_order': Fal", "must be"));
}

static void test_rule_4(void)
{
    CHECK(good(SHAPE("(0,)")) && parsed.dims == 1 && parsed.shape[0] == 0);
    CHECK(good(SHAPE("(0, 17)")) && parsed.dims == 2 && parsed.shape[1] == 17);
    CHECK(good(SHAPE("(4611686018427387903,)")) && parsed.shape[0] == ((uint64_t)1 << 62) - 1);
    CHECK(bad(SHAPE("(4611686018427387904,)"), "too large"));
    /* These wrap round to small numbers in 64 bits. */
    CHECK(bad(SHAPE("(18446744073709551617,)"), "too large"));
    CHECK(bad(SHAPE("(40000000000000000000,)"), "too large"));
    CHECK(bad(SHAPE("()"), "no dimension") && bad(SHAPE("(1)"), "not a tuple"));
    CHECK(bad(SHAPE("1"), "'(' expected") && bad(SHAPE("[1]"), "'(' expected"));
    CHECK(bad(SHAPE("(-1,)"), "number expected") && bad(SHAPE("(1.0,)"), "expected"));
    CHECK(bad(SHAPE("(1, 2, 3)"), "more than 2") && bad(SHAPE("(,)"), "number expected"));
}

static void test_types(void)
{
    static const struct {
        const char *type;
        size_t width;
    } types[] = {{"|b1", 1}, {"|i1", 1},   {"<i8", 8},  {"<u4", 4}, {"<f2", 2}, {"<f16", 16},
                 {"<c8", 8}, {"|S48", 48}, {"<U3", 12}, {"|V7", 7}, {">f4", 4}, {"=i4", 4}};
    static const char *const none[] = {"",     "<",   "f4",   "<f3", "<f",     "<f4x",
                                       "|O8",  "|S0", "<i16", "<M8", "<f4 ",   "<f04x",
                                       "|S-1", "<c4", "|b2",  "?",   "<U99999"};
    char text[256];
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        snprintf(text, sizeof text, DESCR("('a', '%s')"), types[i].type);
        CHECK(good(text) && parsed.record == types[i].width);
        CHECK(strcmp(parsed.field[0].type, types[i].type) == 0);
    }
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        snprintf(text, sizeof text, DESCR("('a', '%s')"), none[i]);
        if (strcmp(none[i], "<U99999") != 0)
            CHECK(bad(text, "unknown type"));
    }
    CHECK(bad(DESCR("('a', '<U99999999')"), "more than 7 bytes"));
    CHECK(bad("{'descr': '<f4', " TAIL, "not a list of fields"));
}

static void test_rule_5(void)
{
    test_types();
    CHECK(good(DESCR("('id', '|S48'), ('view', '<u4'), ('votes', [('spiral', '<f4'), ('edge-on', "
                     "'<f4')]), ('pixels', '|u1', (4, 5, 3))")));
    CHECK(parsed.fields == 6 && parsed.record == 48 + 4 + 8 + 60);
    CHECK(parsed.field[4].parent == 2 && parsed.field[4].offset == 56);
    CHECK(parsed.field[5].offset == 60 && parsed.field[5].size == 60 && parsed.field[5].dims == 3);
    CHECK(npy_find(&parsed, "pixels") == 5 && npy_find(&parsed, "spiral") == -1);
    CHECK(good(DESCR("('a', '<f4', 3), ('b', '<f4', ()), ('c', [('a', '<i2')], (2, 2))")));
    CHECK(parsed.record == 12 + 4 + 8 && parsed.field[1].dims == 0 && parsed.field[0].dims == 1);
    CHECK(good(DESCR("('', '|V3'), ('a', '<f4'), ('', '|V1')")) && parsed.record == 8);
    CHECK(good(DESCR("('a', [('b', [('c', [('d', '<f4')])])])")));
    CHECK(bad(DESCR("('a', [('b', [('c', [('d', [('e', '<f4')])])])])"), "deep"));
    CHECK(bad(DESCR("('a', '<f4'), ('a', '<f4')"), "twice"));
    CHECK(bad(DESCR("('v', [('a', '<f4'), ('a', '<f4')])"), "twice"));
    CHECK(good(DESCR("('v', [('a', '<f4')]), ('a', '<f4')")));
    CHECK(bad(DESCR("('a', '<f4', (1, 1, 1, 1, 1))"), "more than 4"));
    CHECK(bad(DESCR("('a', [])"), "no fields") && bad(DESCR(""), "no fields"));
    CHECK(bad(DESCR("('a',)"), "string expected") && bad(DESCR("'a'"), "expected"));
    CHECK(bad(DESCR("('a\\n', '<f4')"), "can't be used") &&
          bad(DESCR("('\xc3\xa9', '<f4')"), "can't"));
    char name[NPY_NAME_MAX + 2] = "", text[256];
    memset(name, 'n', NPY_NAME_MAX + 1);
    snprintf(text, sizeof text, DESCR("('%s', '<f4')"), name);
    CHECK(bad(text, "more than 63 bytes"));
    snprintf(text, sizeof text, DESCR("('%s', '<f4')"), name + 1);
    CHECK(good(text));
}

static void test_rule_6(void)
{
    char text[NPY_HEADER_MAX] = "{'descr': [";
    for (int i = 0; i < NPY_FIELDS_MAX; i++)
        sprintf(text + strlen(text), "('f%d', '<f4'), ", i);
    size_t end = strlen(text);
    strcpy(text + end, "], " TAIL);
    CHECK(good(text) && parsed.fields == NPY_FIELDS_MAX);
    strcpy(text + end, "('g', '<f4')], " TAIL);
    CHECK(bad(text, "more than 64 fields"));
    CHECK(good(DESCR("('a', '|u1', (16384, 16384))")) && parsed.record == NPY_RECORD_MAX);
    CHECK(bad(DESCR("('b', '|u1'), ('a', '|u1', (16384, 16384))"), "more than 268435456"));
    CHECK(bad(DESCR("('a', '|u1', (16384, 16385))"), "more than 268435456"));
    CHECK(bad(DESCR("('a', '<f4', (99999999, 99999999, 99999999, 99999999))"), "more than"));
    CHECK(bad(DESCR("('a', '|u1', (4294967297,))"), "too large"));
    CHECK(good(DESCR("('b', '|S1'), ('a', '|u1', (0, 268435455))")) && parsed.record == 1);
}

/* Every header cut anywhere, or with a byte changed, is refused or still sensible; none crashes. */
static void test_damage(void)
{
    static const char whole[] = DESCR("('id', '|S8'), ('v', [('a', '<f4'), ('b', '<f4')]), "
                                      "('p', '|u1', (4, 5, 3))");
    for (size_t n = 2; n < sizeof whole - 1; n++)
        CHECK(parse_version(1, whole, n) == STATUS_FORMAT);
    for (size_t i = 0; i < sizeof whole - 1; i++)
        for (int c = 0; c < 256; c++) {
            char text[sizeof whole];
            memcpy(text, whole, sizeof whole);
            text[i] = (char)c;
            if (parse_version(1, text, sizeof whole - 1) == STATUS_OK)
                CHECK(parsed.fields <= NPY_FIELDS_MAX && parsed.record <= NPY_RECORD_MAX);
            else
                CHECK(failure.text[0] && !strchr(failure.text, '\n'));
        }
}

static void check_round_trip(const struct npy_header *h)
{
    static char out[NPY_HEADER_MAX], again[NPY_HEADER_MAX];
    static struct npy_header back;
    struct error err;
    size_t size, size_again;
    CHECK(npy_format(h, out, &size, &err) == STATUS_OK);
    CHECK(size % 64 == 0 && out[size - 1] == '\n' && out[6] == 1 && out[7] == 0);
    CHECK(npy_parse(out, size, &back, &err) == STATUS_OK);
    CHECK(npy_same_record(h, &back) && back.record == h->record && back.dims == h->dims);
    CHECK(back.shape[0] == h->shape[0] && (h->dims == 1 || back.shape[1] == h->shape[1]));
    for (size_t i = 0; i < h->fields; i++)
        CHECK(back.field[i].offset == h->field[i].offset);
    CHECK(npy_format(&back, again, &size_again, &err) == STATUS_OK && size == size_again);
    CHECK(memcmp(out, again, size) == 0);
}

static void test_round_trip(void)
{
    static const char *const texts[] = {
        DESCR("('a', '<f4')"),
        DESCR("(\"it's\", '<f4'), ('say \"so\"', '<i2', (3,))"),
        DESCR("('', '|V3'), ('a', '>f8', (2, 0, 7)), ('', '|V3')"),
        DESCR(
            "('x', [('y', [('z', '<f4', (2,)), ('u', '|S3')], (3,)), ('w', '<u2')]), ('k', '|b1')"),
        SHAPE("(0, 123456789012)"),
        SHAPE("(4611686018427387903,)"),
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (CHECK(good(texts[i])))
            check_round_trip(&parsed);
}

/* Headers of every size around a multiple of 64; one that is too large is refused. */
static void test_format_sizes(void)
{
    static char out[NPY_HEADER_MAX];
    static struct npy_header h;
    struct error err;
    size_t size;
    char name[NPY_NAME_MAX + 1] = "";
    h.dims = 1;
    for (int i = 0; i < NPY_FIELDS_MAX; i++) {
        memset(name, 'a' + i % 26, (size_t)(1 + i % NPY_NAME_MAX));
        CHECK(npy_insert(&h, h.fields, name, "<f4", 0, NULL, &err) == STATUS_OK);
        enum status s = npy_format(&h, out, &size, &err);
        if (s == STATUS_OK)
            check_round_trip(&h);
        else
            CHECK(s == STATUS_LIMIT && h.fields > 60);
    }
    CHECK(npy_insert(&h, 0, "more", "<f4", 0, NULL, &err) == STATUS_LIMIT);
}

static void test_changes(void)
{
    static struct npy_header h;
    static const char *const classes[] = {"s", "e", "r"};
    static const char *const twice[] = {"s", "s"};
    struct error err;
    size_t dim[3] = {2, 3, 1};
    CHECK(good(DESCR("('id', '|S4'), ('n', [('x', '<f4'), ('y', [('z', '<f8')])]), ('k', '<u2')")));
    h = parsed;
    CHECK(npy_insert_group(&h, 1, "votes", "<f4", 3, classes, &err) == STATUS_OK);
    CHECK(npy_insert(&h, h.fields, "pixels", "|u1", 3, dim, &err) == STATUS_OK);
    CHECK(h.record == 4 + 12 + 12 + 2 + 6);
    check_round_trip(&h);
    int votes = npy_find(&h, "votes"), n = npy_find(&h, "n"), pixels = npy_find(&h, "pixels");
    CHECK(votes == 1 && n == 5 && h.field[n].offset == 16 && h.field[pixels].offset == 30);
    CHECK(h.field[n + 3].offset == 20 && h.field[n + 3].parent == n + 2);
    npy_remove(&h, (size_t)votes);
    npy_remove(&h, (size_t)npy_find(&h, "pixels"));
    CHECK(npy_same_record(&h, &parsed) && h.record == parsed.record);
    npy_remove(&h, (size_t)npy_find(&h, "n"));
    CHECK(h.fields == 2 && h.record == 6 && h.field[1].offset == 4);
    check_round_trip(&h);
    CHECK(!npy_same_record(&h, &parsed));
    CHECK(npy_insert_group(&h, 1, "votes", "<f4", 2, twice, &err) == STATUS_FORMAT);
    h = parsed;
    dim[0] = NPY_RECORD_MAX;
    CHECK(npy_insert(&h, 0, "huge", "|u1", 1, dim, &err) == STATUS_LIMIT);
    CHECK(npy_insert(&h, 0, "it's", "|u1", 0, NULL, &err) == STATUS_FORMAT);
}

int main(void)
{
    unit_test("rule 1: versions and size");
    test_rule_1();
    unit_test("rule 2: the three keys, in any order and quotes");
    test_rule_2();
    unit_test("rule 3: fortran_order");
    test_rule_3();
    unit_test("rule 4: shape");
    test_rule_4();
    unit_test("rule 5: fields, types, nesting");
    test_rule_5();
    unit_test("rule 6: the number of fields and the size of a record");
    test_rule_6();
    unit_test("damaged headers are refused");
    test_damage();
    unit_test("what is written is read back the same");
    test_round_trip();
    unit_test("headers of every length");
    test_format_sizes();
    unit_test("fields come and go, the rest stays");
    test_changes();
    return unit_end();
}
