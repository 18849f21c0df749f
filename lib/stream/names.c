#include "stream/names.h"

#include <string.h>

#include "base/file.h"

enum { STEP = 64 * 1024 };

static const char *list_name(const struct names *n)
{
    return strcmp(n->list, "-") == 0 ? "standard input" : n->list;
}

/* Read more of the list, what is done with dropped first. *got is 0 at its end. */
static enum status read_more(struct names *n, size_t *got, struct error *err)
{
    if (!n->open) {
        if (file_open(n->list, &n->fd, err))
            return error_prefix(err, "%s", list_name(n));
        n->open = true;
    }
    if (n->at) {
        memmove(n->text.data, n->text.data + n->at, n->text.size - n->at);
        n->text.size -= n->at;
        n->at = 0;
    }
    if (buffer_reserve(&n->text, STEP, err))
        return err->status;
    if (file_read_some(n->fd, n->text.data + n->text.size, STEP, got, err))
        return error_prefix(err, "%s", list_name(n));
    n->text.size += *got;
    return STATUS_OK;
}

static enum status copy_name(const char *from, size_t bytes, char name[NAMES_MAX],
                             struct error *err)
{
    if (bytes >= NAMES_MAX)
        return error_set(err, STATUS_LIMIT, "a file name of more than %d bytes", NAMES_MAX - 1);
    if (memchr(from, '\0', bytes))
        return error_set(err, STATUS_FORMAT, "a NUL in a list of lines (see --null)");
    memcpy(name, from, bytes);
    name[bytes] = '\0';
    return STATUS_OK;
}

enum status names_next(struct names *n, char name[NAMES_MAX], struct error *err)
{
    if (n->next < n->n) {
        const char *operand = n->operands[n->next++];
        return copy_name(operand, strlen(operand), name, err);
    }
    while (n->list) {
        size_t left = n->text.size - n->at, bytes = left, got;
        char *start = left ? n->text.data + n->at : NULL;
        char *end = left ? memchr(start, n->separator, left) : NULL;
        if (end)
            bytes = (size_t)(end - start);
        else if (left < NAMES_MAX) {
            if (read_more(n, &got, err))
                return err->status;
            if (got)
                continue;
            if (left == 0)
                return STATUS_END;
            start = n->text.data; /* the last name, without separator */
        }
        n->at = end ? n->at + bytes + 1 : n->text.size;
        if (bytes && copy_name(start, bytes, name, err))
            return error_prefix(err, "%s", list_name(n));
        if (bytes)
            return STATUS_OK;
    }
    return STATUS_END;
}

void names_release(struct names *n)
{
    if (n->open)
        file_close(n->fd);
    buffer_release(&n->text);
}

enum status names_id(const char *name, char *id, size_t room, struct error *err)
{
    const char *slash = strrchr(name, '/'), *base = slash ? slash + 1 : name;
    const char *dot = strrchr(base, '.');
    size_t bytes = dot && dot > base ? (size_t)(dot - base) : strlen(base);
    if (bytes >= room)
        return error_set(err, STATUS_LIMIT, "the id '%.*s' has more than %zu bytes", (int)bytes,
                         base, room - 1);
    memcpy(id, base, bytes);
    id[bytes] = '\0';
    return STATUS_OK;
}
