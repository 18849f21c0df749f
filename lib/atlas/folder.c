#include "atlas/folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"

static const char mark[] =
    "Open index.html in a browser. gz-atlas made this folder and replaces it as a "
    "whole:\nkeep nothing of your own in it.\n";

enum { FILE_BYTES_MAX = 64 * 1024 * 1024 /* of one that is copied */ };

/* ---- what is there already ---- */

static bool is_empty(DIR *d)
{
    const struct dirent *e;
    while ((e = readdir(d)) != NULL)
        if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
            return false;
    return true;
}

/* STATUS_OK where path may be replaced: it isn't there, is empty, or has the mark. */
static enum status check_replaceable(const char *path, struct error *err)
{
    DIR *d = opendir(path);
    if (!d && errno == ENOENT)
        return STATUS_OK;
    if (!d)
        return error_system(err, "%s", path);
    bool ours = is_empty(d) || faccessat(dirfd(d), FOLDER_MARK, F_OK, 0) == 0;
    closedir(d);
    return ours ? STATUS_OK
                : error_set(err, STATUS_MISMATCH, "%s: holds something else than an atlas", path);
}

static int remove_entry(const char *path, const struct stat *info, int type, struct FTW *at)
{
    (void)info;
    (void)type;
    bool mark_there = at->level == 1 && strcmp(path + at->base, FOLDER_MARK) == 0;
    return at->level && !mark_there ? remove(path) : 0;
}

/* Remove all that a folder holds, the mark last: so what is left by a program that is killed
   meanwhile can be removed, too. */
static enum status clear(const char *path, struct error *err)
{
    enum { OPEN_FOLDERS = 8 };
    if (nftw(path, remove_entry, OPEN_FOLDERS, FTW_DEPTH | FTW_PHYS))
        return error_system(err, "%s: can't be removed", path);
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0) {
        unlinkat(fd, FOLDER_MARK, 0);
        close(fd);
    }
    return STATUS_OK;
}

/* ---- the folder ---- */

/* Set path, without slashes at its end and with links followed, and part. */
static enum status name_both(struct folder *f, const char *path, struct error *err)
{
    char *real = realpath(path, NULL);
    f->path = mem_string(real ? real : path, err);
    free(real);
    if (!f->path)
        return err->status;
    for (size_t n = strlen(f->path); n > 1 && f->path[n - 1] == '/'; n--)
        f->path[n - 1] = '\0';
    f->part = mem_new(strlen(f->path) + 6, 1, err);
    if (!f->part)
        return err->status;
    sprintf(f->part, "%s.part", f->path);
    return STATUS_OK;
}

static enum status open_part(struct folder *f, struct error *err)
{
    if (check_replaceable(f->path, err) || check_replaceable(f->part, err))
        return err->status;
    if (mkdir(f->part, 0777) && errno != EEXIST)
        return error_system(err, "%s", f->part);
    f->fd = open(f->part, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (f->fd < 0)
        return error_system(err, "%s", f->part);
    if (flock(f->fd, LOCK_EX | LOCK_NB)) {
        close(f->fd);
        f->fd = -1; /* it is the other's */
        return error_set(err, STATUS_MISMATCH, "%s: another program makes it now", f->part);
    }
    return clear(f->part, err);
}

enum status folder_begin(struct folder *f, const char *path, struct error *err)
{
    *f = (struct folder){.fd = -1};
    if (name_both(f, path, err) || open_part(f, err) ||
        folder_write(f, FOLDER_MARK, mark, sizeof mark - 1, err))
        folder_abandon(f);
    else
        return STATUS_OK;
    return err->status;
}

enum status folder_make(const struct folder *f, const char *name, struct error *err)
{
    return mkdirat(f->fd, name, 0777) ? error_system(err, "%s/%s", f->part, name) : STATUS_OK;
}

enum status folder_write(const struct folder *f, const char *name, const void *data, size_t n,
                         struct error *err)
{
    int fd = openat(f->fd, name, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0666);
    if (fd < 0)
        return error_system(err, "%s/%s", f->part, name);
    enum status s = file_write(fd, data, n, err);
    if (close(fd) && !s)
        s = error_system(err, "write error");
    return s ? error_prefix(err, "%s/%s", f->part, name) : STATUS_OK;
}

enum status folder_copy(const struct folder *f, const char *name, const char *from,
                        struct error *err)
{
    int fd;
    struct buffer text = {0};
    if (file_open(from, &fd, err))
        return error_prefix(err, "%s", from);
    enum status s = file_read_all(fd, &text, FILE_BYTES_MAX, err);
    file_close(fd);
    s = s ? error_prefix(err, "%s", from) : folder_write(f, name, text.data, text.size, err);
    buffer_release(&text);
    return s;
}

enum status folder_scratch(const struct folder *f, int *fd, struct error *err)
{
    static const char name[] = "scratch";
    *fd = openat(f->fd, name, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0666);
    if (*fd < 0 || unlinkat(f->fd, name, 0))
        return error_system(err, "%s/%s", f->part, name);
    return STATUS_OK;
}

/* Put part in the place of path; what was there is then in part. */
static enum status exchange(const struct folder *f, struct error *err)
{
    if (rename(f->part, f->path) == 0)
        return STATUS_OK;
    if ((errno == ENOTEMPTY || errno == EEXIST) &&
        renameat2(AT_FDCWD, f->part, AT_FDCWD, f->path, RENAME_EXCHANGE) == 0)
        return STATUS_OK;
    if (errno != EINVAL && errno != ENOSYS)
        return error_system(err, "%s", f->path);
    /* A file system that can't exchange: for a moment there is no folder. */
    if (clear(f->path, err))
        return err->status;
    return rename(f->part, f->path) ? error_system(err, "%s", f->path) : STATUS_OK;
}

enum status folder_commit(struct folder *f, struct error *err)
{
    enum status s = syncfs(f->fd) ? error_system(err, "%s: write error", f->part) : STATUS_OK;
    if (!s)
        s = check_replaceable(f->path, err); /* once more: that was long ago */
    if (!s)
        s = exchange(f, err);
    folder_abandon(f);
    return s;
}

void folder_abandon(struct folder *f)
{
    struct error ignored;
    if (f->fd >= 0) {
        /* After an exchange part is the old atlas, after a rename it isn't there. */
        if (access(f->part, F_OK) == 0 && !clear(f->part, &ignored))
            rmdir(f->part);
        close(f->fd);
    }
    free(f->part);
    free(f->path);
    *f = (struct folder){.fd = -1};
}
