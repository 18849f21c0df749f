#include "catalogue/usual.h"

#include <unistd.h>

#include "unit.h"

/* What is wrong with the first line of a table; "" if nothing is. */
static const char *fault(const char *text, const char *id)
{
    static char path[64];
    static char *paths[] = {path};
    static struct error err;
    struct table t;
    snprintf(path, sizeof path, "/tmp/gz-usual-%ld", (long)getpid());
    FILE *f = fopen(path, "wb");
    if (!f || fputs(text, f) < 0 || fclose(f) || table_open_foreign(&t, paths, &err))
        exit(99);
    unlink(path);
    err.text[0] = '\0';
    enum status s = usual_check_header(&t, id, &err);
    CHECK(s == (*err.text ? STATUS_MISMATCH : STATUS_OK));
    table_close(&t);
    return err.text;
}

static bool is_fault(const char *text, const char *why)
{
    const char *got = fault(text, NULL);
    if (!strstr(got, why))
        printf("# got: %s\n", got);
    return strstr(got, why);
}

int main(void)
{
    unit_test("what columns are called");
    CHECK(usual_label("Label") == 2 && usual_label("Morphology") == 1 && !usual_label("survey"));
    CHECK(usual_is_no_class("RA") && usual_is_no_class("Unnamed: 0"));
    CHECK(usual_is_no_class("petroR90_r") && usual_is_no_class("NVOTE"));
    CHECK(!usual_is_no_class("spiral") && !usual_is_no_class("") && !usual_is_no_class("a"));
    CHECK(!usual_is_no_class("raring") && !usual_is_no_class("petr"));

    unit_test("separators that aren't read are named");
    CHECK(is_fault("id;a;b\n1;2;3\n", "separated by semicolons"));
    CHECK(is_fault("id|a|b\n1|2|3\n", "separated by vertical bars"));
    CHECK(is_fault("id a b\n1 2 3\n", "separated by blanks"));
    CHECK(is_fault("id\n1\n", "one column only"));

    unit_test("a first line that is a row isn't a header");
    CHECK(is_fault("g1,0.95,0.03\ng2,0.5,0.5\n", "line 1 is no header: '0.95' is a number"));
    CHECK(is_fault("900001,ring\n900002,bar\n", "'900001' is a number"));
    CHECK(is_fault("J1129-0004,ring\nJ1130-0005,bar\n", "'J1129-0004' looks like an id"));
    CHECK(is_fault("a.jpg,bar\nb.jpg,bar\n", "'bar' is the label of line 2, too"));

    unit_test("odd headers are headers");
    CHECK(!*fault("id,0,1\n1,0.5,0.5\n", NULL) && !*fault("star,0,1\n1,0.5,0.5\n", "star"));
    CHECK(!*fault("name,Class1.1\n1,0.5\n", NULL) && !*fault(",label\n0,x\n", NULL));
    CHECK(!*fault("a1,b1\na2,x\n", NULL) && !*fault("name,x\n", NULL));
    return unit_end();
}
