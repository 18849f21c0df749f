#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool path_is_dash(const char *path)
{
    return path && strcmp(path, "-") == 0;
}

const char *input_name(const char *path)
{
    return path_is_dash(path) ? "standard input" : path;
}

enum status file_open(const char *path, int *fd, struct error *err)
{
    struct stat info;
    *fd = path_is_dash(path) ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (*fd < 0)
        return error_system(err, "%s", "");
    if (fstat(*fd, &info) == 0 && S_ISDIR(info.st_mode)) {
        file_close(*fd);
        *fd = -1;
        errno = EISDIR;
        return error_system(err, "%s", "");
    }
    return STATUS_OK;
}

void file_close(int fd)
{
    if (fd > STDERR_FILENO)
        close(fd);
}

enum status file_read_some(int fd, void *data, size_t n, size_t *got, struct error *err)
{
    ssize_t r;
    do
        r = read(fd, data, n);
    while (r < 0 && errno == EINTR);
    *got = r < 0 ? 0 : (size_t)r;
    return r < 0 ? error_system(err, "read error") : STATUS_OK;
}

enum status file_read(int fd, void *data, size_t n, size_t *got, struct error *err)
{
    size_t step = 1;
    for (*got = 0; *got < n && step; *got += step)
        if (file_read_some(fd, (char *)data + *got, n - *got, &step, err))
            return err->status;
    return STATUS_OK;
}

enum status file_wait(int fd, int stop, struct error *err)
{
    struct pollfd p[] = {{.fd = stop, .events = POLLIN}, {.fd = fd, .events = POLLIN}};
    int r;
    do
        r = poll(p, 2, -1);
    while (r < 0 && errno == EINTR);
    if (r < 0)
        return error_system(err, "can't wait");
    return p[0].revents ? error_set(err, STATUS_INTERRUPTED, "interrupted") : STATUS_OK;
}

enum status file_read_all(int fd, struct buffer *b, size_t limit, struct error *err)
{
    enum { STEP = 64 * 1024 };
    struct stat info;
    size_t start = b->size, step = STEP, got;
    /* One byte more than the size, so that the end is seen without growing the buffer. */
    if (fstat(fd, &info) == 0 && S_ISREG(info.st_mode) && info.st_size >= 0) {
        if ((size_t)info.st_size > limit)
            return error_set(err, STATUS_LIMIT, "more than %zu bytes", limit);
        step = (size_t)info.st_size + 1;
    }
    do {
        if (buffer_reserve(b, step, err) || file_read(fd, b->data + b->size, step, &got, err))
            return err->status;
        b->size += got;
        if (b->size - start > limit)
            return error_set(err, STATUS_LIMIT, "more than %zu bytes", limit);
        if (got < step)
            return STATUS_OK;
        step = STEP;
    } while (true);
}

enum status file_write(int fd, const void *data, size_t n, struct error *err)
{
    const char *p = data;
    while (n) {
        ssize_t w = write(fd, p, n);
        if (w < 0 && errno == EINTR)
            continue;
        if (w < 0)
            return error_system(err, "write error");
        p += w;
        n -= (size_t)w;
    }
    return STATUS_OK;
}

enum status file_read_at(int fd, void *data, size_t n, uint64_t at, struct error *err)
{
    for (size_t done = 0; done < n;) {
        ssize_t r = pread(fd, (char *)data + done, n - done, (off_t)(at + done));
        if (r < 0 && errno != EINTR)
            return error_system(err, "read error");
        if (r == 0)
            return error_set(err, STATUS_INCOMPLETE, "it is cut off");
        done += r < 0 ? 0 : (size_t)r;
    }
    return STATUS_OK;
}

enum status file_write_at(int fd, const void *data, size_t n, uint64_t at, struct error *err)
{
    for (size_t done = 0; done < n;) {
        ssize_t w = pwrite(fd, (const char *)data + done, n - done, (off_t)(at + done));
        if (w < 0 && errno != EINTR)
            return error_system(err, "write error");
        done += w < 0 ? 0 : (size_t)w;
    }
    return STATUS_OK;
}

bool file_ready(int fd)
{
    struct pollfd p = {.fd = fd, .events = POLLIN};
    return poll(&p, 1, 0) != 0;
}

/* Create a file in the folder of path: without a name where the file system can do that, as the
   file then vanishes if the program is killed, else with a hidden one. */
