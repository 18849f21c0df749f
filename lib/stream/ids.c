#include "stream/ids.h"

#include <stdlib.h>
#include <string.h>

#include "stream/record.h"
#include "stream/stream.h"

enum { ENTRY = RECORD_ID_MAX + 1 };

static int compare(const void *a, const void *b)
{
    return strcmp(a, b);
}

static enum status read_all(struct ids *ids, struct stream_reader *in, unsigned char *record,
                            struct error *err)
{
    char id[ENTRY];
    enum status s;
    while (!(s = stream_read(in, record, err))) {
        record_id(stream_type(in), record, id);
        if (buffer_append(&ids->sorted, id, sizeof id, err))
            return err->status;
    }
    return s == STATUS_END ? STATUS_OK : s;
}

enum status ids_read(struct ids *ids, char *path, struct error *err)
{
    *ids = (struct ids){0};
    struct stream_reader *in = stream_open(&path, 1, false, err);
    if (!in)
        return err->status;
    unsigned char *record = mem_new(1, stream_type(in)->size, err);
    enum status s = record ? read_all(ids, in, record, err) : err->status;
    if (!s && ids->sorted.size)
        qsort(ids->sorted.data, ids->sorted.size / ENTRY, ENTRY, compare);
    free(record);
    stream_close(in);
    return s;
}

bool ids_have(const struct ids *ids, const char *id)
{
    size_t n = ids->sorted.size / ENTRY;
    return n && bsearch(id, ids->sorted.data, n, ENTRY, compare);
}

void ids_release(struct ids *ids)
{
    buffer_release(&ids->sorted);
}
