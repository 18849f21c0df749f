/* thread: results as from one thread, errors at every place, nothing lost before a reading error.
 */
#include "unit.h"

#include <sched.h>
#include <stdint.h>

#include "base/rng.h"
#include "base/thread.h"

enum { MOST = 200 };

/* A run of n items through slots; item i is the number i, worked on it is 3 i + 1. */
struct job {
    size_t n, slots;
    size_t read_fails, write_fails; /* at this item; MOST + 1: nowhere */
    size_t read, written;
    size_t in[64], out[64]; /* by slot */
    bool busy[64];
    int reading, writing, working[8], failures;
};

/* Give other threads a chance to come in between, now and then. */
static void dawdle(size_t i)
{
    for (uint64_t k = rng_hash(i, "x", 1) % 4; k; k--)
        sched_yield();
}

static void expect(struct job *j, bool ok)
{
    if (!ok)
        __atomic_add_fetch(&j->failures, 1, __ATOMIC_SEQ_CST);
}

static void only_one(struct job *j, int *inside, int step)
{
    expect(j, __atomic_add_fetch(inside, step, __ATOMIC_SEQ_CST) <= 1);
}

static enum status read_item(void *context, size_t slot, struct error *err)
{
    struct job *j = context;
    only_one(j, &j->reading, 1);
    dawdle(j->read);
    enum status s = STATUS_OK;
    if (j->read == j->read_fails)
        s = error_set(err, STATUS_FORMAT, "read %zu", j->read);
    else if (j->read == j->n)
        s = STATUS_END;
    else {
        /* The slot must be one that nobody uses any more. */
        expect(j, !__atomic_exchange_n(&j->busy[slot], true, __ATOMIC_SEQ_CST));
        j->in[slot] = j->read++;
    }
    only_one(j, &j->reading, -1);
    return s;
}

static void work_item(void *context, size_t slot, unsigned worker)
{
    struct job *j = context;
    /* No two threads have one number. */
    only_one(j, &j->working[worker], 1);
    dawdle(j->in[slot] + 1000);
    j->out[slot] = 3 * j->in[slot] + 1;
    only_one(j, &j->working[worker], -1);
}

static enum status write_item(void *context, size_t slot, struct error *err)
{
    struct job *j = context;
    only_one(j, &j->writing, 1);
    dawdle(j->written + 2000);
    enum status s = STATUS_OK;
    if (j->written == j->write_fails)
        s = error_set(err, STATUS_SYSTEM, "write %zu", j->written);
    else {
        expect(j, j->out[slot] == 3 * j->written + 1);
        j->written++;
        __atomic_store_n(&j->busy[slot], false, __ATOMIC_SEQ_CST);
    }
    only_one(j, &j->writing, -1);
    return s;
}

static enum status run(struct job *j, unsigned jobs, struct error *err)
{
    struct ordered o = {j, j->slots, read_item, work_item, write_item};
    return ordered_run(&o, jobs, err);
}

static void test_order(void)
{
    struct error err;
    for (unsigned jobs = 1; jobs <= 8; jobs++)
        for (size_t slots = 1; slots <= 2 * jobs + 1; slots++) {
            struct job j = {
                .n = MOST, .slots = slots, .read_fails = MOST + 1, .write_fails = MOST + 1};
            CHECK(run(&j, jobs, &err) == STATUS_OK);
            CHECK(j.written == MOST && j.failures == 0);
        }
    struct job none = {.slots = 2, .read_fails = MOST, .write_fails = MOST};
    CHECK(run(&none, 4, &err) == STATUS_OK && none.written == 0);
}

static void test_read_error(void)
{
    struct error err;
    char text[32];
    for (unsigned jobs = 1; jobs <= 8; jobs++)
        for (size_t at = 0; at <= 20; at++) {
            struct job j = {.n = 20, .slots = 2 * jobs, .read_fails = at, .write_fails = MOST};
            CHECK(run(&j, jobs, &err) == STATUS_FORMAT);
            snprintf(text, sizeof text, "read %zu", at);
            CHECK(strcmp(err.text, text) == 0);
            CHECK(j.written == at && j.failures == 0); /* all before it were written */
        }
}

static void test_write_error(void)
{
    struct error err;
    char text[32];
    for (unsigned jobs = 1; jobs <= 8; jobs++)
        for (size_t at = 0; at < 20; at++) {
            struct job j = {.n = 20, .slots = 2 * jobs, .read_fails = MOST, .write_fails = at};
            CHECK(run(&j, jobs, &err) == STATUS_SYSTEM);
            snprintf(text, sizeof text, "write %zu", at);
            CHECK(strcmp(err.text, text) == 0);
            CHECK(j.written == at && j.failures == 0);
        }
}

static void count_piece(void *context, size_t i)
{
    int *count = context;
    dawdle(i);
    __atomic_add_fetch(&count[i], 1, __ATOMIC_RELAXED);
}

static void test_parallel_for(void)
{
    for (unsigned jobs = 1; jobs <= 8; jobs++)
        for (size_t n = 0; n <= MOST; n += n < 10 ? 1 : 19) {
            int count[MOST + 1] = {0};
            parallel_for(jobs, n, count_piece, count);
            for (size_t i = 0; i <= MOST; i++)
                CHECK(count[i] == (i < n));
        }
}

int main(void)
{
    unit_test("items leave in the order they came, whatever the threads and slots");
    test_order();
    unit_test("a reading error loses nothing before it");
    test_read_error();
    unit_test("a writing error ends the run at its item");
    test_write_error();
    unit_test("each piece is worked on once");
    test_parallel_for();
    unit_test("there is a processor");
    CHECK(thread_available() >= 1);
    return unit_end();
}
