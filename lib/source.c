#include "source.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "file.h"

enum { STEP = 256 * 1024 };

/* Give the first n waiting bytes to the item. */
static enum status hand_over(struct source *s, size_t n, struct source_item *item,
                             struct error *err)
{
    if (buffer_append(&item->jpeg, s->waiting.data + s->at, n, err))
        return err->status;
    s->at += n;
    s->search = (struct jpeg_search){0};
    item->loaded = true;
    return STATUS_OK;
}

/* Read more of standard input behind what waits. */
static enum status read_more(struct source *s, struct error *err)
{
    size_t got;
    if (s->at) {
        memmove(s->waiting.data, s->waiting.data + s->at, s->waiting.size - s->at);
        s->waiting.size -= s->at;
        s->at = 0;
    }
    if (buffer_reserve(&s->waiting, STEP, err))
        return err->status;
    if (file_read_some(STDIN_FILENO, s->waiting.data + s->waiting.size, STEP, &got, err))
        return error_prefix(err, "standard input");
    s->waiting.size += got;
    s->ended = got == 0;
    return STATUS_OK;
}

/* A picture ends at its end marker, where the next one begins, or at the end of the input; one
   that is cut off is handed over too, so that it is named when it can't be decoded. */
static enum status next_from_stdin(struct source *s, struct source_item *item, struct error *err)
{
    while (true) {
        size_t have = s->waiting.size - s->at, next = 0;
        if (s->ended && have == 0)
            return STATUS_END;
        const unsigned char *start = have ? (const unsigned char *)s->waiting.data + s->at : NULL;
        bool jpeg = have >= 2 && start[0] == 0xff && start[1] == 0xd8;
        size_t n = jpeg ? jpeg_search(&s->search, start, have, &next) : 0;
        if (n == 0)
            n = next ? next : s->ended ? have : 0;
        if (have >= 2 && !jpeg)
            return error_set(err, STATUS_FORMAT,
                             "standard input: no JPEG begins after picture %" PRIu64, s->count);
        if (n == 0 && have > JPEG_FILE_MAX)
            return error_set(err, STATUS_LIMIT,
                             "standard input: picture %" PRIu64 " has more than %d bytes",
                             s->count + 1, JPEG_FILE_MAX);
        if (n) {
            snprintf(item->id, sizeof item->id, "stdin-%" PRIu64, ++s->count);
            snprintf(item->name, sizeof item->name, "standard input: picture %" PRIu64, s->count);
            return hand_over(s, n, item, err);
        }
        if (read_more(s, err))
            return err->status;
    }
}

enum status source_next(struct source *s, struct source_item *item, struct error *err)
{
    item->jpeg.size = 0;
    item->loaded = false;
    item->err.status = STATUS_OK;
    enum status status;
    do {
        if (s->from_stdin && (status = next_from_stdin(s, item, err)) != STATUS_END)
            return status;
        if ((status = names_next(&s->names, item->name, err)) != STATUS_OK)
            return status;
        s->from_stdin = strcmp(item->name, "-") == 0;
    } while (s->from_stdin);
    if (names_id(item->name, item->id, sizeof item->id, &item->err) == STATUS_OK)
        (void)!record_check_id(item->id, &item->err);
    return STATUS_OK;
}

void source_load(struct source_item *item)
{
    int fd = -1;
    if (item->loaded || item->err.status)
        return;
    item->loaded = file_open(item->name, &fd, &item->err) == STATUS_OK &&
                   file_read_all(fd, &item->jpeg, JPEG_FILE_MAX, &item->err) == STATUS_OK;
    file_close(fd);
}

void source_release(struct source *s)
{
    buffer_release(&s->waiting);
}
