#include "cli.h"

#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/num.h"

#ifndef VERSION
#define VERSION "unknown"
#endif

const char cli_version[] = VERSION;

static struct {
    const char *program, *usage, *option;
    bool quiet, silent, progress_shown;
    double progress_start, progress_last;
} cli = {.program = "gz"};

/* A file opened while 0, 1 or 2 is closed would get that number, and be taken for standard input
   or be written messages to. What stands in fails as the closed one would. */
static void occupy_standard_files(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0)
            (void)!open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
}

void cli_init(const char *program, const char *usage)
{
    occupy_standard_files();
    cli.program = program;
    cli.usage = usage;
    /* After cli_restart_with it would be "exe" to ps and killall. */
    prctl(PR_SET_NAME, program);
    /* A file size limit should be a failed write that can be reported, not a death. */
    signal(SIGXFSZ, SIG_IGN);
}

void cli_restart_with(const char *variable, const char *value, char **argv)
{
    struct error err;
    if (!value)
        return;
    /* With other kernels the results would differ in their last bits. */
    if (setenv(variable, value, 1)) {
        error_set(&err, STATUS_MEMORY, "out of memory");
        cli_die(&err);
    }
    execv("/proc/self/exe", argv);
}

/* ---- messages ---- */

static void say(const char *format, va_list args)
{
    if (cli.silent)
        return;
    cli_progress_end();
    char text[1024];
    int used = snprintf(text, sizeof text, "%s: ", cli.program);
    vsnprintf(text + used, sizeof text - (size_t)used - 1, format, args);
    strcat(text, "\n");
    /* One write, so that the lines of programs in a pipeline don't mix. */
    struct error ignored;
    (void)!file_write(STDERR_FILENO, text, strlen(text), &ignored);
}

static void complain(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    say(format, args);
    va_end(args);
}

void cli_note(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    if (!cli.quiet)
        say(format, args);
    va_end(args);
}

void cli_warn(const struct error *err)
{
    /* As with SIGPIPE, which others end by without a word: `| head` is no error. */
    if (err->status != STATUS_BROKEN_PIPE)
        complain("%s", err->text);
}

void cli_die(const struct error *err)
{
    cli_warn(err);
    exit(EXIT_FAILED);
}

void cli_check(enum status s, const struct error *err)
{
    if (s)
        cli_die(err);
}

void cli_silence(void)
{
    cli.silent = cli.quiet = true;
}

bool cli_quiet(void)
{
    return cli.quiet;
}

/* ---- options ---- */

void cli_require(bool ok, const char *format, ...)
{
    if (ok)
        return;
    va_list args;
    va_start(args, format);
    say(format, args);
    va_end(args);
    exit(EXIT_WRONG_USAGE);
}

static _Noreturn void show_and_exit(const char *text)
{
    fputs(text, stdout);
    exit(cli_finish_stdout());
}

/* getopt_long takes unique beginnings of long names; a script that uses one breaks when a new
   option makes it ambiguous. */
static void refuse_abbreviation(char *const *argv, const struct option *found)
{
    bool value_apart = optarg && optarg == argv[optind - 1];
    const char *word = argv[optind - 1 - value_apart];
    cli_require(strcspn(word + 2, "=") == strlen(found->name), "unknown option '%s' (see %s -h)",
                word, cli.program);
}

/* Of the option that c stands for; index is -1 where it was a letter. */
static const char *long_name(const struct option *table, int index, int c)
{
    if (index >= 0)
        return table[index].name;
    while (table->name && table->val != c)
        table++;
    return table->name;
}

int cli_next_option(int argc, char **argv, const char *shorts, const struct option *table)
{
    int index = -1, before = optind;
    char all[128];
    /* gz-train has a -V of its own. */
    snprintf(all, sizeof all, ":hq%s%s", strchr(shorts, 'V') ? "" : "V", shorts);
    opterr = 0;
    int c = getopt_long(argc, argv, all, table, &index);
    if (index >= 0 && c != '?' && c != ':')
        refuse_abbreviation(argv, &table[index]);
    if (c == 'h')
        show_and_exit(cli.usage);
    if (c == CLI_VERSION || (c == 'V' && !strchr(shorts, 'V'))) {
        printf("%s (gz toolchain) %s\n", cli.program, cli_version);
        exit(cli_finish_stdout());
    }
    if (c == 'q') {
        cli.quiet = true;
        return cli_next_option(argc, argv, shorts, table);
    }
    const char *word = argv[optind > before ? optind - 1 : before];
    if (c == ':')
        cli_require(false, "option '%s' needs a value (see %s -h)", word, cli.program);
    bool is_long = strncmp(word ? word : "", "--", 2) == 0;
    if (c == '?' && optopt && is_long)
        cli_require(false, "option '%.*s' takes no value (see %s -h)", (int)strcspn(word, "="),
                    word, cli.program);
    if (c == '?' && is_long)
        cli_require(false, "unknown option '%s' (see %s -h)", word, cli.program);
    if (c == '?')
        cli_require(false, "unknown option '-%c' (see %s -h)", optopt, cli.program);
    cli.option = long_name(table, index, c);
    return c;
}

