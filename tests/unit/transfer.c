/* transfer: what begins with other weights answers as they do, but for classes that are new. */
#include "learn/transfer.h"

#include "learn/result.h"
#include "learn/state.h"
#include "pictures.h"

enum { SIDE = 12, N = 24 };

static const char network[] = "conv4 pool conv8 pool dense12 dropout0.5";

static struct error err;
static char stream_path[64], weights_path[64];

static struct recipe tiny(void)
{
    struct recipe o = recipe_default();
    o.network = network;
    o.batch = o.shards = 4;
    return o;
}

/* The state of a run that has not taken a step. */
static enum status begin(struct state *s, const struct recipe *o, struct stream_reader **in)
{
    struct ranks ranks;
    CHECK(!ranks_join(&ranks, &err));
    *in = stream_open(&(char *){stream_path}, 1, false, &err);
    CHECK(*in);
    return state_init(s, o, 1, &ranks, in, 1, NULL, &err);
}

static void end(struct state *s, struct stream_reader *in)
{
    state_release(s);
    stream_close(in);
}

/* Weights of a run that has not taken a step, with the normalisation of its stream. */
static void write_weights(void)
{
    static struct state s;
    struct recipe o = tiny();
    struct stream_reader *in;
    o.seed = 99;
    CHECK(!begin(&s, &o, &in));
    CHECK(!result_write(&s, weights_path, "1", &err));
    end(&s, in);
}

/* The same classes: all parameters are those of the weights, the averaged ones too. */
static void same_classes(void)
{
    static struct state s;
    static struct model m;
    struct recipe o = tiny();
    struct stream_reader *in;
    o.init = weights_path;
    CHECK(!model_read(&m, weights_path, &err) && !begin(&s, &o, &in));
    CHECK(memcmp(s.step.parameter, m.parameter, m.spec.parameters * sizeof(float)) == 0);
    CHECK(memcmp(state_result(&s), m.parameter, m.spec.parameters * sizeof(float)) == 0);
    CHECK(!s.recipe.batch_norm && s.model.normalise.mean == m.normalise.mean);
    end(&s, in);
    model_release(&m);
}

/* Other classes: the last layer is the one that the seed draws. */
static void other_classes(void)
{
    static struct state s, plain;
    static struct model m;
    struct record_type t = pictures_type(SIDE, PIXEL_U1, NULL);
    struct recipe o = tiny();
    struct stream_reader *in, *plain_in;
    CHECK(!model_read(&m, weights_path, &err));
    CHECK(!record_type_set_votes(&t, 3, (const char *const[]){"lying", "standing", "ring"}, &err));
    pictures_write(stream_path, &t, 0, N, 1, 1);
    o.batch_norm = false;
    CHECK(!begin(&plain, &o, &plain_in));
    o.init = weights_path;
    CHECK(!begin(&s, &o, &in));
    size_t last = s.model.spec.layer[s.model.spec.layers - 1].weight_at;
    size_t rest = s.model.spec.parameters - last;
    CHECK(last > 0 && memcmp(s.step.parameter, m.parameter, last * sizeof(float)) == 0);
    CHECK(memcmp(s.step.parameter + last, plain.step.parameter + last, rest * sizeof(float)) == 0);
    end(&s, in);
    end(&plain, plain_in);
    model_release(&m);
}

/* What doesn't fit is refused, by the name of the file. */
static void misfits(void)
{
    static struct state s;
    struct recipe o = tiny();
    struct stream_reader *in;
    o.init = weights_path;
    o.network = "conv4 pool dense12";
    CHECK(begin(&s, &o, &in) == STATUS_MISMATCH && strstr(err.text, weights_path));
    stream_close(in);
    o.network = network;
    o.size = SIDE - 2;
    CHECK(begin(&s, &o, &in) == STATUS_MISMATCH && strstr(err.text, "pictures of 12x12"));
    stream_close(in);
    o.init = stream_path;
    CHECK(begin(&s, &o, &in) == STATUS_FORMAT && strstr(err.text, stream_path));
    stream_close(in);
}

int main(void)
{
    struct record_type t = pictures_type(SIDE, PIXEL_U1, NULL);
    pictures_path(stream_path);
    pictures_path(weights_path);
    pictures_write(stream_path, &t, 0, N, 1, 1);
    write_weights();
    unit_test("a network of the same classes begins with all of the weights");
    same_classes();
    unit_test("networks or pictures that don't fit are refused");
    misfits();
    unit_test("a network of other classes begins with a last layer of its own");
    other_classes();
    unlink(stream_path);
    unlink(weights_path);
    return unit_end();
}
