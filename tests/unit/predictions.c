#include "catalogue/predictions.h"

#include <unistd.h>

#include "base/rng.h"
#include "unit.h"

static const char *const names[] = {"spiral", "edge-on", "round"};

static char *file_with(const char *text, size_t size)
{
    static char path[64];
    snprintf(path, sizeof path, "/tmp/gz-predictions-%ld", (long)getpid());
    FILE *f = fopen(path, "wb");
    if (!f || fwrite(text, 1, size, f) != size || fclose(f))
        exit(99);
    return path;
}

/* Whether opening this text, or reading its first row, fails with a text that has why in it. */
static bool refuses(const char *text, const char *why)
{
    struct predictions l;
    struct prediction row;
    struct error err = {STATUS_OK, ""};
    char *path = file_with(text, strlen(text));
    bool failed = predictions_open(&l, &path, 1, &err) || predictions_next(&l, &row, &err);
    predictions_close(&l);
    unlink(path);
    if (!failed || !strstr(err.text, why))
        printf("# got: %s\n", err.text);
    return failed && strstr(err.text, why);
}

static void round_trip(bool label, bool std, bool part)
{
    const struct prediction_columns columns = {label, std, part};
    enum { N = 500 };
    struct buffer text = {0};
    struct error err;
    struct prediction wrote[N], got;
    struct predictions l;
    struct rng rng = rng_seed(7);
    CHECK(!predictions_write_header(&text, 3, names, &columns, &err));
    for (int i = 0; i < N; i++) {
        wrote[i] = (struct prediction){.label = (int)rng_below(&rng, 4) - 1,
                                       .std = (float)(rng_uniform(&rng) / 2),
                                       .part = (enum part)(i % 3)};
        double a = rng_uniform(&rng), b = rng_uniform(&rng) * (1 - a);
        wrote[i].probability[0] = (float)a;
        wrote[i].probability[1] = (float)b;
        wrote[i].probability[2] = (float)(1 - a - b);
        sprintf(wrote[i].id, "galaxy %d", i);
        CHECK(!predictions_write(&text, &wrote[i], 3, names, &columns, &err));
    }
    char *path = file_with(text.data, text.size);
    CHECK(!predictions_open(&l, &path, 1, &err));
    CHECK(l.classes == 3 && strcmp(predictions_class(&l, 1), "edge-on") == 0);
    CHECK((l.label >= 0) == label && (l.std >= 0) == std && (l.part >= 0) == part);
    for (int i = 0; i < N; i++) {
        CHECK(!predictions_next(&l, &got, &err));
        CHECK(strcmp(got.id, wrote[i].id) == 0);
        for (int k = 0; k < 3; k++)
            CHECK_NEAR(got.probability[k], wrote[i].probability[k], 5.1e-7);
        CHECK(got.label == (label ? wrote[i].label : -1));
        CHECK_NEAR(got.std, std ? wrote[i].std : 0, 5.1e-7);
        CHECK(got.part == (part ? wrote[i].part : PART_NONE));
    }
    CHECK(predictions_next(&l, &got, &err) == STATUS_END);
    predictions_close(&l);
    unlink(path);
    buffer_release(&text);
}

static void wrong_rows_are_passed_over(void)
{
    const char *text = "#id\ta\tb\tlabel\n1\t0.5\t0.5\ta\n2\t0.5\t0.6\ta\n#id\ta\tb\tlabel\n"
                       "3\t1\t0\t-\n4\t0\t1\t\n5\t0\t1\tstd\n6\t0.9995\t0\tb\n7\t1\t0\tring\n";
    struct predictions l;
    struct prediction row;
    struct error err;
    char *path = file_with(text, strlen(text)), seen[16] = "";
    enum status s;
    CHECK(!predictions_open(&l, &path, 1, &err));
    while ((s = predictions_next(&l, &row, &err)) != STATUS_END)
        strcat(seen, s == STATUS_FORMAT ? "!"
                     : *row.other       ? row.other
                     : row.label < 0    ? "-"
                     : row.label        ? "b"
                                        : "a");
    CHECK(strcmp(seen, "a!--!bring") == 0);
    predictions_close(&l);
    unlink(path);
}

/* The first half of 0.500000 is a number, too. */
static void no_newline(void)
{
    static const char text[] = "#id\ta\tb\n1\t0.500000\t0.500000\n2\t0.500000\t0.5000";
    struct predictions l;
    struct prediction row;
    struct error err;
    char *path = file_with(text, sizeof text - 1);
    CHECK(!predictions_open(&l, &path, 1, &err));
    CHECK(!predictions_next(&l, &row, &err));
    CHECK(predictions_next(&l, &row, &err) == STATUS_FORMAT && strstr(err.text, "line 3: cut off"));
    CHECK(predictions_next(&l, &row, &err) == STATUS_END);
    predictions_close(&l);
    unlink(path);
    path = file_with(text, 6);
    CHECK(predictions_open(&l, &path, 1, &err) == STATUS_FORMAT &&
          strstr(err.text, "line 1: cut off"));
    predictions_close(&l);
    unlink(path);
}

