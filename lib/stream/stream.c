#include "stream/stream.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/reader.h"

enum { BUFFER = 256 * 1024, PIPE_SIZE = 1024 * 1024 };

/*
 * The reader. Invariants: left is the number of records of the current chunk that are still to
 * come; header[0 .. header_size-1] is the header of the current chunk, and type was made from the
 * last header that came with records.
 */
struct stream_reader {
    char *const *paths;
    size_t n, next; /* the next file to open */
    bool partial, ended;
    int watched;        /* -1, or the descriptor that interrupts reading */
    struct reader file; /* the current one */
    size_t taken;       /* bytes of a record that are with the caller, after an interruption */
    uint64_t offset;    /* in the current file, of the first byte that is not used */
    unsigned char header[NPY_HEADER_MAX];
    size_t header_size;
    struct npy_header parsed;
    bool typed; /* type is that of records, not only of an end chunk */
    struct record_type type;
    uint64_t left, seen, counted; /* counted: by end chunks */
    uint64_t before;              /* records seen before the current file */
    bool has_end;
    char last_id[RECORD_ID_MAX + 1];
    bool looked;          /* stream_first has read what the next stream_read is to give: */
    unsigned char *first; /* owned */
    enum status first_status;
    struct error first_err;
};

static char *const standard_input[] = {(char[]){"-"}};

/* ---- bytes ---- */

/* Open the next file; STATUS_END where there is none. */
static enum status open_next(struct stream_reader *r, struct error *err)
{
    reader_close(&r->file);
    if (r->next == r->n)
        return STATUS_END;
    r->offset = 0;
    r->before = r->seen;
    if (reader_open(&r->file, r->paths[r->next++], err))
        return error_prefix(err, "%s", r->file.name);
    return STATUS_OK;
}

/* The number of the last record within its file, from 1. */
static uint64_t number_in_file(const struct stream_reader *r)
{
    return r->seen - r->before;
}

/* Put the file and the last record before an error's text. */
static enum status prefix_place(const struct stream_reader *r, struct error *err)
{
    if (r->seen > r->before)
        return error_prefix(err, "%s: after record %" PRIu64 " (%s)", r->file.name,
                            number_in_file(r), r->last_id);
    return error_prefix(err, "%s", r->file.name);
}

/* Wait for input, or for the watched descriptor: STATUS_INTERRUPTED. */
static enum status wait_for_file(const struct stream_reader *r, struct error *err)
{
    return r->watched < 0 ? STATUS_OK : file_wait(r->file.fd, r->watched, err);
}

/* Read until n bytes are in the buffer, or the file ends. */
static enum status fill(struct stream_reader *r, size_t n, size_t *have, struct error *err)
{
    while ((*have = r->file.left) < n && !r->file.ended) {
        if (wait_for_file(r, err))
            return err->status;
        if (reader_more(&r->file, err))
            return prefix_place(r, err);
    }
    return STATUS_OK;
}

static void use(struct stream_reader *r, size_t n)
{
    reader_use(&r->file, n);
    r->offset += n;
}

/* Read bytes directly to out. *got is 0 at the end of the file. */
static enum status read_some(struct stream_reader *r, unsigned char *out, size_t n, size_t *got,
                             struct error *err)
{
    if (wait_for_file(r, err))
        return err->status;
    if (file_read_some(r->file.fd, out, n, got, err))
        return prefix_place(r, err);
    r->offset += *got;
    return STATUS_OK;
}

/* Read n bytes to out; *got is less at the end of the file. Large pieces bypass the buffer. */
static enum status take(struct stream_reader *r, unsigned char *out, size_t n, size_t *got,
                        struct error *err)
{
    size_t step = 1;
    for (*got = r->taken; *got < n && step; *got = r->taken += step) {
        size_t have = r->file.left, want = n - *got;
        if (!have && want < BUFFER && fill(r, 1, &have, err))
            return err->status;
        if (have || want < BUFFER) {
            step = have < want ? have : want;
            memcpy(out + *got, r->file.data, step);
            use(r, step);
        } else if (read_some(r, out + *got, want, &step, err))
            return err->status;
    }
    r->taken = 0;
    return STATUS_OK;
}

/* ---- chunks ---- */

