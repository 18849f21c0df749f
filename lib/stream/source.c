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

/* ---- pictures in a row ---- */

/* Read more of a row: of what an archive unpacks, or of standard input. */
static enum status read_more(struct source *s, struct row *r, struct error *err)
{
    const void *piece;
    size_t n;
    if (!s->archive)
        return !r->in.open && reader_open(&r->in, "-", err) ? err->status
                                                            : reader_more(&r->in, err);
    enum status status = archivefile_piece(s->archive, &piece, &n, err);
    r->in.ended = status == STATUS_END;
    if (r->in.ended)
        return STATUS_OK;
    return status ? status : reader_append(&r->in, piece, n, err);
}

/* Give the next n bytes to the item, as a picture. */
static enum status hand_over(struct row *r, size_t n, struct source_item *item, struct error *err)
{
    if (buffer_append(&item->bytes, r->in.data, n, err))
        return err->status;
    reader_use(&r->in, n);
    r->search = (struct picture_search){0};
    r->count++;
    item->picture = true;
    return STATUS_OK;
}

/* What begins next must be a picture. Where a foreign one ends isn't known. */
static enum status check_begin(const struct row *r, struct error *err)
{
    enum picture_format format = format_of(r->in.data, r->in.left);
    if (!format && r->count)
        return r->is_file ? STATUS_END
                          : error_set(err, STATUS_FORMAT,
                                      "no picture begins after picture %" PRIu64, r->count);
    if (format && !format_is_foreign(format))
        return STATUS_OK;
    format_refuse(format_guess(r->in.data, r->in.left), err);
    return r->is_file && !r->count ? err->status
                                   : error_prefix(err, "picture %" PRIu64, r->count + 1);
}

/* A picture ends at its end marker, or where the next one begins, or at the end of the input. One
   that is cut off is an item, too: decoding fails, and the message names it. STATUS_END after the
   last. */
static enum status next_in_row(struct source *s, struct row *r, struct source_item *item,
                               struct error *err)
{
    while (true) {
        size_t have = r->in.left, next = 0, n = 0;
        enum status status = STATUS_OK;
        if (r->in.ended && have == 0)
            return STATUS_END;
        if (have >= FORMAT_HEAD || r->in.ended)
            status = check_begin(r, err);
        if (status)
            return status;
        if (have)
            n = picture_search(&r->search, r->in.data, have, &next);
        if (n == 0)
            n = next ? next : r->in.ended ? have : 0;
        if ((n ? n : have) > PICTURE_FILE_MAX)
            return error_set(err, STATUS_LIMIT, "picture %" PRIu64 " has more than %d bytes",
                             r->count + 1, PICTURE_FILE_MAX);
        if (n)
            return hand_over(r, n, item, err);
        if (read_more(s, r, err))
            return err->status;
    }
}

/* Name a picture of standard input. */
static void name_by_number(uint64_t number, struct source_item *item)
{
    snprintf(item->id, sizeof item->id, "stdin-%" PRIu64, number);
    snprintf(item->name, sizeof item->name, "standard input: picture %" PRIu64, number);
}

/* Name a picture of a compressed file. The first has the name of the file, as mostly there is no
   other. */
static void name_by_file(const char *file, uint64_t number, struct source_item *item)
{
    snprintf(item->name, sizeof item->name, "%s", file);
    set_id(item, file);
    if (number == 1 || item->err.status)
        return;
    size_t used = strlen(item->id), room = sizeof item->id - used;
    snprintf(item->name, sizeof item->name, "%s: picture %" PRIu64, file, number);
    if ((size_t)snprintf(item->id + used, room, "-%" PRIu64, number) >= room)
        error_set(&item->err, STATUS_LIMIT, "the id '%s...' has more than %d bytes", item->id,
                  RECORD_ID_MAX);
}

/* ---- archives ---- */

/* Open what begins with the n bytes at head, which are not a picture's, as an archive. On failure
   the caller still owns fd. */
static enum status open_archive(struct source *s, const char *name, int fd, const char *head,
                                size_t n, struct error *err)
{
    s->archive = archivefile_open(fd, head, n, err);
    if (!s->archive && err->status == STATUS_FORMAT)
        return format_is_text(head, n) ? format_refuse(FORMAT_TEXT, err)
                                       : error_prefix(err, "not a picture");
    if (!s->archive)
        return err->status;
    s->fd = fd;
    s->members = 0;
    s->unpacked.is_file = !path_is_dash(name);
    snprintf(s->name, sizeof s->name, "%.*s", NAMES_MAX - 1, name);
    return STATUS_OK;
}

static void close_archive(struct source *s)
{
    archivefile_close(s->archive);
    if (s->archive)
        file_close(s->fd);
    s->archive = NULL;
    reader_close(&s->unpacked.in);
    s->unpacked = (struct row){0};
}

