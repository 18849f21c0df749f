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
    struct weights *w = weights_new(err);
    enum status s = w ? weights_read(w, path, SIZE_MAX, err) : STATUS_MEMORY;
    for (size_t i = 0; !s && i < w->entries; i++)
        s = buffer_print(out, err, "weights.%s\t%s\n", w->metadata[i].key, w->metadata[i].value);
    weights_free(w);
    return s;
}

static enum status append_prior(const struct provenance *p, struct buffer *out, struct error *err)
{
    if (!p->prior)
        return STATUS_OK;
    if (buffer_print(out, err, "prior\t") || prior_print(p->prior, p->model, out, err))
        return err->status;
    return buffer_print(out, err, "\n");
}

static enum status append_stream(const struct provenance *p, struct buffer *out, struct error *err)
{
    char fov[32] = "-";
    if (p->fov > 0)
        snprintf(fov, sizeof fov, "%.6g", p->fov);
    return buffer_print(out, err,
                        "stream.fov\t%s\nstream.records\t%" PRIu64 "\nstream.skipped\t%" PRIu64
                        "\nstream.ids\t%016" PRIx64 "\nstream.pixels\t%016" PRIx64 "\n",
                        fov, p->stream.records, p->skipped, p->stream.ids, p->stream.pixels);
}

enum status provenance_write(const struct provenance *p, const char *path, struct error *err)
{
    struct buffer b = {0};
    enum status s =
        buffer_print(&b, err, "program\t%s %s\nweights\t%s\n", p->program, p->version, p->weights);
    if (!s)
        s = append_file_hash(p->weights, &b, err);
    if (!s)
        s = append_metadata(p->weights, &b, err);
    if (!s)
        s = buffer_print(&b, err, "views\t%u\n", p->views);
    if (!s)
        s = append_prior(p, &b, err);
    if (!s)
        s = append_stream(p, &b, err);
    if (!s && file_replace(path, b.data, b.size, err))
        s = error_prefix(err, "%s", path);
    buffer_release(&b);
    return s;
}
