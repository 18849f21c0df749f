#include "cli.h"

#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "model/ready.h"

#ifndef VERSION
#define VERSION "unknown"
#endif

const char cli_version[] = VERSION;

static struct {
    const struct program *program;
    bool quiet, silent, progress_shown;
    double progress_start, progress_last;
    uint64_t progress_first; /* done when the first progress was told */
    uint64_t expected;       /* records of the stream that was opened last */
} cli;

/* A file opened while 0, 1 or 2 is closed would get that number, and be taken for standard input
   or be written messages to. /dev/null is opened the wrong way round, so that using it fails as
   using the closed one would. */
static void occupy_standard_files(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0)
            (void)!open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
}

/* ---- messages ---- */

static void say(const char *format, va_list args)
{
    if (cli.silent)
        return;
    cli_progress_end();
    char text[1024];
    int used = snprintf(text, sizeof text, "%s: ", cli.program->name);
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

void cli_warn_some(uint64_t *count, const struct error *err)
{
    if ((*count)++ < WARNINGS_MAX)
        cli_warn(err);
}

void cli_warn_of_more(uint64_t count, const char *file, const char *things)
{
    if (count > WARNINGS_MAX)
        complain("%s%s%" PRIu64 " more %s can't be used", file ? file : "", file ? ": " : "",
                 count - WARNINGS_MAX, things);
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

void cli_check_file(enum status s, const char *name, struct error *err)
{
    if (s)
        error_prefix(err, "%s", name);
    cli_check(s, err);
}

void cli_fail(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    say(format, args);
    va_end(args);
    exit(EXIT_FAILED);
}

void cli_silence(void)
{
    cli.silent = cli.quiet = true;
}

/* ---- the command line ---- */

void cli_require(bool ok, const char *format, ...)
{
    char text[512];
    va_list args;
    if (ok)
        return;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    complain("%s (see %s -h)", text, cli.program->name);
    exit(EXIT_WRONG_USAGE);
}

/* The path of the running program, symbolic links resolved: of /proc or, in a chroot or container
   without it, the one with which it was started. Empty where that says nothing. */
static void find_program(char *path, size_t room)
{
    char started[PATH_MAX] = "";
    ssize_t n = readlink("/proc/self/exe", path, room - 1);
    path[n < 0 ? 0 : n] = '\0';
    if (n < 0 && realpath((const char *)getauxval(AT_EXECFN), started))
        snprintf(path, room, "%s", started);
}

/* Each "../" takes a folder off the program's path, which is right as that has no links. */
const char *cli_beside(const char *name, char *path, size_t room)
{
    find_program(path, room);
    char *slash = strrchr(path, '/');
    for (; slash && strncmp(name, "../", 3) == 0; name += 3) {
        *slash = '\0';
        slash = strrchr(path, '/');
    }
    size_t at = slash ? (size_t)(slash - path) : 0;
    snprintf(path + at, room - at, "/%s", name);
    return access(path, F_OK) == 0 ? path : NULL;
}

const char *cli_folder(const char *kind, const char *variable, char *path, size_t room)
{
    char installed[64], checkout[64];
    const char *folder = getenv(variable);
    snprintf(installed, sizeof installed, "../share/gz/%s", kind);
    snprintf(checkout, sizeof checkout, "../%s", kind);
    if (folder)
        snprintf(path, room, "%s", folder);
    else if (!cli_beside(installed, path, room) && !cli_beside(checkout, path, room))
        cli_beside(installed, path, room);
    return path;
}

size_t cli_init(const struct program *program, void *options, int argc, char **argv)
{
    struct error err;
    struct command_line line;
    occupy_standard_files();
    cli.program = program;
    /* A file size limit should be a failed write that can be reported, not a death. */
    signal(SIGXFSZ, SIG_IGN);
    enum status s = options_parse(program, options, argc, argv, &line, &err);
    cli.quiet = line.quiet;
    if (s == STATUS_END) {
        if (line.shown == OPTION_HELP)
            options_print_help(program, stdout);
        else if (line.shown == OPTION_COMPLETE)
            options_print_completions(program, &line, stdout);
        else
            printf("%s (gz toolchain) %s\n", program->name, cli_version);
        exit(cli_finish_stdout());
    }
    cli_require(!s, "%s", err.text);
    return line.operands;
}

/* ---- ready weights ---- */

const char *cli_ready_folder(char *path, size_t room)
{
    return cli_folder("weights", "GZ_WEIGHTS", path, room);
}

const char *cli_weights(const char *given)
{
    static char path[PATH_MAX];
    char folder[PATH_MAX];
    struct error err;
    cli_ready_folder(folder, sizeof folder);
    cli_check(ready_find(given, folder, path, sizeof path, &err), &err);
    return path;
}

void cli_complete_weights(FILE *f)
{
    char folder[PATH_MAX];
    struct error err;
    struct buffer names = {0};
    cli_check(ready_list(cli_ready_folder(folder, sizeof folder), &names, &err), &err);
    for (size_t at = 0; at < names.size; at += strlen(names.data + at) + 1)
        fprintf(f, "%s\tready weights\n", names.data + at);
    buffer_release(&names);
}

/* ---- streams ---- */

void cli_refuse_terminal_input(size_t operands)
{
    if (operands || !isatty(STDIN_FILENO))
        return;
    options_print_help(cli.program, stderr);
    exit(EXIT_WRONG_USAGE);
}

void cli_refuse_terminal_output(const char *path)
{
    cli_require((path && !path_is_dash(path)) || !isatty(STDOUT_FILENO),
                "binary data is not written to a terminal (use -o FILE, a pipe or >)");
}

void cli_check_stdin(char *const *operands, size_t n, const char *const *file, size_t files)
{
    size_t uses = n == 0;
    for (size_t i = 0; i < n; i++)
        uses += path_is_dash(operands[i]);
    for (size_t i = 0; i < files; i++)
        uses += path_is_dash(file[i]);
    cli_require(uses < 2, "standard input can't be two things at once");
}

struct stream_reader *cli_open_stream(char *const *operands, size_t n, bool partial)
{
    struct error err;
    cli_refuse_terminal_input(n);
    struct stream_reader *in = stream_open(operands, n, partial, &err);
    if (!in)
        cli_die(&err);
    cli.expected = stream_expected(in);
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

/* Where progress goes: standard error, or what a script says in GZ_PROGRESS (cli.h). */
struct place {
    int fd;
    uint64_t expected;
    const char *label;
    bool plain; /* a terminal on which a line can't be written over */
};

/* Read GZ_PROGRESS; what is malformed is passed over. */
static void read_place(const char *told, struct place *p)
{
    char *end;
    long fd = strtol(told, &end, 10);
    if (*end != ':' || fd < 0 || fd > INT_MAX)
        return;
    uint64_t expected = strtoull(end + 1, &end, 10);
    if (*end == ':')
        *p = (struct place){(int)fd, expected, end + 1, false};
}

static struct place progress_place(void)
{
    struct place p = {STDERR_FILENO, 0, cli.program->name, false};
    const char *term = getenv("TERM"), *told = getenv("GZ_PROGRESS");
    if (told)
        read_place(told, &p);
    p.plain = getenv("NO_COLOR") || (term && strcmp(term, "dumb") == 0);
    return p;
}

void cli_progress(uint64_t done, uint64_t expected)
{
    struct place p = progress_place();
    if (cli.quiet || !isatty(p.fd))
        return;
    double t = clock_seconds();
    if (cli.progress_start == 0) {
        cli.progress_start = cli.progress_last = t;
        cli.progress_first = done;
    }
    if (t - cli.progress_last < (p.plain ? 10 : 0.2))
        return;
    double rate = (double)(done - cli.progress_first) / (t - cli.progress_start);
    cli.progress_last = t;
    cli.progress_shown = !p.plain;
    expected = expected ? expected : p.expected;
    char of[32] = "", left[CLOCK_TEXT + 16] = "", text[CLOCK_TEXT];
    if (expected)
        snprintf(of, sizeof of, " of %" PRIu64, expected);
    if (expected > done && rate > 0)
        snprintf(left, sizeof left, ", %s left",
                 clock_text((double)(expected - done) / rate, text));
    dprintf(p.fd, "%s%s: %" PRIu64 "%s records, %.0f/s%s%s", p.plain ? "" : "\r", p.label, done, of,
            rate, left, p.plain ? "\n" : "\033[K");
}

void cli_progress_end(void)
{
    if (cli.progress_shown)
        dprintf(progress_place().fd, "\r\033[K");
    cli.progress_shown = false;
}

void cli_stream_progress(void *context, uint64_t done)
{
    (void)context;
    cli_progress(done, cli.expected);
}
