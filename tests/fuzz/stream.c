/* stream: one file or two as one stream, whole or --partial. What was read can be written and reads
   the same again: as many records, byte for byte, complete where the first was. */
#include "fuzz.h"
#include "stream/stream.h"

enum { MOST_BYTES = 1 << 16 }; /* of a record here: larger ones take long and show nothing new */

struct copy {
    uint64_t records;
    enum status end;
    bool written; /* all of it */
};

static void use_record(const struct record_type *t, const unsigned char *record)
{
    char id[RECORD_ID_MAX + 1];
    float votes[RECORD_CLASSES_MAX];
    struct error err;
    record_id(t, record, id);
    HOLDS(!record_check_id(id, &err));
    HOLDS(record_label(t, record) < (int)t->classes);
    if (t->classes)
        record_votes(t, record, votes);
    (void)record_view(t, record);
    (void)record_real(t, record, "progress", 0);
}

/* Read all records and write each to out, which may be NULL. */
static void copy_records(struct stream_reader *in, struct stream_writer *out, struct copy *c)
{
    const struct record_type *t = stream_type(in);
    struct error err;
    unsigned char *record = malloc(t->size + 1);
    HOLDS(record);
    c->written = out;
    while (!(c->end = stream_read(in, record, &err))) {
        use_record(t, record);
        c->written = c->written && !stream_write(out, record, &err);
        (void)stream_ready(in);
        (void)stream_expected(in);
    }
    HOLDS(strlen(err.text) > 0 || c->end == STATUS_END);
    c->records = stream_count(in);
    free(record);
}

/* Copy the stream to file number to; false where there is none to speak of. */
static bool copy_stream(char *const *paths, size_t n, bool partial, unsigned to, struct copy *c)
{
    struct error err;
    struct stream_reader *in = stream_open(paths, n, partial, &err);
    bool usable = in && stream_type(in)->size <= MOST_BYTES;
    if (usable) {
        fuzz_stdout(to);
        struct stream_writer *out = stream_create(NULL, stream_type(in), &err);
        copy_records(in, out, c);
        if (c->end == STATUS_END)
            c->written = out && !stream_finish(out, &err) && c->written;
        else
            stream_abandon(out);
        fuzz_restore();
    }
    stream_close(in);
    return usable;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    unsigned options = fuzz_byte(&data, &size), cut = fuzz_byte(&data, &size);
    bool partial = options & 1, two = options & 2;
    struct copy first, second, third;
    size_t half = two ? size * cut / 256 : size;
    char *paths[] = {fuzz_file(0, data, half), fuzz_file(1, data + half, size - half)};
    char *again[] = {fuzz_name(2)};
    if (!copy_stream(paths, two ? 2 : 1, partial, 2, &first) || !first.written)
        return 0;
    bool whole = first.end == STATUS_END;
    if (!whole && first.records == 0)
        return 0;
    HOLDS(copy_stream(again, 1, !whole, 3, &second) && second.written);
    HOLDS(second.end == STATUS_END && second.records == first.records);
    again[0] = fuzz_name(3);
    HOLDS(copy_stream(again, 1, false, 2, &third) && third.written);
    HOLDS(third.end == STATUS_END && third.records == first.records && fuzz_same(2, 3));
    return 0;
}
