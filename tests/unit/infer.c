#include "net/infer.h"

#include "floats.h"
#include "image/image.h"
#include "net/kernels.h"
#include "net/layer_cyclic.h"
#include "net/network.h"

static void infer_is_forward(struct rng *r, const char *text, size_t height, size_t width)
{
    struct netspec s;
    struct workspace w;
    struct infer f;
    struct error err;
    CHECK(!netspec_parse(&s, text, height, width, 1, 3, &err));
    CHECK(!workspace_init(&w, &s, INFER_BLOCK, &err) && !infer_init(&f, &s, &err));
    float *parameter = floats_new(s.parameters);
    network_init_parameters(&s, 3, parameter);
    for (size_t i = 0; i < INFER_BLOCK * height * width; i++)
        f.input[i] = (float)rng_normal(r);
    infer_logits(&f, parameter, INFER_BLOCK);
    /* Without dropout: a rate of 0 keeps all. */
    for (size_t i = 0; i < s.layers; i++)
        s.layer[i].rate = 0;
    const float *logit = network_forward(&w, parameter, INFER_BLOCK, f.input, 1);
    for (size_t i = 0; i < INFER_BLOCK * s.classes; i++)
        CHECK_NEAR((double)f.logit[i], (double)logit[i], 1e-5 * (1 + fabs((double)logit[i])));
    free(parameter);
    workspace_release(&w);
    infer_release(&f);
}

/* The bits of a picture's logits, by itself and at every place (or some) of blocks of other
   pictures, full ones and such as end with it. */
static void same_bits(struct rng *r, const char *text, size_t height, size_t width, size_t channels,
                      size_t step)
{
    struct netspec s;
    struct infer f;
    struct error err;
    float alone[3];
    CHECK(!netspec_parse(&s, text, height, width, channels, 3, &err) && !infer_init(&f, &s, &err));
    size_t values = height * width * channels;
    float *parameter = floats_new(s.parameters), *picture = floats_random(r, values);
    network_init_parameters(&s, 3, parameter);
    memcpy(f.input, picture, values * sizeof *picture);
    infer_logits(&f, parameter, 1);
    memcpy(alone, f.logit, sizeof alone);
    for (size_t place = 0; place < INFER_BLOCK; place += step)
        for (int full = 0; full < 2; full++) {
            for (size_t i = 0; i < INFER_BLOCK * values; i++)
                f.input[i] = (float)rng_normal(r);
            memcpy(f.input + place * values, picture, values * sizeof *picture);
            infer_logits(&f, parameter, full ? INFER_BLOCK : place + 1);
            CHECK(memcmp(alone, f.logit + place * 3, sizeof alone) == 0);
        }
    floats_free((float *[]){parameter, picture, NULL});
    infer_release(&f);
}

static void everywhere(struct rng *r)
{
    same_bits(r, "conv8 pool conv16 pool dense32 dense16", 12, 12, 1, 1);
    same_bits(r, "conv5 conv7 pool dense3", 7, 9, 3, 1);
    same_bits(r, "conv19 conv33 pool dense65", 13, 5, 1, 1);
    same_bits(r, "dense17", 5, 5, 1, 1);
    same_bits(r, "", 9, 9, 1, 1);
    same_bits(r, "conv5 pool dense9 cyclic dense4", 10, 10, 2, 1);
    same_bits(r, NETSPEC_DEFAULT, 32, 32, 1, 9);
}

/* With a cyclic layer, the turns of a picture have the same bits. */
static void turns(struct rng *r, const char *text, size_t side, size_t channels)
{
    struct netspec s;
    struct infer f;
    struct error err;
    CHECK(!netspec_parse(&s, text, side, side, channels, 3, &err) && !infer_init(&f, &s, &err));
    size_t values = side * side * channels;
    float *parameter = floats_new(s.parameters), *picture = floats_random(r, values);
    network_init_parameters(&s, 3, parameter);
    cyclic_turn(1, side, channels, picture, f.input);
    /* Mirrored, it has others. */
    image_orient(picture, side, channels * sizeof *picture, 4, f.input + 4 * values);
    infer_logits(&f, parameter, 5);
    for (size_t k = 1; k < 4; k++)
        CHECK(memcmp(f.logit, f.logit + 3 * k, 3 * sizeof(float)) == 0);
    CHECK(memcmp(f.logit, f.logit + 12, 3 * sizeof(float)) != 0);
    floats_free((float *[]){parameter, picture, NULL});
    infer_release(&f);
}

int main(void)
{
    struct rng r = rng_seed(21);
    unit_test("inference is the forward pass without dropout");
    infer_is_forward(&r, "conv8 pool conv16 pool dense32 dropout0.5 dense16", 12, 12);
    infer_is_forward(&r, "conv5 dropout0.5 conv7 pool", 7, 9);
    infer_is_forward(&r, "dropout0.5 dense9", 3, 4);
    infer_is_forward(&r, "conv5 pool dense9 cyclic dropout0.5 dense4", 10, 10);
    unit_test("a picture's logits have the same bits at every place, whatever its neighbours");
    for (size_t i = 0; kernels_number(i); i++) {
        setenv("GZ_KERNELS", kernels_number(i)->name, 1);
        everywhere(&r);
    }
    unit_test("the four turns of a picture have the same bits, after a cyclic layer");
    for (size_t i = 0; kernels_number(i); i++) {
        setenv("GZ_KERNELS", kernels_number(i)->name, 1);
        turns(&r, "conv5 pool conv4 dense9 cyclic dense4", 10, 2);
        turns(&r, "dense9 dense7 cyclic", 5, 1);
        turns(&r, "conv32 pool conv64 pool conv65 pool dense33 cyclic dropout0.5 dense17", 32, 1);
    }
    return unit_end();
}
