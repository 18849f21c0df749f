#include "learn/step.h"

#include "model/input.h"

#include "pictures.h"

enum { SIDE = 12 };

static struct error err;
static struct netspec spec;
static struct record_type type;
static bool norm; /* processes learn with batch normalisation */
static bool muon; /* and by Muon */

/* A process of these groups, with pictures from number first on in it. */
static struct step make_groups(const char *network, const struct step_group *group, size_t groups,
                               size_t first, unsigned jobs)
{
    struct step t = {.spec = &spec,
                     .adam = adam_default,
                     .muon = muon,
                     .groups = groups,
                     .jobs = jobs,
                     .seed = 7,
                     .ema = 0.99};
    unsigned char *record = calloc(1, type.size), pixels[SIDE * SIDE];
    struct input_format b = {&type, {SIDE, SIDE, 1}, {NORMALISE_MEAN_STD, 0.4, 0.3}, 0};
    memcpy(t.group, group, groups * sizeof *group);
    CHECK(!netspec_parse(&spec, network, SIDE, SIDE, 1, PICTURES_CLASSES, &err));
    if (norm)
        netspec_add_norm(&spec);
    CHECK(!step_init(&t, &err));
    for (size_t i = 0; i < t.batch; i++) {
        picture_make(&type, first + i, 0, record);
        input_cut(&b, record, pixels);
        input_normalise(&b, pixels, t.input + i * SIDE * SIDE);
        t.target[i * PICTURES_CLASSES + (first + i) % 3] = 1;
    }
    free(record);
    return t;
}

/* A process with the first n pictures in it. */
static struct step make(const char *network, size_t n, size_t shards, unsigned jobs)
{
    const struct step_group all = {.images = n, .shards = shards};
    return make_groups(network, &all, 1, 0, jobs);
}

/* The gradient of the first n images, one group; returns the loss. */
static double gradient(struct step *t, size_t n)
{
    double loss;
    step_gradient(t, &n, n, &loss);
    return loss;
}

static void update(struct step *t, double rate)
{
    step_update(t, rate, 0, spec.block_size, t->shards, (const float *const *)t->gradient);
}

#define NETWORK "conv8 pool conv16 pool dense16 dropout0.5 dense8"

static void same_bits_for_jobs(void)
{
    float *first = NULL, *averaged = NULL;
    double first_loss = 0;
    for (unsigned jobs = 1; jobs <= 3; jobs++) {
        struct step t = make(NETWORK, 22, 4, jobs);
        double loss = 0;
        CHECK(t.averaged &&
              norm != (memcmp(step_result(&t), t.averaged, spec.parameters * 4) == 0));
        CHECK(memcmp(t.averaged, t.parameter, spec.block_size * 4) == 0);
        for (int i = 0; i < 5; i++) {
            /* The last batch of an epoch may be smaller, even than the shards. */
            loss += gradient(&t, i == 3 ? 3 : i == 4 ? 7 : 22);
            update(&t, 0.01);
        }
        CHECK(t.count == 5 && loss > 0);
        if (jobs == 1) {
            first = memcpy(malloc(spec.block_size * 4), t.parameter, spec.block_size * 4);
            averaged = memcpy(malloc(spec.block_size * 4), t.averaged, spec.block_size * 4);
            first_loss = loss;
        }
        CHECK(loss == first_loss && memcmp(first, t.parameter, spec.block_size * 4) == 0);
        CHECK(memcmp(averaged, t.averaged, spec.block_size * 4) == 0);
        CHECK(memcmp(averaged, first, spec.block_size * 4) != 0);
        step_release(&t);
    }
    free(first);
    free(averaged);
}

/* The sum of the shards' gradients is that of the whole batch, within rounding. */
static void shards_add_up(void)
{
    struct step one = make("conv8 pool dense8", 21, 1, 1),
                four = make("conv8 pool dense8", 21, 4, 2);
    for (size_t n = 1; n <= 21; n += 5) {
        CHECK_NEAR(gradient(&one, n), gradient(&four, n), 1e-5);
        float *sum = four.gradient[0];
        double scale = 0;
        for (size_t i = 0; i < spec.parameters; i++) {
            sum[i] += four.gradient[1][i] + four.gradient[2][i] + four.gradient[3][i];
            scale = fabsf(sum[i]) > scale ? fabsf(sum[i]) : scale;
        }
        CHECK(scale > 0 && unit_gap(sum, one.gradient[0], spec.parameters) < 1e-5 * scale);
    }
    step_release(&one);
    step_release(&four);
}

