/*
 * cli - what all programs share: the command line, messages, streams, progress, the end. Only this
 * file exits or prints to standard error.
 *
 * Messages are "program: subject: what is wrong" on standard error, lower case, no full stop.
 * Exit statuses: EXIT_DONE, EXIT_FAILED, EXIT_WRONG_USAGE, EXIT_SKIPPED; nothing else, never 255.
 */
#ifndef CLI_H
#define CLI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/status.h"
#include "options.h"
#include "stream/stream.h"

enum { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_WRONG_USAGE = 2, EXIT_SKIPPED = 3 };

/* To be called first in main. Reads the command line into the program's struct of options, in which
   the caller has set the defaults (options.h). Returns the number of operands, which are argv[1]
   and those after it. If help or the version is asked for, prints it and ends the program; if
   something is wrong, ends it with EXIT_WRONG_USAGE. */
size_t cli_init(const struct program *, void *options, int argc, char **argv);

/* The path of a file from the folder of the running program, such as "../web", written to path,
   which has room for so many bytes. NULL where there is no such file. */
const char *cli_beside(const char *name, char *path, size_t room);

/* The folder of the toolchain's files of one kind, such as "web": what this variable of the
   environment says, otherwise ../share/gz/KIND from the folder of the running program, where that
   is installed, or ../KIND, where it is built. Written to path, which has room for so many bytes;
   where there is neither, that is the place of an installed one. */
const char *cli_folder(const char *kind, const char *variable, char *path, size_t room);

/* The folder of the ready weights: cli_folder for "weights" and GZ_WEIGHTS. */
const char *cli_ready_folder(char *path, size_t room);

/* The path of the weights that the user gave: a file, or the name of ready weights (model/ready.h).
   Ends the program if there are none. It is valid until the next call. */
const char *cli_weights(const char *given);

/* Print the names of the ready weights, for completion (base/option.h). */
void cli_complete_weights(FILE *);

/* End with EXIT_WRONG_USAGE unless ok. "(see NAME -h)" is added to the message. */
void cli_require(bool ok, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* A message, unless -q; for what the user may want to know, not for errors. */
void cli_note(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* An error after which the program goes on. Nothing is said of STATUS_BROKEN_PIPE. */
void cli_warn(const struct error *);

/* The same for one of many errors of a kind, which are counted: the first WARNINGS_MAX are
   printed. */
void cli_warn_some(uint64_t *count, const struct error *);

/* After the last of them: how many weren't printed, if any. things is such as "rows"; file is NULL
   if they are of several. */
void cli_warn_of_more(uint64_t count, const char *file, const char *things);

/* Print the error and exit with EXIT_FAILED. */
_Noreturn void cli_die(const struct error *);

/* cli_die unless status is STATUS_OK. */
void cli_check(enum status, const struct error *);

/* The same, with the name of a file or stream before the message. */
void cli_check_file(enum status, const char *name, struct error *);

/* Print this message and exit with EXIT_FAILED. */
_Noreturn void cli_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* End with EXIT_WRONG_USAGE if standard input would be read twice: as one of n operands, or because
   there is none, and as these files, which options name ("-"; NULL: not given). */
void cli_check_stdin(char *const *operands, size_t n, const char *const *file, size_t files);

/* End with EXIT_WRONG_USAGE if a stream would be read from a terminal, or binary data be written to
   one. operands is their number; path is that of -o, or NULL. */
void cli_refuse_terminal_input(size_t operands);
void cli_refuse_terminal_output(const char *path);

/* Open n operands as one stream, or end the program. */
struct stream_reader *cli_open_stream(char *const *operands, size_t n, bool partial);

/* Begin an output stream, or end the program. */
struct stream_writer *cli_create_stream(const char *path, const struct record_type *);

/* The end of a filter whose run returned this status. On STATUS_OK or STATUS_END it finishes the
   output and returns EXIT_DONE, or EXIT_SKIPPED if records were skipped. Otherwise it prints the
   error, abandons the output and returns EXIT_FAILED. */
int cli_finish_stream(struct stream_writer *, enum status, struct error *, uint64_t skipped);

/* The end of a program that writes text to standard output by stdio: EXIT_FAILED with a message
   where not all of it arrived, else EXIT_DONE. */
int cli_finish_stdout(void);

/* Show how many records are done, and of how many (0: unknown), if standard error is a terminal and
   -q isn't given. The line is written again a few times a second, and cli_progress_end removes it.
   If TERM is dumb or NO_COLOR is set, there is a new line every ten seconds instead. A script that
   runs a pipe sets GZ_PROGRESS=descriptor:expected:label for one of its programs: that one writes
   to this descriptor under this label, and takes `expected` (0: unknown, too) where it doesn't know
   the number itself. */
void cli_progress(uint64_t done, uint64_t expected);
void cli_progress_end(void);

/* The same for the records of the stream that was opened last. context isn't used: this is the form
   that filter.h and predict.h call. */
void cli_stream_progress(void *context, uint64_t done);

/* The version of the toolchain. */
extern const char cli_version[];

/* Print no messages from now on, not even errors: another process prints those of this one. */
void cli_silence(void);

#endif
