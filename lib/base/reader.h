/*
 * reader - a file read into a buffer, for those who must find where a line, a record or a picture
 * ends before they can use it.
 *
 * Reading takes what is there, so that nobody waits longer than for the bytes that are needed. The
 * buffer grows as far as that takes. Errors don't have the file's name, as in file.h.
 */
#ifndef READER_H
#define READER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/mem.h"
#include "base/status.h"

/* All zero is a valid closed one. */
struct reader {
    const char *name; /* of the file, for messages; stays when it is closed */
    const char *data; /* the bytes that were read and not used, until the next call ... */
    size_t left;      /* ... and how many those are */
    bool ended;       /* the end of the file was read */
    bool open;
    int fd;
    struct buffer buffer; /* private */
};

/* Open a file, or standard input where path is "-". path must live as long as name. */
enum status reader_open(struct reader *, const char *path, struct error *) MUST_CHECK;

/* Read more bytes after data: at least one, or ended is set. */
enum status reader_more(struct reader *, struct error *) MUST_CHECK;

/* Use the first n bytes of data. */
void reader_use(struct reader *, size_t n);

/* Use the bytes before the next separator, and the separator; *text points to the bytes, *n is
   their number. ended is set where they are the file's last, without a separator; after those:
   STATUS_END. Where there are more than limit bytes before the separator, *n > limit, but not all
   of them may have been read. */
enum status reader_until(struct reader *, char separator, size_t limit, const char **text,
                         size_t *n, struct error *) MUST_CHECK;

/* Close and free. reader_open may follow. */
void reader_close(struct reader *);

#endif
