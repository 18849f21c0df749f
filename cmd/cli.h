/*
 * cli - what all programs share: options, messages, progress, the end. Only this file exits or
 * prints to standard error.
 *
 * Messages are "program: subject: what is wrong" on standard error, lower case, no full stop.
 * Exit statuses: EXIT_DONE, EXIT_FAILED, EXIT_WRONG_USAGE, EXIT_SKIPPED; nothing else, never 255.
 */
#ifndef CLI_H
#define CLI_H

#include <getopt.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "stream/stream.h"

enum { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_WRONG_USAGE = 2, EXIT_SKIPPED = 3 };

/* Long options without a short letter begin here. */
enum { CLI_LONG = 256 };

/* The options every program has, the end of its table. */
#define CLI_OPTIONS                                                                                \
    {"help", no_argument, NULL, 'h'}, {"version", no_argument, NULL, CLI_VERSION},                 \
        {"quiet", no_argument, NULL, 'q'},                                                         \
    {                                                                                              \
        NULL, 0, NULL, 0                                                                           \
    }
enum { CLI_VERSION = 1000 };

/* Name the program and its usage text (synopsis, empty line, options); call it first in main. */
void cli_init(const char *program, const char *usage);

/* Start the program anew with this variable in its environment, for libraries that look there while
   they are loaded. Does nothing where value is NULL; goes on where the program can't be started
   anew. To be called right after cli_init, before anything was read. */
void cli_restart_with(const char *variable, const char *value, char **argv);

/* The next of the program's own options, or -1 after the last, as getopt_long with this table and
   these letters ("j:o:"). -h, -q and -V are dealt with here (-V not where shorts has one). Unknown,
   incomplete and abbreviated options end the program with EXIT_WRONG_USAGE. */
int cli_next_option(int argc, char **argv, const char *shorts, const struct option *table);

/* The long name, of that table, of the option that cli_next_option returned last. */
const char *cli_option_name(void);

/* The value of option name as a number, or the end of the program with EXIT_WRONG_USAGE. */
uint64_t cli_number(const char *name, const char *text, uint64_t min, uint64_t max);
double cli_real(const char *name, const char *text, double min, double max);

/* The value of --jobs. */
unsigned cli_jobs(const char *text);

/* End with EXIT_WRONG_USAGE unless ok. */
void cli_require(bool ok, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* A message, unless -q; for what the user may want to know, not for errors. */
void cli_note(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* An error after which the program goes on. Nothing is said of STATUS_BROKEN_PIPE. */
void cli_warn(const struct error *);

/* The end, with EXIT_FAILED. */
_Noreturn void cli_die(const struct error *);

/* cli_die unless status is STATUS_OK. */
void cli_check(enum status, const struct error *);

/* Nothing good comes of a program waiting for a stream at a terminal, or of binary on one:
   end with EXIT_WRONG_USAGE. operands: how many there are. path: of -o, or NULL. */
void cli_refuse_terminal_input(size_t operands);
void cli_refuse_terminal_output(const char *path);

/* Open the operands argv[optind ...] as one stream, or end the program. */
struct stream_reader *cli_open_stream(int argc, char **argv, bool partial);

/* Begin an output stream, or end the program. */
struct stream_writer *cli_create_stream(const char *path, const struct record_type *);

/* The end of a filter: status is how its run went. On STATUS_OK or STATUS_END it finishes the
   output and returns EXIT_DONE, or EXIT_SKIPPED where records were skipped; otherwise it says the
   error, breaks off the output and returns EXIT_FAILED. */
int cli_finish_stream(struct stream_writer *, enum status, struct error *, uint64_t skipped);

/* The end of a program that writes text to standard output by stdio: EXIT_FAILED with a message
   where not all of it arrived, else EXIT_DONE. */
int cli_finish_stdout(void);

/* Show that done records are done, of expected (0: unknown), on a terminal and not with -q, a few
   times a second. cli_progress_end wipes the line. */
void cli_progress(uint64_t done, uint64_t expected);
void cli_progress_end(void);

/* The version of the toolchain. */
extern const char cli_version[];

/* Say nothing from now on, errors neither: another process speaks for this one. */
void cli_silence(void);

/* Whether -q was given. */
bool cli_quiet(void);

#endif
