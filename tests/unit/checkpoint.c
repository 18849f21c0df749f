/* checkpoint: a run that is interrupted anywhere ends as one that is not. */
#include "learn/checkpoint.h"

#include "learn/result.h"
#include "runs.h"

static void any_interruption(const struct recipe *o)
{
    static struct running r;
    size_t steps, all, rest;
    CHECK(!begin(&r, o, train_path, valid_path));
    CHECK(step_most(&r, SIZE_MAX, &all) == STATUS_END);
    CHECK(!result_write(&r.s, weights, "test", &err));
    CHECK(all == EPOCHS * 4 + 1 ||
          o->patience); /* 8 + 8 + 4 records and a report an epoch, and the end */
    end(&r);
    for (size_t stop = 0; stop <= all; stop++) {
        CHECK(!begin(&r, o, train_path, valid_path));
        CHECK(step_most(&r, stop, &steps) == (stop == all ? STATUS_END : STATUS_OK));
        CHECK(!checkpoint_write(&r.s, checkpoint, &err));
        end(&r);
        CHECK(!begin(&r, o, train_path, valid_path));
        if (checkpoint_resume(&r.s, checkpoint, &err)) {
            printf("# %zu: %s\n", stop, err.text);
            CHECK(false);
        }
        CHECK(step_most(&r, SIZE_MAX, &rest) == STATUS_END);
        CHECK(!result_write(&r.s, other, "test", &err) && same_file(weights, other));
        end(&r);
    }
}

/* After ever so many epochs, a checkpoint can be written and read. */
static void long_history(void)
{
    static const char line[] = "0\t0\t0.000000\t\t\t\t\t1.000e-03\t0\n";
    static struct running r;
    size_t steps, size;
    CHECK(!begin(&r, &tiny, train_path, NULL));
    while (r.s.history.size < 3 << 20)
        if (buffer_append(&r.s.history, line, strlen(line), &err))
            break;
    size = r.s.history.size;
    CHECK(step_most(&r, SIZE_MAX, &steps) == STATUS_END);
    CHECK(r.s.history.size <= 3 << 20 && r.s.history.size > size - 1000);
    CHECK(memcmp(r.s.history.data, line, strlen(line)) == 0);
    CHECK(memcmp(r.s.history.data + r.s.history.size - 1, "\n", 1) == 0);
    CHECK(!checkpoint_write(&r.s, checkpoint, &err));
    size = r.s.history.size;
    end(&r);
    CHECK(!begin(&r, &tiny, train_path, NULL));
    CHECK(!checkpoint_resume(&r.s, checkpoint, &err) && r.s.history.size == size);
    end(&r);
}

/* Where the stream is cut off, anywhere, the checkpoint is of the last whole step. */
static void any_cut(void)
{
    struct buffer whole = contents(train_path);
    static struct running r;
    char cut[64];
    size_t steps;
    struct recipe o = tiny;
    o.per_image = true;
    CHECK(!begin(&r, &o, train_path, valid_path));
    CHECK(step_most(&r, SIZE_MAX, &steps) == STATUS_END);
    CHECK(!result_write(&r.s, weights, "test", &err));
    end(&r);
    pictures_path(cut);
    for (size_t k = 1; k < 24; k++) {
        CHECK(!file_replace(cut, whole.data, whole.size * k / 24, &err));
        /* The mean would be another one than that of the whole. */
        CHECK(begin(&r, &tiny, cut, valid_path) == STATUS_INCOMPLETE);
        CHECK(!begin(&r, &o, cut, valid_path));
        CHECK(step_most(&r, SIZE_MAX, &steps) == STATUS_INCOMPLETE);
        CHECK(!checkpoint_write(&r.s, checkpoint, &err));
        end(&r);
        CHECK(!begin(&r, &o, train_path, valid_path));
        CHECK(!checkpoint_resume(&r.s, checkpoint, &err));
        CHECK(step_most(&r, SIZE_MAX, &steps) == STATUS_END);
        CHECK(!result_write(&r.s, other, "test", &err) && same_file(weights, other));
        end(&r);
    }
    unlink(cut);
    buffer_release(&whole);
}

static bool refuses(const struct recipe *o, char *train, char *valid, const char *what)
{
    static struct running r;
    enum status s = begin(&r, o, train, valid);
    if (!s) {
        s = checkpoint_resume(&r.s, checkpoint, &err);
        end(&r);
    }
    bool said = s == STATUS_MISMATCH && strstr(err.text, what);
    if (!said)
        printf("# for %s: %s\n", what, s ? err.text : "accepted");
    return said;
}

