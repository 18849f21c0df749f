/*
 * inject - make chosen calls of the C library fail: a library for LD_PRELOAD.
 *
 *     FAULT=KIND:N[+][:ERROR]  the N-th call of this kind fails with ERROR (default: EIO);
 *                              with a plus sign all later ones, too
 *     FAULT=short:SEED         reads and writes move a random part of what they could, at least
 *                              a byte
 *     FAULT=eintr:SEED         about half of all reads and writes are interrupted before they
 *                              begin
 *     FAULT_PATH=TEXT          only calls on files whose path ends in TEXT count
 *     FAULT_COUNT=FILE         at exit write how many calls counted to FILE
 *
 * Kinds: alloc (malloc, calloc, realloc, posix_memalign, aligned_alloc), open, read, write, fsync,
 * rename, link, close (the file is closed all the same).
 *
 * Calls that the C library makes within itself (those of stdio) are not seen. Allocations of
 * libgfortran, which OpenBLAS brings, always succeed: it sets itself up before main, when nothing
 * is read or written yet, and ends the process on its own where it can't. So do those of
 * libarchive, which ends the process or crashes; those of the libraries below it can fail.
 *
 * dlopen counts as one allocation. If that fails, all that the loader asks for fail; else none
 * does. For cfitsio brings libcurl, GnuTLS and others, whose set-up allocates a thousand times
 * and isn't ours.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum kind { NONE, ALLOC, OPEN, READ, WRITE, FSYNC, RENAME, LINK, CLOSE, SHORT, EINTR_AT_RANDOM };

static const char *const names[] = {"",       "alloc", "open",  "read",  "write", "fsync",
                                    "rename", "link",  "close", "short", "eintr"};

static struct {
    enum kind kind;
    unsigned long n; /* or the seed */
    bool all_later;
    int error;
    const char *path;
    unsigned long *count; /* of calls so far, in this process and in those that it forks */
    bool begun;
} fault;

static int error_number(const char *name)
{
    static const struct {
        const char *name;
        int number;
    } table[] = {{"EIO", EIO},       {"ENOSPC", ENOSPC}, {"EINTR", EINTR},
                 {"EMFILE", EMFILE}, {"EACCES", EACCES}, {"EDQUOT", EDQUOT}};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (strcmp(table[i].name, name) == 0)
            return table[i].number;
    return EIO;
}

