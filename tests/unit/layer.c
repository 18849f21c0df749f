#include "net/layer.h"

#include "floats.h"
#include "net/netspec.h"

/* Where a layer is skipped, the convolution before it gives what both would give by themselves. */
static void pooled(struct rng *r, const char *text, size_t height, size_t width, size_t channels)
{
    enum { PICTURES = 3 };
    struct netspec s;
    struct error err;
    CHECK(!netspec_parse(&s, text, height, width, channels, 3, &err));
    struct layer conv = s.layer[0], pool = s.layer[1];
    CHECK(conv.pooled && pool.skipped && layer_picture_out(&conv) == layer_picture_out(&pool));
    size_t n = PICTURES * layer_picture_out(&conv);
    float *x = floats_random(r, PICTURES * layer_picture_in(&conv)), *y = floats_random(r, n);
    float *parameter = floats_random(r, s.parameters), *scratch = floats_new(layer_scratch(&conv));
    layer_forward(&conv, parameter, PICTURES, x, y, NULL, scratch);
    conv.pooled = false;
    CHECK(layer_picture_out(&conv) == layer_picture_in(&pool));
    float *between = floats_random(r, PICTURES * layer_picture_out(&conv));
    float *apart = floats_random(r, n);
    layer_forward(&conv, parameter, PICTURES, x, between, NULL, scratch);
    layer_forward(&pool, parameter, PICTURES, between, apart, NULL, scratch);
    CHECK(memcmp(y, apart, n * sizeof *y) == 0);
    floats_free((float *[]){x, y, parameter, scratch, between, apart, NULL});
}

/* Each layer's output is the next one's input, as the layers say and as they are stored. */
static void chain(const char *text, size_t images)
{
    struct netspec s;
    struct error err;
    CHECK(!netspec_parse(&s, text, 20, 20, 2, 3, &err));
    CHECK(layer_picture_in(&s.layer[0]) == images * 20 * 20 * 2);
    for (size_t i = 1; i < s.layers; i++) {
        const struct layer *l = &s.layer[i];
        CHECK(layer_out(l - 1) == layer_in(l));
        CHECK(layer_picture_out(l - 1) ==
              (l->skipped ? layer_picture_out(l) : layer_picture_in(l)));
        CHECK(l->linear == (i + 1 == s.layers));
    }
    CHECK(layer_picture_out(&s.layer[s.layers - 1]) == 3);
}

/* ReLU follows a dense layer unless it is linear; dropout only copies. */
static void dense_and_dropout(void)
{
    const float parameter[] = {1, -1, 0.5f, 0.25f}, x[] = {2, 3};
    struct layer l = {.kind = LAYER_DENSE, .images = 1, .height = 1, .width = 1, .channels = 1};
    float y[4];
    l.out = l.bias_at = 2;
    l.out_height = l.out_width = 1;
    layer_forward(&l, parameter, 2, x, y, NULL, NULL);
    CHECK(y[0] == 2.5f && y[1] == 0 && y[2] == 3.5f && y[3] == 0);
    l.linear = true;
    layer_forward(&l, parameter, 2, x, y, NULL, NULL);
    CHECK(y[0] == 2.5f && y[1] == -1.75f && y[2] == 3.5f && y[3] == -2.75f);
    l.kind = LAYER_DROPOUT;
    layer_forward(&l, parameter, 2, x, y, NULL, NULL);
    CHECK(memcmp(x, y, sizeof x) == 0);
}

int main(void)
{
    struct rng r = rng_seed(14);
    unit_test("a convolution computed with its pool is the convolution, then the pool, to the bit");
    pooled(&r, "conv7 pool", 9, 12, 1);
    pooled(&r, "conv19 pool", 8, 7, 5);
    pooled(&r, "conv4 pool dense5 cyclic", 6, 6, 2);
    unit_test("what a layer stores is what the next one takes");
    chain("conv4 pool pool conv3 conv5 pool dropout0.5 dense6", 1);
    chain("pool conv4 pool dense6 dropout0.1 dense5 cyclic dense4", 4);
    unit_test("dense layers by hand, with ReLU and without; dropout copies");
    dense_and_dropout();
    return unit_end();
}