static enum status cut_off(struct stream_reader *r, const char *where, struct error *err)
{
    if (r->partial) {
        /* A fragment may end anywhere: only its whole records are read. */
        r->left = 0;
        return STATUS_END;
    }
    error_set(err, STATUS_INCOMPLETE, "byte %" PRIu64 ": incomplete: it ends within a %s",
              r->offset, where);
    return prefix_place(r, err);
}

static enum status no_end(const struct stream_reader *r, uint64_t records, struct error *err)
{
    error_set(err, STATUS_INCOMPLETE, "incomplete: no end chunk after %" PRIu64 " records",
              records);
    return error_prefix(err, "%s", r->file.name);
}

static enum status bad_header(struct stream_reader *r, uint64_t start, struct error *err)
{
    error_prefix(err, "byte %" PRIu64, start);
    return prefix_place(r, err);
}

/* Check a parsed header, and take the type from it. */
static enum status use_header(struct stream_reader *r, uint64_t start, struct error *err)
{
    const struct npy_header *h = &r->parsed;
    struct record_type type;
    if (h->dims == 2 && h->shape[0] != 0) {
        error_set(err, STATUS_FORMAT, "a chunk of two dimensions that is not an end chunk");
        return bad_header(r, start, err);
    }
    if (record_type_read(&type, h, err))
        return bad_header(r, start, err);
    bool records = h->dims == 1 && h->shape[0] > 0;
    if (records && r->typed && !npy_same_record(&r->type.header, h)) {
        error_set(err, STATUS_MISMATCH, "the records' fields are not those of the records before");
        return bad_header(r, start, err);
    }
    if (!r->typed)
        r->type = type;
    r->typed |= records;
    return STATUS_OK;
}

static enum status count_chunk(struct stream_reader *r, uint64_t start, struct error *err)
{
    const struct npy_header *h = &r->parsed;
    if (h->dims == 1) {
        r->left = h->shape[0];
        return STATUS_OK;
    }
    r->has_end = true;
    if (r->counted > UINT64_MAX - h->shape[1]) {
        error_set(err, STATUS_FORMAT, "the end chunks count too many records");
        return bad_header(r, start, err);
    }
    r->counted += h->shape[1];
    return STATUS_OK;
}

/* Read the next chunk's header. STATUS_END if the file ends before it. A file without any chunk is
   incomplete, whatever the other files hold: the program that was to write it died early. */
static enum status next_header(struct stream_reader *r, struct error *err)
{
    uint64_t start = r->offset;
    size_t have, size = NPY_PREAMBLE;
    if (fill(r, NPY_PREAMBLE, &have, err))
        return err->status;
    if (have == 0)
        return start == 0 && !r->partial ? no_end(r, 0, err) : STATUS_END;
    if (have >= NPY_PREAMBLE) {
        if (npy_header_size(r->file.data, &size, err))
            return bad_header(r, start, err);
        if (fill(r, size, &have, err))
            return err->status;
    }
    const char *header = r->file.data;
    use(r, have < size ? have : size);
    if (have < size)
        return cut_off(r, "header", err);
    if (size != r->header_size || memcmp(header, r->header, size) != 0) {
        r->header_size = 0;
        if (npy_parse(header, size, &r->parsed, err))
            return bad_header(r, start, err);
        if (use_header(r, start, err))
            return err->status;
        memcpy(r->header, header, size);
        r->header_size = size;
    }
    return count_chunk(r, start, err);
}

static enum status check_complete(struct stream_reader *r, struct error *err)
{
    r->ended = true;
    if (r->partial || (r->has_end && r->counted == r->seen))
        return STATUS_END;
    if (!r->has_end)
        return no_end(r, r->seen, err);
    error_set(err, STATUS_INCOMPLETE,
              "incomplete: %" PRIu64 " records, but the end chunks count %" PRIu64, r->seen,
              r->counted);
    return error_prefix(err, "%s", r->file.name);
}

/* Read headers up to the next record. STATUS_END or STATUS_INCOMPLETE at the end of the stream. */
static enum status find_record(struct stream_reader *r, struct error *err)
{
    while (r->left == 0) {
        if (r->ended)
            return check_complete(r, err);
        enum status s = next_header(r, err);
        if (s == STATUS_END)
            s = open_next(r, err);
        if (s == STATUS_END)
            r->ended = true;
        else if (s)
            return s;
    }
    return STATUS_OK;
}

