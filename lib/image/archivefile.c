#include "image/archivefile.h"

#include <errno.h>
#include <inttypes.h>
#include <locale.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <archive.h>
#include <archive_entry.h>

#include "base/file.h"

enum {
    STEP = 256 * 1024,
    ZIP_END = 22, /* bytes of the record after a zip's directory, without its comment */
    TAIL =
        ZIP_END + UINT16_MAX + 76 /* the same with the longest comment, and the records of zip64 */
};

/* block[0 .. filled-1] are the last bytes read; libarchive still uses the last piece of them. */
struct archivefile {
    struct archive *reader;
    struct archive_entry *entry;
    const char *name;     /* owned by entry */
    enum status found;    /* STATUS_OK: entry is a file; else why there is no further file */
    bool ahead;           /* found and entry are for the next call of archivefile_next */
    struct error failure; /* why the archive can't be read on; STATUS_OK until then */
    int fd;
    struct buffer head;   /* bytes that were read before archivefile_open, ... */
    size_t head_at;       /* ... of which so many are used */
    unsigned char *block; /* TAIL + STEP bytes */
    size_t filled;
    uint64_t taken; /* bytes in all that block was filled with */
    uint64_t seen;  /* members, including those that are skipped */
    locale_t utf8;  /* libarchive needs it for names in Unicode */
};

/* ---- bytes ---- */

/* Read the next piece after the tail of the bytes before it. *got is 0 at the end. */
static enum status fill(struct archivefile *f, size_t *got, struct error *err)
{
    size_t keep = f->filled < TAIL ? f->filled : TAIL, left = f->head.size - f->head_at;
    memmove(f->block, f->block + f->filled - keep, keep);
    f->filled = keep;
    *got = left < STEP ? left : STEP;
    if (*got) {
        memcpy(f->block + keep, f->head.data + f->head_at, *got);
        f->head_at += *got;
    } else if (file_read_some(f->fd, f->block + keep, STEP, got, err))
        return err->status;
    f->filled += *got;
    f->taken += *got;
    return STATUS_OK;
}

static la_ssize_t read_callback(struct archive *reader, void *context, const void **data)
{
    (void)reader;
    struct archivefile *f = context;
    size_t got;
    if (fill(f, &got, &f->failure))
        return ARCHIVE_FATAL;
    *data = f->block + f->filled - got;
    return (la_ssize_t)got;
}

/* ---- the end ---- */

static uint64_t little_endian(const unsigned char *p, size_t bytes)
{
    uint64_t value = 0;
    while (bytes--)
        value = value << 8 | p[bytes];
    return value;
}

/* The last place of this signature in block that has size bytes after its start; or NULL. */
static const unsigned char *find_last(const struct archivefile *f, const char *signature,
                                      size_t size)
{
    for (size_t at = f->filled < size ? 0 : f->filled - size + 1; at-- > 0;)
        if (memcmp(f->block + at, signature, 4) == 0)
            return f->block + at;
    return NULL;
}

/* After a damaged header libarchive searches for the next one: only the directory shows a loss. */
static enum status check_zip_end(struct archivefile *f, struct error *err)
{
    size_t got;
    do {
        if (fill(f, &got, err))
            return err->status;
    } while (got);
    const unsigned char *end = find_last(f, "PK\5\6", ZIP_END);
    if (!end)
        return error_set(err, STATUS_INCOMPLETE, "cut off: the zip has no directory at its end");
    uint64_t promised = little_endian(end + 10, 2);
    const unsigned char *large = promised == UINT16_MAX ? find_last(f, "PK\6\6", 56) : NULL;
    if (large)
        promised = little_endian(large + 32, 8);
    if (promised != f->seen)
        return error_set(err, STATUS_INCOMPLETE,
                         "damaged: %" PRIu64 " members seen, its directory has %" PRIu64, f->seen,
                         promised);
    return STATUS_END;
}

/* libarchive accepts a tar archive that ends after any member. */
static enum status check_tar_end(const struct archivefile *f, struct error *err)
{
    if (archive_filter_bytes(f->reader, 0) > archive_read_header_position(f->reader))
        return STATUS_END;
    return error_set(err, STATUS_INCOMPLETE, "cut off: the tar has no end marker");
}

