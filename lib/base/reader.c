#include "base/reader.h"

#include <string.h>

#include "base/file.h"

enum { STEP = 256 * 1024 };

enum status reader_open(struct reader *r, const char *path, struct error *err)
{
    reader_close(r);
    r->name = input_name(path);
    r->data = "";
    r->open = file_open(path, &r->fd, err) == STATUS_OK;
    return r->open ? STATUS_OK : err->status;
}

/* Move the bytes that are left to the start of the buffer. */
static void make_room(struct reader *r)
{
    struct buffer *b = &r->buffer;
    if (r->left && r->data != b->data)
        memmove(b->data, r->data, r->left);
    b->size = r->left;
}

enum status reader_more(struct reader *r, struct error *err)
{
    struct buffer *b = &r->buffer;
    size_t got;
    make_room(r);
    if (b->size == b->capacity && buffer_reserve(b, STEP, err))
        return err->status;
    size_t room = b->capacity - b->size;
    r->data = b->data;
    if (file_read_some(r->fd, b->data + b->size, room < STEP ? room : STEP, &got, err))
        return err->status;
    r->left += got;
    r->ended = got == 0;
    return STATUS_OK;
}

enum status reader_append(struct reader *r, const void *bytes, size_t n, struct error *err)
{
    make_room(r);
    if (buffer_append(&r->buffer, bytes, n, err))
        return err->status;
    r->data = r->buffer.data;
    r->left = r->buffer.size;
    return STATUS_OK;
}

void reader_use(struct reader *r, size_t n)
{
    r->data += n;
    r->left -= n;
}

enum status reader_until(struct reader *r, char separator, size_t limit, const char **text,
                         size_t *n, struct error *err)
{
    const char *end;
    while (!(end = memchr(r->data, separator, r->left)) && !r->ended && r->left <= limit)
        if (reader_more(r, err))
            return err->status;
    if (r->left == 0)
        return STATUS_END;
    *text = r->data;
    *n = end ? (size_t)(end - r->data) : r->left;
    reader_use(r, *n + (end != NULL));
    return STATUS_OK;
}

void reader_close(struct reader *r)
{
    if (r->open)
        file_close(r->fd);
    buffer_release(&r->buffer);
    r->open = r->ended = false;
    r->left = 0;
}
