/* session: a run interrupted anywhere ends as the one that wasn't. predict: lines of any blocks. */
#include "learn/session.h"

#include "base/file.h"
#include "net/loss.h"
#include "net/optim.h"
#include "pictures.h"
#include "model/predict.h"

enum { SIDE = 8, TRAIN = 20, VALID = 15, EPOCHS = 4 };

static struct error err;
static const struct ranks alone = {.rank = 0, .count = 1};
static char train_path[64], valid_path[64], checkpoint[64], weights[64], other[64];
static const struct session_options tiny = {.network = "conv4 pool dense6 dropout0.5",
                                            .batch = 8,
                                            .shards = 2,
                                            .jobs = 1,
                                            .seed = 3,
                                            .rate = 0.02,
                                            .rate_end = 0.001,
                                            .warmup = 0.1};

static struct stream_reader *open_path(const char *path)
{
    struct stream_reader *r = stream_open((char *[]){(char *)(uintptr_t)path}, 1, false, &err);
    if (!r)
        printf("# %s\n", err.text);
    return r;
}

static struct buffer contents(const char *path)
{
    struct buffer b = {0};
    int fd;
    CHECK(!file_open(path, &fd, &err) && !file_read_all(fd, &b, 1 << 24, &err));
    file_close(fd);
    return b;
}

static bool same_file(const char *a, const char *b)
{
    struct buffer x = contents(a), y = contents(b);
    bool same = x.size == y.size && memcmp(x.data, y.data, x.size) == 0;
    buffer_release(&x);
    buffer_release(&y);
    return same;
}

/* The paths the reader borrows must outlive it. */
struct running {
    char *train, *valid;
    struct stream_reader *in;
    struct session s;
};

static enum status begin(struct running *r, const struct session_options *o, char *train,
                         char *valid)
{
    r->train = train;
    r->valid = valid;
    r->in = stream_open(&r->train, 1, false, &err);
    struct stream_reader *v = valid ? stream_open(&r->valid, 1, false, &err) : NULL;
    if (!r->in || (valid && !v))
        return err.status;
    enum status s = session_init(&r->s, o, &alone, &r->in, 1, v, &err);
    stream_close(v);
    if (s)
        stream_close(r->in);
    return s;
}

/* At most `most` steps. */
static enum status step(struct running *r, size_t most, size_t *steps)
{
    enum status s = STATUS_OK;
    for (*steps = 0; *steps < most && !s; ++*steps)
        s = session_step(&r->s, &err);
    return s;
}

static void end(struct running *r)
{
    session_release(&r->s);
    stream_close(r->in);
}

