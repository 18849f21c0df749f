/* sandbox: results come back, crashes and endless loops don't, and files are out of reach. */
#include "unit.h"

#include <fcntl.h>
#include <stdint.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/sandbox.h"

static int *shared;

static void work(void *context)
{
    int *memory = malloc(1 << 20);
    if (memory)
        shared[0] = 1 + *(int *)context;
    *(int *)context = 0; /* in the child's copy only */
}

static void crash(void *context)
{
    *(volatile int *)context = 1;
}

static void loop(void *context)
{
    for (volatile int *i = context;;)
        ++*i;
}

static void reach(void *context)
{
    shared[0] = open(context, O_RDONLY);
    shared[1] = mkdir("/tmp/gz-unit-sandbox", 0700);
    shared[2] = (int)write(1, "", 1);
}

int main(void)
{
    struct error err;
    int n = 41;
    shared = sandbox_memory(3 * sizeof *shared, &err);
    CHECK(shared != NULL);

    unit_test("what is found comes back, and nothing else changes");
    CHECK(!sandbox_run(work, &n, 10, &err));
    CHECK(shared[0] == 42 && n == 41);

    unit_test("a crash is an error");
    CHECK(sandbox_run(crash, NULL, 10, &err) == STATUS_FORMAT);

    unit_test("so is an endless loop");
    CHECK(sandbox_run(loop, &n, 1, &err) == STATUS_FORMAT);
    CHECK(strstr(err.text, "1 s") != NULL);

    unit_test("files are out of reach");
    CHECK(!sandbox_run(reach, (void *)(uintptr_t) "/etc/passwd", 10, &err));
    CHECK(shared[0] == -1 && shared[1] == -1 && shared[2] == -1);
    CHECK(access("/tmp/gz-unit-sandbox", F_OK) != 0);
    sandbox_free(shared, 3 * sizeof *shared);
    return unit_end();
}