/* ---- the reader's functions ---- */

struct stream_reader *stream_open(char *const *paths, size_t n, bool partial, struct error *err)
{
    struct stream_reader *r = mem_new(1, sizeof *r, err);
    if (!r)
        return NULL;
    r->paths = n ? paths : standard_input;
    r->n = n ? n : 1;
    r->partial = partial;
    r->watched = -1;
    if (record_type_init(&r->type, PIXEL_U1, 0, 0, 1, err) || open_next(r, err))
        goto failed;
    enum status s = find_record(r, err);
    /* An input without records fails here if it is incomplete. */
    if (s && s != STATUS_END)
        goto failed;
    return r;
failed:
    stream_close(r);
    return NULL;
}

const struct record_type *stream_type(const struct stream_reader *r)
{
    return &r->type;
}

static enum status read_record(struct stream_reader *r, unsigned char *record, struct error *err)
{
    size_t got;
    enum status s = find_record(r, err);
    if (s)
        return s;
    if (take(r, record, r->type.size, &got, err))
        return err->status;
    if (got < r->type.size) {
        s = cut_off(r, "record", err);
        /* After a fragment there may be another file. */
        return s == STATUS_END ? read_record(r, record, err) : s;
    }
    char id[RECORD_ID_MAX + 1];
    record_id(&r->type, record, id);
    if (record_check_id(id, err)) {
        error_prefix(err, "record %" PRIu64, number_in_file(r) + 1);
        return error_prefix(err, "%s", r->file.name);
    }
    memcpy(r->last_id, id, sizeof id);
    r->left--;
    r->seen++;
    return STATUS_OK;
}

const unsigned char *stream_first(struct stream_reader *r)
{
    if (!r->looked) {
        r->looked = true;
        r->first = mem_new(1, r->type.size, &r->first_err);
        r->first_status = r->first ? read_record(r, r->first, &r->first_err) : r->first_err.status;
    }
    return r->first_status ? NULL : r->first;
}

enum status stream_read(struct stream_reader *r, unsigned char *record, struct error *err)
{
    if (!r->looked)
        return read_record(r, record, err);
    if (!r->first_status)
        memcpy(record, r->first, r->type.size);
    free(r->first);
    r->first = NULL;
    r->looked = false;
    if (r->first_status)
        *err = r->first_err;
    return r->first_status;
}

void stream_watch(struct stream_reader *r, int fd)
{
    r->watched = fd;
}

bool stream_ready(struct stream_reader *r)
{
    /* With only a part of a record in the buffer, reading would wait for the rest. */
    size_t next = (r->left ? 0 : r->header_size) + r->type.size;
    return r->looked || r->file.left >= next || !r->file.open || file_ready(r->file.fd);
}

uint64_t stream_count(const struct stream_reader *r)
{
    return r->seen;
}

uint64_t stream_expected(const struct stream_reader *r)
{
    uint64_t chunk = r->header_size + r->type.size, total = 0;
    for (size_t i = 0; i < r->n; i++) {
        struct stat info;
        bool is_stdin = path_is_dash(r->paths[i]);
        if ((is_stdin ? fstat(STDIN_FILENO, &info) : stat(r->paths[i], &info)) ||
            !S_ISREG(info.st_mode) || r->parsed.shape[0] != 1)
            return 0;
        total += (uint64_t)info.st_size / chunk;
    }
    return total;
}

const char *stream_name(const struct stream_reader *r)
{
    return r->file.name;
}

enum status stream_prefix_error(const struct stream_reader *r, struct error *err)
{
    return error_prefix(err, "%s: record %" PRIu64 " (%s)", r->file.name, number_in_file(r),
                        r->last_id);
}

void stream_close(struct stream_reader *r)
{
    if (!r)
        return;
    reader_close(&r->file);
    free(r->first);
    free(r);
}

/* ---- the writer ---- */