static void any_interruption(const struct session_options *o)
{
    static struct running r;
    size_t steps, all, rest;
    CHECK(!begin(&r, o, train_path, valid_path));
    CHECK(step(&r, SIZE_MAX, &all) == STATUS_END);
    CHECK(!session_write(&r.s, weights, "test", &err));
    CHECK(all == EPOCHS * 4 + 1 ||
          o->patience); /* 8 + 8 + 4 records and a report an epoch, and the end */
    end(&r);
    for (size_t stop = 0; stop <= all; stop++) {
        CHECK(!begin(&r, o, train_path, valid_path));
        CHECK(step(&r, stop, &steps) == (stop == all ? STATUS_END : STATUS_OK));
        CHECK(!session_checkpoint(&r.s, checkpoint, &err));
        end(&r);
        CHECK(!begin(&r, o, train_path, valid_path));
        if (session_resume(&r.s, checkpoint, &err)) {
            printf("# %zu: %s\n", stop, err.text);
            CHECK(false);
        }
        CHECK(step(&r, SIZE_MAX, &rest) == STATUS_END);
        CHECK(!session_write(&r.s, other, "test", &err) && same_file(weights, other));
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
    CHECK(step(&r, SIZE_MAX, &steps) == STATUS_END);
    CHECK(r.s.history.size <= 3 << 20 && r.s.history.size > size - 1000);
    CHECK(memcmp(r.s.history.data, line, strlen(line)) == 0);
    CHECK(memcmp(r.s.history.data + r.s.history.size - 1, "\n", 1) == 0);
    CHECK(!session_checkpoint(&r.s, checkpoint, &err));
    size = r.s.history.size;
    end(&r);
    CHECK(!begin(&r, &tiny, train_path, NULL));
    CHECK(!session_resume(&r.s, checkpoint, &err) && r.s.history.size == size);
    end(&r);
}

/* Where the stream is cut off, anywhere, the checkpoint is of the last whole step. */
static void any_cut(void)
{
    struct buffer whole = contents(train_path);
    static struct running r;
    char cut[64];
    size_t steps;
    struct session_options o = tiny;
    o.per_image = true;
    CHECK(!begin(&r, &o, train_path, valid_path));
    CHECK(step(&r, SIZE_MAX, &steps) == STATUS_END);
    CHECK(!session_write(&r.s, weights, "test", &err));
    end(&r);
    pictures_path(cut);
    for (size_t k = 1; k < 24; k++) {
        CHECK(!file_replace(cut, whole.data, whole.size * k / 24, &err));
        /* The mean would be another one than that of the whole. */
        CHECK(begin(&r, &tiny, cut, valid_path) == STATUS_INCOMPLETE);
        CHECK(!begin(&r, &o, cut, valid_path));
        CHECK(step(&r, SIZE_MAX, &steps) == STATUS_INCOMPLETE);
        CHECK(!session_checkpoint(&r.s, checkpoint, &err));
        end(&r);
        CHECK(!begin(&r, &o, train_path, valid_path));
        CHECK(!session_resume(&r.s, checkpoint, &err));
        CHECK(step(&r, SIZE_MAX, &steps) == STATUS_END);
        CHECK(!session_write(&r.s, other, "test", &err) && same_file(weights, other));
        end(&r);
    }
    unlink(cut);
    buffer_release(&whole);
}

static bool refuses(const struct session_options *o, char *train, char *valid, const char *what)
{
    static struct running r;
    enum status s = begin(&r, o, train, valid);
    if (!s) {
        s = session_resume(&r.s, checkpoint, &err);
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
    struct session_options o[13];
    char stream[64];
    size_t steps;
    CHECK(!begin(&r, &tiny, train_path, valid_path));
    CHECK(step(&r, 4, &steps) == STATUS_OK && !session_checkpoint(&r.s, checkpoint, &err));
    end(&r);
    for (size_t i = 0; i < 13; i++)
        o[i] = tiny;
    o[0].network = "conv5 pool dense6 dropout0.5";
    o[1].batch = 9;
    o[2].shards = 3;
    o[3].seed = 4;
    o[4].rate = 0.03;
    o[5].rate_end = 0.002;
    o[6].warmup = 0.2;
    o[7].weight_decay = 0.1;
    o[8].soft = true;
    o[9].per_image = true;
    o[10].size = 6;
    o[11].average = 0.9;
    o[12].smooth = 0.1;
    static const char *const name[] = {"network",     "batch",   "shards", "seed",         "rate",
                                       "rate-end",    "warmup",  "weight", "soft is 'no'", "norm",
                                       "size is '8'", "average", "smooth"};
    for (size_t i = 0; i < 13; i++)
        CHECK(refuses(&o[i], train_path, valid_path, name[i]));
    CHECK(refuses(&tiny, train_path, NULL, "validation is '15'"));
    struct session_options jobs = tiny;
    jobs.jobs = 2;
    CHECK(!begin(&r, &jobs, train_path, valid_path) && !session_resume(&r.s, checkpoint, &err));
    end(&r);

    /* Streams: other galaxies, other views, fewer, and other pixels under the same names. */
    struct record_type t = pictures_type(SIDE, PIXEL_U1, "progress");
    pictures_path(stream);
    pictures_write(stream, &t, 1, TRAIN, 1, EPOCHS);
    CHECK(refuses(&tiny, stream, valid_path, "the stream is not the one"));
    pictures_write(stream, &t, 0, TRAIN, 2, EPOCHS);
    CHECK(refuses(&tiny, stream, valid_path, "the stream is not the one"));
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
            struct session_options o = tiny;
            CHECK(!begin(&r, &o, train_path, NULL));
            CHECK(!session_write(&r.s, weights, "test", &err));
            end(&r);
        }
        CHECK(!begin(&r, &tiny, train_path, valid_path));
        CHECK(session_resume(&r.s, bad[i], &err) != STATUS_OK && strstr(err.text, bad[i]));
        end(&r);
    }
}

