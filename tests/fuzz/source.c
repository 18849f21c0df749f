/* source: standard input. Pictures in a row: each byte belongs to one picture, until the run ends
   at the first that can't begin one. Anything else is an archive or refused: its pictures have a
   name, and no more than its limit of bytes. */
#include "fuzz.h"
#include "image/jpegfile.h"
#include "stream/source.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct source s = {.from_stdin = true};
    static struct source_item item;
    struct error err;
    enum status status;
    size_t at = 0;
    fuzz_file(0, data, size);
    fuzz_stdin(0);
    bool in_row = !size || format_of(data, size);
    while (!(status = source_next(&s, &item, &err))) {
        HOLDS(item.bytes.size <= PICTURE_FILE_MAX && *item.name);
        if (!item.picture || !in_row)
            continue;
        HOLDS(!item.err.status && item.bytes.size > 0 && at + item.bytes.size <= size);
        HOLDS(memcmp(item.bytes.data, data + at, item.bytes.size) == 0);
        at += item.bytes.size;
    }
    if (in_row)
        HOLDS(status == STATUS_END
                  ? at == size
                  : *err.text && (format_is_foreign(format_of(data + at, size - at)) ||
                                  !format_of(data + at, size - at)));
    else
        HOLDS(status == STATUS_END || *err.text);
    buffer_release(&item.bytes);
    names_release(&s.names);
    source_release(&s);
    fuzz_restore();
    return 0;
}
