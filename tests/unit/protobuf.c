/* protobuf: the bytes of its specification's own examples, and errors that stay. */
#include "onnx/protobuf.h"

#include "unit.h"

/* The message has these n bytes; it is released. */
static bool is(struct protobuf *p, const char *bytes, size_t n)
{
    bool same = !p->error.status && p->bytes.size == n && memcmp(p->bytes.data, bytes, n) == 0;
    protobuf_release(p);
    return same;
}

static bool integer(uint64_t value, const char *bytes, size_t n)
{
    struct protobuf p = {0};
    protobuf_integer(&p, 1, value);
    return is(&p, bytes, n);
}

int main(void)
{
    struct protobuf p = {0}, inner = {0};

    unit_test("integers: seven bits a byte, the lowest first");
    CHECK(integer(150, "\x08\x96\x01", 3));
    CHECK(integer(0, "\x08\x00", 2));
    CHECK(integer(127, "\x08\x7f", 2));
    CHECK(integer(128, "\x08\x80\x01", 3));
    CHECK(integer((uint64_t)-2, "\x08\xfe\xff\xff\xff\xff\xff\xff\xff\xff\x01", 11));
    protobuf_integer(&p, 20, 1); /* a key of two bytes */
    CHECK(is(&p, "\xa0\x01\x01", 3));

    unit_test("text and messages: the length first");
    protobuf_text(&p, 2, "testing");
    CHECK(is(&p, "\x12\x07testing", 9));
    protobuf_integer(&inner, 1, 150);
    protobuf_message(&p, 3, &inner);
    CHECK(inner.bytes.size == 0);
    CHECK(is(&p, "\x1a\x03\x08\x96\x01", 5));
    protobuf_message(&p, 3, &inner); /* an empty one */
    protobuf_begin(&p, 7, 300);
    CHECK(is(&p, "\x1a\x00\x3a\xac\x02", 5));

    unit_test("after an error nothing is appended, and the outer message has it, too");
    protobuf_text(&inner, 1, "before");
    error_set(&inner.error, STATUS_MEMORY, "no memory");
    protobuf_text(&inner, 1, "after");
    CHECK(inner.bytes.size == 8);
    protobuf_integer(&p, 1, 1);
    protobuf_message(&p, 2, &inner);
    protobuf_integer(&p, 1, 1);
    CHECK(p.error.status == STATUS_MEMORY && p.bytes.size == 2);
    protobuf_release(&p);
    return unit_end();
}
