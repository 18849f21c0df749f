#include "net/netspec.h"

#include "base/rng.h"
#include "unit.h"

static struct netspec s;
static struct error err;

static enum status parse(const char *text)
{
    return netspec_parse(&s, text, 64, 64, 1, 3, &err);
}

static bool refused(const char *text, enum status status, const char *what)
{
    bool ok = parse(text) == status && strstr(err.text, what);
    if (!ok)
        printf("# '%s': %s\n", text, err.text);
    return ok;
}

static void the_default(void)
{
    struct buffer table = {0};
    CHECK(!parse(NETSPEC_DEFAULT) && s.layers == 12);
    /* 9 x 32 + 32, 9 x 32 x 64 + 64, 9 x 64 x 128 + 128, ..., 2048 x 256 + 256, ... */
    CHECK(s.parameters == 320 + 18496 + 73856 + 147584 + 524544 + 32896 + 387);
    CHECK(!netspec_describe(&s, &table, &err) && !buffer_append(&table, "", 1, &err));
    CHECK(strstr(table.data, "\nconv2              32x32x64        18496         18874368\n"));
    CHECK(strstr(table.data, "\ndropout0.5              128            0                0\n"));
    CHECK(strstr(table.data, "\nall                               798083         48923008\n"));
    buffer_release(&table);
}

/* The layers before it work on four turns, so they have four times the multiplications. */
static void with_cyclic(void)
{
    struct buffer table = {0};
    CHECK(!parse("conv32 dense256 cyclic dense128"));
    CHECK(!netspec_describe(&s, &table, &err) && !buffer_append(&table, "", 1, &err));
    CHECK(strstr(table.data, "\nconv1              64x64x32          320          4718592\n"));
    CHECK(strstr(table.data, "\ncyclic                  256            0                0\n"));
    CHECK(strstr(table.data, "\ndense2                  128        32896            32768\n"));
    buffer_release(&table);
}

static void shapes(void)
{
    CHECK(!netspec_parse(&s, "  conv2 pool   pool dropout0.25 dense7 ", 9, 23, 3, 2, &err));
    CHECK(s.layers == 6 && s.classes == 2);
    CHECK(s.layer[0].out_height == 9 && s.layer[0].out_width == 23 && s.layer[0].weights == 54);
    CHECK(s.layer[2].number == 2 && s.layer[2].out_height == 2 && s.layer[2].out_width == 5);
    CHECK(s.layer[3].rate == 0.25f && layer_in(&s.layer[4]) == 20 && s.layer[4].weights == 140);
    CHECK(s.layer[5].kind == LAYER_DENSE && s.layer[5].out == 2 && s.layer[5].number == 2);
    CHECK(s.layer[5].bias_at + s.layer[5].biases == s.parameters);
    CHECK(!parse("") && s.layers == 1 && s.parameters == 64 * 64 * 3 + 3);
}

static void bad_words(void)
{
    static const char *const bad[] = {
        "conv",        "conv0",  "conv-1",   "conv8193",   "conv1.5",    "conv 32",  "pool2",
        "dense",       "dense0", "dropout",  "dropout1",   "dropout-.1", "densely4", "relu",
        "conv32,pool", "Conv32", "dense1e3", "dropoutnan", "\xff",       "softmax",  "cyclic4"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char quoted[64];
        snprintf(quoted, sizeof quoted, "'%.*s'", (int)strcspn(bad[i], " "), bad[i]);
        CHECK(refused(bad[i], STATUS_FORMAT, quoted));
    }
    CHECK(refused("conv8 dense1000000000 pool", STATUS_FORMAT, "'dense1000000000'"));
    CHECK(refused("dense5 conv8", STATUS_FORMAT, "'conv8' can't follow a dense layer"));
    CHECK(refused("dense5 pool", STATUS_FORMAT, "'pool' can't follow"));
    CHECK(refused("conv5 cyclic dense5", STATUS_FORMAT, "'cyclic' needs a dense layer before it"));
    CHECK(refused("dense5 cyclic dense4 cyclic", STATUS_FORMAT, "more than one 'cyclic'"));
    CHECK(netspec_parse(&s, "dense5 cyclic", 64, 62, 1, 3, &err) == STATUS_MISMATCH);
    CHECK(strstr(err.text, "square pictures, not 64x62"));
    CHECK(refused("pool pool pool pool pool pool pool", STATUS_FORMAT,
                  "'pool' can't halve 1x1 pixels"));
}

