/*
 * mem - memory with checked sizes.
 *
 * What mem_new gives is aligned to 64 bytes (a cache line, an AVX-512 vector) and released with
 * free(). A size that overflows or can't be had gives NULL and STATUS_MEMORY.
 */
#ifndef MEM_H
#define MEM_H

#include <stddef.h>

#include "base/status.h"

/* n elements of size bytes, all zero. n or size may be 0: the block is then just not usable. */
void *mem_new(size_t n, size_t size, struct error *err) MUST_CHECK;

/* A copy of the string text. */
char *mem_string(const char *text, struct error *err) MUST_CHECK;

/* Bytes that grow, aligned as malloc() does. All zero is a valid empty one. */
struct buffer {
    char *data; /* owned; capacity bytes of which size are used */
    size_t size, capacity;
};

/* Make room for at least more bytes after size. Contents are kept. */
enum status buffer_reserve(struct buffer *, size_t more, struct error *) MUST_CHECK;

/* Append n bytes from data. */
enum status buffer_append(struct buffer *, const void *data, size_t n, struct error *) MUST_CHECK;

/* Append the text that format makes, without a NUL. */
enum status buffer_print(struct buffer *, struct error *, const char *format, ...) MUST_CHECK
    __attribute__((format(printf, 3, 4)));

/* Free the contents; the buffer is then empty and may be used again. */
void buffer_release(struct buffer *);

#endif
