#include "catalogue/lookup.h"

#include "unit.h"

static void add(struct lookup *l, const char *id, char value)
{
    struct error err;
    const void *there;
    CHECK(!lookup_add(l, id, &value, 1, &there, &err) && !there);
}

/* The value of an id; '-' if it isn't there. */
static char find(const struct lookup *l, const char *id)
{
    const char *value = lookup_find(l, id, NULL);
    return value ? *value : '-';
}

static void spellings(void)
{
    struct lookup l = {0};
    const char *spelled = NULL;
    CHECK(find(&l, "1") == '-');
    add(&l, "100008.jpg", 'a');
    add(&l, " 17 ", 'b');
    add(&l, "images/x.fits.gz", 'c');
    add(&l, "0042", 'd');
    add(&l, "J112953.88-000427.4", 'e');
    CHECK(find(&l, "100008") == 'a' && find(&l, "100008.0") == 'a' && find(&l, "0100008") == 'a');
    CHECK(find(&l, "17") == 'b' && find(&l, "x") == 'c' && find(&l, "x.png") == 'c');
    CHECK(find(&l, "42") == 'd' && find(&l, "042.00") == 'd' && find(&l, "420") == '-');
    CHECK(find(&l, "J112953.88-000427.4") == 'e' && find(&l, "J112953.88-000427") == '-');
    CHECK(lookup_find(&l, "42", &spelled) && strcmp(spelled, "0042") == 0);
    lookup_release(&l);
}

static void ambiguous(void)
{
    struct lookup l = {0};
    add(&l, "7.jpg", 'a');
    add(&l, "7.png", 'b');
    CHECK(find(&l, "7") == '-' && find(&l, "7.jpg") == 'a' && find(&l, "7.png") == 'b');
    add(&l, "7", 'c');
    CHECK(find(&l, "7") == 'c' && find(&l, "7.jpg") == 'a' && find(&l, "007") == 'c');
    lookup_release(&l);
}

static void rounded(void)
{
    CHECK(lookup_id_is_rounded("1.00008E+05") && lookup_id_is_rounded("5.877271789863568e+17"));
    CHECK(lookup_id_is_rounded(" 1E+05 "));
    CHECK(!lookup_id_is_rounded("100008") && !lookup_id_is_rounded("52e4e10"));
    CHECK(lookup_id_is_rounded("1E05") && lookup_id_is_rounded("1e5"));
    CHECK(!lookup_id_is_rounded("1e500") && !lookup_id_is_rounded("J1E+05") &&
          !lookup_id_is_rounded("1.5E+") && !lookup_id_is_rounded(""));
}

static void many(void)
{
    struct lookup l = {0};
    struct error err;
    const void *there;
    char id[32];
    size_t wrong = 0;
    for (int i = 0; i < 30000; i++) {
        sprintf(id, i % 2 ? "%d" : "%d.jpg", i * 3);
        wrong += lookup_add(&l, id, &i, sizeof i, &there, &err) || there;
    }
    for (int i = 0; i < 90000; i++) {
        int value = -1;
        sprintf(id, "%d", i);
        const void *found = lookup_find(&l, id, NULL);
        if (found)
            memcpy(&value, found, sizeof value);
        wrong += value != (i % 3 ? -1 : i / 3);
    }
    CHECK(wrong == 0);
    CHECK(!lookup_add(&l, "3", "x", 1, &there, &err) && there);
    lookup_release(&l);
}

static void quoted(void)
{
    CHECK(lookup_id_is_quoted("=\"900001\"") && lookup_id_is_quoted("'900001"));
    CHECK(lookup_id_is_quoted("b'900001'") && lookup_id_is_quoted("'900001'"));
    CHECK(!lookup_id_is_quoted("900001") && !lookup_id_is_quoted("'") && !lookup_id_is_quoted(""));
    CHECK(!lookup_id_is_quoted("b'9x'") && !lookup_id_is_quoted("'9'1") &&
          !lookup_id_is_quoted("b9"));
}

int main(void)
{
    unit_test("numbers in quotes of other programs");
    quoted();
    unit_test("ids in other spellings");
    spellings();
    unit_test("a spelling of two ids is neither");
    ambiguous();
    unit_test("ids that a spreadsheet rounded");
    rounded();
    unit_test("30,000 ids are found, and nothing else");
    many();
    return unit_end();
}
