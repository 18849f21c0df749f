/* answers, mistakes: which lines count, and the order of the wrong ones. */
#include "catalogue/answers.h"

#include "unit.h"

static struct error err;
static const char *const names[] = {"a", "b"};

static void add(struct answers *a, const char *id, float p, int label, enum part part)
{
    struct prediction line = {.probability = {p, 1 - p}, .label = label, .part = part};
    strcpy(line.id, id);
    strcpy(line.other, label < 0 ? "ring" : "");
    CHECK(!answers_add(a, &line, &err));
}

static void add_all(struct answers *a)
{
    CHECK(!answers_init(a, 2, &err));
    add(a, "right", 0.9f, 0, PART_NONE);
    add(a, "wrong", 0.75f, 1, PART_VALID);
    add(a, "worst", 0.125f, 0, PART_NONE);
    add(a, "learned", 0.0625f, 0, PART_TRAIN);
    add(a, "other", 0.99f, -1, PART_NONE);
    add(a, "equal", 0.25f, 0, PART_NONE);
}

static void counted(void)
{
    struct answers a = {.keep_ids = true}, all = {.learned_too = true};
    add_all(&a);
    CHECK(a.score.galaxies == 4 && a.score.correct == 1 && a.sample.n == 5);
    CHECK(a.others == 1 && strcmp(a.first_other, "ring") == 0 && a.learned == 1);
    CHECK(a.ids.size == 5 * (RECORD_ID_MAX + 1) && a.mistakes.found.size == 0);
    CHECK(strcmp(a.ids.data + 3 * (RECORD_ID_MAX + 1), "other") == 0);
    add_all(&all);
    CHECK(all.score.galaxies == 5 && all.learned == 0 && all.ids.size == 0);
    answers_release(&a);
    answers_release(&all);
}

static void ordered(void)
{
    const struct prediction_columns columns = {.label = true};
    struct answers a = {.keep_mistakes = true};
    struct buffer text = {0};
    add_all(&a);
    CHECK(!mistakes_write(&a.mistakes, 2, 2, names, &columns, &text, &err));
    CHECK(!mistakes_write(&a.mistakes, UINT64_MAX, 2, names, &columns, &text, &err));
    CHECK(!buffer_append(&text, "", 1, &err));
    CHECK(strcmp(text.data, "#id\ta\tb\tlabel\n"
                            "worst\t0.125000\t0.875000\ta\n"
                            "wrong\t0.750000\t0.250000\tb\n"
                            "#id\ta\tb\tlabel\n"
                            "worst\t0.125000\t0.875000\ta\n"
                            "wrong\t0.750000\t0.250000\tb\n"
                            "equal\t0.250000\t0.750000\ta\n") == 0);
    buffer_release(&text);
    answers_release(&a);
}

int main(void)
{
    unit_test("others and galaxies learned from are told from the rest");
    counted();
    unit_test("the most confident mistakes come first, equal ones in their order");
    ordered();
    return unit_end();
}
