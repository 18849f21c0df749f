/*
 * archivefile - the files in an archive, one after the other: the only door to libarchive.
 *
 * Tar (v7, ustar, pax, GNU), plain or compressed with gzip, bzip2, xz or zstd, and zip. All are
 * read from front to back in constant memory, so a pipe does as well as a file. Tar archives may
 * follow each other, as cat joins them.
 *
 * An archive is complete when it ends as its format wants: tar with its mark, a block of zeros; zip
 * with its directory, which must count as many members as were seen. Anything else is
 * STATUS_INCOMPLETE, so that no member is lost in silence.
 *
 * Passed over in silence: folders, and files whose name begins with a point, which are systems'
 * droppings (.DS_Store, the ._ files of __MACOSX).
 */
#ifndef ARCHIVEFILE_H
#define ARCHIVEFILE_H

#include <stddef.h>

#include "base/mem.h"
#include "base/status.h"

struct archivefile;

/* Begin with the archive on fd, of which the first n bytes were read already and stand at head.
   NULL on failure: STATUS_FORMAT where this is no archive, or an empty one. */
struct archivefile *archivefile_open(int fd, const void *head, size_t n, struct error *) MUST_CHECK;

/* Go to the next file and have its name, folders included, in *name until the next call.
   STATUS_END after the last of a complete archive. */
enum status archivefile_next(struct archivefile *, const char **name, struct error *) MUST_CHECK;

/* Append its contents to b; once. STATUS_FORMAT or STATUS_LIMIT where just this member can't be
   had: it is damaged, encrypted, a link, sparse, of more than limit bytes (which are then not
   unpacked). Any other failure is the archive's. */
enum status archivefile_read(struct archivefile *, struct buffer *b, size_t limit,
                             struct error *) MUST_CHECK;

/* Free; fd stays open. NULL is fine. */
void archivefile_close(struct archivefile *);

#endif
