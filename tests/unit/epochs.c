/* epochs: every record once an epoch, in an order that depends on ids, seed and epoch alone. */
#include "pictures.h"

#include "stream/epochs.h"

enum { SIDE = 16, N = 101, EPOCHS = 5 };

static struct error err;

/* ---- what a run writes ---- */

struct run {
    uint64_t n;
    struct record_type type;
    unsigned char *record; /* owned */
};

/* The last progress that was told, and whether it only ever grew. */
static uint64_t told, expected;
static bool grew;

static void tell(uint64_t done, uint64_t all)
{
    grew &= done > told;
    told = done;
    expected = all;
}

/* All that epochs make of n pictures of type t, which are in the order 0, step, 2 step, ... */
static struct run run(const struct epochs *e, const struct record_type *t, uint64_t n,
                      uint64_t step)
{
    char path[64];
    struct run r = {.n = n * e->epochs};
    unsigned char *in = calloc(n + 1, t->size);
    for (uint64_t i = 0; i < n; i++)
        picture_make(t, i * step % n, 0, in + i * t->size);
    pictures_path(path);
    CHECK(!epochs_type(e, t, true, &r.type, &err));
    struct stream_writer *out = stream_create(path, &r.type, &err);
    CHECK(!epochs_run(e, t, in, n, &r.type, out, &err) && !stream_finish(out, &err));
    struct stream_reader *back = stream_open(&(char *){path}, 1, false, &err);
    r.record = calloc(r.n + 1, r.type.size);
    uint64_t seen = 0;
    while (seen <= r.n && !stream_read(back, r.record + seen * r.type.size, &err))
        seen++;
    CHECK(seen == r.n);
    stream_close(back);
    unlink(path);
    free(in);
    return r;
}

static const unsigned char *record(const struct run *r, uint64_t i)
{
    return r->record + i * r->type.size;
}

static int number(const struct run *r, uint64_t i)
{
    char id[RECORD_ID_MAX + 1];
    record_id(&r->type, record(r, i), id);
    return atoi(id + 1);
}

static bool same_runs(const struct run *a, const struct run *b)
{
    return a->n == b->n && memcmp(a->record, b->record, a->n * a->type.size) == 0;
}

static struct epochs some_epochs(uint32_t epochs)
{
    return (struct epochs){.augment = {.size = SIDE, .rotate = true, .flip = true, .seed = 4},
                           .epochs = epochs,
                           .shuffle = true,
                           .jobs = 1};
}

/* ---- the tests ---- */

static void test_once(void)
{
    struct record_type t = pictures_type(SIDE, PIXEL_U1, NULL);
    struct epochs e = some_epochs(EPOCHS);
    struct run r = run(&e, &t, N, 1);
    double last = -1;
    size_t same_place = 0;
    for (uint64_t k = 0; k < EPOCHS; k++) {
        bool seen[N] = {false};
        for (uint64_t i = k * N; i < (k + 1) * N; i++) {
            int at = number(&r, i);
            CHECK(!seen[at]);
            seen[at] = true;
            CHECK(record_view(&r.type, record(&r, i)) == k + 1);
            CHECK(record_label(&r.type, record(&r, i)) == at % 3);
            double progress = (double)record_real(&r.type, record(&r, i), "progress", -1);
            CHECK(progress > last && progress < 1);
            CHECK_NEAR(progress, (double)i / (N * EPOCHS), 1e-6);
            last = progress;
            same_place += k && number(&r, i) == number(&r, i - N);
        }
    }
    CHECK(same_place < 20); /* about 4 by chance */
    free(r.record);
}

/* Neither the input's order nor threads change a byte; another seed does. */
static void test_independent(void)
{
    struct record_type t = pictures_type(SIDE, PIXEL_U1, NULL);
    struct epochs e = some_epochs(EPOCHS);
    struct run r = run(&e, &t, N, 1);
    for (unsigned jobs = 1; jobs < 6; jobs++) {
        e.jobs = jobs;
        struct run again = run(&e, &t, N, jobs % 2 ? 7 : 1);
        CHECK(same_runs(&again, &r));
        free(again.record);
    }
    e.augment.seed++;
    struct run other = run(&e, &t, N, 1);
    size_t same_place = 0;
    for (uint64_t i = 0; i < r.n; i++)
        same_place += number(&r, i) == number(&other, i);
    CHECK(same_place < 25); /* about 5 by chance */
    free(other.record);
    free(r.record);
}

