#include "stream/tally.h"

#include <inttypes.h>

enum { BUFFER = 64 * 1024 };

enum status tally_open(struct tally *t, const char *path, struct error *err)
{
    *t = (struct tally){.path = path};
    if (!path)
        return STATUS_OK;
    if (output_open(&t->out, path, err))
        return error_prefix(err, "%s", path);
    return buffer_print(&t->text, err, "#pictures\tskipped\tinput\n");
}

void tally_count(struct tally *t, bool skipped)
{
    t->pictures += !skipped;
    t->skipped += skipped;
}

static enum status flush(struct tally *t, struct error *err)
{
    if (file_write(t->out.fd, t->text.data, t->text.size, err))
        return error_prefix(err, "%s", t->path);
    t->text.size = 0;
    return STATUS_OK;
}

enum status tally_end(struct tally *t, const char *input, struct error *err)
{
    uint64_t pictures = t->pictures, skipped = t->skipped;
    t->pictures = t->skipped = 0;
    if (!t->path)
        return STATUS_OK;
    if (buffer_print(&t->text, err, "%" PRIu64 "\t%" PRIu64 "\t%s\n", pictures, skipped, input))
        return err->status;
    return t->text.size < BUFFER ? STATUS_OK : flush(t, err);
}

enum status tally_finish(struct tally *t, struct error *err)
{
    if (!t->path)
        return STATUS_OK;
    if (flush(t, err))
        return err->status;
    return output_commit(&t->out, err) ? error_prefix(err, "%s", t->path) : STATUS_OK;
}

void tally_release(struct tally *t)
{
    output_abandon(&t->out);
    buffer_release(&t->text);
}
