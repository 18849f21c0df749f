/* source: JPEGs in a row on standard input. Whatever comes, each byte belongs to one picture, until
   the run ends at the first that can't begin one. */
#include "fuzz.h"
#include "source.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct source s = {.from_stdin = true};
    static struct source_item item;
    struct error err;
    enum status status;
    size_t at = 0;
    fuzz_file(0, data, size);
    fuzz_stdin(0);
    while (!(status = source_next(&s, &item, &err))) {
        HOLDS(item.loaded && !item.err.status && item.jpeg.size > 0);
        HOLDS(at + item.jpeg.size <= size);
        HOLDS(memcmp(item.jpeg.data, data + at, item.jpeg.size) == 0);
        at += item.jpeg.size;
    }
    bool jpeg = size - at >= 2 && data[at] == 0xff && data[at + 1] == 0xd8;
    HOLDS(status == STATUS_END ? at == size : *err.text && !jpeg);
    buffer_release(&item.jpeg);
    names_release(&s.names);
    source_release(&s);
    fuzz_restore();
    return 0;
}