/* Without shuffling: the input's order; and each record is the view that augment_view gives. */
static void test_plain(void)
{
    struct record_type t = pictures_type(SIDE, PIXEL_F4, "redshift");
    struct epochs e = some_epochs(EPOCHS);
    unsigned char *in = calloc(1, t.size), *want = calloc(SIDE * SIDE, sizeof(float));
    e.shuffle = false;
    e.jobs = 3;
    struct run r = run(&e, &t, N, 1);
    for (uint64_t i = 0; i < r.n; i++) {
        picture_make(&t, i % N, 0, in);
        augment_view(&e.augment, &t, in, (uint32_t)(i / N + 1), want);
        CHECK((uint64_t)number(&r, i) == i % N);
        CHECK(memcmp(record_pixels(&r.type, record(&r, i)), want, SIDE * SIDE * sizeof(float)) ==
              0);
    }
    free(r.record);
    free(in);
    free(want);
}

/* A run of more epochs begins with the records of one of fewer, but for their progress: a training
   that was resumed with more epochs has seen the same. */
static void test_more_epochs(void)
{
    struct record_type t = pictures_type(SIDE, PIXEL_U1, NULL);
    struct epochs few = some_epochs(2), many = some_epochs(EPOCHS);
    struct run a = run(&few, &t, N, 1), b = run(&many, &t, N, 1);
    for (uint64_t i = 0; i < a.n; i++) {
        unsigned char *r = b.record + i * b.type.size;
        record_set_real(&b.type, r, "progress", record_real(&a.type, record(&a, i), "progress", 0));
        CHECK(memcmp(r, record(&a, i), a.type.size) == 0);
    }
    free(a.record);
    free(b.record);
}

static void test_progress(void)
{
    struct record_type t = pictures_type(SIDE, PIXEL_U1, NULL);
    struct epochs e = some_epochs(EPOCHS);
    e.progress = tell;
    for (uint64_t n = 0; n <= N; n += N) {
        told = expected = 0;
        grew = true;
        e.jobs = 3;
        free(run(&e, &t, n, 1).record);
        CHECK(grew && told == n * EPOCHS && expected == n * EPOCHS);
    }
}

static void test_write_failure(void)
{
    struct record_type t = pictures_type(SIDE, PIXEL_U1, NULL), out_type;
    struct epochs e = some_epochs(1000);
    unsigned char *in = calloc(N, t.size);
    for (size_t i = 0; i < N; i++)
        picture_make(&t, i, 0, in + i * t.size);
    CHECK(!epochs_type(&e, &t, true, &out_type, &err));
    struct stream_writer *out = stream_create("/dev/full", &out_type, &err);
    CHECK(epochs_run(&e, &t, in, N, &out_type, out, &err) == STATUS_SYSTEM);
    stream_abandon(out);
    free(in);
}

static void test_load(void)
{
    char path[64];
    struct record_type t = pictures_type(SIDE, PIXEL_U1, NULL);
    unsigned char *want = calloc(1, t.size);
    pictures_path(path);
    pictures_write(path, &t, 0, N, 7, 1);
    for (int cut = 0; cut < 2; cut++) {
        struct buffer b = {0};
        CHECK(!cut || truncate(path, (off_t)(50 * t.size)) == 0);
        struct stream_reader *in = stream_open(&(char *){path}, 1, false, &err);
        CHECK(epochs_load(in, &b, &err) == (cut ? STATUS_INCOMPLETE : STATUS_OK));
        CHECK(b.size == stream_count(in) * t.size && stream_count(in) > 20);
        CHECK(cut || stream_count(in) == N);
        for (size_t i = 0; i < stream_count(in); i++) {
            picture_make(&t, i, 7, want);
            CHECK(memcmp(b.data + i * t.size, want, t.size) == 0);
        }
        stream_close(in);
        buffer_release(&b);
    }
    unlink(path);
    free(want);
}