/* With no progress, patience stops; the rest is read, not learned; the weights are the best. */
static void patience(void)
{
    static struct running r;
    struct session_options o = tiny;
    char stream[64];
    size_t steps;
    struct record_type t = pictures_type(SIDE, PIXEL_U1, "progress");
    o.rate = o.rate_end = 0;
    o.patience = 2;
    pictures_path(stream);
    pictures_write(stream, &t, 0, TRAIN, 1, 6);
    CHECK(!begin(&r, &o, stream, valid_path));
    CHECK(step(&r, SIZE_MAX, &steps) == STATUS_END);
    CHECK(r.s.stopped && r.s.at.epoch == 3 && r.s.at.records == 3 * TRAIN && r.s.best_epoch == 2);
    end(&r);
    unlink(stream);
}

/* Learning rates: of the field, of the views and --epochs, or the peak. */
static void rates(void)
{
    static struct running r;
    struct session_options o = tiny;
    struct record_type t = pictures_type(SIDE, PIXEL_U1, NULL);
    char stream[64];
    pictures_path(stream);
    pictures_write(stream, &t, 0, 8, 1, 4);
    for (int given = 0; given < 2; given++) {
        o.epochs = given ? 4 : 0;
        CHECK(!begin(&r, &o, stream, NULL));
        for (int e = 0; e < 4; e++) {
            CHECK(!session_step(&r.s, &err) && !session_step(&r.s, &err) && r.s.due);
            double p = given ? fmax(0.1, e / 4.) : 0.1;
            CHECK_NEAR(r.s.report.rate, learning_rate(0.02, 0.001, 0.1, p), 1e-12);
        }
        end(&r);
    }
    CHECK(!begin(&r, &tiny, train_path, NULL) && !session_step(&r.s, &err));
    CHECK(r.s.at.rate == 0);
    CHECK(!session_step(&r.s, &err));
    CHECK_NEAR(r.s.at.rate, learning_rate(0.02, 0.001, 0.1, 8. / (TRAIN * EPOCHS)), 1e-8);
    end(&r);
    unlink(stream);
}

static double entropy(const double p[3])
{
    double sum = 0;
    for (int k = 0; k < 3; k++)
        sum -= p[k] > 0 ? p[k] * log(p[k]) : 0;
    return sum;
}

/* For pictures that are all alike, the prediction becomes the mean target, and the loss its
   entropy: the targets are the class, the votes, and both of them smoothed. */
static void targets(void)
{
    static struct running r;
    struct record_type t = pictures_type(SIDE, PIXEL_U1, NULL);
    unsigned char *record = calloc(1, t.size);
    const float votes[2][3] = {{0.7f, 0.3f, 0}, {0.5f, 0.2f, 0.3f}};
    static const double expected[4][3] = {
        {1, 0, 0}, {0.6, 0.25, 0.15}, {0.8, 0.1, 0.1}, {0.52, 0.275, 0.205}};
    char stream[64];
    pictures_path(stream);
    for (int kind = 0; kind < 4; kind++) {
        struct session_options o = tiny;
        struct stream_writer *out = stream_create(stream, &t, &err);
        size_t steps;
        o.network = "";
        o.rate = 0.05;
        o.soft = kind % 2;
        o.smooth = kind / 2 * 0.3;
        for (int i = 0; i < 1600; i++) {
            picture_make(&t, 2, 1 + (uint32_t)i / 800, record);
            record_set_votes(&t, record, votes[i % 2]);
            CHECK(!stream_write(out, record, &err));
        }
        CHECK(!stream_finish(out, &err));
        CHECK(!begin(&r, &o, stream, NULL) && step(&r, SIZE_MAX, &steps) == STATUS_END);
        CHECK_NEAR(r.s.report.loss, entropy(expected[kind]), 0.01);
        end(&r);
    }
    free(record);
    unlink(stream);
}

