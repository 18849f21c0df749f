/* names: a list of file names, between separators that the first byte says. The names are those of
   the list, in order, but for empty ones, and an id is part of its name. */
#include "fuzz.h"
#include "stream/names.h"

/* Where the next name begins, from at on, and its bytes; size where there is none. */
static size_t find_name(const uint8_t *data, size_t size, size_t at, char separator, size_t *bytes)
{
    while (at < size && data[at] == (uint8_t)separator)
        at++;
    const uint8_t *end = at < size ? memchr(data + at, separator, size - at) : NULL;
    *bytes = end ? (size_t)(end - data) - at : size - at;
    return at;
}

static void check_id(const char *name)
{
    char id[49];
    struct error err;
    if (names_id(name, id, sizeof id, &err))
        HOLDS(err.status == STATUS_LIMIT);
    else
        HOLDS(strstr(name, id) && !strchr(id, '/'));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char separator = (char)fuzz_byte(&data, &size), name[NAMES_MAX];
    struct names n = {.list = fuzz_file(0, data, size), .separator = separator};
    struct error err;
    enum status s;
    size_t bytes, at = 0;
    while (true) {
        at = find_name(data, size, at, separator, &bytes);
        s = names_next(&n, name, &err);
        if (s)
            break;
        HOLDS(strlen(name) == bytes && memcmp(name, data + at, bytes) == 0);
        check_id(name);
        at += bytes;
    }
    HOLDS(s == STATUS_END ? at == size : bytes >= NAMES_MAX || memchr(data + at, 0, bytes));
    names_release(&n);
    return 0;
}
