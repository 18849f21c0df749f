/* agreement: what differs is named, with both values. tests/cluster has the same among ranks. */
#include "learn/agreement.h"

#include "learn/ranks.h"
#include "unit.h"

static struct error err;
static struct weights mine, theirs;

static void set(struct weights *w, const char *key, const char *value)
{
    CHECK(!weights_set(w, &err, key, "%s", value));
}

static void check(void)
{
    set(&mine, "trained.seed", "1");
    set(&mine, "classes", "a,b");
    set(&theirs, "classes", "a,b");
    set(&theirs, "trained.seed", "1");
    set(&theirs, "more", "is fine");
    CHECK(!agreement_check(&mine, &theirs, "here", &err));
    set(&theirs, "trained.seed", "2");
    CHECK(agreement_check(&mine, &theirs, "in the checkpoint", &err) == STATUS_MISMATCH);
    CHECK(strcmp(err.text, "seed is '2' in the checkpoint, not '1'") == 0);
    set(&theirs, "trained.seed", "1");
    set(&mine, "input", "8,8,1");
    CHECK(agreement_check(&mine, &theirs, "on rank 0", &err) == STATUS_MISMATCH);
    CHECK(strcmp(err.text, "input is 'missing' on rank 0, not '8,8,1'") == 0);
}

static void alone(void)
{
    struct ranks k;
    const size_t dim = 3;
    CHECK(!ranks_join(&k, &err) && !agreement_check_ranks(&k, &mine, &err));
    float *values = weights_add(&theirs, "block", 1, &dim, &err);
    values[2] = 5;
    CHECK(!agreement_broadcast(&k, &theirs, &err) && theirs.tensor[0].value[2] == 5);
    CHECK(strcmp(weights_metadata(&theirs, "more"), "is fine") == 0);
}

int main(void)
{
    unit_test("an option that differs is named with both values");
    check();
    unit_test("one process agrees with itself");
    alone();
    weights_release(&mine);
    weights_release(&theirs);
    return unit_end();
}
