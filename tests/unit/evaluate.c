/* evaluate: the same for any number of threads, and right on pictures that were not learned. */
#include "learn/evaluate.h"

#include "learn/step.h"
#include "pictures.h"

enum { SIDE = 12, LEARNED = 60 };

static struct error err;
static struct netspec spec;
static struct record_type type;

/* A network that has learned to tell the first pictures apart. */
static struct step make(void)
{
    struct step s = {.spec = &spec,
                     .adam = adam_default,
                     .groups = 1,
                     .group = {{.images = LEARNED, .shards = 4}},
                     .jobs = 1,
                     .seed = 7};
    struct input_format format = {&type, {SIDE, SIDE, 1}, {NORMALISE_MEAN_STD, 0.4, 0.3}, 0};
    const struct target_rule rule = {0};
    unsigned char *record = calloc(1, type.size), pixels[SIDE * SIDE];
    const size_t n = LEARNED;
    double loss;
    CHECK(!netspec_parse(&spec, "conv8 pool conv16 pool dense16", SIDE, SIDE, 1, PICTURES_CLASSES,
                         &err));
    CHECK(!step_init(&s, &err));
    for (size_t i = 0; i < n; i++) {
        picture_make(&type, i, 0, record);
        example_load(&format, &rule, record, pixels, s.input + i * SIDE * SIDE,
                     s.target + i * PICTURES_CLASSES);
    }
    for (int i = 0; i < 60; i++) {
        step_gradient(&s, &n, n, &loss);
        step_update(&s, 0.01, 0, spec.block_size, s.shards, (const float *const *)s.gradient);
    }
    free(record);
    return s;
}

static void evaluation(void)
{
    struct step s = make();
    struct dataset d = {.format = {&type, {SIDE, SIDE, 1}, {NORMALISE_MEAN_STD, 0.4, 0.3}}};
    unsigned char *record = calloc(1, type.size);
    float logit[150 * PICTURES_CLASSES], again[150 * PICTURES_CLASSES];
    struct evaluation e[3];
    for (size_t i = 1000; i < 1150; i++) {
        picture_make(&type, i, 0, record);
        CHECK(!dataset_add(&d, record, &err));
    }
    for (unsigned jobs = 1; jobs <= 3; jobs++) {
        float *l = jobs == 1 ? logit : again;
        CHECK(!evaluate_logits(&spec, step_result(&s), &d, jobs, l, &err));
        e[jobs - 1] = evaluate(d.n, PICTURES_CLASSES, l, dataset_targets(&d));
        CHECK(e[jobs - 1].n == 150 && e[jobs - 1].correct == e[0].correct &&
              e[jobs - 1].loss == e[0].loss);
        CHECK(jobs == 1 || memcmp(logit, again, sizeof logit) == 0);
    }
    size_t correct = 0;
    for (size_t i = 0; i < 150; i++) {
        const float *l = logit + i * 3;
        size_t best = l[0] >= l[1] && l[0] >= l[2] ? 0 : l[1] >= l[2] ? 1 : 2;
        correct += best == (1000 + i) % 3;
    }
    CHECK(correct == e[0].correct && correct > 140);
    free(record);
    dataset_release(&d);
    step_release(&s);
}

int main(void)
{
    type = pictures_type(SIDE, PIXEL_U1, NULL);
    unit_test("the same for any number of threads, right on pictures not seen");
    evaluation();
    return unit_end();
}
