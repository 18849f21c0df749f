#include "stream/source.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"

enum { HEAD = 4096 };

static void set_id(struct source_item *item, const char *name)
{
    if (names_id(name, item->id, sizeof item->id, &item->err) == STATUS_OK)
        (void)!record_check_id(item->id, &item->err);
}

/* Whether a failure concerns one picture only, so that the next one can be read. */
static bool is_of_picture(enum status status)
{
    return status == STATUS_FORMAT || status == STATUS_LIMIT;
}

/* ---- archives ---- */

/* Open what begins with the n bytes at head, which are not a picture's, as an archive. On failure
   the caller still owns fd. */
static enum status open_archive(struct source *s, const char *name, int fd, const char *head,
                                size_t n, struct error *err)
{
    s->archive = archivefile_open(fd, head, n, err);
    if (!s->archive)
        return err->status == STATUS_FORMAT ? error_prefix(err, "not a picture") : err->status;
    s->fd = fd;
    s->members = 0;
    snprintf(s->name, sizeof s->name, "%.*s", NAMES_MAX - 1, name);
    return STATUS_OK;
}

static void close_archive(struct source *s)
{
    archivefile_close(s->archive);
    if (s->archive)
        file_close(s->fd);
    s->archive = NULL;
}

static enum status prefix_archive(const struct source *s, struct error *err)
{
    if (s->members)
        error_prefix(err, "after picture %" PRIu64, s->members);
    return error_prefix(err, "%s", input_name(s->name));
}

/* The only picture of an archive that is a compressed file. It has the name of the file; on
   standard input it is the first picture. */
static enum status next_single(struct source *s, struct source_item *item, struct error *err)
{
    bool from_stdin = path_is_dash(s->name);
    item->last = true;
    snprintf(item->name, sizeof item->name, "%s", from_stdin ? s->name : input_name(s->name));
    set_id(item, from_stdin ? "stdin-1" : s->name);
    enum status status = STATUS_OK;
    if (!item->err.status)
        status = archivefile_read(s->archive, &item->bytes, PICTURE_FILE_MAX, &item->err);
    close_archive(s);
    if (!status || is_of_picture(status) || status == STATUS_INCOMPLETE)
        return STATUS_OK;
    *err = item->err;
    return error_prefix(err, "%s", input_name(s->name));
}

static enum status next_from_archive(struct source *s, struct source_item *item, struct error *err)
{
    const char *member;
    enum status status = archivefile_next(s->archive, &member, err);
    item->picture = status == STATUS_OK;
    item->last = status == STATUS_END;
    if (status == STATUS_END) {
        snprintf(item->name, sizeof item->name, "%s", s->name);
        close_archive(s);
        return STATUS_OK;
    }
    if (status)
        return prefix_archive(s, err);
    if (archivefile_is_single(s->archive))
        return next_single(s, item, err);
    s->members++;
    snprintf(item->name, sizeof item->name, "%s: %s", input_name(s->name), member);
    set_id(item, member);
    if (item->err.status)
        return STATUS_OK;
    status = archivefile_read(s->archive, &item->bytes, PICTURE_FILE_MAX, &item->err);
    if (!status || is_of_picture(status))
        return STATUS_OK;
    *err = item->err;
    s->members--;
    return prefix_archive(s, err);
}

/* ---- standard input ---- */

/* Give the next n bytes to the item, as a picture. */
static enum status hand_over(struct source *s, size_t n, struct source_item *item,
                             struct error *err)
{
    if (buffer_append(&item->bytes, s->in.data, n, err))
        return err->status;
    reader_use(&s->in, n);
    s->search = (struct picture_search){0};
    item->picture = true;
    snprintf(item->id, sizeof item->id, "stdin-%" PRIu64, ++s->count);
    snprintf(item->name, sizeof item->name, "standard input: picture %" PRIu64, s->count);
    return STATUS_OK;
}

static enum status read_more(struct source *s, struct error *err)
{
    if (!s->in.open && reader_open(&s->in, "-", err))
        return error_prefix(err, "standard input");
    return reader_more(&s->in, err) ? error_prefix(err, "standard input") : STATUS_OK;
}

