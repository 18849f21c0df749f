#include "fuzz.h"

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static struct {
    int fd; /* 0: not made yet */
    char name[32];
} file[FUZZ_FILES];

static int kept[2] = {-1, -1}; /* standard input and output, while others are in their place */

unsigned fuzz_byte(const uint8_t **data, size_t *size)
{
    if (*size == 0)
        return 0;
    --*size;
    return *(*data)++;
}

char *fuzz_name(unsigned i)
{
    if (file[i].fd == 0) {
        file[i].fd = memfd_create("fuzz", MFD_CLOEXEC);
        HOLDS(file[i].fd > STDERR_FILENO);
        snprintf(file[i].name, sizeof file[i].name, "/proc/self/fd/%d", file[i].fd);
    }
    return file[i].name;
}

char *fuzz_file(unsigned i, const void *data, size_t size)
{
    char *name = fuzz_name(i);
    HOLDS(ftruncate(file[i].fd, 0) == 0);
    HOLDS(pwrite(file[i].fd, data, size, 0) == (ssize_t)size);
    return name;
}

static void replace(int standard, unsigned i)
{
    kept[standard] = dup(standard);
    fuzz_name(i);
    HOLDS(lseek(file[i].fd, 0, SEEK_SET) == 0);
    HOLDS(kept[standard] >= 0 && dup2(file[i].fd, standard) == standard);
}

void fuzz_stdin(unsigned i)
{
    replace(STDIN_FILENO, i);
}

void fuzz_stdout(unsigned i)
{
    fuzz_file(i, "", 0);
    fflush(stdout);
    replace(STDOUT_FILENO, i);
}

void fuzz_restore(void)
{
    for (int standard = 0; standard < 2; standard++)
        if (kept[standard] >= 0) {
            HOLDS(dup2(kept[standard], standard) == standard);
            close(kept[standard]);
            kept[standard] = -1;
        }
}

bool fuzz_same(unsigned i, unsigned j)
{
    unsigned char a[4096], b[sizeof a];
    for (off_t at = 0;; at += (off_t)sizeof a) {
        ssize_t n = pread(file[i].fd, a, sizeof a, at), m = pread(file[j].fd, b, sizeof b, at);
        if (n != m || (n > 0 && memcmp(a, b, (size_t)n) != 0))
            return false;
        if (n <= 0)
            return true;
    }
}
