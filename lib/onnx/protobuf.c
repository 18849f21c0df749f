#include "onnx/protobuf.h"

#include <string.h>

enum { KIND_INTEGER = 0, KIND_BYTES = 2, VARINT_MAX = 10 };

static void append(struct protobuf *p, const void *data, size_t n)
{
    if (!p->error.status)
        (void)!buffer_append(&p->bytes, data, n, &p->error);
}

static void append_varint(struct protobuf *p, uint64_t value)
{
    unsigned char byte[VARINT_MAX];
    size_t n = 0;
    for (; value > 0x7f; value >>= 7)
        byte[n++] = (unsigned char)(value & 0x7f) | 0x80;
    byte[n++] = (unsigned char)value;
    append(p, byte, n);
}

void protobuf_integer(struct protobuf *p, unsigned field, uint64_t value)
{
    append_varint(p, 8 * (uint64_t)field + KIND_INTEGER);
    append_varint(p, value);
}

void protobuf_begin(struct protobuf *p, unsigned field, size_t n)
{
    append_varint(p, 8 * (uint64_t)field + KIND_BYTES);
    append_varint(p, n);
}

void protobuf_bytes(struct protobuf *p, unsigned field, const void *data, size_t n)
{
    protobuf_begin(p, field, n);
    append(p, data, n);
}

void protobuf_text(struct protobuf *p, unsigned field, const char *text)
{
    protobuf_bytes(p, field, text, strlen(text));
}

void protobuf_message(struct protobuf *p, unsigned field, struct protobuf *inner)
{
    if (!p->error.status)
        p->error = inner->error;
    protobuf_bytes(p, field, inner->bytes.data, inner->bytes.size);
    protobuf_release(inner);
}

void protobuf_release(struct protobuf *p)
{
    buffer_release(&p->bytes);
    *p = (struct protobuf){0};
}
