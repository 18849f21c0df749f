/*
 * protobuf - append fields to a message of protocol buffers, the encoding of ONNX files
 * (https://protobuf.dev/programming-guides/encoding).
 *
 *     field            what
 *     integer          key, value: two varints
 *     bytes, message   key, length, then so many bytes
 *
 * A varint has 7 bits a byte, the lowest first; the highest bit of each byte but the last is set. A
 * key is 8 times the number of the field, plus 0 for an integer or 2 for bytes. A message is its
 * fields one after another, in any order; a repeated field occurs several times.
 *
 * The library protobuf-c isn't used, because these two kinds of fields are all that is written, and
 * nothing is read. The library would need a schema and thousands of lines that are generated from
 * it, and would copy all tensors in memory.
 *
 * Once a call has failed, those after it do nothing. The user of a message checks its error.
 */
#ifndef PROTOBUF_H
#define PROTOBUF_H

#include <stddef.h>
#include <stdint.h>

#include "base/mem.h"
#include "base/status.h"

/* All zero is a valid empty message. */
struct protobuf {
    struct buffer bytes; /* owned */
    struct error error;  /* status STATUS_OK until a call failed */
};

void protobuf_integer(struct protobuf *, unsigned field, uint64_t value);
void protobuf_bytes(struct protobuf *, unsigned field, const void *data, size_t n);
void protobuf_text(struct protobuf *, unsigned field, const char *text);

/* Append the message inner, or its error, and release it. */
void protobuf_message(struct protobuf *, unsigned field, struct protobuf *inner);

/* Key and length of a field whose n bytes are to follow. */
void protobuf_begin(struct protobuf *, unsigned field, size_t n);

/* Free the contents; the message is then empty. */
void protobuf_release(struct protobuf *);

#endif