static void limits(void)
{
    char text[2 * NETSPEC_TEXT_MAX] = "";
    CHECK(refused("dense8192 dense8192 dense8192", STATUS_LIMIT, "parameters at 'dense8192'"));
    CHECK(refused("conv8192 conv8192", STATUS_LIMIT, "'conv8192'"));
    for (int i = 0; i < NETSPEC_LAYERS_MAX - 1; i++)
        strcat(text, "dense1 ");
    CHECK(!parse(text) && s.layers == NETSPEC_LAYERS_MAX);
    strcat(text, "dense1");
    CHECK(refused(text, STATUS_LIMIT, "more than 64 layers"));
    memset(text, ' ', NETSPEC_TEXT_MAX - 1);
    text[NETSPEC_TEXT_MAX - 1] = '\0';
    CHECK(!parse(text) && s.layers == 1);
    strcat(text, " ");
    CHECK(refused(text, STATUS_LIMIT, "bytes"));
    CHECK(netspec_parse(&s, "dense2", 0, 5, 1, 3, &err) == STATUS_MISMATCH);
    CHECK(netspec_parse(&s, "dense2", 5, 5, 1, 1, &err) == STATUS_MISMATCH);
    /* The largest input there can be, times the most units: no overflow makes it small. */
    CHECK(netspec_parse(&s, "dense8192", 65535, 65535, 3, 3, &err) == STATUS_LIMIT);
}

/* Every parameter stands in exactly one tensor, and comes back. */
static void bijection(const char *text, size_t height, size_t width, size_t channels)
{
    struct netspec_tensor t;
    CHECK(!netspec_parse(&s, text, height, width, channels, 3, &err));
    float *parameter = calloc(s.parameters, sizeof *parameter), *back, *values;
    back = calloc(s.parameters, sizeof *back);
    values = calloc(s.parameters, sizeof *values);
    size_t n = 0, all = 0;
    for (size_t i = 0; i < s.parameters; i++)
        parameter[i] = (float)(i + 1);
    for (; netspec_tensor(&s, n, &t) == STATUS_OK; n++) {
        size_t product = 1;
        for (size_t d = 0; d < t.dims; d++)
            product *= t.dim[d];
        CHECK(product == t.size);
        all += t.size;
        netspec_export(&t, parameter, values);
        netspec_import(&t, values, back);
    }
    CHECK(all == s.parameters && memcmp(back, parameter, all * sizeof *back) == 0);
    free(parameter);
    free(back);
    free(values);
}

/* PyTorch's order, worked out by hand: conv1.weight[o][k][i][j], dense1.weight[o][channel, row,
   column]. */
static void order(void)
{
    struct netspec_tensor t;
    CHECK(!netspec_parse(&s, "conv2", 2, 3, 3, 2, &err));
    float *parameter = calloc(s.parameters, sizeof *parameter), values[54];
    for (size_t i = 0; i < s.parameters; i++)
        parameter[i] = (float)i;
    CHECK(!netspec_tensor(&s, 0, &t) && strcmp(t.name, "conv1.weight") == 0 && t.dims == 4);
    CHECK(t.dim[0] == 2 && t.dim[1] == 3 && t.dim[2] == 3 && t.dim[3] == 3);
    netspec_export(&t, parameter, values);
    for (size_t o = 0; o < 2; o++)
        for (size_t k = 0; k < 3; k++)
            for (size_t ij = 0; ij < 9; ij++) /* in memory (3, 3, in, out) */
                CHECK(values[(o * 3 + k) * 9 + ij] == (float)((ij * 3 + k) * 2 + o));
    CHECK(!netspec_tensor(&s, 2, &t) && strcmp(t.name, "dense1.weight") == 0 && t.dims == 2);
    CHECK(t.dim[0] == 2 && t.dim[1] == 12);
    netspec_export(&t, parameter, values);
    for (size_t o = 0; o < 2; o++)
        for (size_t c = 0; c < 2; c++)
            for (size_t p = 0; p < 6; p++) /* in memory (row, column, channel, out) */
                CHECK(values[o * 12 + c * 6 + p] == (float)(54 + 2 + (p * 2 + c) * 2 + o));
    CHECK(!netspec_tensor(&s, 3, &t) && strcmp(t.name, "dense1.bias") == 0);
    CHECK(netspec_tensor(&s, 4, &t) == STATUS_END);
    free(parameter);
}

int main(void)
{
    unit_test("the default network: parameters and table worked out by hand");
    the_default();
    unit_test("a cyclic layer: four times the work before it");
    with_cyclic();
    unit_test("shapes of odd pictures; nothing but the last layer");
    shapes();
    unit_test("words that are not layers are refused and named");
    bad_words();
    unit_test("limits of layers, bytes and parameters, at once and without overflow");
    limits();
    unit_test("export and import are a bijection of all parameters");
    bijection(NETSPEC_DEFAULT, 16, 16, 1);
    bijection("conv3 conv5 pool dense4 dropout0.1", 7, 9, 3);
    bijection("dense5", 1, 1, 3);
    bijection("", 3, 2, 1);
    unit_test("tensors have PyTorch's names, shapes and order");
    order();
    return unit_end();
}