/* Two groups in one process, or each in one of its own with an optimiser for a part of the
   parameters: the same bits. */
static void groups_apart(void)
{
    const struct step_group group[2] = {{.images = 9, .shards = 2},
                                        {.images = 12, .shards = 3, .number = 2}};
    struct step both = make_groups(NETWORK, group, 2, 0, 2),
                one = make_groups(NETWORK, &group[0], 1, 0, 1),
                two = make_groups(NETWORK, &group[1], 1, 9, 1);
    const size_t images[][2] = {{9, 12}, {9, 3}, {0, 12}, {1, 1}};
    /* With Muon number 1024 is in the weights of conv2. */
    size_t cut = step_border(&both, 1024), rest = spec.block_size - cut;
    CHECK(cut == (muon ? spec.layer[2].weight_at : 1024));
    CHECK(step_border(&both, cut) == cut &&
          step_border(&both, cut + 9 * 8 * 16) == cut + 9 * 8 * 16);
    for (int i = 0; i < 4; i++) {
        const size_t *n = images[i], all = n[0] + n[1];
        double loss[2], apart[2];
        step_gradient(&both, n, all, loss);
        step_gradient(&one, &n[0], all, &apart[0]);
        step_gradient(&two, &n[1], all, &apart[1]);
        CHECK(loss[0] == apart[0] && loss[1] == apart[1]);
        step_sum_gradients(&both);
        step_sum_gradients(&one);
        step_sum_gradients(&two);
        const float *whole[] = {both.gradient[0], both.gradient[2]},
                    *sum[] = {one.gradient[0], two.gradient[0]},
                    *end[] = {sum[0] + cut, sum[1] + cut};
        step_update(&both, 0.01, 0, spec.block_size, 2, whole);
        step_update(&one, 0.01, 0, cut, 2, sum);
        step_update(&two, 0.01, cut, rest, 2, end);
        memcpy(one.parameter + cut, two.parameter + cut, rest * 4);
        memcpy(two.parameter, one.parameter, cut * 4);
        CHECK(memcmp(both.parameter, one.parameter, spec.block_size * 4) == 0);
        CHECK(memcmp(both.averaged, one.averaged, cut * 4) == 0);
        CHECK(memcmp(both.averaged + cut, two.averaged + cut, rest * 4) == 0);
    }
    step_release(&both);
    step_release(&one);
    step_release(&two);
}

/* The gradient is that of the mean cross-entropy step_gradient returns the sum of. */
static void gradient_of_the_mean(void)
{
    struct step t = make("dense5", 6, 2, 1);
    gradient(&t, 6);
    for (size_t i = 0; i < spec.parameters; i += 41) {
        double slope = (double)t.gradient[0][i] + (double)t.gradient[1][i];
        float value = t.parameter[i], h = 1.f / 256;
        float *keep = memcpy(malloc(spec.parameters * 8), t.gradient[0], spec.parameters * 4);
        t.parameter[i] = value + h;
        double up = gradient(&t, 6);
        t.parameter[i] = value - h;
        double down = gradient(&t, 6);
        t.parameter[i] = value;
        CHECK_NEAR((up - down) / 6 / (2 * (double)h), slope, 1e-3);
        free(keep);
        gradient(&t, 6);
    }
    step_release(&t);
}

/* An image of weight 2 counts as one that is there twice, and one of weight 0 as one that is not.
 */
static void weights(void)
{
    enum { N = 5 };
    struct step weighted = make("dense5", N, 1, 1), twice = make("dense5", N, 1, 1);
    size_t pixels = SIDE * SIDE;
    weighted.weight[0] = 2;
    weighted.weight[N - 1] = 0;
    memcpy(twice.input + (N - 1) * pixels, twice.input, pixels * sizeof(float));
    memcpy(twice.target + (N - 1) * PICTURES_CLASSES, twice.target,
           PICTURES_CLASSES * sizeof(float));
    CHECK_NEAR(gradient(&weighted, N), gradient(&twice, N), 1e-6);
    CHECK(unit_gap(weighted.gradient[0], twice.gradient[0], spec.parameters) < 1e-6);
    step_release(&weighted);
    step_release(&twice);
}

