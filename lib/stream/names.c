#include "stream/names.h"

#include <string.h>
#include <strings.h>

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
    if (!n->list)
        return STATUS_END;
    if (!n->in.open && reader_open(&n->in, n->list, err))
        return error_prefix(err, "%s", n->in.name);
    const char *text;
    size_t bytes;
    enum status s;
    do
        s = reader_until(&n->in, n->separator, NAMES_MAX - 1, &text, &bytes, err);
    while (!s && bytes == 0);
    if (!s)
        s = copy_name(text, bytes, name, err);
    return s && s != STATUS_END ? error_prefix(err, "%s", n->in.name) : s;
}

void names_release(struct names *n)
{
    reader_close(&n->in);
}

/* Where the ending of a name begins that has n bytes; n if there is none. */
static size_t find_ending(const char *base, size_t n)
{
    for (size_t i = n; i-- > 1;)
        if (base[i] == '.')
            return i;
    return n;
}

/* The endings of compressed files. */
static bool is_compressed(const char *ending)
{
    static const char *const endings[] = {".fz", ".gz", ".bz2", ".xz", ".zst"};
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
        if (strcasecmp(ending, endings[i]) == 0)
            return true;
    return false;
}

/* The endings of pictures. */
static bool is_picture(const char *ending, size_t n)
{
    static const char *const endings[] = {".fits", ".fit", ".fts", ".jpg", ".jpeg", ".png"};
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
        if (n == strlen(endings[i]) && strncasecmp(ending, endings[i], n) == 0)
            return true;
    return false;
}

size_t names_before_ending(const char *name)
{
    size_t all = strlen(name), end = all, before = find_ending(name, end);
    if (is_compressed(name + before)) {
        end = before;
        before = find_ending(name, end);
    }
    return is_picture(name + before, end - before) ? before : all;
}

bool names_is_picture(const char *name)
{
    return names_before_ending(name) < strlen(name);
}

enum status names_id(const char *name, char *id, size_t room, struct error *err)
{
    const char *slash = strrchr(name, '/'), *base = slash ? slash + 1 : name;
    size_t all = strlen(base), bytes = names_before_ending(base);
    bytes = bytes < all ? bytes : find_ending(base, all);
    if (bytes >= room)
        return error_set(err, STATUS_LIMIT, "the id '%.*s' has more than %zu bytes", (int)bytes,
                         base, room - 1);
    memcpy(id, base, bytes);
    id[bytes] = '\0';
    return STATUS_OK;
}
