/* partition and ranks: who has what. What several ranks do together is tested in tests/cluster. */
#include "learn/ranks.h"

#include <stdint.h>

#include "unit.h"

/* Runs that follow each other, of whole lots, none larger than another by more than one lot. */
static void evenly(void)
{
    for (unsigned count = 1; count <= RANKS_MAX; count += count < 5 ? 1 : 7)
        for (size_t n = 0; n <= 4000; n += n < 40 ? 1 : 571)
            for (size_t grain = 1; grain <= 1024; grain *= 32) {
                struct ranks k = {.count = count};
                struct partition d = partition_evenly(&k, n, grain);
                size_t least = SIZE_MAX, most = 0, sum = 0;
                for (k.rank = 0; k.rank < count; k.rank++) {
                    size_t own = partition_own(&k, &d), lots = (own + grain - 1) / grain;
                    CHECK(d.first[k.rank] % grain == 0 || d.first[k.rank] == n);
                    sum += own;
                    least = lots < least ? lots : least;
                    most = lots > most ? lots : most;
                }
                CHECK(sum == n && partition_total(&k, &d) == n && most - least <= 1);
            }
}

static void all_to_one(void)
{
    struct ranks k = {.count = 5};
    for (unsigned to = 0; to < 5; to++) {
        struct partition d = partition_to(&k, to, 9);
        CHECK(partition_total(&k, &d) == 9);
        for (k.rank = 0; k.rank < 5; k.rank++)
            CHECK(partition_own(&k, &d) == (k.rank == to ? 9 : 0));
    }
}

/* One process agrees with itself, and its errors have no number before them. */
static void alone(void)
{
    struct ranks k;
    struct error err;
    CHECK(!ranks_join(&k, &err) && k.rank == 0 && k.count == 1);
    CHECK(!ranks_agree(&k, STATUS_OK, &err));
    error_set(&err, STATUS_FORMAT, "odd");
    CHECK(ranks_agree(&k, STATUS_FORMAT, &err) == STATUS_FORMAT && strcmp(err.text, "odd") == 0);
    ranks_leave(&k);
}

int main(void)
{
    unit_test("things are shared in runs, evenly");
    evenly();
    unit_test("or all to one");
    all_to_one();
    unit_test("one process alone");
    alone();
    return unit_end();
}