/* Behind a compressed file libarchive stops, whatever follows. */
static enum status check_single_end(struct archivefile *f, struct error *err)
{
    size_t got;
    if (fill(f, &got, err))
        return err->status;
    if (f->taken > (uint64_t)archive_filter_bytes(f->reader, -1))
        return error_set(err, STATUS_FORMAT, "more follows after the end of the compressed data");
    return STATUS_END;
}

/* ---- members ---- */

static bool is_format(const struct archivefile *f, int format)
{
    return (archive_format(f->reader) & ARCHIVE_FORMAT_BASE_MASK) == format;
}

bool archivefile_is_single(const struct archivefile *f)
{
    return is_format(f, ARCHIVE_FORMAT_RAW);
}

/* The message of libarchive, which has none for a gzip that lacks only the sum at its end. */
static const char *reason(const struct archivefile *f)
{
    const char *text = archive_error_string(f->reader);
    return text ? text : "truncated";
}

/* Whether libarchive ran out of memory: then the file isn't called damaged. Where zlib had no room
   for its window, libarchive doesn't say so; then there is none now, either. */
static bool no_memory(const struct archivefile *f)
{
    enum { WINDOW = 1 << 16 };
    void *volatile room = malloc(WINDOW); /* or the compiler leaves the allocation out */
    bool none = !room;
    free(room);
    return none || archive_errno(f->reader) == ENOMEM;
}

static enum status broken(const struct archivefile *f, struct error *err)
{
    if (f->failure.status)
        return (*err = f->failure).status;
    if (no_memory(f))
        return error_set(err, STATUS_MEMORY, "out of memory: %s", reason(f));
    return error_set(err, STATUS_INCOMPLETE, "damaged or cut off: %s", reason(f));
}

/* For us a member's name is bytes; libarchive may convert it to the locale of the thread. */
static int read_header(struct archivefile *f)
{
    locale_t before = uselocale(f->utf8);
    int r = archive_read_next_header(f->reader, &f->entry);
    if (r == ARCHIVE_WARN)
        r = ARCHIVE_OK;
    f->seen += r == ARCHIVE_OK;
    f->name = r == ARCHIVE_OK ? archive_entry_pathname(f->entry) : NULL;
    if (!f->name)
        f->name = "";
    uselocale(before);
    return r;
}

static bool is_skipped(const struct archivefile *f)
{
    const char *slash = strrchr(f->name, '/');
    return archive_entry_filetype(f->entry) == AE_IFDIR || (slash ? slash[1] : f->name[0]) == '.';
}

/* Find the next file's header. */
static void advance(struct archivefile *f)
{
    struct error err = {.status = STATUS_OK};
    int r;
    do
        r = read_header(f);
    while (r == ARCHIVE_OK && is_skipped(f));
    if (r == ARCHIVE_OK)
        f->found = STATUS_OK;
    else if (r != ARCHIVE_EOF)
        f->found = broken(f, &err);
    else if (archivefile_is_single(f))
        f->found = STATUS_END;
    else if (is_format(f, ARCHIVE_FORMAT_ZIP))
        f->found = check_zip_end(f, &err);
    else
        f->found = check_tar_end(f, &err);
    if (f->found && f->found != STATUS_END)
        f->failure = err;
    f->ahead = true;
}

/* If a member can't be read and none follows it, it is the archive that is damaged. */
static enum status damaged(struct archivefile *f, struct error *err)
{
    if (no_memory(f))
        return error_set(err, STATUS_MEMORY, "out of memory: %s", reason(f));
    error_set(err, STATUS_FORMAT, "damaged: %s", reason(f));
    if (!f->failure.status)
        advance(f);
    if (f->failure.status)
        *err = f->failure;
    return err->status;
}

static enum status unpack(struct archivefile *f, struct buffer *b, size_t limit, struct error *err)
{
    size_t start = b->size;
    const void *data;
    size_t n;
    enum status status;
    while ((status = archivefile_piece(f, &data, &n, err)) == STATUS_OK) {
        if (n > limit - (b->size - start))
            return error_set(err, STATUS_LIMIT, "more than %zu bytes", limit);
        if (buffer_append(b, data, n, err))
            return err->status;
    }
    return status == STATUS_END ? STATUS_OK : status;
}