static void mismatches(void)
{
    static struct running r;
    struct recipe o[14];
    char stream[64];
    size_t steps;
    CHECK(!begin(&r, &tiny, train_path, valid_path));
    CHECK(step_most(&r, 4, &steps) == STATUS_OK && !checkpoint_write(&r.s, checkpoint, &err));
    end(&r);
    for (size_t i = 0; i < 14; i++)
        o[i] = tiny;
    o[0].network = "conv5 pool dense6 dropout0.5";
    o[1].batch = 9;
    o[2].shards = 3;
    o[3].seed = 4;
    o[4].learning_rate = 0.03;
    o[5].learning_rate_end = 0.002;
    o[6].warmup = 0.2;
    o[7].weight_decay = 0.1;
    o[8].soft_labels = true;
    o[9].per_image = true;
    o[10].size = 6;
    o[11].ema = 0.9;
    o[12].label_smoothing = 0.1;
    o[13].muon = !tiny.muon;
    static const char *const name[] = {"network",
                                       "batch",
                                       "shards",
                                       "seed",
                                       "learning-rate is",
                                       "learning-rate-end",
                                       "warmup",
                                       "weight",
                                       "soft-labels is 'no'",
                                       "norm",
                                       "size is '8'",
                                       "ema",
                                       "label-smoothing",
                                       "optimiser is 'adam'"};
    for (size_t i = 0; i < 14; i++)
        CHECK(refuses(&o[i], train_path, valid_path, name[i]));
    CHECK(refuses(&tiny, train_path, NULL, "validation is '15'"));
    r.jobs = 2;
    CHECK(!begin(&r, &tiny, train_path, valid_path) && !checkpoint_resume(&r.s, checkpoint, &err));
    end(&r);

    /* Streams: other galaxies, other views, fewer, and other pixels under the same names. */
    struct record_type t = pictures_type(SIDE, PIXEL_U1, "progress");
    pictures_path(stream);
    pictures_write(stream, &t, 1, TRAIN, 1, EPOCHS);
    CHECK(refuses(&tiny, stream, valid_path, "the stream is not the one"));
    pictures_write(stream, &t, 0, TRAIN, 2, EPOCHS);
    CHECK(refuses(&tiny, stream, valid_path, "the stream is not the one"));
    pictures_write(stream, &t, 0, TRAIN, 1, EPOCHS + 1);
    CHECK(refuses(&tiny, stream, valid_path, "number of epochs"));
    pictures_write(stream, &t, 0, 5, 1, 1);
    CHECK(refuses(&tiny, stream, valid_path, "the stream is not the one"));
    struct buffer b = contents(train_path);
    /* The middle row of the first picture: after its header and all before the pixels. */
    size_t record = b.size / (TRAIN * EPOCHS + 1);
    b.data[record - SIDE * SIDE + SIDE / 2 * SIDE + 3] ^= 1;
    CHECK(!file_replace(stream, b.data, b.size, &err));
    CHECK(refuses(&tiny, stream, valid_path, "the stream is not the one"));
    buffer_release(&b);
    unlink(stream);
}

static void broken_checkpoints(void)
{
    static struct running r;
    CHECK(!file_replace(other, "{}", 2, &err));
    static const char *bad[] = {"/nonexistent", "/tmp", NULL, NULL};
    bad[2] = other;
    bad[3] = weights; /* a good file of another kind */
    for (int i = 0; i < 4; i++) {
        if (i == 3) {
            struct recipe o = tiny;
            CHECK(!begin(&r, &o, train_path, NULL));
            CHECK(!result_write(&r.s, weights, "test", &err));
            end(&r);
        }
        CHECK(!begin(&r, &tiny, train_path, valid_path));
        CHECK(checkpoint_resume(&r.s, bad[i], &err) != STATUS_OK && strstr(err.text, bad[i]));
        end(&r);
    }
}

int main(void)
{
    struct recipe o = tiny;
    runs_begin();
    unit_test("stopped by patience, resumed after any step: the same bytes of weights");
    o.patience = 2;
    o.learning_rate = o.learning_rate_end = 0;
    any_interruption(&o);
    unit_test("resumed after any step: the same bytes of weights");
    any_interruption(&tiny);
    unit_test("resumed after any step with averaged weights: the same bytes");
    o = tiny;
    o.ema = 0.8;
    any_interruption(&o);
    unit_test("a long history does not keep checkpoints from being written");
    long_history();
    unit_test("cut off anywhere, the checkpoint is of the last whole step");
    any_cut();
    unit_test("other options or another stream are refused by name");
    mismatches();
    unit_test("a file that is not a checkpoint is refused by name");
    broken_checkpoints();
    runs_end();
    return unit_end();
}
