#include "catalogue/votes.h"

#include <unistd.h>

#include "base/rng.h"
#include "unit.h"

static const struct votes_options usual = {.min_agreement = 0.9, .min_asked = 0.5};

static char *file_with(const char *text, size_t size)
{
    static char path[64];
    snprintf(path, sizeof path, "/tmp/gz-votes-%ld", (long)getpid());
    FILE *f = fopen(path, "wb");
    if (!f || fwrite(text, 1, size, f) != size || fclose(f))
        exit(99);
    return path;
}

/* Open and read all; the first error that isn't the end goes to *err. */
static void load(struct votes *v, const char *text, const struct votes_options *rule,
                 struct error *err)
{
    char *path = file_with(text, strlen(text));
    enum status s;
    *err = (struct error){STATUS_OK, ""};
    if (!votes_open(v, path, rule, err))
        while ((s = votes_read_row(v, err)) == STATUS_OK)
            continue;
    unlink(path);
}

static bool refuses(const char *text, enum status status, const char *why)
{
    struct votes v;
    struct error err;
    load(&v, text, &usual, &err);
    votes_release(&v);
    if (!strstr(err.text, why))
        printf("# got: %s\n", err.text);
    return err.status == status && strstr(err.text, why);
}

/* The label of one galaxy by a table of the columns 1.1 1.2 2.1 2.2 4.1 7.1. */
static int label_of(const char *row, double agreement, double asked)
{
    char text[256];
    struct votes v;
    struct error err;
    struct vote vote = {.label = -9};
    sprintf(text, "GalaxyID,Class1.1,Class1.2,Class2.1,Class2.2,Class4.1,Class7.1\nx,%s\n", row);
    load(&v, text, &(struct votes_options){.min_agreement = agreement, .min_asked = asked}, &err);
    CHECK(votes_find(&v, "x", &vote));
    votes_release(&v);
    return vote.label;
}

static void galaxy_zoo_2(void)
{
    /* columns in another order, some more, and an id column that isn't the first */
    const char *text = "Class7.1,note,Class2.2,Class4.1,GalaxyID,Class2.1,Class1.1,Class1.2\n"
                       "0.01,\"a,b\",0.8,0.76,17,0.1,0.1,0.9\n";
    struct votes v;
    struct error err;
    struct vote vote;
    load(&v, text, &usual, &err);
    CHECK(v.classes == 3 && strcmp(votes_classes(&v)[0], "spiral") == 0);
    CHECK(strcmp(votes_classes(&v)[1], "edge-on") == 0);
    CHECK(strcmp(votes_classes(&v)[2], "round") == 0);
    CHECK(votes_find(&v, "17", &vote) && vote.label == 0);
    CHECK_NEAR(vote.share[0], 0.76 / 0.87, 1e-7);
    CHECK_NEAR(vote.share[1], 0.10 / 0.87, 1e-7);
    CHECK_NEAR(vote.share[2], 0.01 / 0.87, 1e-7);
    CHECK(!votes_find(&v, "1", &vote) && !votes_find(&v, "", &vote));
    votes_release(&v);
}

static void limits(void)
{
    /*             1.1, 1.2, 2.1, 2.2, 4.1, 7.1 */
    CHECK(label_of("0.1,0.9,0.02,0.88,0.8,0.01", 0.9, 0.5) == 0);
    CHECK(label_of("0.1,0.9,0.82,0.08,0.07,0.1", 0.9, 0.5) == 1);
    CHECK(label_of("0.8,0.2,0.1,0.1,0.1,0.73", 0.9, 0.5) == 2);
    CHECK(label_of("0.8,0.2,0.1,0.1,0.1,0.71", 0.9, 0.5) == -1);
    /* most votes for spiral, but too few were asked whether there are arms */
    CHECK(label_of("0.55,0.45,0.01,0.44,0.44,0.3", 0.9, 0.5) == -1);
    CHECK(label_of("0.55,0.45,0.01,0.44,0.44,0.3", 0.9, 0.44) == 0);
    /* agreed on edge-on among the few who were asked, yet round has more votes: neither is kept
       unless round itself is agreed on */
    CHECK(label_of("0.7,0.3,0.29,0.01,0,0.5", 0.9, 0.0) == -1);
    CHECK(label_of("0.7,0.3,0.29,0.01,0,0.5", 0.7, 0.0) == 2);
    /* nobody chose any class, nobody was asked */
    CHECK(label_of("0,0,0,0,0,0", 0.0, 0.0) == -1);
    CHECK(label_of("0.5,0.5,0.5,0,0,0.5", 0.9, 0.5) == 1);
}