struct stream_writer {
    struct output out;
    char *name; /* of the output, for messages */
    bool fifo;  /* other programs may write to it, too: lock it around whole chunks */
    char header[NPY_HEADER_MAX];
    size_t header_size, record_size;
    struct npy_header type;
    struct buffer pending; /* whole chunks, not yet written */
    uint64_t written;
    struct error failure; /* its status is STATUS_OK until the first failure */
};

static enum status writer_failed(struct stream_writer *w, struct error *err)
{
    error_prefix(err, "%s", w->name);
    return (w->failure = *err).status;
}

static void writer_free(struct stream_writer *w)
{
    output_abandon(&w->out);
    buffer_release(&w->pending);
    free(w->name);
    free(w);
}

struct stream_writer *stream_create(const char *path, const struct record_type *type,
                                    struct error *err)
{
    struct stat info;
    struct stream_writer *w = mem_new(1, sizeof *w, err);
    if (!w)
        return NULL;
    w->type = type->header;
    w->type.dims = 1;
    w->type.shape[0] = 1;
    w->record_size = type->size;
    w->out.fd = -1;
    w->name = mem_string(output_name(path), err);
    if (!w->name || npy_format(&w->type, w->header, &w->header_size, err) ||
        buffer_reserve(&w->pending, BUFFER, err))
        goto failed;
    if (output_open(&w->out, path, err)) {
        error_prefix(err, "%s", w->name);
        goto failed;
    }
    w->fifo = fstat(w->out.fd, &info) == 0 && S_ISFIFO(info.st_mode);
    if (w->fifo)
        /* The programs at both ends then wait less for each other. A failure does no harm. */
        fcntl(w->out.fd, F_SETPIPE_SZ, PIPE_SIZE);
    return w;
failed:
    writer_free(w);
    return NULL;
}

/* Take (F_WRLCK) or release (F_UNLCK) the lock, without which the chunks of several processes could
   be mixed up. */
static enum status set_lock(int fd, short type, struct error *err)
{
    struct flock whole = {.l_type = type, .l_whence = SEEK_SET};
    int r;
    do
        r = fcntl(fd, F_SETLKW, &whole);
    while (r && errno == EINTR);
    /* These mean that pipes can't be locked here. A single writer needs no lock. */
    if (r && errno != EINVAL && errno != ENOLCK)
        return error_system(err, "can't lock the pipe");
    return STATUS_OK;
}

enum status stream_flush(struct stream_writer *w, struct error *err)
{
    if (w->failure.status)
        return (*err = w->failure).status;
    if (w->pending.size == 0)
        return STATUS_OK;
    if (w->fifo && set_lock(w->out.fd, F_WRLCK, err))
        return writer_failed(w, err);
    if (file_write(w->out.fd, w->pending.data, w->pending.size, err))
        return writer_failed(w, err);
    w->pending.size = 0;
    if (w->fifo && set_lock(w->out.fd, F_UNLCK, err))
        return writer_failed(w, err);
    return STATUS_OK;
}

enum status stream_write(struct stream_writer *w, const unsigned char *record, struct error *err)
{
    if (w->failure.status)
        return (*err = w->failure).status;
    if (w->pending.size + w->header_size + w->record_size > BUFFER && stream_flush(w, err))
        return err->status;
    if (buffer_append(&w->pending, w->header, w->header_size, err) ||
        buffer_append(&w->pending, record, w->record_size, err))
        return writer_failed(w, err);
    w->written++;
    return w->pending.size > BUFFER ? stream_flush(w, err) : STATUS_OK;
}

enum status stream_finish(struct stream_writer *w, struct error *err)
{
    char end[NPY_HEADER_MAX];
    size_t size;
    w->type.dims = 2;
    w->type.shape[0] = 0;
    w->type.shape[1] = w->written;
    enum status s = npy_format(&w->type, end, &size, err);
    if (!s)
        s = buffer_append(&w->pending, end, size, err);
    if (!s)
        s = stream_flush(w, err);
    if (!s && output_commit(&w->out, err))
        s = writer_failed(w, err);
    writer_free(w);
    return s;
}

void stream_abandon(struct stream_writer *w)
{
    struct error ignored;
    if (!w)
        return;
    if (stream_flush(w, &ignored) == STATUS_OK && !w->out.path)
        (void)!output_commit(&w->out, &ignored);
    writer_free(w);
}
