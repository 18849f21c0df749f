/*
 * reader - a file read into a buffer, for callers that must find the end of a line, a record or a
 * picture before they can use it.
 *
 * Each read takes the bytes that are there and doesn't wait for more, so a reader works on a live
 * pipe. The buffer grows as large as the caller needs it. Errors don't name the file, as in file.h.
 */
#ifndef READER_H
#define READER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/mem.h"
#include "base/status.h"

/* All zero is a valid closed one. */
struct reader {
    const char *name; /* of the file, for messages; also after it was closed */
    const char *data; /* the bytes that were read but not used; valid until the next call */
    size_t left;      /* the number of these bytes */
    bool ended;       /* the end of the file was reached */
    bool open;
    int fd;
    struct buffer buffer; /* private */
};

/* Open a file, or standard input where path is "-". path must outlive name. */
enum status reader_open(struct reader *, const char *path, struct error *) MUST_CHECK;

/* Read more bytes: add at least one to data, or set ended. */
enum status reader_more(struct reader *, struct error *) MUST_CHECK;

/* Add n bytes to data that come from elsewhere, such as a decoder; the reader isn't opened. The
   caller sets ended. */
enum status reader_append(struct reader *, const void *bytes, size_t n, struct error *) MUST_CHECK;

/* Use the first n bytes of data. */
void reader_use(struct reader *, size_t n);

/* Use the n bytes before the next separator, to which *text points, and the separator. The last
   bytes of the file may have no separator: then ended is set. STATUS_END: no bytes are left. If
   there are more than limit bytes before the separator, *n > limit, and some of them may be left.
 */
enum status reader_until(struct reader *, char separator, size_t limit, const char **text,
                         size_t *n, struct error *) MUST_CHECK;

/* Close and free. reader_open may follow. */
void reader_close(struct reader *);

#endif
