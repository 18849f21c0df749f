/*
 * runs - a tiny training run on pictures in temporary files, for the tests of the room learn.
 */
#ifndef RUNS_H
#define RUNS_H

#include "base/file.h"
#include "learn/advance.h"
#include "learn/state.h"
#include "pictures.h"

enum { SIDE = 8, TRAIN = 20, VALID = 15, EPOCHS = 4 };

static struct error err;
static const struct ranks alone = {.rank = 0, .count = 1};
static __attribute__((unused)) char train_path[64], valid_path[64], checkpoint[64], weights[64],
    other[64];
static const struct recipe tiny = {.network = "conv4 pool dense6 dropout0.5",
                                   .batch = 8,
                                   .shards = 2,
                                   .seed = 3,
                                   .learning_rate = 0.02,
                                   .learning_rate_end = 0.001,
                                   .warmup = 0.1};

static inline struct stream_reader *open_path(const char *path)
{
    struct stream_reader *r = stream_open((char *[]){(char *)(uintptr_t)path}, 1, false, &err);
    if (!r)
        printf("# %s\n", err.text);
    return r;
}

static inline struct buffer contents(const char *path)
{
    struct buffer b = {0};
    int fd;
    CHECK(!file_open(path, &fd, &err) && !file_read_all(fd, &b, 1 << 24, &err));
    file_close(fd);
    return b;
}

static inline bool same_file(const char *a, const char *b)
{
    struct buffer x = contents(a), y = contents(b);
    bool same = x.size == y.size && memcmp(x.data, y.data, x.size) == 0;
    buffer_release(&x);
    buffer_release(&y);
    return same;
}

/* The paths the reader borrows must outlive it. */
struct running {
    unsigned jobs; /* 0: one */
    char *train, *valid;
    struct stream_reader *in;
    struct state s;
};

static inline enum status begin(struct running *r, const struct recipe *o, char *train, char *valid)
{
    r->train = train;
    r->valid = valid;
    r->in = stream_open(&r->train, 1, false, &err);
    struct stream_reader *v = valid ? stream_open(&r->valid, 1, false, &err) : NULL;
    if (!r->in || (valid && !v))
        return err.status;
    enum status s = state_init(&r->s, o, r->jobs ? r->jobs : 1, &alone, &r->in, 1, v, &err);
    stream_close(v);
    if (s)
        stream_close(r->in);
    return s;
}

/* At most so many calls of advance. */
static inline enum status step_most(struct running *r, size_t most, size_t *steps)
{
    enum status s = STATUS_OK;
    for (*steps = 0; *steps < most && !s; ++*steps)
        s = advance(&r->s, &err);
    return s;
}

static inline void end(struct running *r)
{
    state_release(&r->s);
    stream_close(r->in);
}

/* Make the training and the validation stream, and names for the other files. */
static inline void runs_begin(void)
{
    struct record_type t = pictures_type(SIDE, PIXEL_U1, "progress");
    struct record_type v = pictures_type(SIDE + 2, PIXEL_U1, NULL);
    char *const path[] = {train_path, valid_path, checkpoint, weights, other};
    for (int i = 0; i < 5; i++)
        pictures_path(path[i]);
    pictures_write(train_path, &t, 0, TRAIN, 1, EPOCHS);
    pictures_write(valid_path, &v, 100, VALID, 0, 1);
}

static inline void runs_end(void)
{
    char *const path[] = {train_path, valid_path, checkpoint, weights, other};
    for (int i = 0; i < 5; i++)
        unlink(path[i]);
}

#endif