static int open_beside(const char *path, char **temporary, struct error *err)
{
    char *folder = mem_string(path, err), *name = mem_string(path, err);
    int fd = -1;
    if (folder && name && (*temporary = mem_new(strlen(path) + 32, 1, err)) != NULL) {
        const char *dir = dirname(folder);
        sprintf(*temporary, "%s/.%.200s.%ld", dir, basename(name), (long)getpid());
        /* Without /proc such a file could not get a name. */
        if (access("/proc/self/fd", X_OK) == 0)
            fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0666);
        if (fd < 0) {
            unlink(*temporary); /* left there by a program that was killed */
            fd = open(*temporary, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0666);
        }
        if (fd < 0)
            error_system(err, "%s", "");
    }
    free(folder);
    free(name);
    return fd;
}

const char *output_name(const char *path)
{
    return path && !path_is_dash(path) ? path : "standard output";
}

enum status output_open(struct output *o, const char *path, struct error *err)
{
    struct stat info;
    *o = (struct output){.fd = STDOUT_FILENO};
    if (!path || path_is_dash(path))
        return STATUS_OK;
    bool there = stat(path, &info) == 0;
    if (!there && (!*path || path[strlen(path) - 1] == '/')) {
        errno = *path ? EISDIR : ENOENT;
        return error_system(err, "%s", "");
    }
    if (there && !S_ISREG(info.st_mode)) {
        o->fd = open(path, O_WRONLY | O_CLOEXEC);
        return o->fd < 0 ? error_system(err, "%s", "") : STATUS_OK;
    }
    /* Follow a symbolic link, so that it stays one. Without memory, the link would be replaced. */
    char *real = realpath(path, NULL);
    if (!real && errno == ENOMEM)
        return error_set(err, STATUS_MEMORY, "out of memory");
    o->path = mem_string(real ? real : path, err);
    free(real);
    o->fd = o->path ? open_beside(o->path, &o->temporary, err) : -1;
    if (o->fd < 0) {
        output_abandon(o);
        return err->status;
    }
    /* Keep the old file's permissions; a failure does no harm. */
    if (there)
        (void)!fchmod(o->fd, info.st_mode & 0777);
    return STATUS_OK;
}

enum status output_check(const char *path, struct error *err)
{
    struct stat info;
    struct output o;
    bool special = path && stat(path, &info) == 0 && !S_ISREG(info.st_mode);
    if (special && !S_ISDIR(info.st_mode))
        return STATUS_OK;
    if (output_open(&o, path, err))
        return err->status;
    output_abandon(&o);
    return STATUS_OK;
}

/* Sync the folder of path; path is cut to the folder's name. A failure is ignored: some file
   systems can't do it, and the rename has succeeded by then. */
static void sync_folder(char *path)
{
    int fd = open(dirname(path), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0) {
        fsync(fd);
        close(fd);
    }
}

/* Give the file without a name its hidden one; nothing happens where it has one already. */
static enum status name_temporary(struct output *o, struct error *err)
{
    struct stat info;
    char link[64];
    if (fstat(o->fd, &info) == 0 && info.st_nlink > 0)
        return STATUS_OK;
    snprintf(link, sizeof link, "/proc/self/fd/%d", o->fd);
    unlink(o->temporary);
    if (linkat(AT_FDCWD, link, AT_FDCWD, o->temporary, AT_SYMLINK_FOLLOW))
        return error_system(err, "can't name the file");
    return STATUS_OK;
}

enum status output_commit(struct output *o, struct error *err)
{
    if (!o->path) {
        if (close(o->fd))
            return error_system(err, "write error");
        return STATUS_OK;
    }
    enum status s = fsync(o->fd) ? error_system(err, "write error") : name_temporary(o, err);
    if (!s && close(o->fd))
        s = error_system(err, "write error");
    if (!s)
        o->fd = -1;
    if (!s && rename(o->temporary, o->path))
        s = error_system(err, "%s", "");
    if (!s)
        sync_folder(o->path);
    output_abandon(o);
    return s;
}

void output_abandon(struct output *o)
{
    if (o->path && o->fd >= 0)
        close(o->fd);
    if (o->temporary)
        unlink(o->temporary);
    free(o->temporary);
    free(o->path);
    *o = (struct output){.fd = -1};
}

enum status file_replace(const char *path, const void *data, size_t n, struct error *err)
{
    struct output o;
    if (output_open(&o, path, err))
        return err->status;
    if (file_write(o.fd, data, n, err)) {
        output_abandon(&o);
        return err->status;
    }
    return output_commit(&o, err);
}
