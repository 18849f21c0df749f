/*
 * archivefile - the files in an archive, one after the other. No other file uses libarchive.
 *
 * It reads tar archives (v7, ustar, pax, GNU), plain or compressed with gzip, bzip2, xz or zstd,
 * and zip archives, from the first byte to the last and in constant memory, so that the archive may
 * come through a pipe. Several tar archives may follow each other, as cat joins them.
 *
 * An archive is complete when it ends as its format requires: a tar archive with a block of zeros
 * (its end marker), a zip archive with its directory, which must list as many members as were read.
 * Any other end is STATUS_INCOMPLETE, so that no loss of members goes unnoticed.
 *
 * A file that is compressed with gzip, bzip2, xz or zstd, and is not a tar, is an archive of one
 * file, whose name isn't known. Compressed files that were joined by cat are one.
 *
 * Folders are skipped without a message, and so are files whose name begins with a point, since
 * operating systems put such files into archives (.DS_Store, the ._ files of __MACOSX).
 */
#ifndef ARCHIVEFILE_H
#define ARCHIVEFILE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/mem.h"
#include "base/status.h"

struct archivefile;

/* Begin to read the archive on fd. Its first n bytes, at head, were read before. NULL on failure:
   STATUS_FORMAT if this is not an archive, or an empty one; STATUS_INCOMPLETE if not even the
   beginning can be read, so that it isn't known what this is. */
struct archivefile *archivefile_open(int fd, const void *head, size_t n, struct error *) MUST_CHECK;

/* Go to the next file; *name is its name with its folders, valid until the next call. STATUS_END
   after the last file of a complete archive. */
enum status archivefile_next(struct archivefile *, const char **name, struct error *) MUST_CHECK;

/* Whether it is only a compressed file. */
bool archivefile_is_single(const struct archivefile *);

/* Append the contents of that file to b; only once. STATUS_FORMAT or STATUS_LIMIT if only this file
   can't be read, and the next one may be: it is damaged, encrypted, sparse, a link, or has more
   than limit bytes (the rest is then not unpacked). After any other failure the archive can't be
   read on. */
enum status archivefile_read(struct archivefile *, struct buffer *b, size_t limit,
                             struct error *) MUST_CHECK;

/* The next n bytes of that file's contents, instead of archivefile_read: *data points to them until
   the next call. STATUS_END after the last; failures as there. A compressed file fails at its end
   if more follows, since that would be lost. */
enum status archivefile_piece(struct archivefile *, const void **data, size_t *n,
                              struct error *) MUST_CHECK;

/* Free. fd stays open. The archive may be NULL. */
void archivefile_close(struct archivefile *);

/* The library behind this, and its version. */
const char *archivefile_library(void);

#endif
