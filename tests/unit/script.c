/* Text and bytes as JavaScript has them. */
#include "atlas/script.h"
#include "unit.h"

static void check_string(const char *text, const char *want)
{
    struct buffer b = {0};
    struct error err;
    CHECK(script_string(&b, text, &err) == STATUS_OK);
    if (!CHECK(b.size == strlen(want) && memcmp(b.data, want, b.size) == 0))
        printf("# %.*s, not %s\n", (int)b.size, b.data, want);
    buffer_release(&b);
}

static void test_strings(void)
{
    unit_test("text is quoted; what would end it or isn't printed is escaped");
    check_string("", "\"\"");
    check_string("100143", "\"100143\"");
    check_string("a\"b\\c\n\t\x1f", "\"a\\u0022b\\u005cc\\u000a\\u0009\\u001f\"");
    check_string("</script>'`${1}", "\"</script>'`${1}\"");
    unit_test("UTF-8 stays as it is");
    check_string("\xc3\xa9\xe2\x80\xa8\xf0\x9f\x98\x80",
                 "\"\xc3\xa9\xe2\x80\xa8\xf0\x9f\x98\x80\"");
    check_string("\xed\x9f\xbf\xee\x80\x80\xf4\x8f\xbf\xbf",
                 "\"\xed\x9f\xbf\xee\x80\x80\xf4\x8f\xbf\xbf\"");
    unit_test("bytes that aren't UTF-8 stand for themselves, each as one");
    check_string("x\xff", "\"x\\udcff\"");
    check_string("\xc3", "\"\\udcc3\""); /* cut off */
    check_string("\xe2\x80", "\"\\udce2\\udc80\"");
    check_string("\xc0\xaf", "\"\\udcc0\\udcaf\""); /* longer than it must be */
    check_string("\xe0\x80\xaf", "\"\\udce0\\udc80\\udcaf\"");
    check_string("\xed\xb3\xbf", "\"\\udced\\udcb3\\udcbf\""); /* a surrogate */
    check_string("\xf4\x90\x80\x80", "\"\\udcf4\\udc90\\udc80\\udc80\"");
}

static void test_lists(void)
{
    struct buffer b = {0};
    struct error err;
    char one[] = "one", quote[] = "\"", *const text[] = {one, quote};
    unit_test("lists of texts");
    for (size_t n = 0; n <= 2; n++)
        CHECK(script_strings(&b, text, n, &err) == STATUS_OK);
    CHECK(b.size == 25 && memcmp(b.data, "[][\"one\"][\"one\",\"\\u0022\"]", 25) == 0);
    buffer_release(&b);
}

static void check_bytes(const char *bytes, size_t n, const char *want)
{
    struct buffer b = {0};
    struct error err;
    CHECK(script_bytes(&b, (const unsigned char *)bytes, n, &err) == STATUS_OK);
    CHECK(b.size == strlen(want) && memcmp(b.data, want, b.size) == 0);
    buffer_release(&b);
}

/* The test vectors of RFC 4648, section 10, and its two last digits. */
static void test_bytes(void)
{
    unit_test("base64 as in RFC 4648");
    check_bytes("", 0, "\"\"");
    check_bytes("f", 1, "\"Zg==\"");
    check_bytes("fo", 2, "\"Zm8=\"");
    check_bytes("foo", 3, "\"Zm9v\"");
    check_bytes("foob", 4, "\"Zm9vYg==\"");
    check_bytes("fooba", 5, "\"Zm9vYmE=\"");
    check_bytes("foobar", 6, "\"Zm9vYmFy\"");
    check_bytes("\xfb\xff\x00", 3, "\"+/8A\"");
}

int main(void)
{
    test_strings();
    test_lists();
    test_bytes();
    return unit_end();
}