/* Records that can't be learned from are named with file, number and id. */
static void unusable(void)
{
    static struct running r;
    struct record_type t = pictures_type(SIDE, PIXEL_F4, NULL);
    unsigned char *record = calloc(1, t.size);
    static const float votes[][3] = {
        {0.5f, 0.4f, 0}, {2, -1, 0}, {NAN, 1, 0}, {0, 0, 0}, {0.9f, 0.05f, 0.05f}};
    char stream[64], where[128];
    pictures_path(stream);
    for (size_t bad = 0; bad < 6; bad++) {
        struct stream_writer *out = stream_create(stream, &t, &err);
        const float odd = bad == 4 ? NAN : 1e30f;
        for (size_t i = 0; i < 9; i++) {
            picture_make(&t, i, 1, record);
            if (i == 6)
                record_set_votes(&t, record, votes[bad < 4 ? bad : 4]);
            if (i == 6 && bad >= 4)
                memcpy(record_pixels_out(&t, record) + 4 * 37, &odd, 4);
            CHECK(!stream_write(out, record, &err));
        }
        CHECK(!stream_finish(out, &err));
        snprintf(where, sizeof where, "%s: record 7 (g6): ", stream);
        CHECK(begin(&r, &tiny, stream, NULL) == STATUS_FORMAT && strstr(err.text, where));
        CHECK(begin(&r, &tiny, train_path, stream) == STATUS_FORMAT && strstr(err.text, where));
    }
    pictures_write(stream, &t, 0, 0, 1, 1);
    CHECK(begin(&r, &tiny, train_path, stream) == STATUS_INCOMPLETE && strstr(err.text, stream));
    free(record);
    unlink(stream);
}

/* A rate so high that training explodes is an error, and no weights are written. */
static void explosion(void)
{
    static struct running r;
    struct session_options o = tiny;
    size_t steps;
    o.rate = o.rate_end = 1e30;
    o.warmup = 0;
    CHECK(!begin(&r, &o, train_path, valid_path));
    CHECK(step(&r, SIZE_MAX, &steps) == STATUS_FORMAT && strstr(err.text, "learning rate"));
    end(&r);
}

/* The average, from the parameters after each step, is what is measured and written. */
static void averaged(void)
{
    static struct running r;
    static struct model m;
    struct session_options o = tiny;
    struct evaluation e;
    float logit[VALID * PICTURES_CLASSES];
    o.average = 0.8;
    CHECK(!begin(&r, &o, train_path, valid_path));
    size_t n = r.s.model.spec.parameters, bests = 0;
    float *average = memcpy(malloc(n * 4), r.s.trainer.parameter, n * 4);
    for (uint64_t t = 0; !session_step(&r.s, &err);) {
        if (!r.s.due) {
            average_step(0.8, ++t, n, r.s.trainer.parameter, average);
            continue;
        }
        CHECK(!train_apply(&r.s.model.spec, average, &r.s.valid, 1, logit, &err));
        e = train_judge(VALID, PICTURES_CLASSES, logit, dataset_target(&r.s.valid, 0));
        CHECK(e.correct == r.s.report.valid.correct && e.loss == r.s.report.valid.loss);
        CHECK(!r.s.report.best || memcmp(r.s.best_parameter, average, n * 4) == 0);
        bests += r.s.report.best;
    }
    CHECK(bests > 0);
    end(&r);
    /* Without validation, the last average. */
    CHECK(!begin(&r, &o, train_path, NULL) && step(&r, SIZE_MAX, &bests) == STATUS_END);
    CHECK(!session_write(&r.s, weights, "test", &err) && !model_read(&m, weights, &err));
    CHECK(memcmp(m.parameter, average, n * 4) == 0);
    model_release(&m);
    end(&r);
    free(average);
}

/* The temperature is of the best weights, not of the last. */
static void calibrated(void)
{
    static struct running r;
    struct session_options o = tiny;
    struct calibration c;
    float logit[VALID * PICTURES_CLASSES];
    size_t steps;
    o.rate = o.rate_end = 0.3;
    o.seed = 7; /* with which the best epoch is an early one */
    CHECK(!begin(&r, &o, train_path, valid_path) && step(&r, SIZE_MAX, &steps) == STATUS_END);
    CHECK(!session_calibrate(&r.s, &c, &err));
    CHECK(c.epoch == r.s.best_epoch - 1 && c.epoch < EPOCHS);
    CHECK(!train_apply(&r.s.model.spec, r.s.best_parameter, &r.s.valid, 1, logit, &err));
    const float *target = (const float *)(const void *)r.s.valid.target.data;
    CHECK(c.temperature == temperature_fit(VALID, PICTURES_CLASSES, logit, target));
    CHECK(c.before == temperature_loss(VALID, PICTURES_CLASSES, logit, target, 1));
    CHECK(c.after < c.before && c.temperature != 1 && r.s.model.temperature == c.temperature);
    end(&r);
    CHECK(!begin(&r, &o, train_path, NULL) && step(&r, SIZE_MAX, &steps) == STATUS_END);
    CHECK(!session_calibrate(&r.s, &c, &err) && c.temperature == 1 && c.epoch == EPOCHS);
    end(&r);
}

