/* Which classes stand at the corners, and where a galaxy of other classes goes. */
#include "figure/corners.h"

#include <unistd.h>

#include "unit.h"

#define HEAD "#id\ta\tb\tc\td\te\n"
static const char rows[] = HEAD "1\t0.5\t0.125\t0.125\t0.25\t0\n"
                                "2\t0.125\t0.75\t0.125\t0\t0\n"
                                "3\t0\t0.5\t0\t0\t0.5\n"
                                "4\t0\t0.5\t0\t0.5\t0\n";

static char *file_with(const char *text, size_t size)
{
    static char path[64];
    snprintf(path, sizeof path, "/tmp/gz-corners-%ld", (long)getpid());
    FILE *f = fopen(path, "wb");
    if (!f || fwrite(text, 1, size, f) != size || fclose(f))
        exit(99);
    return path;
}

/* A triangle of these rows with e, a, c at its corners. */
static void add_all(struct triangle *t, bool only)
{
    struct predictions in;
    struct prediction p;
    struct error err;
    struct corners c = {.only = only};
    char *path = file_with(rows, sizeof rows - 1);
    CHECK(!predictions_open(&in, &path, 1, &err));
    CHECK(!corners_find(&c, &in, "e,a,c", &err));
    CHECK(c.class[0] == 4 && c.class[1] == 0 && c.class[2] == 2);
    while (!predictions_next(&in, &p, &err))
        CHECK(!corners_add(&c, &p, t, &err));
    predictions_close(&in);
    unlink(path);
    CHECK(!triangle_place(t, &(struct triangle_options){.corner = -1, .width = 64}, &err));
}

static void test_shared(void)
{
    static const float want[3][3] = {
        {0.125f, 0.625f, 0.25f}, {0.25f, 0.375f, 0.375f}, {4 / 6.f, 1 / 6.f, 1 / 6.f}};
    struct triangle t = {0};
    unit_test("what a galaxy has for other classes is shared by the three");
    add_all(&t, false);
    CHECK(t.n == 4 && t.left_out == 0);
    for (size_t i = 0; i < t.n; i++)
        for (size_t k = 0; k < 3; k++)
            CHECK_NEAR(t.galaxy[i].probability[k], i < 3 ? want[i][k] : 1 / 3.0, 1e-6);
    triangle_release(&t);
}

static void test_only(void)
{
    struct triangle t = {0};
    unit_test("left out is who is likeliest of another class; of equal ones the first counts");
    add_all(&t, true);
    CHECK(t.n == 1 && t.left_out == 3);
    CHECK(triangle_find(&t, "1") && !triangle_leaves_out(&t, "1"));
    for (char id[2] = "2"; *id <= '4'; ++*id)
        CHECK(!triangle_find(&t, id) && triangle_leaves_out(&t, id));
    CHECK(!triangle_leaves_out(&t, "5"));
    triangle_release(&t);
}

int main(void)
{
    test_shared();
    test_only();
    return unit_end();
}
