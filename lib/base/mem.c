#include "base/mem.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ALIGNMENT = 64 };

void *mem_new(size_t n, size_t size, struct error *err)
{
    if (size && n > (SIZE_MAX / 2) / size) {
        error_set(err, STATUS_MEMORY, "out of memory (%zu times %zu bytes)", n, size);
        return NULL;
    }
    size_t bytes = n == 0 || size == 0 ? 1 : n * size;
    void *p = NULL;
    if (posix_memalign(&p, ALIGNMENT, bytes)) {
        error_set(err, STATUS_MEMORY, "out of memory (%zu bytes)", bytes);
        return NULL;
    }
    memset(p, 0, bytes);
    return p;
}

char *mem_string(const char *text, struct error *err)
{
    size_t bytes = strlen(text) + 1;
    char *copy = mem_new(bytes, 1, err);
    if (copy)
        memcpy(copy, text, bytes);
    return copy;
}

enum status buffer_reserve(struct buffer *b, size_t more, struct error *err)
{
    if (more <= b->capacity - b->size)
        return STATUS_OK;
    if (more > SIZE_MAX / 4 - b->capacity)
        return error_set(err, STATUS_MEMORY, "out of memory (%zu more bytes)", more);
    /* Doubling keeps the cost of appending a byte constant on average. */
    size_t capacity = b->capacity * 2 > b->size + more ? b->capacity * 2 : b->size + more;
    char *data = realloc(b->data, capacity);
    if (!data)
        return error_set(err, STATUS_MEMORY, "out of memory (%zu bytes)", capacity);
    b->data = data;
    b->capacity = capacity;
    return STATUS_OK;
}

enum status buffer_append(struct buffer *b, const void *data, size_t n, struct error *err)
{
    if (buffer_reserve(b, n, err))
        return err->status;
    if (n)
        memcpy(b->data + b->size, data, n);
    b->size += n;
    return STATUS_OK;
}

enum status buffer_print(struct buffer *b, struct error *err, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    size_t n = (size_t)vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (buffer_reserve(b, n + 1, err))
        return err->status;
    va_start(args, format);
    vsnprintf(b->data + b->size, n + 1, format, args);
    va_end(args);
    b->size += n;
    return STATUS_OK;
}

void buffer_release(struct buffer *b)
{
    free(b->data);
    *b = (struct buffer){0};
}