/* Where nothing is learned, running statistics become the mean of the shards', by their images. */
static void statistics(void)
{
    struct step t = make("conv8 pool conv16 pool dense8", 11, 2, 1);
    const size_t first = spec.layer[2].running_at;
    CHECK(first == spec.layer[0].running_at + 16 && spec.block_size == first + 32);
    for (int i = 0; i < 3000; i++) {
        (void)gradient(&t, 11);
        update(&t, 0);
    }
    for (size_t i = 0; i < 32; i++) {
        double six = (double)t.workspace[0].moments[2][i],
               five = (double)t.workspace[1].moments[2][i];
        CHECK(six != five);
        CHECK_NEAR((double)t.parameter[first + i], (6 * six + 5 * five) / 11, 1e-5);
    }
    step_release(&t);
}

static void overfits(void)
{
    struct step t = make("conv8 pool conv16 pool dense16", 20, 4, 1);
    double loss = 0;
    for (int i = 0; i < 150; i++) {
        loss = gradient(&t, 20) / 20;
        update(&t, 0.01);
    }
    CHECK(loss < 0.01);
    step_release(&t);
}

/* Each parameter is what its optimiser alone makes of it. */
static void who_updates(void)
{
    muon = false;
    struct step adam = make(NETWORK, 20, 3, 1);
    muon = true;
    struct step both = make(NETWORK, 20, 3, 2);
    const struct layer *l = &spec.layer[2];
    size_t first = l->weight_at, n = l->weights, end = first + n;
    struct muon o = muon_default;
    o.length *= norm ? 16 : 1;
    static float m[9 * 8 * 16], w[9 * 8 * 16], scratch[4 * 9 * 8 * 16];
    CHECK(n == 9 * 8 * 16 && muon_scratch(9 * 8, 16) <= 4 * n);
    memset(m, 0, sizeof m);
    memcpy(w, both.parameter + first, sizeof w);
    (void)gradient(&adam, 20);
    (void)gradient(&both, 20);
    update(&adam, 0.01);
    update(&both, 0.01);
    const float *gradients[] = {both.gradient[0] + first, both.gradient[1] + first,
                                both.gradient[2] + first};
    muon_step(&o, 9 * 8, 16, 0.01f, 3, gradients, m, w, scratch);
    CHECK(memcmp(both.parameter + first, w, sizeof w) == 0);
    CHECK(memcmp(both.m + first, m, sizeof m) == 0);
    CHECK(memcmp(both.parameter, adam.parameter, first * 4) == 0);
    CHECK(memcmp(both.parameter + end, adam.parameter + end, (spec.block_size - end) * 4) == 0);
    CHECK(memcmp(both.averaged + first, adam.averaged + first, n * 4) != 0);
    step_release(&adam);
    step_release(&both);
}

int main(void)
{
    type = pictures_type(SIDE, PIXEL_U1, NULL);
    for (int way = 0; way < 4; way++) {
        norm = way % 2;
        muon = way / 2;
        unit_test("1, 2 and 3 threads give the same bytes of parameters");
        same_bits_for_jobs();
        unit_test("two groups in one process or in two: the same bytes of parameters");
        groups_apart();
        unit_test("a tiny network learns 20 pictures by heart");
        overfits();
    }
    for (int way = 0; way < 2; way++) {
        norm = way;
        unit_test("Muon updates the weights of the second convolution, and Adam all others");
        who_updates();
    }
    unit_test("an image's weight is how often it counts");
    weights();
    unit_test("running statistics are those of all images");
    statistics();
    norm = muon = false;
    unit_test("the gradients of 4 shards add up to that of 1");
    shards_add_up();
    unit_test("the gradient is that of the mean cross-entropy");
    gradient_of_the_mean();
    return unit_end();
}