/* At the first call, since other libraries are set up before this one. */
static void begin(void)
{
    const char *text = getenv("FAULT"), *colon = text ? strchr(text, ':') : NULL;
    fault.begun = environ != NULL;
    if (!fault.count)
        fault.count = mmap(NULL, sizeof *fault.count, PROT_READ | PROT_WRITE,
                           MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    fault.path = getenv("FAULT_PATH");
    if (!colon)
        return;
    char *rest;
    fault.n = strtoul(colon + 1, &rest, 10);
    fault.all_later = *rest == '+';
    rest += fault.all_later;
    fault.error = error_number(*rest == ':' ? rest + 1 : "");
    for (enum kind k = ALLOC; k <= EINTR_AT_RANDOM; k++)
        if (strlen(names[k]) == (size_t)(colon - text) &&
            strncmp(names[k], text, strlen(names[k])) == 0)
            fault.kind = k;
}

__attribute__((destructor)) static void end(void)
{
    const char *path = getenv("FAULT_COUNT");
    fault.kind = NONE;
    FILE *f = path ? fopen(path, "w") : NULL;
    if (f) {
        fprintf(f, "%lu\n", *fault.count);
        fclose(f);
    }
}

/* Whether this call, one of kind, is to fail; errno says how. */
static bool fails(enum kind kind)
{
    if (!fault.begun)
        begin();
    if (fault.kind != kind)
        return false;
    unsigned long i = __atomic_add_fetch(fault.count, 1, __ATOMIC_RELAXED);
    if (i != fault.n && !(fault.all_later && i > fault.n))
        return false;
    errno = kind == ALLOC ? ENOMEM : fault.error;
    return true;
}

static bool path_counts(const char *path)
{
    if (!fault.begun)
        begin();
    if (!fault.path)
        return true;
    size_t have = strlen(path), want = strlen(fault.path);
    return have >= want && strcmp(path + have - want, fault.path) == 0;
}

static bool file_counts(int fd)
{
    char link[64], path[4096];
    if (!fault.path)
        return true;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t n = readlink(link, path, sizeof path - 1);
    path[n < 0 ? 0 : n] = '\0';
    return path_counts(path);
}

/* The next number at random; threads may share one, which is no harm. */
static unsigned long draw(void)
{
    unsigned long i = __atomic_add_fetch(fault.count, 1, __ATOMIC_RELAXED);
    unsigned long x = (fault.n * 1000003 + i) * 0x9e3779b97f4a7c15;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
    x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
    return x ^ (x >> 31);
}

/* What a read or write of n bytes is to be: 0 if it fails, else how many bytes. */
static size_t disturb(enum kind kind, int fd, size_t n)
{
    if (!fault.begun)
        begin();
    if ((fault.kind != kind && fault.kind != SHORT && fault.kind != EINTR_AT_RANDOM) ||
        !file_counts(fd) || n == 0)
        return n;
    if (fault.kind == SHORT) {
        /* Small pieces now and then, but not so many that it takes long. */
        unsigned long r = draw();
        return r % 4 == 0 ? n : r % 4 == 1 ? 1 : 1 + (r >> 8) % n;
    }
    if (fault.kind == EINTR_AT_RANDOM) {
        errno = EINTR;
        return draw() % 2 ? n : 0;
    }
    return fails(kind) ? 0 : n;
}

/* The C library's own function of this name. */
#define NEXT(name) ((__typeof__(&name))(uintptr_t)next(#name))

static void *next(const char *name)
{
    void *f = dlsym(RTLD_NEXT, name);
    if (!f)
        abort();
    return f;
}

/* ---- memory ---- */

static bool is_exempt(void *caller)
{
    Dl_info info;
    return dladdr(caller, &info) && info.dli_fname &&
           (strstr(info.dli_fname, "libgfortran") || strstr(info.dli_fname, "libarchive"));
}

/* While this thread loads a library. */
static __thread bool loading, starved;

static bool alloc_fails(void *caller)
{
    if (!fault.begun)
        begin();
    if (loading) {
        errno = starved ? ENOMEM : errno;
        return starved;
    }
    return fault.kind == ALLOC && !is_exempt(caller) && fails(ALLOC);
}

#define ALLOC_FAILS() alloc_fails(__builtin_return_address(0))

void *malloc(size_t n)
{
    static __typeof__(&malloc) real;
    if (!real)
        real = NEXT(malloc);
    return ALLOC_FAILS() ? NULL : real(n);
}

void *calloc(size_t n, size_t size)
{
    static __typeof__(&calloc) real;
    if (!real)
        real = NEXT(calloc);
    return ALLOC_FAILS() ? NULL : real(n, size);
}

void *realloc(void *p, size_t n)
{
    static __typeof__(&realloc) real;
    if (!real)
        real = NEXT(realloc);
    return ALLOC_FAILS() ? NULL : real(p, n);
}

int posix_memalign(void **p, size_t alignment, size_t n)
{
    static __typeof__(&posix_memalign) real;
    if (!real)
        real = NEXT(posix_memalign);
    return ALLOC_FAILS() ? ENOMEM : real(p, alignment, n);
}

void *aligned_alloc(size_t alignment, size_t n)
{
    static __typeof__(&aligned_alloc) real;
    if (!real)
        real = NEXT(aligned_alloc);
    return ALLOC_FAILS() ? NULL : real(alignment, n);
}

void *dlopen(const char *path, int flags)
{
    starved = fails(ALLOC);
    loading = true;
    void *handle = NEXT(dlopen)(path, flags);
    loading = false;
    return handle;
}

/* ---- files ---- */

int open(const char *path, int flags, ...)
{
    va_list args;
    va_start(args, flags);
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(args, mode_t) : 0;
    va_end(args);
    return path_counts(path) && fails(OPEN) ? -1 : NEXT(open)(path, flags, mode);
}

ssize_t read(int fd, void *data, size_t n)
{
    size_t m = disturb(READ, fd, n);
    return m || !n ? NEXT(read)(fd, data, m) : -1;
}

ssize_t write(int fd, const void *data, size_t n)
{
    /* What is wrong can be said all the same. */
    size_t m = fd == STDERR_FILENO ? n : disturb(WRITE, fd, n);
    return m || !n ? NEXT(write)(fd, data, m) : -1;
}

int fsync(int fd)
{
    return fails(FSYNC) ? -1 : NEXT(fsync)(fd);
}

int rename(const char *from, const char *to)
{
    return fails(RENAME) ? -1 : NEXT(rename)(from, to);
}

int linkat(int from_folder, const char *from, int to_folder, const char *to, int flags)
{
    return fails(LINK) ? -1 : NEXT(linkat)(from_folder, from, to_folder, to, flags);
}

/* As Linux does it: the descriptor is gone, and the error is that of the last write. */
int close(int fd)
{
    bool failed = fault.kind == CLOSE && file_counts(fd) && fails(CLOSE);
    int error = errno, r = NEXT(close)(fd);
    if (!failed)
        return r;
    errno = error;
    return -1;
}
