/* feed: records come once and in order, whether they were read ahead or not; the hash tells streams
 * apart. */
#include "learn/feed.h"

#include "pictures.h"

enum { SIDE = 6, N = 40 };

static struct error err;
static char path[64];

static struct stream_reader *open_feed(struct feed *f)
{
    static char *paths[1];
    paths[0] = path;
    struct stream_reader *in = stream_open(paths, 1, false, &err);
    CHECK(in);
    feed_init(f, in);
    f->format = (struct input_format){&f->type, {SIDE, SIDE, 1}, {NORMALISE_MEAN_STD, 0, 1}, 0};
    return in;
}

static void close_feed(struct feed *f, struct stream_reader *in)
{
    feed_release(f);
    stream_close(in);
}

/* Use up all records and check their ids; returns the hash after each in hash[]. */
static size_t use_all(struct feed *f, uint64_t *hash)
{
    const unsigned char *record, *again;
    enum status s;
    size_t n = 0;
    while (!(s = feed_peek(f, &record, &err))) {
        char id[RECORD_ID_MAX + 1], wanted[24];
        CHECK(!feed_peek(f, &again, &err) && again == record); /* peeking uses nothing up */
        record_id(&f->type, record, id);
        snprintf(wanted, sizeof wanted, "g%zu", (size_t)f->used.records);
        CHECK(strcmp(id, wanted) == 0);
        feed_use(f, &f->used, record);
        hash[n++] = f->used.hash;
    }
    CHECK(s == STATUS_END && f->used.records == n);
    return n;
}

static void ahead(void)
{
    uint64_t plain[N], after[N];
    struct feed f;
    struct stream_reader *in = open_feed(&f);
    CHECK(use_all(&f, plain) == N);
    close_feed(&f, in);
    for (size_t records = 0; records <= N + 5; records += 9) {
        struct moments m = {0};
        in = open_feed(&f);
        CHECK(!feed_measure(&f, records, SIZE_MAX, &m, &err) && f.used.records == 0);
        CHECK(m.n == (double)(SIDE * SIDE * (records < N ? records : N)));
        CHECK(use_all(&f, after) == N && memcmp(plain, after, sizeof plain) == 0);
        close_feed(&f, in);
    }
    /* Limited by bytes, it stops at the first record that reaches them. */
    struct moments m = {0};
    in = open_feed(&f);
    CHECK(!feed_measure(&f, N, 3 * f.type.size, &m, &err) && m.n == 3 * SIDE * SIDE);
    close_feed(&f, in);
}

static void skip(void)
{
    uint64_t plain[N];
    struct feed f;
    struct stream_reader *in = open_feed(&f);
    CHECK(use_all(&f, plain) == N);
    close_feed(&f, in);
    for (size_t n = 1; n <= N; n += 13) {
        in = open_feed(&f);
        CHECK(!feed_skip(&f, n, &err) && f.used.records == n && f.used.hash == plain[n - 1]);
        close_feed(&f, in);
    }
    in = open_feed(&f);
    CHECK(feed_skip(&f, N + 1, &err) == STATUS_END);
    close_feed(&f, in);
}

/* The hash after all records, for a stream of these pictures and views. */
static uint64_t hash_of(size_t first, uint32_t view)
{
    struct record_type t = pictures_type(SIDE, PIXEL_U1, NULL);
    const unsigned char *record;
    struct feed f;
    pictures_write(path, &t, first, N, view, 1);
    struct stream_reader *in = open_feed(&f);
    while (!feed_peek(&f, &record, &err))
        feed_use(&f, &f.used, record);
    uint64_t hash = f.used.hash;
    close_feed(&f, in);
    return hash;
}

int main(void)
{
    struct record_type t = pictures_type(SIDE, PIXEL_U1, NULL);
    pictures_path(path);
    pictures_write(path, &t, 0, N, 1, 1);
    unit_test("records come once and in order, however many were read ahead");
    ahead();
    unit_test("skipped records are counted and hashed");
    skip();
    unit_test("the hash tells other galaxies and other views apart");
    CHECK(hash_of(0, 1) == hash_of(0, 1));
    CHECK(hash_of(0, 1) != hash_of(1, 1) && hash_of(0, 1) != hash_of(0, 2));
    unlink(path);
    return unit_end();
}
