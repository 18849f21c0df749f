#include "model/provenance.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/rng.h"
#include "model/weights.h"

static enum status append_file_hash(const char *path, struct buffer *out, struct error *err)
{
    int fd;
    struct buffer bytes = {0};
    if (file_open(path, &fd, err))
        return error_prefix(err, "%s", path);
    enum status s = file_read_all(fd, &bytes, SIZE_MAX, err);
    if (s)
        error_prefix(err, "%s", path);
    file_close(fd);
    if (!s)
        s = buffer_print(out, err, "weights.hash\t%016" PRIx64 "\n",
                         rng_hash(0, bytes.data, bytes.size));
    buffer_release(&bytes);
    return s;
}

static enum status append_metadata(const char *path, struct buffer *out, struct error *err)
{
    struct weights *w = mem_new(1, sizeof *w, err);
    enum status s = w ? weights_read(w, path, SIZE_MAX, err) : STATUS_MEMORY;
    for (size_t i = 0; !s && i < w->entries; i++)
        s = buffer_print(out, err, "weights.%s\t%s\n", w->metadata[i].key, w->metadata[i].value);
    if (w)
        weights_release(w);
    free(w);
    return s;
}

enum status provenance_write(const struct provenance *p, struct buffer *out, struct error *err)
{
    char fov[32] = "-";
    if (p->fov > 0)
        snprintf(fov, sizeof fov, "%.6g", p->fov);
    if (buffer_print(out, err, "program\t%s %s\nweights\t%s\n", p->program, p->version,
                     p->weights) ||
        append_file_hash(p->weights, out, err) || append_metadata(p->weights, out, err) ||
        buffer_print(out, err, "views\t%u\n", p->views) ||
        (p->prior && buffer_print(out, err, "prior\t%s\n", p->prior)))
        return err->status;
    return buffer_print(out, err,
                        "stream.fov\t%s\nstream.records\t%" PRIu64 "\nstream.skipped\t%" PRIu64
                        "\nstream.ids\t%016" PRIx64 "\nstream.pixels\t%016" PRIx64 "\n",
                        fov, p->stream.records, p->skipped, p->stream.ids, p->stream.pixels);
}
