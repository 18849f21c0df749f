/*
 * mem - memory with checked sizes.
 *
 * The memory from mem_new is aligned to 64 bytes (a cache line, an AVX-512 vector); free() releases
 * it. A failure gives NULL and STATUS_MEMORY: the size overflows, or there is no memory left.
 */
#ifndef MEM_H
#define MEM_H

#include <stddef.h>

#include "base/status.h"

/* n elements of size bytes each, all zero. n or size may be 0; the pointer is then not NULL but
   must not be used to read or write. */
void *mem_new(size_t n, size_t size, struct error *err) MUST_CHECK;

/* A copy of the string text. */
char *mem_string(const char *text, struct error *err) MUST_CHECK;

/* An array of bytes that grows, aligned as by malloc(). All zero is a valid empty one. */
struct buffer {
    char *data; /* owned; capacity bytes, of which the first size are used */
    size_t size, capacity;
};

/* Make room for at least more bytes after the first size, which are kept. */
enum status buffer_reserve(struct buffer *, size_t more, struct error *) MUST_CHECK;

/* Append n bytes from data. */
enum status buffer_append(struct buffer *, const void *data, size_t n, struct error *) MUST_CHECK;

/* Append the text that format makes. A NUL follows it that size doesn't count. */
enum status buffer_print(struct buffer *, struct error *, const char *format, ...) MUST_CHECK
    __attribute__((format(printf, 3, 4)));

/* Free the contents. The buffer is then empty and may be used again. */
void buffer_release(struct buffer *);

#endif
