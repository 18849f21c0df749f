/* file: nothing is lost on the way, and an output is there whole or not at all. */
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

static char folder[] = "/tmp/gz-file-XXXXXX";

static size_t files_in_folder(void)
{
    char command[128], line[32] = "";
    snprintf(command, sizeof command, "ls -A %s | wc -l", folder);
    FILE *f = popen(command, "r");
    CHECK(f && fgets(line, sizeof line, f));
    pclose(f);
    return (size_t)atol(line);
}

/* The contents of a file, or NULL. */
static const char *contents(const char *path)
{
    static struct buffer b;
    struct error err;
    int fd;
    b.size = 0;
    if (file_open(path, &fd, &err))
        return NULL;
    CHECK(file_read_all(fd, &b, 1 << 20, &err) == STATUS_OK);
    CHECK(buffer_append(&b, "", 1, &err) == STATUS_OK);
    file_close(fd);
    return b.data;
}

static bool holds(const char *path, const char *want)
{
    const char *text = contents(path);
    return text && strcmp(text, want) == 0;
}

static void test_output(void)
{
    struct error err;
    struct output o;
    struct stat info;
    CHECK(file_replace("new", "first", 5, &err) == STATUS_OK && holds("new", "first"));
    CHECK(chmod("new", 0600) == 0);

    CHECK(output_open(&o, "new", &err) == STATUS_OK);
    CHECK(file_write(o.fd, "second", 6, &err) == STATUS_OK);
    CHECK(holds("new", "first")); /* still */
    CHECK(output_commit(&o, &err) == STATUS_OK && holds("new", "second"));
    CHECK(stat("new", &info) == 0 && (info.st_mode & 0777) == 0600);

    CHECK(output_open(&o, "new", &err) == STATUS_OK);
    CHECK(file_write(o.fd, "third", 5, &err) == STATUS_OK);
    output_abandon(&o);
    CHECK(holds("new", "second"));
    CHECK(output_open(&o, "other", &err) == STATUS_OK);
    output_abandon(&o);
    output_abandon(&o);
    CHECK(files_in_folder() == 1);
    unlink("new");
}

/* Where the file appeared or the folder went away meanwhile. */
static void test_commit_fails(void)
{
    struct error err;
    struct output o;
    CHECK(mkdir("sub", 0777) == 0 && output_open(&o, "sub/x", &err) == STATUS_OK);
    CHECK(rmdir("sub") == 0);
    CHECK(output_commit(&o, &err) == STATUS_SYSTEM && err.text[0]);
    CHECK(output_open(&o, "sub", &err) == STATUS_OK && mkdir("sub", 0777) == 0);
    CHECK(output_commit(&o, &err) == STATUS_SYSTEM);
    CHECK(rmdir("sub") == 0 && files_in_folder() == 0);
    CHECK(output_open(&o, "nowhere/x", &err) == STATUS_SYSTEM);
    CHECK(output_open(&o, "x/", &err) == STATUS_SYSTEM &&
          output_open(&o, "", &err) == STATUS_SYSTEM);
    CHECK(output_open(&o, ".", &err) == STATUS_SYSTEM && files_in_folder() == 0);
}

static void test_links(void)
{
    struct error err;
    struct stat info;
    CHECK(file_replace("target", "old", 3, &err) == STATUS_OK && symlink("target", "link") == 0);
    CHECK(file_replace("link", "new", 3, &err) == STATUS_OK);
    CHECK(lstat("link", &info) == 0 && S_ISLNK(info.st_mode) && holds("target", "new"));
    unlink("link");
    unlink("target");
}

static void *read_fifo(void *result)
{
    struct error err;
    int fd;
    size_t got;
    CHECK(file_open("fifo", &fd, &err) == STATUS_OK);
    CHECK(file_read(fd, result, 16, &got, &err) == STATUS_OK);
    file_close(fd);
    return NULL;
}