/* What begins next must be a picture. Where a foreign one ends isn't known. */
static enum status check_begin(const struct source *s, struct error *err)
{
    enum picture_format format = format_of(s->in.data, s->in.left);
    if (!format)
        return error_set(err, STATUS_FORMAT,
                         "standard input: no picture begins after picture %" PRIu64, s->count);
    if (!format_is_foreign(format))
        return STATUS_OK;
    format_refuse(format, err);
    return error_prefix(err, "standard input: picture %" PRIu64, s->count + 1);
}

/* A picture ends at its end marker, or where the next one begins, or at the end of the input. One
   that is cut off is an item, too: decoding fails, and the message names it. */
static enum status next_in_row(struct source *s, struct source_item *item, struct error *err)
{
    while (true) {
        size_t have = s->in.left, next = 0;
        if (s->in.ended && have == 0) {
            s->from_stdin = false;
            item->last = true;
            snprintf(item->name, sizeof item->name, "-");
            return STATUS_OK;
        }
        if ((have >= FORMAT_HEAD || s->in.ended) && check_begin(s, err))
            return err->status;
        size_t n = picture_search(&s->search, s->in.data, have, &next);
        if (n == 0)
            n = next ? next : s->in.ended ? have : 0;
        if (n)
            return hand_over(s, n, item, err);
        if (have > PICTURE_FILE_MAX)
            return error_set(err, STATUS_LIMIT,
                             "standard input: picture %" PRIu64 " has more than %d bytes",
                             s->count + 1, PICTURE_FILE_MAX);
        if (read_more(s, err))
            return err->status;
    }
}

/* The first bytes tell whether standard input is pictures in a row, or an archive, which is then
   read to the end of standard input. */
static enum status next_from_stdin(struct source *s, struct source_item *item, struct error *err)
{
    while (s->count == 0 && s->in.left < FORMAT_HEAD && !s->in.ended)
        if (read_more(s, err))
            return err->status;
    if (s->count || !s->in.left || format_of(s->in.data, s->in.left))
        return next_in_row(s, item, err);
    if (open_archive(s, "-", STDIN_FILENO, s->in.data, s->in.left, err))
        return error_prefix(err, "standard input");
    reader_use(&s->in, s->in.left);
    s->in.ended = true;
    s->from_stdin = false;
    return next_from_archive(s, item, err);
}

/* ---- files ---- */

/* Open a file. If it is a picture, source_load reads the rest of it. */
static enum status next_file(struct source *s, struct source_item *item, struct error *err)
{
    int fd = -1;
    item->picture = item->last = true;
    if (buffer_reserve(&item->bytes, HEAD, err))
        return err->status;
    if (file_open(item->name, &fd, &item->err) ||
        file_read(fd, item->bytes.data, HEAD, &item->bytes.size, &item->err)) {
        file_close(fd);
        return STATUS_OK;
    }
    enum picture_format format = format_of(item->bytes.data, item->bytes.size);
    if (format_is_foreign(format)) {
        format_refuse(format, &item->err);
        file_close(fd);
        return STATUS_OK;
    }
    if (format || !item->bytes.size) {
        item->fd = fd;
        set_id(item, item->name);
        return STATUS_OK;
    }
    enum status status =
        open_archive(s, item->name, fd, item->bytes.data, item->bytes.size, &item->err);
    item->bytes.size = 0;
    if (!status)
        return next_from_archive(s, item, err);
    file_close(fd);
    if (is_of_picture(status))
        return STATUS_OK;
    *err = item->err;
    return error_prefix(err, "%s", item->name);
}

enum status source_next(struct source *s, struct source_item *item, struct error *err)
{
    enum status status;
    item->bytes.size = 0;
    item->picture = item->last = false;
    item->err.status = STATUS_OK;
    if (s->archive)
        return next_from_archive(s, item, err);
    if (!s->from_stdin) {
        if ((status = names_next(&s->names, item->name, err)) != STATUS_OK)
            return status;
        s->from_stdin = path_is_dash(item->name);
    }
    return s->from_stdin ? next_from_stdin(s, item, err) : next_file(s, item, err);
}

void source_load(struct source_item *item)
{
    if (item->fd && !item->err.status)
        (void)!file_read_all(item->fd, &item->bytes, PICTURE_FILE_MAX, &item->err);
    file_close(item->fd);
    item->fd = 0;
}

void source_item_release(struct source_item *item)
{
    file_close(item->fd);
    buffer_release(&item->bytes);
}

void source_release(struct source *s)
{
    close_archive(s);
    reader_close(&s->in);
}
