/*
 * stream - reading and writing streams of records: concatenated .npy chunks (gz-stream(5)).
 *
 *     chunk    a header (npy.h), then N records of one type, without gaps
 *     stream   chunks; each program ends its output with an end chunk: an empty chunk of shape
 *              (0, K), where K is the number of records that it wrote
 *
 * A stream is complete if it has an end chunk, the sum of K over all end chunks is the number of
 * records, and none of its files is empty. All chunks with records have the same fields. A header
 * that equals the one before it byte for byte isn't parsed again. Memory is constant, however long
 * a stream is.
 *
 * Errors begin with the name of the file and, if there is one, the last record before the error:
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

/* Open the concatenation of n files, or standard input where n is 0 or a path is "-", and read up
   to the first record. partial: the input may be a fragment, so don't check that it is complete.
   paths must outlive the reader. NULL on failure. */
struct stream_reader *stream_open(char *const *paths, size_t n, bool partial,
                                  struct error *) MUST_CHECK;

/* The type of all records; owned by the reader. If there are no records it is the type of the last
   end chunk, or, if there is none, that of record_type_init with pixels of shape (0, 0, 1). */
const struct record_type *stream_type(const struct stream_reader *);

/* The first record, which stream_read gives as well; to be called before any other is read. It
   waits for input. NULL if there is no record, or reading it fails, as stream_read will then say.
   Owned by the reader, until that call. */
const unsigned char *stream_first(struct stream_reader *);

/* Read the next record into record[0 .. stream_type()->size-1]. After the last record: STATUS_END
   if the stream is complete, else STATUS_INCOMPLETE. */
enum status stream_read(struct stream_reader *, unsigned char *record, struct error *) MUST_CHECK;

/* From now on stream_read returns STATUS_INTERRUPTED when it is about to read from the file and the
   descriptor fd can be read. No bytes are lost: called again, with the same memory for the record,
   it goes on. So a signal can end a wait for input, without a race, if its handler writes to a
   pipe whose other end is fd. */
void stream_watch(struct stream_reader *, int fd);

/* Whether stream_read would return without waiting for input. */
bool stream_ready(struct stream_reader *);

/* The number of records read so far. */
uint64_t stream_count(const struct stream_reader *);

/* The number of records in the whole stream, if it can be known: all inputs are regular files with
   chunks of one record each. Else 0. */
uint64_t stream_expected(const struct stream_reader *);

/* The name, for messages, of the file of the last record. */
const char *stream_name(const struct stream_reader *);

/* Put the file of the last record, its number there, and its id before the text of an error.
   Returns err->status. */
enum status stream_prefix_error(const struct stream_reader *, struct error *);

/* Close the inputs and free the reader, which may be NULL. */
void stream_close(struct stream_reader *);

/* Begin a stream of records of this type in the file path, or on standard output where path is NULL
   or "-". NULL on failure. */
struct stream_writer *stream_create(const char *path, const struct record_type *,
                                    struct error *) MUST_CHECK;

/* Write one record of type->size bytes. It may stay in memory until the next flush. After a failure
   all further calls fail with the same error. */
enum status stream_write(struct stream_writer *, const unsigned char *record,
                         struct error *) MUST_CHECK;

/* Write all records that are still in memory to the file or pipe. */
enum status stream_flush(struct stream_writer *, struct error *) MUST_CHECK;

/* Write the end chunk, close the output (output_commit), and free the writer, also on failure. */
enum status stream_finish(struct stream_writer *, struct error *) MUST_CHECK;

/* End without an end chunk, because the input was incomplete. All records are written to a pipe; a
   file is removed (output_abandon). Frees the writer, which may be NULL. */
void stream_abandon(struct stream_writer *);

#endif
