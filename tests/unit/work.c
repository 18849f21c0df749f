/* Pieces of work by several threads, some of which fail. */
#include "atlas/work.h"
#include "unit.h"

enum { PIECES = 500 };

struct count {
    unsigned calls[PIECES];
    size_t bad; /* this piece fails, and every one after it */
};

static enum status count_piece(void *context, size_t i, struct error *err)
{
    struct count *c = context;
    __atomic_fetch_add(&c->calls[i], 1, __ATOMIC_RELAXED);
    return i < c->bad ? STATUS_OK : error_set(err, STATUS_LIMIT, "%zu", i);
}

static void test_all(void)
{
    struct error err;
    for (unsigned jobs = 1; jobs <= 8; jobs *= 2) {
        struct count c = {.bad = PIECES};
        CHECK(work_all(jobs, PIECES, count_piece, &c, &err) == STATUS_OK);
        for (size_t i = 0; i < PIECES; i++)
            CHECK(c.calls[i] == 1);
    }
    CHECK(work_all(3, 0, count_piece, NULL, &err) == STATUS_OK);
}

static void test_failure(void)
{
    struct error err;
    unit_test("one thread stops at the first failure, and tells it");
    struct count c = {.bad = 70};
    CHECK(work_all(1, PIECES, count_piece, &c, &err) == STATUS_LIMIT);
    CHECK(strcmp(err.text, "70") == 0);
    for (size_t i = 0; i < PIECES; i++)
        CHECK(c.calls[i] == (i <= 70));
    unit_test("several tell a failure of a piece that failed");
    for (int n = 0; n < 200; n++) {
        c = (struct count){.bad = 70};
        CHECK(work_all(4, PIECES, count_piece, &c, &err) == STATUS_LIMIT);
        size_t told = strtoul(err.text, NULL, 10);
        CHECK(told >= 70 && told < PIECES && c.calls[told] == 1);
        for (size_t i = 0; i < PIECES; i++)
            CHECK(c.calls[i] <= 1);
    }
}

int main(void)
{
    unit_test("every piece is done once, by any number of threads");
    test_all();
    test_failure();
    return unit_end();
}
