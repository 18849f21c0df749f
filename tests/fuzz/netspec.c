/* netspec: a network's line of text, for an input that the first bytes shape. The layers of one
   that is taken, written as text, parse to the same; each parameter stands in one tensor. */
#include "fuzz.h"
#include "net/netspec.h"

enum { MOST_PARAMETERS = 4096 }; /* for copying them */

/* The layers but for the implied last one, as text. */
static void write_text(const struct netspec *s, char text[2 * NETSPEC_TEXT_MAX])
{
    char *to = text;
    *to = '\0';
    for (size_t i = 0; i + 1 < s->layers; i++) {
        const struct layer *l = &s->layer[i];
        to += sprintf(to, " %s", layer_name(l->kind));
        if (l->kind == LAYER_DROPOUT)
            to += sprintf(to, "%.9g", (double)l->rate);
        else if (l->kind != LAYER_POOL && l->kind != LAYER_CYCLIC)
            to += sprintf(to, "%zu", l->out);
    }
}

static void check_layers(const struct netspec *s)
{
    size_t at = 0;
    bool cyclic = false;
    for (size_t i = 0; i < s->layers; i++) {
        const struct layer *l = &s->layer[i];
        HOLDS(layer_in(l) > 0 && layer_out(l) > 0 && l->rate >= 0 && l->rate < 1);
        HOLDS(i == 0 || layer_in(l) == layer_out(l - 1));
        HOLDS(l->weight_at == at && l->bias_at == at + l->weights);
        HOLDS(l->images == (cyclic ? 1 : s->layer[0].images));
        HOLDS(l->kind != LAYER_CYCLIC || (l->images == 4 && s->shape.height == s->shape.width));
        cyclic |= l->kind == LAYER_CYCLIC;
        at = l->bias_at + l->biases;
    }
    HOLDS(s->layer[0].images == (cyclic ? 4 : 1));
    HOLDS(at == s->parameters && s->parameters <= NETSPEC_PARAMETERS_MAX);
    HOLDS(layer_out(&s->layer[s->layers - 1]) == s->classes);
}

static bool same_layer(const struct layer *a, const struct layer *b)
{
    return a->kind == b->kind && a->number == b->number && a->images == b->images &&
           a->height == b->height && a->width == b->width && a->channels == b->channels &&
           a->out_height == b->out_height && a->out_width == b->out_width && a->out == b->out &&
           a->rate == b->rate && a->weight_at == b->weight_at && a->bias_at == b->bias_at;
}

static void check_text(const struct netspec *s)
{
    static struct netspec again;
    char text[2 * NETSPEC_TEXT_MAX];
    struct error err;
    write_text(s, text);
    if (strlen(text) >= NETSPEC_TEXT_MAX)
        return;
    HOLDS(!netspec_parse(&again, text, s->shape.height, s->shape.width, s->shape.channels,
                         s->classes, &err));
    HOLDS(again.layers == s->layers && again.parameters == s->parameters);
    for (size_t i = 0; i < s->layers; i++)
        HOLDS(same_layer(&again.layer[i], &s->layer[i]));
}

static void check_tensors(const struct netspec *s)
{
    static float parameter[MOST_PARAMETERS], back[MOST_PARAMETERS], values[MOST_PARAMETERS];
    struct netspec_tensor t;
    size_t all = 0;
    bool few = s->parameters <= MOST_PARAMETERS;
    for (size_t i = 0; i < MOST_PARAMETERS; i++)
        parameter[i] = (float)i;
    memset(back, 0, sizeof back);
    for (size_t i = 0; netspec_tensor(s, i, &t) == STATUS_OK; i++) {
        all += t.size;
        if (!few)
            continue;
        netspec_export(&t, parameter, values);
        netspec_import(&t, values, back);
    }
    HOLDS(all == s->parameters);
    HOLDS(!few || memcmp(parameter, back, all * sizeof *back) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct netspec s;
    struct buffer table = {0};
    struct error err;
    size_t height = fuzz_byte(&data, &size), width = fuzz_byte(&data, &size);
    size_t channels = fuzz_byte(&data, &size) % 4, classes = fuzz_byte(&data, &size) % 33;
    char *text = strndup((const char *)data, size);
    HOLDS(text);
    if (!netspec_parse(&s, text, height, width, channels, classes, &err)) {
        check_layers(&s);
        check_text(&s);
        check_tensors(&s);
        HOLDS(!netspec_describe(&s, &table, &err));
    } else
        HOLDS(*err.text);
    buffer_release(&table);
    free(text);
    return 0;
}
