/* views: all orientations of a picture give the same inputs and the same probabilities. */
#include "model/views.h"

#include "base/rng.h"
#include "image/image.h"
#include "net/loss.h"
#include "pictures.h"

enum { SIDE = 6, CLASSES = 3, VALUES = SIDE * SIDE };

static struct error err;
static struct record_type type;

/* The inputs of the views of one orientation of a random picture. */
static void load(const struct views *v, unsigned orientation, float *input)
{
    const struct input_format f = {&type, {SIDE, SIDE, 1}, {NORMALISE_PER_IMAGE, 0, 1}, 0};
    unsigned char *record = calloc(1, type.size), *scratch = malloc(views_scratch(&f));
    unsigned char pixels[VALUES];
    struct rng r = rng_seed(3);
    for (size_t i = 0; i < VALUES; i++)
        pixels[i] = (unsigned char)rng_below(&r, 256);
    image_orient(pixels, SIDE, 1, orientation, record_pixels_out(&type, record));
    views_load(v, &f, record, scratch, input);
    free(record);
    free(scratch);
}

static void orientations(void)
{
    const struct views eight = views_of(8, false), cyclic = views_of(8, true),
                       one = views_of(1, false), turns = views_of(1, true);
    const struct views *const all[] = {&eight, &cyclic, &turns};
    float first[8 * VALUES], other[8 * VALUES];
    CHECK(eight.n == 8 && eight.alike == 1 && cyclic.n == 2 && cyclic.alike == 4);
    CHECK(one.n == 1 && one.alike == 1 && turns.n == 1 && turns.alike == 4);
    for (size_t k = 0; k < 3; k++) {
        const struct views *v = all[k];
        load(v, 0, first);
        /* One view of a cyclic network stands for the four turns, not for the mirror images. */
        for (unsigned o = 1; o < (v == &turns ? 4 : 8); o++) {
            load(v, o, other);
            CHECK(memcmp(first, other, v->n * VALUES * sizeof *first) == 0);
        }
        for (size_t i = 1; i < v->n; i++) /* and no view twice, for a picture without symmetry */
            CHECK(memcmp(first, first + i * VALUES, VALUES * sizeof *first) != 0);
    }
    load(&one, 0, first);
    load(&one, 1, other);
    CHECK(memcmp(first, other, VALUES * sizeof *first) != 0);
}

/* Against the definition, worked out here. */
static void probabilities(void)
{
    static const float logit[2 * CLASSES] = {1, -2, 0.5f, 3, 1, -1};
    const struct views two = {2, 4}, one = {1, 1};
    float p[CLASSES], wanted[CLASSES], each[2][CLASSES];
    const float mean[CLASSES] = {2, -0.5f, -0.25f};
    const double weight[CLASSES] = {1, 1, 1}, other[CLASSES] = {0.1, 3, 1};
    float std = views_probabilities(&two, CLASSES, logit, 1.5, weight, p);
    softmax(CLASSES, mean, 1.5, wanted);
    softmax(CLASSES, logit, 1.5, each[0]);
    softmax(CLASSES, logit + CLASSES, 1.5, each[1]);
    CHECK(unit_gap(p, wanted, CLASSES) < 1e-7);
    CHECK_NEAR((double)std, fabs((double)each[0][0] - (double)each[1][0]) / 2, 1e-7);
    CHECK(views_probabilities(&one, CLASSES, logit, 1.5, weight, p) == 0);
    CHECK(memcmp(p, each[0], sizeof p) == 0);

    /* Other weights change the views and their mean alike; here another class becomes the
       likeliest. */
    std = views_probabilities(&two, CLASSES, logit, 1.5, other, p);
    softmax_weighted(CLASSES, mean, 1.5, other, wanted);
    softmax_weighted(CLASSES, logit, 1.5, other, each[0]);
    softmax_weighted(CLASSES, logit + CLASSES, 1.5, other, each[1]);
    size_t likeliest = argmax(CLASSES, wanted);
    CHECK(likeliest != 0 && unit_gap(p, wanted, CLASSES) < 1e-7);
    CHECK_NEAR((double)std, fabs((double)each[0][likeliest] - (double)each[1][likeliest]) / 2,
               1e-7);
}

int main(void)
{
    CHECK(!record_type_init(&type, PIXEL_U1, SIDE, SIDE, 1, &err));
    unit_test("all orientations of a picture give the same inputs");
    orientations();
    unit_test("probabilities are those of the mean logits; their deviation over the views");
    probabilities();
    return unit_end();
}
