#include "net/netspec.h"

#include <stdio.h>
#include <string.h>

#include "base/num.h"

bool netspec_is_cyclic(const struct netspec *s)
{
    return s->layer[0].images > 1;
}

/* Read kind and number from a word such as conv32. */
static enum status parse_word(const char *word, struct layer *l, struct error *err)
{
    uint64_t units = 0;
    double rate = 0;
    for (enum layer_kind k = LAYER_CONV; k <= LAYER_CYCLIC; k++) {
        size_t n = strlen(layer_name(k));
        if (strncmp(word, layer_name(k), n) != 0)
            continue;
        const char *rest = word + n;
        l->kind = k;
        bool ok = l->kind == LAYER_POOL || l->kind == LAYER_CYCLIC ? *rest == '\0'
                  : l->kind == LAYER_DROPOUT ? num_parse_real(rest, 0, 0.999, &rate)
                                             : num_parse_u64(rest, 1, NETSPEC_UNITS_MAX, &units);
        l->out = units;
        l->rate = (float)rate;
        if (ok)
            return STATUS_OK;
    }
    return error_set(err, STATUS_FORMAT,
                     "network: '%s' is not a layer (conv1 to conv%d, pool, "
                     "dense1 to dense%d, dropout0 to dropout0.999, cyclic)",
                     word, NETSPEC_UNITS_MAX, NETSPEC_UNITS_MAX);
}

/* Set the shape of the output, and the numbers of weights and biases, from the input's shape. */
static enum status shape_layer(struct layer *l, bool flat, const char *word, struct error *err)
{
    l->out_height = l->height;
    l->out_width = l->width;
    switch (l->kind) {
    case LAYER_CONV:
    case LAYER_POOL:
        if (flat)
            return error_set(err, STATUS_FORMAT, "network: '%s' can't follow a dense layer", word);
        if (l->kind == LAYER_CONV) {
            l->weights = 9 * l->channels * l->out;
            l->biases = l->out;
            break;
        }
        l->out = l->channels;
        l->out_height = l->height / 2;
        l->out_width = l->width / 2;
        if (l->out_height == 0 || l->out_width == 0)
            return error_set(err, STATUS_FORMAT, "network: 'pool' can't halve %zux%zu pixels",
                             l->height, l->width);
        break;
    case LAYER_DENSE:
        l->weights = layer_in(l) * l->out;
        l->biases = l->out;
        l->out_height = l->out_width = 1;
        break;
    case LAYER_DROPOUT:
    case LAYER_CYCLIC: l->out = l->channels; break;
    }
    return STATUS_OK;
}

/* Make all layers up to this cyclic one work on four images for each picture. */
static enum status begin_cycle(struct netspec *s, struct layer *l, bool flat, struct error *err)
{
    if (!flat)
        return error_set(err, STATUS_FORMAT, "network: 'cyclic' needs a dense layer before it");
    if (l->number > 1)
        return error_set(err, STATUS_FORMAT, "network: more than one 'cyclic'");
    if (s->shape.height != s->shape.width)
        return error_set(err, STATUS_MISMATCH,
                         "network: 'cyclic' needs square pictures, not %zux%zu", s->shape.height,
                         s->shape.width);
    for (size_t i = 0; i < s->layers; i++)
        s->layer[i].images = 4;
    l->images = 4;
    return STATUS_OK;
}

/* Append the layer that word names. */
static enum status add_layer(struct netspec *s, const char *word, struct error *err)
{
    struct layer l = {.number = 1,
                      .images = 1,
                      .height = s->shape.height,
                      .width = s->shape.width,
                      .channels = s->shape.channels};
    bool flat = false;
    if (s->layers == NETSPEC_LAYERS_MAX)
        return error_set(err, STATUS_LIMIT, "network: more than %d layers", NETSPEC_LAYERS_MAX);
    if (parse_word(word, &l, err))
        return err->status;
    for (size_t i = 0; i < s->layers; i++) {
        l.number += s->layer[i].kind == l.kind;
        flat |= s->layer[i].kind == LAYER_DENSE;
        l.height = s->layer[i].out_height;
        l.width = s->layer[i].out_width;
        l.channels = s->layer[i].out;
    }
    if (shape_layer(&l, flat, word, err))
        return err->status;
    if (l.kind == LAYER_CYCLIC && begin_cycle(s, &l, flat, err))
        return err->status;
    if (l.kind == LAYER_POOL && s->layers > 0 && s->layer[s->layers - 1].kind == LAYER_CONV)
        s->layer[s->layers - 1].pooled = l.skipped = true;
    l.weight_at = s->parameters;
    l.bias_at = l.weight_at + l.weights;
    s->parameters = l.bias_at + l.biases;
    if (s->parameters > NETSPEC_PARAMETERS_MAX)
        return error_set(err, STATUS_LIMIT, "network: more than %d parameters at '%s'",
                         NETSPEC_PARAMETERS_MAX, word);
    s->layer[s->layers++] = l;
    return STATUS_OK;
}