/* p of q is a in decimals; the quotients of the doubles are on either side. */
static void exact_decimals(void)
{
    CHECK(label_of("0.1,0.9,0,0.888216,0.7993944,0", 0.9, 0.5) == 0);
    CHECK(label_of("0.713,0.2,0,0,0,0.6417", 0.9, 0.5) == 2);
    CHECK(label_of("0.1,0.736471,0.6628239,0,0,0", 0.9, 0.5) == 1);
    CHECK(label_of("0.1,0.9,0,0.888216,0.799394399,0", 0.9, 0.5) == -1);
    int kept = 0, below = 0;
    char row[80];
    for (int q = 500000; q <= 1000000; q += 4990) {
        sprintf(row, "0,1,0,0.%06d,0.%07d,0", q % 1000000, q * 9);
        if (q < 1000000) {
            kept += label_of(row, 0.9, 0.5) == 0;
            sprintf(row, "0,1,0,0.%06d,0.%06d99,0", q, q * 9 / 10 - 1);
            below += label_of(row, 0.9, 0.5) == -1;
        }
    }
    CHECK(kept == 101 && below == 101);
}

/* Cuts decide alone, and are passed at their number. */
static void cuts(void)
{
    static const struct votes_options five = {
        .min_agreement = 1, .min_asked = 1, .reading.rule = "kaggle-five"};
    const char *text = "GalaxyID,Class1.1,Class1.2,Class2.1,Class2.2,Class4.1,Class7.1,Class7.2,"
                       "Class7.3\n"
                       "at,0.5,0.430,0,0.715,0.619,0,0,0\nless,0.5,0.430,0,0.715,0.618999,0,0,0\n"
                       "few,0.5,0.429999,0,0.715,0.619,0,0,0\ncigar,0.469,0.4,0,0,0,0,0,0.5\n";
    struct votes v;
    struct error err;
    struct vote vote;
    load(&v, text, &five, &err);
    CHECK(votes_find(&v, "at", &vote) && vote.label == 0);
    CHECK(votes_find(&v, "less", &vote) && vote.label == VOTES_NO_CLASS);
    CHECK(votes_find(&v, "few", &vote) && vote.label == VOTES_NO_CLASS);
    CHECK(votes_find(&v, "cigar", &vote) && vote.label == 4);
    votes_release(&v);
}

static void other_tables(void)
{
    const char *text = "name\tbar\tring\tmerger\tnone\na\t36\t2\t0\t2\nb\t2\t2\t2\t4\n"
                       "c\t0\t0\t0\t0\nd\t5\t5\t0\t0\ne\t3\t2\t0\t0\n";
    struct votes v;
    struct error err;
    struct vote vote;
    load(&v, text, &usual, &err);
    CHECK(v.classes == 4 && strcmp(votes_classes(&v)[3], "none") == 0);
    CHECK(votes_find(&v, "a", &vote) && vote.label == 0);
    CHECK_NEAR(vote.share[0], 0.9, 1e-7);
    CHECK(votes_find(&v, "b", &vote) && vote.label == -1);
    CHECK(votes_find(&v, "c", &vote) && vote.label == -1);
    CHECK(votes_find(&v, "e", &vote) && vote.label == -1); /* 3 of 5, though 3 > 0.9 */
    votes_release(&v);
    load(&v, text, &(struct votes_options){.min_agreement = 0.4, .min_asked = 1}, &err);
    CHECK(votes_find(&v, "b", &vote) && vote.label == 3);
    CHECK_NEAR(vote.share[3], 0.4, 1e-7);
    CHECK(votes_find(&v, "d", &vote) && vote.label == 0); /* the first of equals */
    votes_release(&v);
}

