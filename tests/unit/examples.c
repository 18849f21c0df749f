/* examples: the target of a record, and datasets that give back what was put in. */
#include "learn/examples.h"

#include "pictures.h"

enum { SIDE = 8, INNER = 6, N = 20 };

static struct error err;
static struct record_type type;

static void load(const struct target_rule *rule, const float *votes, float *target)
{
    struct input_format f = {&type, {INNER, INNER, 1}, {NORMALISE_MEAN_STD, 0.5, 0.25}, 0};
    unsigned char *record = calloc(1, type.size), pixels[INNER * INNER];
    float input[INNER * INNER], again[INNER * INNER];
    picture_make(&type, 4, 0, record);
    record_set_votes(&type, record, votes);
    example_load(&f, rule, record, pixels, input, target);
    input_cut(&f, record, pixels);
    input_normalise(&f, pixels, again);
    CHECK(memcmp(input, again, sizeof input) == 0);
    free(record);
}

static void targets(void)
{
    static const float votes[] = {0.2f, 0.5f, 0.3f};
    static const struct {
        struct target_rule rule;
        float target[3];
    } wanted[] = {{{false, 0}, {0, 1, 0}},
                  {{true, 0}, {0.2f, 0.5f, 0.3f}},
                  {{false, 0.3}, {0.1f, 0.8f, 0.1f}},
                  {{true, 0.3}, {0.24f, 0.45f, 0.31f}}};
    for (size_t i = 0; i < 4; i++) {
        float target[3];
        load(&wanted[i].rule, votes, target);
        CHECK(unit_gap(target, wanted[i].target, 3) < 1e-6);
    }
    /* Of equal shares the first counts. */
    static const float equal[] = {0, 0.5f, 0.5f}, first[] = {0, 1, 0};
    float target[3];
    load(&(struct target_rule){0}, equal, target);
    CHECK(memcmp(target, first, sizeof first) == 0);
}

static void datasets(void)
{
    struct input_format f = {&type, {INNER, INNER, 1}, {NORMALISE_MEAN_STD, 0.5, 0.25}, 0};
    const struct target_rule votes = {.soft_labels = true};
    struct dataset d = {.format = f};
    unsigned char *record = calloc(1, type.size), pixels[INNER * INNER];
    float input[INNER * INNER], kept[INNER * INNER], target[PICTURES_CLASSES];
    for (size_t i = 0; i < N; i++) {
        picture_make(&type, i, 0, record);
        CHECK(!dataset_add(&d, record, &err));
    }
    CHECK(d.n == N && d.pixels.size == N * INNER * INNER);
    for (size_t i = N; i-- > 0;) {
        picture_make(&type, i, 0, record);
        example_load(&f, &votes, record, pixels, input, target);
        dataset_input(&d, i, kept);
        CHECK(memcmp(input, kept, sizeof input) == 0);
        CHECK(memcmp(target, dataset_targets(&d) + i * PICTURES_CLASSES, sizeof target) == 0);
    }
    dataset_release(&d);
    free(record);
}

static void types(void)
{
    static struct model m;
    struct record_type plain, other = type;
    CHECK(!netspec_parse(&m.spec, "dense4", INNER, INNER, 1, PICTURES_CLASSES, &err));
    CHECK(!model_set_classes(&m, &type, &err) && !example_check_type(&m, &type, &err));
    CHECK(!record_type_init(&plain, PIXEL_U1, SIDE, SIDE, 1, &err));
    CHECK(example_check_type(&m, &plain, &err) == STATUS_MISMATCH && strstr(err.text, "no votes"));
    CHECK(!record_type_set_votes(&other, 3, (const char *const[]){"lying", "disc", "standing"},
                                 &err));
    CHECK(example_check_type(&m, &other, &err) == STATUS_MISMATCH);
    CHECK(strcmp(err.text, "class 'disc', where the training stream has 'standing'") == 0);
    CHECK(!record_type_set_votes(&other, 2, (const char *const[]){"lying", "disc"}, &err));
    CHECK(example_check_type(&m, &other, &err) == STATUS_MISMATCH);
    other = type;
    CHECK(!record_type_set_pixels(&other, PIXEL_U1, SIDE + 1, SIDE, 1, &err));
    CHECK(example_check_type(&m, &other, &err) == STATUS_MISMATCH && strstr(err.text, "9x8x1"));
}

int main(void)
{
    type = pictures_type(SIDE, PIXEL_U1, NULL);
    unit_test("a target is the class or the votes, smoothed or not");
    targets();
    unit_test("a dataset gives back inputs and targets");
    datasets();
    unit_test("records that cannot teach the model are refused by name");
    types();
    return unit_end();
}