/* ---- predict ---- */

static enum status keep(void *context, const void *text, size_t n, struct error *e)
{
    return buffer_append(context, text, n, e);
}

static struct buffer lines(const struct model *m, const char *path, unsigned jobs, unsigned views)
{
    struct buffer b = {0};
    struct stream_reader *in = open_path(path);
    struct predict p = {m, in, jobs, views, views > 1, keep, NULL, NULL, &b};
    uint64_t skipped;
    CHECK(!predict_run(&p, &skipped, &err) && skipped == 0);
    stream_close(in);
    return b;
}

/* The same lines whatever threads and blocks: picture number i alone, or among hundreds. */
static void blocks(void)
{
    static struct running r;
    static struct model m;
    struct record_type t = pictures_type(SIDE, PIXEL_U1, NULL);
    char stream[64];
    size_t steps;
    CHECK(!begin(&r, &tiny, train_path, NULL) && step(&r, SIZE_MAX, &steps) == STATUS_END);
    CHECK(!session_write(&r.s, weights, "test", &err) && !model_read(&m, weights, &err));
    end(&r);
    pictures_path(stream);
    for (unsigned views = 1; views <= 8; views += 7) {
        pictures_write(stream, &t, 0, 150, 0, 1);
        struct buffer all = lines(&m, stream, 1, views), again = lines(&m, stream, 3, views);
        CHECK(all.size == again.size && memcmp(all.data, again.data, all.size) == 0);
        for (size_t i = 0; i < 150; i += 31) {
            pictures_write(stream, &t, i, 1, 0, 1);
            struct buffer one = lines(&m, stream, 1, views);
            CHECK(!buffer_append(&one, "", 1, &err) && !buffer_append(&all, "", 1, &err));
            all.size--;
            const char *line = strchr(one.data, '\n') + 1;
            CHECK(strncmp(one.data, all.data, (size_t)(line - one.data)) == 0);
            CHECK(strstr(all.data, line) != NULL);
            buffer_release(&one);
        }
        buffer_release(&all);
        buffer_release(&again);
    }
    model_release(&m);
    unlink(stream);
}

int main(void)
{
    struct record_type t = pictures_type(SIDE, PIXEL_U1, "progress");
    struct record_type v = pictures_type(SIDE + 2, PIXEL_U1, NULL);
    char *const path[] = {train_path, valid_path, checkpoint, weights, other};
    for (int i = 0; i < 5; i++)
        pictures_path(path[i]);
    pictures_write(train_path, &t, 0, TRAIN, 1, EPOCHS);
    pictures_write(valid_path, &v, 100, VALID, 0, 1);

    unit_test("stopped after patience, resumed after any step: the same bytes of weights");
    struct session_options o = tiny;
    o.patience = 2;
    o.rate = o.rate_end = 0;
    any_interruption(&o);
    unit_test("resumed after any step: the same bytes of weights");
    any_interruption(&tiny);
    unit_test("resumed after any step with averaged weights: the same bytes");
    o = tiny;
    o.average = 0.8;
    any_interruption(&o);
    unit_test("the average of the steps' weights is what is measured, kept and written");
    averaged();
    unit_test("a long history doesn't keep checkpoints from being written");
    long_history();
    unit_test("cut off anywhere, the checkpoint is of the last whole step");
    any_cut();
    unit_test("other options or another stream are refused by name");
    mismatches();
    unit_test("what is no checkpoint is refused by name");
    broken_checkpoints();
    unit_test("patience");
    patience();
    unit_test("learning rates by progress, by epochs, or at the peak");
    rates();
    unit_test("the temperature is that of the best weights");
    calibrated();
    unit_test("targets: the loss becomes the entropy of class, votes, and both smoothed");
    targets();
    unit_test("records that can't be learned from are named");
    unusable();
    unit_test("an explosion is an error");
    explosion();
    unit_test("lines don't depend on threads, nor on the others of a block");
    blocks();
    for (int i = 0; i < 5; i++)
        unlink(path[i]);
    return unit_end();
}
