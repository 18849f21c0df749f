/* model: a network with all that it takes to use it comes back from its file, or is refused by
 * name. */
#include "model/model.h"

#include <unistd.h>

#include "unit.h"

static struct weights w;
static struct error err;
static char path[] = "/tmp/gz-unit-model.XXXXXX";

static struct model m;

static void make_model(const char *network)
{
    m = (struct model){.temperature = 1.5, .normalise = {NORMALISE_MEAN_STD, 0.125, 0.25}};
    strcpy(m.class[0], "spiral");
    strcpy(m.class[1], "not round");
    CHECK(!netspec_parse(&m.spec, network, 6, 5, 3, 2, &err));
    m.parameter = mem_new(m.spec.parameters, sizeof(float), &err);
    for (size_t i = 0; i < m.spec.parameters; i++)
        m.parameter[i] = (float)i / 7;
}

static void model_round_trip(void)
{
    static struct model back;
    make_model("conv3 pool dense4 dropout0.5");
    CHECK(!model_store(&m, m.parameter, &w, &err) && !weights_write(&w, path, &err));
    weights_release(&w);
    CHECK(!model_read(&back, path, &err));
    CHECK(back.spec.shape.height == 6 && back.spec.shape.width == 5 &&
          back.spec.shape.channels == 3);
    CHECK(strcmp(back.spec.text, m.spec.text) == 0 && strcmp(back.class[1], "not round") == 0);
    CHECK(back.temperature == 1.5 && back.normalise.kind == NORMALISE_MEAN_STD &&
          back.normalise.mean == 0.125 && back.normalise.std == 0.25);
    CHECK(memcmp(back.parameter, m.parameter, m.spec.parameters * sizeof(float)) == 0);
    model_release(&back);
}

/* The model's file with one key of its metadata set otherwise, NULL: none of it. */
static bool refused(const char *key, const char *value, const char *what)
{
    static struct model back;
    CHECK(!model_store(&m, m.parameter, &w, &err));
    for (size_t i = 0; i < w.entries; i++)
        if (strcmp(w.metadata[i].key, key) == 0 && !value)
            w.metadata[i].key[0] = '-';
    if (value)
        CHECK(!weights_set(&w, &err, key, "%s", value));
    CHECK(!weights_write(&w, path, &err));
    weights_release(&w);
    enum status s = model_read(&back, path, &err);
    if (!s)
        model_release(&back);
    bool said = s && strncmp(err.text, path, strlen(path)) == 0 && strstr(err.text, what);
    if (!said)
        printf("# %s %s: %s\n", key, value ? value : "missing", s ? err.text : "accepted");
    return said;
}

static void model_refuses(void)
{
    static const struct {
        const char *key, *value, *what;
    } wrong[] = {{"format", NULL, "'format'"},
                 {"format", "gz-weights 2", "'format'"},
                 {"classes", NULL, "'classes'"},
                 {"classes", "one", "'classes'"},
                 {"classes", "a,b,c", "dense2"},
                 {"input", NULL, "'input'"},
                 {"input", "6,5", "'input'"},
                 {"input", "6,5,3,1", "'input'"},
                 {"input", "6,5,-3", "'input'"},
                 {"input", "0,5,3", "'input'"},
                 {"input", "6,7,3", "dense1.weight"},
                 {"network", NULL, "'network'"},
                 {"network", "conv3 pool dense4x", "'dense4x'"},
                 {"network", "conv3 pool dense5", "dense1."},
                 {"network", "conv3 pool dense4 dense4", "dense2."},
                 {"network", "pool dense4", "6 tensors"},
                 {"normalise", NULL, "'normalise'"},
                 {"normalise", "none", "'normalise'"},
                 {"mean", NULL, "'mean'"},
                 {"mean", "nan", "'mean'"},
                 {"std", "0", "'std'"},
                 {"std", "-1", "'std'"},
                 {"temperature", "0", "'temperature'"},
                 {"temperature", "warm", "'temperature'"},
                 {"trained.shares", "1", "'trained.shares'"},
                 {"trained.shares", "0.5,0.3,0.2", "'trained.shares'"},
                 {"trained.shares", "0.5,0.4", "'trained.shares'"},
                 {"trained.shares", "1.2,-0.2", "'trained.shares'"},
                 {"trained.shares", "half,0.5", "'trained.shares'"}};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        CHECK(refused(wrong[i].key, wrong[i].value, wrong[i].what));
    CHECK(refused("network", "conv3 pool", "dense1."));

    /* As many values, but another number of dimensions. */
    static struct model back;
    CHECK(!model_store(&m, m.parameter, &w, &err));
    w.tensor[1].dim[w.tensor[1].dims++] = 1;
    CHECK(!weights_write(&w, path, &err) && model_read(&back, path, &err) == STATUS_MISMATCH);
    weights_release(&w);
}

static void class_names(void)
{
    struct record_type t;
    static const char *const bad_name[] = {"a,b", "label", "id", "-"};
    CHECK(!record_type_init(&t, PIXEL_U1, 4, 4, 1, &err));
    CHECK(!record_type_set_votes(&t, 2, (const char *const[]){"edge-on", "x y"}, &err));
    CHECK(!model_set_classes(&m, &t, &err) && strcmp(m.class[1], "x y") == 0);
    for (int i = 0; i < 4; i++) {
        CHECK(!record_type_set_votes(&t, 2, (const char *const[]){"a", bad_name[i]}, &err));
        CHECK(model_set_classes(&m, &t, &err) == STATUS_FORMAT && strstr(err.text, bad_name[i]));
    }
}

int main(void)
{
    close(mkstemp(path));
    unit_test("a model comes back");
    model_round_trip();
    unit_test("a model whose metadata or tensors don't fit is refused by name");
    model_refuses();
    unit_test("classes that can't head a column are refused by name");
    class_names();
    model_release(&m);
    unlink(path);
    return unit_end();
}