static void what_is_written(void)
{
    struct buffer text = {0};
    struct error err;
    const struct prediction_columns none = {0}, label = {.label = true}, std = {true, true, false};
    struct prediction row = {
        .id = "100143", .probability = {0.981274f, 0.00441f, 1.0000001f}, .std = 0.012345f};
    CHECK(!predictions_write_header(&text, 3, names, &std, &err));
    CHECK(!predictions_write(&text, &row, 3, names, &std, &err));
    row.label = -1;
    row.probability[1] = -1e-9f;
    CHECK(!predictions_write(&text, &row, 3, names, &label, &err));
    strcpy(row.other, "ring");
    CHECK(!predictions_write(&text, &row, 3, names, &label, &err));
    size_t size = text.size;
    row.probability[2] = NAN;
    CHECK(predictions_write(&text, &row, 3, names, &label, &err) == STATUS_FORMAT);
    strcpy(row.id, "a\tb");
    CHECK(predictions_write(&text, &row, 3, names, &label, &err) == STATUS_FORMAT);
    const char *const bad[] = {"ok", "label"}, *const tab[] = {"ok", "a\tb"};
    CHECK(predictions_write_header(&text, 2, bad, &none, &err) == STATUS_FORMAT);
    CHECK(predictions_write_header(&text, 2, tab, &none, &err) == STATUS_FORMAT);
    CHECK(text.size == size);
    CHECK(!buffer_append(&text, "", 1, &err));
    CHECK(strcmp(text.data, "#id\tspiral\tedge-on\tround\tlabel\tstd\n"
                            "100143\t0.981274\t0.004410\t1.000000\tspiral\t0.012345\n"
                            "100143\t0.981274\t0.000000\t1.000000\t-\n"
                            "100143\t0.981274\t0.000000\t1.000000\tring\n") == 0);
    buffer_release(&text);
}

static void former_name(void)
{
    struct predictions l;
    struct prediction line;
    struct error err;
    const char text[] = "#id\ta\tb\tspread\tlabel\nx\t0.25\t0.75\t0.125\tb\n";
    char *path = file_with(text, strlen(text));
    CHECK(!predictions_open(&l, &path, 1, &err) && l.classes == 2 && l.std == 3 && l.label == 4);
    CHECK(!predictions_next(&l, &line, &err) && line.std == 0.125f && line.label == 1);
    predictions_close(&l);
    unlink(path);
    CHECK(refuses("#id\ta\tb\tspread\n1\t0.5\t0.5\tc\n", "line 2: spread: 'c' is not a number"));
    CHECK(refuses("#id\ta\tb\tspread\tstd\n1\t1\t0\t0\t0\n", "can't have the name 'spread'"));
}

int main(void)
{
    unit_test("what was written is read again, with and without label and std");
    for (int columns = 0; columns < 8; columns++)
        round_trip(columns & 1, columns & 2, columns & 4);

    unit_test("the bytes of a row; nothing of a line that can't be written");
    what_is_written();

    unit_test("a wrong row is an error, and the next one is read");
    wrong_rows_are_passed_over();

    unit_test("a row without a newline was cut off");
    no_newline();

    unit_test("the column std under its former name");
    former_name();

    unit_test("what is refused, with file and line");
    CHECK(refuses("", "gz-predictions-"));
    CHECK(refuses("100143\t0.6\t0.4\n",
                  "line 1: not predictions: the header doesn't begin with #id"));
    CHECK(refuses("#id\tlabel\ta\tb\n", "0 columns of probabilities"));
    CHECK(refuses("#id\ta\n1\t1\n", "1 columns of probabilities (not 2 to 32)"));
    CHECK(refuses("#id\ta\tlabel\tstd\n", "1 columns of probabilities"));
    CHECK(refuses("#id\ta\tlabel\tb\n", "1 columns of probabilities"));
    CHECK(refuses("#id\ta\t\n", "a class can't have the name ''"));
    CHECK(refuses("#id\ta\tb\n1\t0.5\t0.5x\n", "line 2: b: '0.5x' is not a number"));
    CHECK(refuses("#id\ta\tb\n1\t-0.5\t1.5\n", "line 2: a: '-0.5' is not a number"));
    CHECK(refuses("#id\ta\tb\n1\tnan\t1\n", "line 2: a: 'nan' is not a number"));
    CHECK(refuses("#id\ta\tb\n1\t0.5\t0.502\n", "line 2: the probabilities' sum is 1.002, not 1"));
    CHECK(refuses("#id\ta\tb\tpart\n1\t0.5\t0.5\ttest\n",
                  "line 2: part: 'test' is not train, valid or -"));
    CHECK(refuses("#id\ta\tb\tlabel\n1\t0.5\t0.5\tstd\n",
                  "line 2: label: a class can't have the name 'std'"));
    CHECK(refuses("#id\ta\tb\tlabel\n1\t0.5\t0.5\t"
                  "1234567890123456789012345678901234567890123456789012345678901234\n",
                  "has more than 63 bytes"));
    CHECK(refuses("#id\ta\tb\tspread\n1\t0.5\t0.5\tc\n", "line 2: spread: 'c' is not a number"));
    CHECK(refuses("#id\ta\tb\n\t0.5\t0.5\n", "line 2: the id is empty"));
    CHECK(refuses("#id\ta\tb\n1234567890123456789012345678901234567890123456789\t0.5\t0.5\n",
                  "has more than 48 bytes"));
    return unit_end();
}
