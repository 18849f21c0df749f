/* filter: the same bytes whatever the threads, records before a failure, no waits in a live pipe.
 */
#include "pictures.h"

#include <pthread.h>
#include <sched.h>

#include "base/file.h"
#include "stream/filter.h"

enum { SIDE = 12, N = 700 };

static struct error err;
static struct record_type in_type, out_type;

/* Leave out every third record, and of the others give id, view and the first row, doubled. Out
   must be all zero, whatever an earlier record left there. */
static bool apply(void *context, const unsigned char *in, unsigned char *out)
{
    char id[RECORD_ID_MAX + 1];
    struct error e;
    bool *zero = context;
    record_id(&in_type, in, id);
    int number = atoi(id + 1);
    for (size_t i = 0; i < out_type.size; i++)
        if (out[i])
            __atomic_store_n(zero, false, __ATOMIC_RELAXED);
    for (int k = number % 7; k; k--)
        sched_yield();
    if (number % 3 == 2) {
        memset(out, 255, out_type.size);
        return false;
    }
    if (record_set_id(&out_type, out, id, &e))
        return false;
    for (size_t i = 0; i < SIDE; i += 2)
        record_pixels_out(&out_type, out)[i] = (unsigned char)(2 * record_pixels(&in_type, in)[i]);
    return true;
}

static uint64_t told;

static void tell(void *context, uint64_t records)
{
    (void)context;
    CHECK(records > told);
    told = records;
}

static enum status run(const char *from, const char *to, bool partial, unsigned jobs,
                       struct error *why)
{
    bool zero = true;
    struct error e;
    struct stream_reader *in = stream_open(&(char *){(char *)(uintptr_t)from}, 1, partial, &e);
    struct stream_writer *out = stream_create(to, &out_type, &e);
    if (!CHECK(in && out))
        exit(unit_end());
    struct filter f = {in, out, &out_type, jobs, &zero, apply, tell, NULL};
    told = 0;
    enum status s = filter_run(&f, why);
    CHECK(zero && told == stream_count(in));
    stream_close(in);
    CHECK(!stream_finish(out, &e));
    return s;
}

/* What n records of pictures_write give, from the definition. */
static bool is_result(const char *path, size_t n)
{
    static unsigned char in[4096], want[4096], got[4096];
    bool zero = true, same = true;
    struct stream_reader *r = stream_open(&(char *){(char *)(uintptr_t)path}, 1, false, &err);
    if (!r)
        return false;
    for (size_t i = 0; i < n; i++) {
        memset(want, 0, sizeof want);
        picture_make(&in_type, i, 1, in);
        if (apply(&zero, in, want))
            same &= !stream_read(r, got, &err) && memcmp(got, want, out_type.size) == 0;
    }
    same &= stream_read(r, got, &err) == STATUS_END;
    stream_close(r);
    return same;
}

static void test_threads(const char *from, const char *to)
{
    for (unsigned jobs = 1; jobs <= 8; jobs++)
        CHECK(run(from, to, false, jobs, &err) == STATUS_OK && told == N && is_result(to, N));
}

/* A stream that is cut off in the middle of a record, or of a header. */
static void test_cut(const char *from, const char *to)
{
    struct buffer b = {0};
    char cut[64];
    int fd;
    pictures_path(cut);
    CHECK(!file_open(from, &fd, &err) && !file_read_all(fd, &b, 1 << 24, &err));
    file_close(fd);
    size_t chunk = b.size / (N + 1); /* the end chunk is smaller than the others */
    while (memcmp(b.data + chunk, "\x93NUMPY", 6) != 0)
        chunk++;
    for (size_t records = 0; records < 400; records += 57)
        for (unsigned jobs = 1; jobs <= 4; jobs += 3) {
            CHECK(!file_replace(cut, b.data, (records + 1) * chunk + 7, &err));
            CHECK(run(cut, to, false, jobs, &err) == STATUS_INCOMPLETE && told == records + 1);
            CHECK(strstr(err.text, "incomplete") && is_result(to, records + 1));
            CHECK(run(cut, to, true, jobs, &err) == STATUS_OK && is_result(to, records + 1));
        }
    unlink(cut);
    buffer_release(&b);
}

