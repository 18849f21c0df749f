/*
 * replay - a main for a target without libFuzzer: run it on each of the files named, as a test in
 * TAP. Nothing is random here, so a build with any compiler's sanitizers finds again what was found
 * once.
 */
#include <signal.h>
#include <unistd.h>

#include "base/file.h"
#include "fuzz.h"

static const char *now; /* the input at work */

/* So that a report of a sanitizer tells which input it is about. The name is the sanitizer's. */
const char *__asan_default_options(void); /* NOLINT */
const char *__asan_default_options(void)  /* NOLINT */
{
    return "abort_on_error=1";
}

static void say_input(int number)
{
    (void)!(write(STDERR_FILENO, "# on ", 5) + write(STDERR_FILENO, now, strlen(now)) +
            write(STDERR_FILENO, "\n", 1));
    raise(number);
}

static bool run(const char *path)
{
    struct error err;
    struct buffer input = {0};
    int fd = -1;
    now = path;
    bool read = !file_open(path, &fd, &err) && !file_read_all(fd, &input, SIZE_MAX / 4, &err);
    file_close(fd);
    if (read)
        LLVMFuzzerTestOneInput((const uint8_t *)input.data, input.size);
    else
        printf("# %s: %s\n", path, err.text);
    buffer_release(&input);
    return read;
}

int main(int argc, char **argv)
{
    const char *slash = strrchr(argv[0], '/');
    bool ok = argc > 1;
    struct sigaction once = {.sa_handler = say_input, .sa_flags = (int)SA_RESETHAND};
    sigaction(SIGABRT, &once, NULL);
    for (int i = 1; i < argc; i++)
        ok &= run(argv[i]);
    printf("%s 1 - the %s target replays its corpus of %d inputs\n1..1\n", ok ? "ok" : "not ok",
           slash ? slash + 1 : argv[0], argc - 1);
    return !ok;
}