/* ---- the functions ---- */

/* Let libarchive find out the format. */
static enum status begin(struct archivefile *f, struct error *err)
{
    struct archive *r = f->reader;
    if (archive_read_support_format_tar(r) || archive_read_support_format_zip_streamable(r) ||
        archive_read_support_filter_gzip(r) || archive_read_support_filter_bzip2(r) ||
        archive_read_support_format_raw(r) || archive_read_support_filter_xz(r) ||
        archive_read_support_filter_zstd(r) ||
        archive_read_set_option(r, "tar", "read_concatenated_archives", "1"))
        return error_set(err, STATUS_MEMORY, "libarchive can't read archives: %s", reason(f));
    if (archive_read_open(r, f, NULL, read_callback, NULL) == ARCHIVE_OK)
        advance(f);
    else if (f->failure.status || archive_filter_count(r) == 0 || no_memory(f))
        return broken(f, err); /* reading failed, or unpacking, not the search for a format */
    else
        return error_set(err, STATUS_FORMAT, "not a tar or zip archive");
    if (f->failure.status)
        return (*err = f->failure).status;
    /* The last filter is none; any bytes are a file that isn't compressed. */
    if (archivefile_is_single(f) && archive_filter_count(r) <= 1)
        return error_set(err, STATUS_FORMAT, "not a tar or zip archive");
    if (f->seen == 0)
        return error_set(err, STATUS_FORMAT, "an empty archive");
    return STATUS_OK;
}

struct archivefile *archivefile_open(int fd, const void *head, size_t n, struct error *err)
{
    /* After a loss of power a file may be nothing but zeros. It is not an empty tar archive. */
    if (n && *(const char *)head == '\0') {
        error_set(err, STATUS_FORMAT, "zeros, or an empty archive");
        return NULL;
    }
    struct archivefile *f = mem_new(1, sizeof *f, err);
    if (!f)
        return NULL;
    f->fd = fd;
    f->block = mem_new(TAIL + STEP, 1, err);
    f->utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
    f->reader = archive_read_new();
    if (!f->reader)
        error_set(err, STATUS_MEMORY, "out of memory");
    if (f->block && f->reader && buffer_append(&f->head, head, n, err) == STATUS_OK &&
        begin(f, err) == STATUS_OK)
        return f;
    archivefile_close(f);
    return NULL;
}

enum status archivefile_next(struct archivefile *f, const char **name, struct error *err)
{
    if (!f->ahead)
        advance(f);
    if (f->found == STATUS_OK) {
        f->ahead = false;
        *name = f->name;
    } else if (f->found != STATUS_END)
        *err = f->failure;
    return f->found;
}

enum status archivefile_read(struct archivefile *f, struct buffer *b, size_t limit,
                             struct error *err)
{
    struct archive_entry *e = f->entry;
    if (archive_entry_is_data_encrypted(e))
        return error_set(err, STATUS_FORMAT, "encrypted");
    if (archive_entry_hardlink(e) || archive_entry_filetype(e) != AE_IFREG)
        return error_set(err, STATUS_FORMAT, "a link or a device, not a file");
    if (archive_entry_sparse_count(e) > 0)
        return error_set(err, STATUS_FORMAT, "a sparse file");
    if (archive_entry_size_is_set(e) && (uint64_t)archive_entry_size(e) > limit)
        return error_set(err, STATUS_LIMIT, "more than %zu bytes", limit);
    return unpack(f, b, limit, err);
}

enum status archivefile_piece(struct archivefile *f, const void **data, size_t *n,
                              struct error *err)
{
    la_int64_t offset;
    int r = archive_read_data_block(f->reader, data, n, &offset);
    if (r == ARCHIVE_OK)
        return STATUS_OK;
    if (r != ARCHIVE_EOF)
        return damaged(f, err);
    return archivefile_is_single(f) ? check_single_end(f, err) : STATUS_END;
}

void archivefile_close(struct archivefile *f)
{
    if (!f)
        return;
    archive_read_free(f->reader);
    if (f->utf8)
        freelocale(f->utf8);
    buffer_release(&f->head);
    free(f->block);
    free(f);
}

const char *archivefile_library(void)
{
    return archive_version_string();
}
