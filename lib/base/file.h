/*
 * file - reading and writing files without losing bytes.
 *
 * Reads and writes are repeated after EINTR and after short counts. An output is standard output or
 * a file. The file appears under its name only when it is complete: until then its bytes are in a
 * temporary file in the same folder, which is then synced and renamed. Errors are STATUS_SYSTEM
 * (or what else fits errno, see error_system) with the text of errno, without the file's name.
 */
#ifndef FILE_H
#define FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/mem.h"
#include "base/status.h"

/* Whether path is "-", which stands for standard input or output. False for NULL. */
bool path_is_dash(const char *path);

/* Open path for reading, or standard input where path is "-". A folder is an error. */
enum status file_open(const char *path, int *fd, struct error *) MUST_CHECK;

/* The name of an input in messages: path, or "standard input" where path is "-". */
const char *input_name(const char *path);

/* Close what file_open opened. Standard input stays open. fd may be negative: nothing happens. */
void file_close(int fd);

/* Read n bytes, or all bytes up to the end of the file if there are fewer; *got is their number. */
enum status file_read(int fd, void *data, size_t n, size_t *got, struct error *) MUST_CHECK;

/* Wait until there is at least one byte and read at most n of those that are there; *got is their
   number, 0 at the end of the file. */
enum status file_read_some(int fd, void *data, size_t n, size_t *got, struct error *) MUST_CHECK;

/* Wait until a read of fd would return at once, or a read of the descriptor stop would: then the
   result is STATUS_INTERRUPTED, also where both would. */
enum status file_wait(int fd, int stop, struct error *) MUST_CHECK;

/* Append the whole file to b. STATUS_LIMIT if it has more than limit bytes. */
enum status file_read_all(int fd, struct buffer *b, size_t limit, struct error *) MUST_CHECK;

/* Write all n bytes. */
enum status file_write(int fd, const void *data, size_t n, struct error *) MUST_CHECK;

/* Read or write n bytes from this place of a file on. STATUS_INCOMPLETE if it ends before them.
   Several threads can do so at once. */
enum status file_read_at(int fd, void *data, size_t n, uint64_t at, struct error *) MUST_CHECK;
enum status file_write_at(int fd, const void *data, size_t n, uint64_t at,
                          struct error *) MUST_CHECK;

/* Whether a read would return at once, with bytes or because the file ends. */
bool file_ready(int fd);

/* The destination of a program's result. All zero is a valid closed one. */
struct output {
    int fd;          /* to write to */
    char *path;      /* the final name; NULL for standard output and for devices and FIFOs */
    char *temporary; /* the name until then; also NULL for those */
};

/* Open an output: the file path, or standard output where path is NULL or "-". If path exists and
   is not a regular file (a device, a FIFO), it is written to directly. */
enum status output_open(struct output *, const char *path, struct error *) MUST_CHECK;

/* The name of an output in messages: path, or "standard output" where path is NULL or "-". */
const char *output_name(const char *path);

/* Check early, before long work, whether output_open could create this file: the error is the same.
   Devices and FIFOs are not opened and always pass. */
enum status output_check(const char *path, struct error *) MUST_CHECK;

/* Sync the file and give it its name; if that fails, the file is removed. Standard output and
   devices are closed, so that an error of earlier writes is seen. */
enum status output_commit(struct output *, struct error *) MUST_CHECK;

/* Remove the unfinished file, if there is one. After output_commit nothing happens. */
void output_abandon(struct output *);

/* Create or replace the file path with n bytes; after a failure it is as it was before. */
enum status file_replace(const char *path, const void *data, size_t n, struct error *) MUST_CHECK;

#endif