static void many_rows(void)
{
    enum { N = 20000 };
    struct buffer text = {0};
    struct error err;
    struct votes v;
    struct vote vote;
    char row[64];
    size_t wrong = 0;
    CHECK(!buffer_append(&text, "id,a,b\n", 7, &err));
    for (int i = 0; i < N; i++)
        CHECK(!buffer_append(&text, row, (size_t)sprintf(row, "%d,%d,1\n", i * 7, i), &err));
    CHECK(!buffer_append(&text, "", 1, &err));
    load(&v, text.data, &usual, &err);
    for (int i = 0; i < N * 7; i++) {
        sprintf(row, "%d", i);
        bool there = votes_find(&v, row, &vote);
        wrong += there != (i % 7 == 0);
        wrong += there && vote.label != (i / 7 >= 9 ? 0 : i == 0 ? 1 : -1);
        if (there && vote.label >= 0)
            wrong += fabs((double)vote.share[0] - (i / 7) / (i / 7 + 1.)) > 1e-6;
    }
    CHECK(wrong == 0);
    votes_release(&v);
    buffer_release(&text);
}

int main(void)
{
    unit_test("Galaxy Zoo 2's columns, by name");
    galaxy_zoo_2();
    unit_test("agreement, asked, and the class with most votes");
    limits();
    unit_test("limits compare as decimals");
    exact_decimals();
    unit_test("cuts");
    cuts();
    unit_test("a table with a column a class: shares or counts");
    other_tables();
    unit_test("20,000 rows are found, and nothing else");
    many_rows();

    unit_test("what is refused");
    CHECK(refuses("id,a,b\n1,2,3\n2,3,4\n1,2,3\n", STATUS_MISMATCH,
                  "line 4: the id '1' is already on line 2"));
    CHECK(refuses("id,a,b\n2,3,4\n1,2,x\n", STATUS_FORMAT, "line 3: b: 'x' is not a number"));
    CHECK(refuses("id,a,b\n1,,1\n", STATUS_FORMAT, "line 2: a: '' is not a number"));
    CHECK(refuses("id,a,b\n1,-1,1\n", STATUS_MISMATCH,
                  "the column 'a' holds no shares or counts of votes, such as -1"));
    CHECK(refuses("id,a,b\n,1,1\n", STATUS_FORMAT, "line 2: the id is empty"));
    CHECK(refuses("id,a,b\n1234567890123456789012345678901234567890123456789,1,1\n", STATUS_FORMAT,
                  "has more than 48 bytes"));
    CHECK(refuses("id,a\n", STATUS_MISMATCH, "2 columns: not an id and 2 to 32 classes"));
    CHECK(refuses("id,a,\n", STATUS_MISMATCH, "column 3 has no name"));
    CHECK(refuses("GalaxyID,Class1.1,Class1.2\n", STATUS_MISMATCH,
                  "no column 'Class4.1', which rule kaggle needs"));
    CHECK(refuses("Class7.1,Class1.1,Class1.2\n", STATUS_MISMATCH, "no column 'Class4.1'"));
    CHECK(refuses("GalaxyID,Class1.1,Class1.2,Class2.1,Class2.2,Class4.1,Class7.1\n"
                  "1,0,0,0,0,0,1.1\n",
                  STATUS_FORMAT, "Class7.1: '1.1' is not a number from 0 to 1"));
    return unit_end();
}
