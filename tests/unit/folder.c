/* A folder that is there whole or not at all. */
#include "atlas/folder.h"

#include <sys/stat.h>
#include <unistd.h>

#include "unit.h"

static bool is_there(const char *path)
{
    return access(path, F_OK) == 0;
}

static void touch(const char *path)
{
    FILE *f = fopen(path, "w");
    CHECK(f && fclose(f) == 0);
}

static void test_whole(void)
{
    struct folder f, g;
    struct error err;
    unit_test("made beside its name, and there when it is complete");
    CHECK(folder_begin(&f, "a", &err) == STATUS_OK);
    CHECK(folder_make(&f, "in", &err) == STATUS_OK);
    CHECK(folder_write(&f, "in/x", "one", 3, &err) == STATUS_OK);
    CHECK(!is_there("a") && is_there("a.part/in/x"));
    unit_test("by one at a time");
    CHECK(folder_begin(&g, "a", &err) == STATUS_MISMATCH);
    CHECK(is_there("a.part/in/x"));
    CHECK(folder_commit(&f, &err) == STATUS_OK);
    CHECK(is_there("a/in/x") && is_there("a/" FOLDER_MARK) && !is_there("a.part"));
    unit_test("a file is never written twice");
    CHECK(folder_begin(&f, "a", &err) == STATUS_OK);
    CHECK(folder_write(&f, "y", "two", 3, &err) == STATUS_OK);
    CHECK(folder_write(&f, "y", "two", 3, &err) == STATUS_SYSTEM);
    unit_test("given up, the older one stays, and no trace of the new one");
    folder_abandon(&f);
    CHECK(is_there("a/in/x") && !is_there("a/y") && !is_there("a.part"));
    unit_test("done, it takes the older one's place as a whole");
    CHECK(folder_begin(&f, "a///", &err) == STATUS_OK);
    CHECK(folder_write(&f, "y", "two", 3, &err) == STATUS_OK);
    CHECK(folder_commit(&f, &err) == STATUS_OK);
    CHECK(!is_there("a/in") && is_there("a/y") && !is_there("a.part"));
}

static void test_strangers(void)
{
    struct folder f;
    struct error err;
    unit_test("what a killed program left is removed, an empty folder taken");
    CHECK(mkdir("b.part", 0777) == 0 && mkdir("b", 0777) == 0);
    touch("b.part/" FOLDER_MARK);
    touch("b.part/left");
    CHECK(folder_begin(&f, "b", &err) == STATUS_OK);
    CHECK(!is_there("b.part/left"));
    CHECK(folder_commit(&f, &err) == STATUS_OK);
    CHECK(is_there("b/" FOLDER_MARK));
    unit_test("anything else is refused and left alone");
    CHECK(mkdir("c", 0777) == 0 && mkdir("d.part", 0777) == 0);
    touch("c/thesis");
    touch("d.part/thesis");
    CHECK(folder_begin(&f, "c", &err) == STATUS_MISMATCH && is_there("c/thesis"));
    CHECK(folder_begin(&f, "d", &err) == STATUS_MISMATCH && is_there("d.part/thesis"));
    unit_test("also where it came meanwhile");
    CHECK(folder_begin(&f, "e", &err) == STATUS_OK);
    CHECK(mkdir("e", 0777) == 0);
    touch("e/thesis");
    CHECK(folder_commit(&f, &err) == STATUS_MISMATCH);
    CHECK(is_there("e/thesis") && !is_there("e.part"));
}

int main(void)
{
    char room[] = "/tmp/folder-XXXXXX";
    if (!mkdtemp(room) || chdir(room))
        return 1;
    test_whole();
    test_strangers();
    int status = unit_end();
    return system("rm -rf -- \"$PWD\"") ? 1 : status;
}