enum status netspec_parse(struct netspec *s, const char *text, size_t height, size_t width,
                          size_t channels, size_t classes, struct error *err)
{
    char words[NETSPEC_TEXT_MAX], last[32], *rest, *word;
    *s = (struct netspec){.shape.height = height,
                          .shape.width = width,
                          .shape.channels = channels,
                          .classes = classes};
    if (strlen(text) >= NETSPEC_TEXT_MAX)
        return error_set(err, STATUS_LIMIT, "network: more than %d bytes", NETSPEC_TEXT_MAX - 1);
    if (height == 0 || width == 0 || channels == 0)
        return error_set(err, STATUS_MISMATCH, "network: pictures of %zux%zux%zu are empty", height,
                         width, channels);
    if (classes < 2)
        return error_set(err, STATUS_MISMATCH, "network: fewer than two classes");
    strcpy(s->text, text);
    strcpy(words, text);
    for (word = strtok_r(words, " ", &rest); word; word = strtok_r(NULL, " ", &rest))
        if (add_layer(s, word, err))
            return err->status;
    snprintf(last, sizeof last, "dense%zu", classes);
    if (add_layer(s, last, err))
        return err->status;
    s->layer[s->layers - 1].linear = true;
    s->block_size = s->parameters;
    return STATUS_OK;
}

void netspec_add_norm(struct netspec *s)
{
    for (size_t i = 0; i < s->layers; i++)
        if (s->layer[i].kind == LAYER_CONV) {
            s->layer[i].running_at = s->block_size;
            s->block_size += 2 * s->layer[i].out;
        }
}

/* ---- the table ---- */

static enum status append_row(struct buffer *out, const char *name, const char *shape,
                              size_t parameters, size_t multiplications, struct error *err)
{
    return buffer_print(out, err, "%-12s %14s %12zu %16zu\n", name, shape, parameters,
                        multiplications);
}

static enum status describe_layer(const struct layer *l, struct buffer *out, struct error *err)
{
    char name[32], shape[64];
    if (l->kind == LAYER_DROPOUT)
        snprintf(name, sizeof name, "dropout%g", (double)l->rate);
    else if (l->kind == LAYER_CYCLIC)
        snprintf(name, sizeof name, "%s", layer_name(l->kind));
    else
        snprintf(name, sizeof name, "%s%zu", layer_name(l->kind), l->number);
    if (l->out_height * l->out_width == 1)
        snprintf(shape, sizeof shape, "%zu", l->out);
    else
        snprintf(shape, sizeof shape, "%zux%zux%zu", l->out_height, l->out_width, l->out);
    return append_row(out, name, shape, l->weights + l->biases, layer_multiplications(l), err);
}

enum status netspec_describe(const struct netspec *s, struct buffer *out, struct error *err)
{
    size_t multiplications = 0;
    enum status status =
        buffer_print(out, err, "layer                output   parameters  multiplications\n");
    for (size_t i = 0; i < s->layers && !status; i++) {
        status = describe_layer(&s->layer[i], out, err);
        multiplications += layer_multiplications(&s->layer[i]);
    }
    return status ? status : append_row(out, "all", "", s->parameters, multiplications, err);
}

/* ---- parameters by name ---- */

static void name_tensor(const struct netspec *s, size_t index, bool bias, struct netspec_tensor *t)
{
    const struct layer *l = &s->layer[index];
    *t = (struct netspec_tensor){.layer = l, .dims = 1, .dim = {l->out}};
    snprintf(t->name, sizeof t->name, "%s%zu.%s", layer_name(l->kind), l->number,
             bias ? "bias" : "weight");
    if (!bias && l->kind == LAYER_CONV) {
        t->dims = 4;
        t->dim[1] = l->channels;
        t->dim[2] = t->dim[3] = 3;
    } else if (!bias) {
        t->dims = 2;
        t->dim[1] = layer_in(l);
    }
    t->size = bias ? l->biases : l->weights;
}

enum status netspec_tensor(const struct netspec *s, size_t i, struct netspec_tensor *t)
{
    for (size_t index = 0; index < s->layers; index++) {
        if (s->layer[index].weights == 0)
            continue;
        if (i < 2) {
            name_tensor(s, index, i == 1, t);
            return STATUS_OK;
        }
        i -= 2;
    }
    return STATUS_END;
}

/* The index in the block of parameters of value number i of a file's tensor. In files, weights are
   (out, in, 3, 3) or (out, in), and an image before a dense layer is flattened as (channel, row,
   column); in the block, they are (3, 3, in, out) or (in, out), and (row, column, channel). */
static size_t block_index(const struct netspec_tensor *t, size_t i)
{
    const struct layer *l = t->layer;
    if (t->dims == 1)
        return l->bias_at + i;
    if (t->dims == 4) {
        size_t ij = i % 9, k = i / 9 % l->channels, o = i / 9 / l->channels;
        return l->weight_at + (ij * l->channels + k) * l->out + o;
    }
    size_t pixels = l->height * l->width, in = layer_in(l);
    size_t o = i / in, channel = i % in / pixels, pixel = i % in % pixels;
    return l->weight_at + (pixel * l->channels + channel) * l->out + o;
}

void netspec_export(const struct netspec_tensor *t, const float *parameter, float *values)
{
    for (size_t i = 0; i < t->size; i++)
        values[i] = parameter[block_index(t, i)];
}

void netspec_import(const struct netspec_tensor *t, const float *values, float *parameter)
{
    for (size_t i = 0; i < t->size; i++)
        parameter[block_index(t, i)] = values[i];
}