static void end_archive(struct source *s, struct source_item *item)
{
    item->last = true;
    snprintf(item->name, sizeof item->name, "%s", s->name);
    close_archive(s);
}

/* Name the archive before a failure, and the pictures before it. */
static enum status prefix_archive(const struct source *s, uint64_t pictures, struct error *err)
{
    if (pictures)
        error_prefix(err, "after picture %" PRIu64, pictures);
    return error_prefix(err, "%s", input_name(s->name));
}

/* End an archive that has failed: a file is an item that can't be used, with its name; but standard
   input may have lost any number of pictures. */
static enum status end_failed(struct source *s, struct source_item *item, struct error *err)
{
    if (path_is_dash(s->name))
        return error_prefix(err, "standard input");
    item->err = *err;
    end_archive(s, item);
    item->picture = true;
    return STATUS_OK;
}

/* The next picture of an archive that is only a compressed file. */
static enum status next_unpacked(struct source *s, struct source_item *item, struct error *err)
{
    struct row *r = &s->unpacked;
    enum status status = next_in_row(s, r, item, err);
    if (status == STATUS_END) {
        end_archive(s, item);
        return STATUS_OK;
    }
    if (!status && r->is_file)
        name_by_file(s->name, r->count, item);
    else if (!status)
        name_by_number(r->count, item);
    if (!status)
        return STATUS_OK;
    if (status == STATUS_INCOMPLETE && r->count)
        error_prefix(err, "after picture %" PRIu64, r->count);
    if (is_of_picture(status) || status == STATUS_INCOMPLETE)
        return end_failed(s, item, err);
    return error_prefix(err, "%s", input_name(s->name));
}

static enum status next_member(struct source *s, const char *member, struct source_item *item,
                               struct error *err)
{
    s->members++;
    item->picture = true;
    snprintf(item->name, sizeof item->name, "%s: %s", input_name(s->name), member);
    set_id(item, member);
    if (item->err.status)
        return STATUS_OK;
    enum status status = archivefile_read(s->archive, &item->bytes, PICTURE_FILE_MAX, &item->err);
    if (!status || is_of_picture(status))
        return STATUS_OK;
    *err = item->err;
    return prefix_archive(s, s->members - 1, err);
}

static enum status next_from_archive(struct source *s, struct source_item *item, struct error *err)
{
    const char *member;
    item->picture = item->last = false;
    if (archivefile_is_single(s->archive))
        return next_unpacked(s, item, err);
    enum status status = archivefile_next(s->archive, &member, err);
    if (status == STATUS_END && !s->members) {
        error_set(err, STATUS_FORMAT, "an archive of nothing but folders and hidden files");
        return end_failed(s, item, err);
    }
    if (status == STATUS_END) {
        end_archive(s, item);
        return STATUS_OK;
    }
    return status ? prefix_archive(s, s->members, err) : next_member(s, member, item, err);
}

/* ---- standard input ---- */

static enum status next_of_stdin(struct source *s, struct source_item *item, struct error *err)
{
    enum status status = next_in_row(s, &s->row, item, err);
    if (status == STATUS_END) {
        s->from_stdin = false;
        item->last = true;
        snprintf(item->name, sizeof item->name, "-");
        return STATUS_OK;
    }
    if (status)
        return error_prefix(err, "standard input");
    name_by_number(s->row.count, item);
    return STATUS_OK;
}

/* The first bytes tell whether standard input is pictures in a row, or an archive, which is then
   read to the end of standard input. */
static enum status next_from_stdin(struct source *s, struct source_item *item, struct error *err)
{
    struct reader *in = &s->row.in;
    while (s->row.count == 0 && in->left < FORMAT_HEAD && !in->ended)
        if (read_more(s, &s->row, err))
            return error_prefix(err, "standard input");
    if (s->row.count || !in->left || format_of(in->data, in->left))
        return next_of_stdin(s, item, err);
    if (open_archive(s, "-", STDIN_FILENO, in->data, in->left, err))
        return error_prefix(err, "standard input");
    reader_use(in, in->left);
    in->ended = true;
    s->from_stdin = false;
    return next_from_archive(s, item, err);
}

/* ---- files ---- */

/* A name of a list with the ends of line of Windows; a message with it would be printed over. */
static void explain_return(struct source_item *item)
{
    size_t n = strlen(item->name);
    if (n == 0 || item->name[n - 1] != '\r')
        return;
    item->name[n - 1] = '\0';
    error_prefix(&item->err, "the name ends in a carriage return, as in lists from Windows");
}

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
        explain_return(item);
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
    if (is_of_picture(status) || (status == STATUS_INCOMPLETE && names_is_picture(item->name)))
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
    reader_close(&s->row.in);
}
