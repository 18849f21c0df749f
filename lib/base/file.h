/*
 * file - reading and writing that loses nothing.
 *
 * Reads and writes go on after EINTR and after short counts. An output is either standard output
 * or a file that appears under its name whole or not at all: it is written beside the name,
 * synced and renamed. Errors are STATUS_SYSTEM with the text of errno, without the file's name.
 */
#ifndef FILE_H
#define FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/mem.h"
#include "base/status.h"

/* Open path for reading, or standard input where it is "-". A folder is an error. */
enum status file_open(const char *path, int *fd, struct error *) MUST_CHECK;

/* What messages call an input of this name: "standard input" where it is "-". */
const char *input_name(const char *path);

/* Close what file_open opened; standard input stays open. fd < 0 is fine. */
void file_close(int fd);

/* Read n bytes, or fewer at the end of the file; *got says how many. */
enum status file_read(int fd, void *data, size_t n, size_t *got, struct error *) MUST_CHECK;

/* Read what is there, at least one byte and at most n; *got is 0 at the end of the file. */
enum status file_read_some(int fd, void *data, size_t n, size_t *got, struct error *) MUST_CHECK;

/* Wait until a read of fd would return at once; STATUS_INTERRUPTED where the descriptor stop can be
   read. */
enum status file_wait(int fd, int stop, struct error *) MUST_CHECK;

/* Append the whole file to b; STATUS_LIMIT where it has more than limit bytes. */
enum status file_read_all(int fd, struct buffer *b, size_t limit, struct error *) MUST_CHECK;

/* Write all n bytes. */
enum status file_write(int fd, const void *data, size_t n, struct error *) MUST_CHECK;

/* Whether a read would return at once: there are bytes, or the end. */
bool file_ready(int fd);

/* Where a program's result goes. All zero is a valid closed one. */
struct output {
    int fd;     /* to write to */
    char *path; /* the final name; NULL where fd is standard output or no regular file */
    char *temporary;
};

/* What messages call an output of this name: "standard output" where it is NULL or "-". */
const char *output_name(const char *path);

/* Open an output: standard output where path is NULL or "-". A path that is there and no regular
   file (a device, a FIFO) is written to directly. */
enum status output_open(struct output *, const char *path, struct error *) MUST_CHECK;

/* STATUS_SYSTEM where output_open would refuse a file of this name: for those who have long work to
   do before. A device or FIFO isn't tried. */
enum status output_check(const char *path, struct error *) MUST_CHECK;

/* Make the file appear under its name; for standard output, close it and see that it arrived. */
enum status output_commit(struct output *, struct error *) MUST_CHECK;

/* Leave no trace of a file that isn't finished. Does nothing after output_commit. */
void output_abandon(struct output *);

/* Write n bytes as the file path, whole or not at all. */
enum status file_replace(const char *path, const void *data, size_t n, struct error *) MUST_CHECK;

#endif