static void test_devices(void)
{
    struct error err;
    struct output o;
    struct stat info;
    char got[17] = "";
    pthread_t reader;
    CHECK(mkfifo("fifo", 0600) == 0);
    CHECK(pthread_create(&reader, NULL, read_fifo, got) == 0);
    CHECK(file_replace("fifo", "through", 7, &err) == STATUS_OK);
    pthread_join(reader, NULL);
    CHECK(strcmp(got, "through") == 0 && stat("fifo", &info) == 0 && S_ISFIFO(info.st_mode));
    unlink("fifo");
    CHECK(file_replace("/dev/null", "x", 1, &err) == STATUS_OK);
    CHECK(file_replace("/dev/full", "x", 1, &err) == STATUS_SYSTEM);
    CHECK(strstr(err.text, strerror(ENOSPC)) != NULL);
    CHECK(output_open(&o, NULL, &err) == STATUS_OK && o.fd == STDOUT_FILENO);
    CHECK(output_open(&o, "-", &err) == STATUS_OK && o.fd == STDOUT_FILENO);
}

static void test_reading(void)
{
    struct error err;
    struct buffer b = {0};
    char text[16];
    size_t got;
    int fd, ends[2];
    CHECK(file_open("nothing", &fd, &err) == STATUS_SYSTEM &&
          strcmp(err.text, strerror(ENOENT)) == 0);
    CHECK(file_open(".", &fd, &err) == STATUS_SYSTEM && strcmp(err.text, strerror(EISDIR)) == 0);
    CHECK(file_read(-1, text, 1, &got, &err) == STATUS_SYSTEM && got == 0);
    file_close(-1);
    CHECK(pipe(ends) == 0 && !file_ready(ends[0]));
    CHECK(write(ends[1], "12345", 5) == 5 && file_ready(ends[0]));
    CHECK(file_read_some(ends[0], text, sizeof text, &got, &err) == STATUS_OK && got == 5);
    CHECK(!file_ready(ends[0]));
    CHECK(write(ends[1], "678", 3) == 3 && close(ends[1]) == 0);
    CHECK(file_read(ends[0], text, sizeof text, &got, &err) == STATUS_OK && got == 3);
    CHECK(file_ready(ends[0])); /* the end */
    CHECK(file_read(ends[0], text, sizeof text, &got, &err) == STATUS_OK && got == 0);
    close(ends[0]);

    CHECK(file_replace("ten", "0123456789", 10, &err) == STATUS_OK);
    CHECK(file_open("ten", &fd, &err) == STATUS_OK && buffer_append(&b, "x", 1, &err) == STATUS_OK);
    CHECK(file_read_all(fd, &b, 10, &err) == STATUS_OK && b.size == 11);
    CHECK(memcmp(b.data, "x0123456789", 11) == 0);
    CHECK(lseek(fd, 0, SEEK_SET) == 0 && file_read_all(fd, &b, 9, &err) == STATUS_LIMIT);
    file_close(fd);
    CHECK(file_open("/dev/zero", &fd, &err) == STATUS_OK);
    CHECK(file_read_all(fd, &b, 100000, &err) == STATUS_LIMIT && b.size < 400000);
    file_close(fd);
    buffer_release(&b);
    unlink("ten");
}

static void test_places(void)
{
    struct error err;
    char got[8] = "";
    int fd = open(".", O_TMPFILE | O_RDWR, 0600);
    CHECK(fd >= 0 && file_write_at(fd, "89", 2, 8, &err) == STATUS_OK);
    CHECK(file_write_at(fd, "3456", 4, 3, &err) == STATUS_OK);
    CHECK(file_read_at(fd, got, 7, 3, &err) == STATUS_OK && memcmp(got,
                                                                   "3456\0"
                                                                   "89",
                                                                   7) == 0);
    CHECK(file_read_at(fd, got, 8, 3, &err) == STATUS_INCOMPLETE);
    CHECK(file_read_at(fd, got, 0, 99, &err) == STATUS_OK);
    close(fd);
    CHECK(file_read_at(fd, got, 1, 0, &err) == STATUS_SYSTEM);
    CHECK(file_write_at(fd, got, 1, 0, &err) == STATUS_SYSTEM);
}

int main(void)
{
    if (!mkdtemp(folder) || chdir(folder))
        return 1;
    unit_test("an output is there whole or not at all");
    test_output();
    unit_test("what can't be named leaves nothing");
    test_commit_fails();
    unit_test("a link stays a link");
    test_links();
    unit_test("devices and FIFOs are written to directly");
    test_devices();
    unit_test("reading goes on after short reads and has a limit");
    test_reading();
    unit_test("bytes at a place are all read and written, or there is an error");
    test_places();
    CHECK(files_in_folder() == 0);
    (void)!chdir("/");
    rmdir(folder);
    return unit_end();
}
