/* source: standard input. JPEGs in a row: each byte belongs to one picture, until the run ends at
   the first that can't begin one. Anything else is an archive or refused: its pictures have a name,
   and no more than its limit of bytes. */
#include "fuzz.h"
#include "image/jpegfile.h"
#include "stream/source.h"

static bool begins_jpeg(const uint8_t *data)
{
    return data[0] == 0xff && data[1] == 0xd8;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct source s = {.from_stdin = true};
    static struct source_item item;
    struct error err;
    enum status status;
    size_t at = 0;
    fuzz_file(0, data, size);
    fuzz_stdin(0);
    bool in_row = size < 2 || begins_jpeg(data);
    while (!(status = source_next(&s, &item, &err))) {
        HOLDS(item.jpeg.size <= JPEG_FILE_MAX && *item.name);
        if (!item.picture || !in_row)
            continue;
        HOLDS(!item.err.status && item.jpeg.size > 0 && at + item.jpeg.size <= size);
        HOLDS(memcmp(item.jpeg.data, data + at, item.jpeg.size) == 0);
        at += item.jpeg.size;
    }
    if (in_row)
        HOLDS(status == STATUS_END ? at == size
                                   : *err.text && size - at >= 2 && !begins_jpeg(data + at));
    else
        HOLDS(status == STATUS_END || *err.text);
    buffer_release(&item.jpeg);
    names_release(&s.names);
    source_release(&s);
    fuzz_restore();
    return 0;
}