const char *cli_option_name(void)
{
    return cli.option;
}

uint64_t cli_number(const char *name, const char *text, uint64_t min, uint64_t max)
{
    uint64_t value = 0;
    bool ok = num_parse_u64(text, min, max, &value);
    if (!ok && max == UINT64_MAX)
        cli_require(false, "%s '%s' is no whole number from %" PRIu64, name, text, min);
    cli_require(ok, "%s '%s' is no whole number from %" PRIu64 " to %" PRIu64, name, text, min,
                max);
    return value;
}

double cli_real(const char *name, const char *text, double min, double max)
{
    double value = 0;
    cli_require(num_parse_real(text, min, max, &value), "%s '%s' is no number from %g to %g", name,
                text, min, max);
    return value;
}

unsigned cli_jobs(const char *text)
{
    return (unsigned)cli_number("--jobs", text, 1, 256);
}

/* ---- streams ---- */

void cli_refuse_terminal_input(size_t operands)
{
    if (operands || !isatty(STDIN_FILENO))
        return;
    fputs(cli.usage, stderr);
    exit(EXIT_WRONG_USAGE);
}

void cli_refuse_terminal_output(const char *path)
{
    cli_require((path && strcmp(path, "-") != 0) || !isatty(STDOUT_FILENO),
                "binary data is not written to a terminal (use -o FILE, a pipe or >)");
}

struct stream_reader *cli_open_stream(int argc, char **argv, bool partial)
{
    struct error err;
    cli_refuse_terminal_input((size_t)(argc - optind));
    struct stream_reader *in = stream_open(argv + optind, (size_t)(argc - optind), partial, &err);
    if (!in)
        cli_die(&err);
    return in;
}

struct stream_writer *cli_create_stream(const char *path, const struct record_type *type)
{
    struct error err;
    cli_refuse_terminal_output(path);
    struct stream_writer *out = stream_create(path, type, &err);
    if (!out)
        cli_die(&err);
    return out;
}

int cli_finish_stream(struct stream_writer *out, enum status s, struct error *err, uint64_t skipped)
{
    cli_progress_end();
    if (s == STATUS_OK || s == STATUS_END)
        s = stream_finish(out, err);
    else
        stream_abandon(out);
    if (s)
        cli_warn(err);
    return s ? EXIT_FAILED : skipped ? EXIT_SKIPPED : EXIT_DONE;
}

int cli_finish_stdout(void)
{
    struct error err;
    cli_progress_end();
    if (fflush(stdout) || ferror(stdout) || fclose(stdout)) {
        error_system(&err, "standard output: write error");
        cli_warn(&err);
        return EXIT_FAILED;
    }
    return EXIT_DONE;
}

/* ---- progress ---- */

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

void cli_progress(uint64_t done, uint64_t expected)
{
    if (cli.quiet || !isatty(STDERR_FILENO))
        return;
    double t = now();
    if (cli.progress_start == 0)
        cli.progress_start = cli.progress_last = t;
    if (t - cli.progress_last < 0.2)
        return;
    double rate = (double)done / (t - cli.progress_start);
    cli.progress_last = t;
    cli.progress_shown = true;
    fprintf(stderr, "\r%s: %" PRIu64, cli.program, done);
    if (expected)
        fprintf(stderr, " of %" PRIu64, expected);
    fprintf(stderr, " records, %.0f/s", rate);
    if (expected > done && rate > 0)
        fprintf(stderr, ", %.0f s left", (double)(expected - done) / rate);
    fputs("\033[K", stderr);
}

void cli_progress_end(void)
{
    if (cli.progress_shown)
        fputs("\r\033[K", stderr);
    cli.progress_shown = false;
}