static void test_write_failure(const char *from)
{
    for (unsigned jobs = 1; jobs <= 4; jobs++) {
        struct stream_reader *in = stream_open(&(char *){(char *)(uintptr_t)from}, 1, false, &err);
        struct stream_writer *out = stream_create("/dev/full", &out_type, &err);
        bool zero = true;
        struct filter f = {in, out, &out_type, jobs, &zero, apply, NULL, NULL};
        CHECK(filter_run(&f, &err) == STATUS_SYSTEM && strncmp(err.text, "/dev/full: ", 11) == 0);
        stream_close(in);
        stream_abandon(out);
    }
}

struct live {
    char in[32], out[32];
    unsigned jobs;
};

static void *run_live(void *context)
{
    struct live *l = context;
    struct error e;
    CHECK(run(l->in, l->out, false, l->jobs, &e) == STATUS_OK);
    return NULL;
}

/* Give one record at a time, and the next only when what was made of the one before has come: a
   filter that waits for more stays here for ever. */
static void test_live(void)
{
    for (unsigned jobs = 1; jobs <= 4; jobs++) {
        int to[2], from[2];
        struct live l = {.jobs = jobs};
        unsigned char record[4096];
        pthread_t thread;
        char path[32];
        CHECK(pipe(to) == 0 && pipe(from) == 0);
        snprintf(l.in, sizeof l.in, "/proc/self/fd/%d", to[0]);
        snprintf(l.out, sizeof l.out, "/proc/self/fd/%d", from[1]);
        snprintf(path, sizeof path, "/proc/self/fd/%d", to[1]);
        struct stream_writer *w = stream_create(path, &in_type, &err);
        picture_make(&in_type, 0, 1, record);
        CHECK(w && !stream_write(w, record, &err) && !stream_flush(w, &err));
        CHECK(pthread_create(&thread, NULL, run_live, &l) == 0);
        snprintf(path, sizeof path, "/proc/self/fd/%d", from[0]);
        struct stream_reader *r = stream_open(&(char *){path}, 1, true, &err);
        close(from[0]);
        for (size_t i = 0; i < 60; i += 3) { /* 0, 1, 3, 4, ...: those that stay */
            CHECK(!stream_read(r, record, &err));
            picture_make(&in_type, i + 1, 1, record);
            CHECK(!stream_write(w, record, &err) && !stream_flush(w, &err));
            CHECK(!stream_read(r, record, &err));
            picture_make(&in_type, i + 3, 1, record);
            CHECK(!stream_write(w, record, &err) && !stream_flush(w, &err));
        }
        CHECK(!stream_read(r, record, &err));
        CHECK(!stream_finish(w, &err));
        close(to[1]);
        pthread_join(thread, NULL);
        close(to[0]);
        close(from[1]);
        CHECK(stream_read(r, record, &err) == STATUS_END);
        stream_close(r);
    }
}

int main(void)
{
    char from[64], to[64];
    alarm(60);
    pictures_path(from);
    pictures_path(to);
    in_type = pictures_type(SIDE, PIXEL_U1, NULL);
    CHECK(!record_type_init(&out_type, PIXEL_U1, 1, SIDE, 1, &err));
    pictures_write(from, &in_type, 0, N, 1, 1);
    unit_test("what it makes of a stream doesn't depend on the threads");
    test_threads(from, to);
    unit_test("records before the place where a stream is cut off are written");
    test_cut(from, to);
    unit_test("a failure to write is returned");
    test_write_failure(from);
    unit_test("in a live pipe each record is handed on before the next one comes");
    test_live();
    unlink(from);
    unlink(to);
    return unit_end();
}