/* The classes' weights add up to equal sums for a power of 1, to sums like the square roots of
   their sizes for 1/2, and always to the number of records. */
static void test_balance(void)
{
    enum { FEW = 20, MANY = 80 };
    struct record_type t = pictures_type(SIDE, PIXEL_U1, NULL), out_type;
    unsigned char *in = calloc(FEW + MANY, t.size);
    char path[64];
    pictures_path(path);
    for (uint64_t i = 0; i < FEW + MANY; i++)
        picture_make(&t, i < FEW ? 3 * i : 3 * i + 1, 0, in + i * t.size);
    for (int half = 0; half < 2; half++) {
        struct epochs e = some_epochs(2);
        double sum[3] = {0};
        e.balance = half ? 0.5 : 1;
        CHECK(!epochs_type(&e, &t, true, &out_type, &err));
        struct stream_writer *out = stream_create(path, &out_type, &err);
        CHECK(!epochs_run(&e, &t, in, FEW + MANY, &out_type, out, &err));
        CHECK(!stream_finish(out, &err));
        struct stream_reader *back = stream_open(&(char *){path}, 1, false, &err);
        unsigned char *record = malloc(out_type.size);
        while (!stream_read(back, record, &err))
            sum[record_label(&out_type, record)] += (double)record_weight(&out_type, record);
        CHECK_NEAR(sum[0] + sum[1], 2 * (FEW + MANY), 1e-3);
        CHECK_NEAR(sum[1] / sum[0], half ? 2 : 1, 1e-5);
        stream_close(back);
        free(record);
    }
    unlink(path);
    free(in);
}

/* Without votes there is no class to balance. */
static void test_balance_needs_votes(void)
{
    struct record_type t, out;
    struct epochs e = some_epochs(1);
    CHECK(!record_type_init(&t, PIXEL_U1, SIDE, SIDE, 1, &err));
    CHECK(!epochs_type(&e, &t, true, &out, &err) && npy_find(&out.header, "weight") < 0);
    e.balance = 1;
    CHECK(epochs_type(&e, &t, true, &out, &err) == STATUS_MISMATCH);
}

/* Sizes whose centre would lie between pixels are refused, other fields are kept. */
static void test_types(void)
{
    struct record_type t = pictures_type(SIDE, PIXEL_U1, "redshift"), out;
    struct epochs e = some_epochs(1);
    e.augment.size = SIDE - 1;
    CHECK(epochs_type(&e, &t, true, &out, &err) == STATUS_MISMATCH);
    e.augment.size = SIDE + 2;
    CHECK(epochs_type(&e, &t, true, &out, &err) == STATUS_MISMATCH);
    e.augment.size = SIDE - 2;
    CHECK(!epochs_type(&e, &t, true, &out, &err) && out.shape.height == SIDE - 2);
    CHECK(out.classes == 3 && npy_find(&out.header, "redshift") >= 0);
    CHECK(npy_find(&out.header, "progress") >= 0);
    CHECK(!epochs_type(&e, &t, false, &out, &err) && npy_find(&out.header, "progress") < 0);
}

int main(void)
{
    alarm(60);
    unit_test("each record once an epoch, in another order, with its view and its progress");
    test_once();
    unit_test("the order depends on ids, seed and epoch, not on the input's order and threads");
    test_independent();
    unit_test("unshuffled: the input's order, and the views of augment_view");
    test_plain();
    unit_test("more epochs begin as fewer do");
    test_more_epochs();
    unit_test("progress grows to the number of all records");
    test_progress();
    unit_test("a failure to write is returned");
    test_write_failure();
    unit_test("what is loaded of a stream, whole or cut off");
    test_load();
    unit_test("balanced, the weights of classes are by a power of their size, and 1 on average");
    test_balance();
    unit_test("records without votes are not balanced");
    test_balance_needs_votes();
    unit_test("the type of augmented records");
    test_types();
    return unit_end();
}
