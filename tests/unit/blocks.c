/* blocks: results in the order of reading, whatever the threads; failures after what came before.
 */
#include "unit.h"

#include <sched.h>
#include <unistd.h>

#include "base/rng.h"
#include "stream/blocks.h"

enum { MOST = 500 };

/* Records are the numbers 0, 1, ...; a result is a number and what the test wants it to be. */
struct result {
    uint64_t number, square, rest[2];
};

struct job {
    uint64_t n;           /* records that there are */
    uint64_t read_fails;  /* at this record; MOST: nowhere */
    uint64_t write_fails; /* at this result */
    unsigned divisor;     /* accept leaves out its multiples, work those of the number after it */
    size_t most;          /* a block may have */
    uint64_t read, accepted, written, done;
    uint64_t number[MOST]; /* of the results */
    unsigned blocks;
    int working[8];
};

/* Give other threads a chance to come in between, now and then. */
static void dawdle(uint64_t i)
{
    for (uint64_t k = rng_hash(i, "x", 1) % 4; k; k--)
        sched_yield();
}

static enum status read_number(void *context, void *record, struct error *err)
{
    struct job *j = context;
    dawdle(j->read);
    if (j->read == j->read_fails)
        return error_set(err, STATUS_FORMAT, "record %d", (int)j->read);
    if (j->read == j->n)
        return STATUS_END;
    *(uint64_t *)record = j->read++;
    return STATUS_OK;
}

static bool accept_number(void *context, const void *record)
{
    struct job *j = context;
    bool keep = *(const uint64_t *)record % j->divisor != 0;
    CHECK(*(const uint64_t *)record == j->read - 1);
    j->accepted += keep;
    return keep;
}

static void square(void *context, struct block *b, unsigned worker)
{
    struct job *j = context;
    const uint64_t *number = b->in;
    struct result *result = b->out;
    CHECK(__atomic_fetch_add(&j->working[worker], 1, __ATOMIC_SEQ_CST) == 0);
    CHECK(b->n > 0 && b->n <= j->most && b->results == b->n);
    dawdle(*number);
    b->results = 0;
    for (size_t k = 0; k < b->n; k++)
        if (number[k] % (j->divisor + 1))
            result[b->results++] =
                (struct result){.number = number[k], .square = number[k] * number[k]};
    __atomic_fetch_sub(&j->working[worker], 1, __ATOMIC_SEQ_CST);
}

static enum status write_numbers(void *context, const struct block *b, uint64_t done,
                                 struct error *err)
{
    struct job *j = context;
    const struct result *result = b->out;
    dawdle(j->done);
    for (size_t k = 0; k < b->results; k++) {
        if (j->written == j->write_fails)
            return error_set(err, STATUS_SYSTEM, "result %d", (int)j->written);
        CHECK(result[k].square == result[k].number * result[k].number);
        j->number[j->written++] = result[k].number;
    }
    CHECK(done == j->done + b->n);
    j->done = done;
    j->blocks++;
    return STATUS_OK;
}

static enum status run(struct job *j, unsigned jobs, size_t bytes, struct error *err)
{
    struct blocks b = {.in_size = sizeof(uint64_t),
                       .out_size = sizeof(struct result),
                       .most = 10,
                       .bytes = bytes,
                       .jobs = jobs,
                       .context = j,
                       .read = read_number,
                       .accept = j->divisor ? accept_number : NULL,
                       .work = square,
                       .write = write_numbers};
    j->divisor = j->divisor ? j->divisor : MOST; /* none but 0 is a multiple */
    size_t fit = bytes / sizeof(struct result);
    j->most = fit < 1 ? 1 : fit < 10 ? fit : 10;
    return blocks_run(&b, err);
}

/* Whether the results are those of the first n records, in order. */
static bool are_first(const struct job *j, uint64_t n)
{
    uint64_t written = 0;
    for (uint64_t i = 0; i < n; i++)
        if (i % j->divisor && i % (j->divisor + 1) &&
            (written == j->written || j->number[written++] != i))
            return false;
    return written == j->written;
}

static void test_order(void)
{
    struct error err;
    for (unsigned jobs = 1; jobs <= 8; jobs++)
        for (uint64_t n = 0; n < MOST; n += 1 + n) {
            struct job j = {.n = n, .read_fails = MOST, .write_fails = MOST, .divisor = 3};
            CHECK(run(&j, jobs, 1000, &err) == STATUS_OK);
            CHECK(j.read == n && j.done == j.accepted && are_first(&j, n));
            j = (struct job){.n = n, .read_fails = MOST, .write_fails = MOST};
            CHECK(run(&j, jobs, 1000, &err) == STATUS_OK && j.done == n);
        }
}

/* A block has as many records as the larger of records and results allows, but at least one. */
static void test_size(void)
{
    struct error err;
    const size_t bytes[] = {0, sizeof(struct result) - 1, 2 * sizeof(struct result), 1 << 20};
    const unsigned blocks[] = {100, 100, 50, 10};
    for (size_t i = 0; i < 4; i++) {
        struct job j = {.n = 100, .read_fails = MOST, .write_fails = MOST};
        CHECK(run(&j, 2, bytes[i], &err) == STATUS_OK && j.blocks == blocks[i]);
    }
}

static void test_read_failure(void)
{
    struct error err;
    char text[32];
    for (unsigned jobs = 1; jobs <= 8; jobs++)
        for (uint64_t at = 0; at < 45; at++) {
            struct job j = {.n = 45, .read_fails = at, .write_fails = MOST, .divisor = 3};
            snprintf(text, sizeof text, "record %d", (int)at);
            CHECK(run(&j, jobs, 1000, &err) == STATUS_FORMAT && strcmp(err.text, text) == 0);
            CHECK(are_first(&j, at) && j.read == at);
        }
}

static void test_write_failure(void)
{
    struct error err;
    char text[32];
    for (unsigned jobs = 1; jobs <= 8; jobs++)
        for (uint64_t at = 0; at < 45; at++) {
            struct job j = {.n = 100, .read_fails = MOST, .write_fails = at};
            snprintf(text, sizeof text, "result %d", (int)at);
            CHECK(run(&j, jobs, 1000, &err) == STATUS_SYSTEM && strcmp(err.text, text) == 0);
            CHECK(j.written == at);
        }
}

int main(void)
{
    alarm(60);
    unit_test(
        "results are in the order of reading, whatever the threads; what is left out is missing");
    test_order();
    unit_test("a block is as large as its limits allow");
    test_size();
    unit_test("a failure to read is returned after all records before it are written");
    test_read_failure();
    unit_test("a failure to write ends the run");
    test_write_failure();
    return unit_end();
}
