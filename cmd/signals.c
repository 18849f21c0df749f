#include "signals.h"

#include <errno.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <unistd.h>

static volatile sig_atomic_t ended_by, checkpoint_wanted;
static int wake = -1; /* an eventfd: what ends a wait for the stream */

static void wake_up(void)
{
    int error = errno;
    const uint64_t one = 1;
    (void)!write(wake, &one, sizeof one);
    errno = error;
}

static void on_end(int number)
{
    ended_by = number;
    wake_up();
}

static void on_checkpoint(int number)
{
    (void)number;
    checkpoint_wanted = 1;
    wake_up();
}

static void catch_signal(int number, void (*handler)(int), int flags)
{
    struct sigaction old, action = {.sa_handler = handler, .sa_flags = flags | SA_RESTART};
    if (sigaction(number, NULL, &old) == 0 && old.sa_handler != SIG_IGN)
        sigaction(number, &action, NULL);
}

enum status signals_open(int *descriptor, struct error *err)
{
    *descriptor = wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (wake < 0)
        return error_system(err, "can't watch for signals");
    catch_signal(SIGUSR1, on_checkpoint, 0);
    return STATUS_OK;
}

void signals_catch_ends(bool catch)
{
    catch_signal(SIGINT, catch ? on_end : SIG_DFL, (int)SA_RESETHAND);
    catch_signal(SIGTERM, catch ? on_end : SIG_DFL, (int)SA_RESETHAND);
}

struct request signals_request(void)
{
    /* The eventfd is emptied before the flags are read, so a signal in between wakes again. */
    uint64_t ignored;
    (void)!read(wake, &ignored, sizeof ignored);
    struct request request = {.end = ended_by, .checkpoint = checkpoint_wanted};
    checkpoint_wanted = 0;
    return request;
}
