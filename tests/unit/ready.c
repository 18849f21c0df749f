/* ready: a file wins over a name, a name over a folder, and what has neither is refused. */
#include "model/ready.h"

#include <sys/stat.h>
#include <unistd.h>

#include "unit.h"

static struct error err;
static char path[256];

static void touch(const char *name)
{
    FILE *f = fopen(name, "w");
    CHECK(f && fclose(f) == 0);
}

static bool finds(const char *given, const char *want)
{
    enum status s = ready_find(given, "in", path, sizeof path, &err);
    if (!s && strcmp(path, want) == 0)
        return true;
    printf("# %s: %s\n", given, s ? err.text : path);
    return false;
}

static bool refuses(const char *given, const char *folder, const char *text)
{
    enum status s = ready_find(given, folder, path, sizeof path, &err);
    if (s == STATUS_SYSTEM && strcmp(err.text, text) == 0)
        return true;
    printf("# %s: %s\n", given, s ? err.text : path);
    return false;
}

static void test_names(void)
{
    unit_test("a name is that of ready weights where no file has it");
    CHECK(finds("sky", "in/sky.safetensors"));
    CHECK(finds("a.b", "in/a.b.safetensors"));
    unit_test("a folder of this name isn't weights");
    CHECK(mkdir("sky", 0777) == 0 && finds("sky", "in/sky.safetensors"));
    CHECK(rmdir("sky") == 0);
    unit_test("a file wins");
    touch("sky");
    CHECK(finds("sky", "sky") && unlink("sky") == 0);
    unit_test("what has a slash, and standard input, are no names");
    CHECK(finds("./sky", "./sky") && finds("none/x", "none/x") && finds("-", "-"));
    unit_test("a folder that is no name either is for the reader to refuse");
    CHECK(finds("in", "in") && finds(".", "."));
}

static void test_missing(void)
{
    unit_test("a name that nothing has: the error lists what there is");
    CHECK(refuses("skies", "in",
                  "skies: No such file or directory, and no ready weights have this name (ready "
                  "are: a.b sky)"));
    CHECK(refuses("sky.safetensors", "in",
                  "sky.safetensors: No such file or directory, and no ready weights have this "
                  "name (ready are: a.b sky)"));
    CHECK(refuses("sky", "none",
                  "sky: No such file or directory, and no ready weights have this name (none "
                  "are ready in none)"));
    CHECK(refuses("", "none",
                  ": No such file or directory, and no ready weights have this name (none "
                  "are ready in none)"));
}

static void test_list(void)
{
    struct buffer names = {0};
    unit_test("the names in alphabetical order, and nothing else that is there");
    CHECK(!ready_list("in", &names, &err));
    CHECK(names.size == 8 && memcmp(names.data, "a.b\0sky", 8) == 0);
    buffer_release(&names);
    unit_test("none in a folder that isn't there, or is a file");
    CHECK(!ready_list("none", &names, &err) && !ready_list("in/README", &names, &err));
    CHECK(names.size == 0);
}

int main(void)
{
    char room[] = "/tmp/ready-XXXXXX";
    if (!mkdtemp(room) || chdir(room) || mkdir("in", 0777))
        return 1;
    touch("in/sky.safetensors");
    touch("in/a.b.safetensors");
    touch("in/.safetensors");
    touch("in/.hidden.safetensors");
    touch("in/README");
    test_names();
    test_missing();
    test_list();
    int status = unit_end();
    return system("rm -rf -- \"$PWD\"") ? 1 : status;
}
