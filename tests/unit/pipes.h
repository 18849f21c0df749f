/*
 * pipes - input that comes in pieces, as from a slow program.
 */
#ifndef PIPES_H
#define PIPES_H

#include <sched.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "unit.h"

/* Start a process that writes n bytes to a pipe, `piece` at a time, each only when the one before
   it was read. Returns the end to read. */
static inline int pipe_pieces(const void *bytes, size_t n, size_t piece, pid_t *writer)
{
    int ends[2];
    CHECK(pipe(ends) == 0);
    *writer = fork();
    if (*writer) {
        close(ends[1]);
        return ends[0];
    }
    struct error err;
    bool ok = true;
    alarm(60); /* the test may be gone */
    close(ends[0]);
    for (size_t at = 0; at < n && ok; at += piece) {
        int unread = 1;
        ok = !file_write(ends[1], (const char *)bytes + at, n - at < piece ? n - at : piece, &err);
        while (ok && unread) {
            ok = ioctl(ends[1], FIONREAD, &unread) == 0;
            sched_yield();
        }
    }
    _exit(!ok);
}

/* Whether the process has written all. */
static inline bool pipe_done(pid_t writer)
{
    int status = -1;
    return waitpid(writer, &status, 0) == writer && status == 0;
}

#endif
