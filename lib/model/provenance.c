#include "model/provenance.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/rng.h"
#include "model/weights.h"

static enum status append(struct buffer *out, struct error *err, const char *prefix,
                          const char *key, const char *value)
{
    const char *part[] = {prefix, key, "\t", value, "\n"};
    for (size_t i = 0; i < sizeof part / sizeof *part; i++)
        if (buffer_append(out, part[i], strlen(part[i]), err))
            return err->status;
    return STATUS_OK;
}

static enum status append_number(struct buffer *out, struct error *err, const char *key,
                                 uint64_t value)
{
    char text[32];
    snprintf(text, sizeof text, "%" PRIu64, value);
    return append(out, err, "", key, text);
}

static enum status append_hash(struct buffer *out, struct error *err, const char *key,
                               uint64_t value)
{
    char text[32];
    snprintf(text, sizeof text, "%016" PRIx64, value);
    return append(out, err, "", key, text);
}

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
        s = append_hash(out, err, "weights.hash", rng_hash(0, bytes.data, bytes.size));
    buffer_release(&bytes);
    return s;
}

static enum status append_metadata(const char *path, struct buffer *out, struct error *err)
{
    struct weights *w = mem_new(1, sizeof *w, err);
    enum status s = w ? weights_read(w, path, SIZE_MAX, err) : STATUS_MEMORY;
    for (size_t i = 0; !s && i < w->entries; i++)
        s = append(out, err, "weights.", w->metadata[i].key, w->metadata[i].value);
    if (w)
        weights_release(w);
    free(w);
    return s;
}

enum status provenance_write(const struct provenance *p, struct buffer *out, struct error *err)
{
    char program[128], fov[32] = "-";
    snprintf(program, sizeof program, "%s %s", p->program, p->version);
    if (p->fov > 0)
        snprintf(fov, sizeof fov, "%.6g", p->fov);
    if (append(out, err, "", "program", program) || append(out, err, "", "weights", p->weights) ||
        append_file_hash(p->weights, out, err) || append_metadata(p->weights, out, err) ||
        append_number(out, err, "views", p->views) ||
        (p->prior && append(out, err, "", "prior", p->prior)) ||
        append(out, err, "", "stream.fov", fov) ||
        append_number(out, err, "stream.records", p->stream.records) ||
        append_number(out, err, "stream.skipped", p->skipped) ||
        append_hash(out, err, "stream.ids", p->stream.ids))
        return err->status;
    return append_hash(out, err, "stream.pixels", p->stream.pixels);
}
