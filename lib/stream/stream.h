/*
 * stream - records on a file descriptor: a concatenation of .npy chunks (gz-stream(5)).
 *
 *     chunk    npy header (see npy.h), then N records of one type, without gaps
 *     stream   chunks; every producer ends with an empty one of shape (0, K), K the number of
 *              records it wrote
 *
 * A stream is complete when it has an end chunk, the sum of all K is the number of records seen,
 * and none of its files is empty. All chunks with records have the same fields; a header that
 * equals the one before it, byte for byte, isn't parsed again. Memory is constant however long the
 * stream is.
 *
 * Errors here begin with the file's name and, where there is one, the last good record:
 * "galaxies.npy: after record 17 (100143): byte 74040: what is wrong".
 */
#ifndef STREAM_H
#define STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stream/record.h"
#include "base/status.h"

struct stream_reader;
struct stream_writer;

/* Open the concatenation of n files (standard input where n is 0 or a path is "-") and read up to
   its first record. partial: a fragment is meant, so completeness isn't checked.
   paths must outlive the reader. NULL on failure. */
struct stream_reader *stream_open(char *const *paths, size_t n, bool partial,
                                  struct error *) MUST_CHECK;

/* The type of all records; with no record at all, that of the last end chunk, or, where there
   isn't even one, the plain type with pixels of shape (0, 0, 1). Owned by the reader. */
const struct record_type *stream_type(const struct stream_reader *);

/* Read one record into record[0 .. stream_type()->size-1]. STATUS_END after the last one of a
   complete stream; STATUS_INCOMPLETE after the last one of another. */
enum status stream_read(struct stream_reader *, unsigned char *record, struct error *) MUST_CHECK;

/* From now on, where stream_read would read from the file but the descriptor fd can be read, it
   returns STATUS_INTERRUPTED and loses nothing: called again, for the same record in the same
   place, it goes on. So a wait can be ended by a signal, without a race, if its handler writes to
   fd. */
void stream_watch(struct stream_reader *, int fd);

/* Whether stream_read would return without waiting for somebody to write. */
bool stream_ready(struct stream_reader *);

/* How many records have been read. */
uint64_t stream_count(const struct stream_reader *);

/* The number of the last one within its file, from 1. */
uint64_t stream_number(const struct stream_reader *);

/* How many records there will be in all, if that can be told: all inputs are files of equal
   chunks of one record. Else 0. */
uint64_t stream_expected(const struct stream_reader *);

/* The name, for messages, of the file that the last record came from. */
const char *stream_name(const struct stream_reader *);

/* Put where the last record came from before the error's text: file, number in it, id. */
enum status stream_prefix_error(const struct stream_reader *, struct error *);

/* Close the inputs and free the reader. NULL is fine. */
void stream_close(struct stream_reader *);

/* Begin a stream of records of this type on path (NULL or "-": standard output). NULL on failure.
 */
struct stream_writer *stream_create(const char *path, const struct record_type *,
                                    struct error *) MUST_CHECK;

/* Write one record of type->size bytes. It may stay in memory until the next flush. After the
   first failure all further calls fail the same way. */
enum status stream_write(struct stream_writer *, const unsigned char *record,
                         struct error *) MUST_CHECK;

/* Hand everything on to the file or pipe. */
enum status stream_flush(struct stream_writer *, struct error *) MUST_CHECK;

/* Write the end chunk, see that everything arrived, and free the writer, also on failure. */
enum status stream_finish(struct stream_writer *, struct error *) MUST_CHECK;

/* End without end chunk, because the input was incomplete: what went to a pipe stays good, a file
   that was to be is taken back. Frees the writer; NULL is fine. */
void stream_abandon(struct stream_writer *);

#endif
