#include "net/network.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/rng.h"
#include "net/layer_conv.h"
#include "net/layer_cyclic.h"
#include "net/layer_dense.h"
#include "net/layer_dropout.h"
#include "net/layer_norm.h"
#include "net/layer_pool.h"

enum { FLOATS_PER_LINE = 16 /* blocks begin on cache lines */, CONV_GROUP = 16 };

static size_t round_up(size_t n)
{
    return (n + FLOATS_PER_LINE - 1) / FLOATS_PER_LINE * FLOATS_PER_LINE;
}

static size_t max(size_t a, size_t b)
{
    return a > b ? a : b;
}

static bool is_last(const struct netspec *s, size_t i)
{
    return i + 1 == s->layers;
}

/* A pool right behind a convolution is computed with it: the convolution's output is the pool's,
   and the pool itself does nothing. */
static bool is_pooled(const struct netspec *s, size_t i)
{
    return s->layer[i].kind == LAYER_CONV && !is_last(s, i) && s->layer[i + 1].kind == LAYER_POOL;
}

static bool is_done(const struct netspec *s, size_t i)
{
    return i > 0 && is_pooled(s, i - 1);
}

static struct conv conv_of(const struct netspec *s, size_t i)
{
    const struct layer *l = &s->layer[i];
    return (struct conv){l->height, l->width, l->channels, l->out, is_pooled(s, i), false};
}

/* Batch normalisation comes between a convolution and its ReLU. With a pool it works on what is
   left: the largest of a square stays the largest. */
static bool is_normed(const struct netspec *s, size_t i)
{
    return s->layer[i].running_at > 0;
}

/* Values of one picture, so of all its images, behind layer i, as they are stored. */
static size_t values_after(const struct netspec *s, size_t i)
{
    return netspec_images_after(s, i) * layer_out(&s->layer[is_pooled(s, i) ? i + 1 : i]);
}

/* Likewise before layer i. */
static size_t values_before(const struct netspec *s, size_t i)
{
    return s->layer[i].images * layer_in(&s->layer[i]);
}

static size_t scratch_size(const struct netspec *s)
{
    size_t most = 1;
    for (size_t i = 0; i < s->layers; i++)
        if (s->layer[i].kind == LAYER_CONV) {
            struct conv c = conv_of(s, i);
            most = max(most, conv_scratch(&c));
        }
    return most;
}

void network_init_parameters(const struct netspec *s, uint64_t seed, float *parameter)
{
    struct rng r = rng_seed(seed);
    for (size_t i = 0; i < s->layers; i++) {
        const struct layer *l = &s->layer[i];
        double inputs = l->kind == LAYER_CONV ? 9 * (double)l->channels : (double)layer_in(l);
        double deviation = sqrt((is_last(s, i) ? 1 : 2) / inputs);
        for (size_t k = 0; k < l->weights; k++)
            parameter[l->weight_at + k] = (float)(deviation * rng_normal(&r));
        for (size_t k = 0; k < l->biases; k++)
            parameter[l->bias_at + k] = 0;
        for (size_t k = 0; is_normed(s, i) && k < 2 * l->out; k++)
            parameter[l->running_at + k] = k < l->out ? 0 : 1;
    }
}

/* ---- one layer, forward; shared by training and inference ---- */

/* For so many pictures. */
static void layer_forward(const struct netspec *s, size_t i, const float *parameter,
                          size_t pictures, const float *x, float *y, uint8_t *argmax,
                          float *scratch)
{
    const struct layer *l = &s->layer[i];
    const float *w = parameter + l->weight_at, *b = parameter + l->bias_at;
    size_t n = pictures * l->images;
    struct conv c;
    switch (l->kind) {
    case LAYER_CONV:
        c = conv_of(s, i);
        conv_forward(&c, n, x, w, b, y, argmax, scratch);
        break;
    case LAYER_POOL: pool_forward(n, l->height, l->width, l->channels, x, y); break;
    case LAYER_DENSE:
        dense_forward(n, layer_in(l), l->out, x, w, b, y);
        if (!is_last(s, i))
            relu_forward(n * l->out, y);
        break;
    case LAYER_DROPOUT: memcpy(y, x, n * layer_in(l) * sizeof *y); break;
    case LAYER_CYCLIC: cyclic_forward(pictures, layer_in(l), x, y); break;
    }
}

/* ---- training ---- */

/* Floats that hold so many bytes, up to the end of a cache line. */
static size_t floats_for(size_t bytes)
{
    return round_up((bytes + sizeof(float) - 1) / sizeof(float));
}

enum status workspace_init(struct workspace *p, const struct netspec *s, size_t most,
                           struct error *err)
{
    size_t widest = 1, turned = netspec_is_cyclic(s) ? round_up(most * values_before(s, 0)) : 0;
    size_t total = turned;
    *p = (struct workspace){.spec = s, .most = most};
    for (size_t i = 0; i < s->layers; i++) {
        if (is_done(s, i))
            continue;
        size_t values = most * values_after(s, i);
        widest = max(widest, max(most * values_before(s, i), values));
        total += round_up(values) + (is_pooled(s, i) ? floats_for(values) : 0);
        total += is_normed(s, i) ? round_up(values) + round_up(2 * s->layer[i].out) : 0;
    }
    widest = round_up(widest);
    p->memory = mem_new(total + 2 * widest + scratch_size(s), sizeof *p->memory, err);
    if (!p->memory)
        return err->status;
    p->turned = p->memory;
    float *next = p->memory + turned;
    for (size_t i = 0; i < s->layers; i++) {
        size_t values = most * values_after(s, i);
        p->out[i] = is_done(s, i) ? p->out[i - 1] : next;
        next += is_done(s, i) ? 0 : round_up(values);
        if (is_pooled(s, i)) {
            p->argmax[i] = (uint8_t *)next;
            next += floats_for(values);
        }
        if (is_normed(s, i)) {
            p->raw[i] = next;
            p->statistics[i] = next + round_up(values);
            next = p->statistics[i] + round_up(2 * s->layer[i].out);
        }
    }
    p->gradient[0] = next;
    p->gradient[1] = next + widest;
    p->scratch = next + 2 * widest;
    return STATUS_OK;
}

void workspace_release(struct workspace *p)
{
    free(p->memory);
    *p = (struct workspace){0};
}

/* Another seed for each dropout layer. */
static uint64_t layer_seed(uint64_t seed, size_t layer)
{
    return rng_hash(seed, &(uint64_t){layer}, sizeof(uint64_t));
}

/* A convolution without ReLU and bias, which batch normalisation then adds. */
static void normed_forward(struct workspace *p, size_t i, const float *parameter, const float *x)
{
    static const float no_bias[NETSPEC_UNITS_MAX];
    const struct layer *l = &p->spec->layer[i];
    struct conv c = conv_of(p->spec, i);
    size_t n = p->n * l->images;
    c.linear = true;
    conv_forward(&c, n, x, parameter + l->weight_at, no_bias, p->raw[i], p->argmax[i], p->scratch);
    norm_forward(n * conv_rows(&c) * conv_columns(&c), c.out, p->raw[i], parameter + l->bias_at,
                 p->out[i], p->statistics[i], p->statistics[i] + c.out);
}

const float *network_forward(struct workspace *p, const float *parameter, size_t n,
                             const float *input, uint64_t seed)
{
    const struct netspec *s = p->spec;
    p->n = n;
    p->seed = seed;
    if (netspec_is_cyclic(s)) {
        cyclic_turn(n, s->shape.height, s->shape.channels, input, p->turned);
        input = p->turned;
    }
    p->input = input;
    for (size_t i = 0; i < s->layers; i++) {
        const struct layer *l = &s->layer[i];
        if (is_normed(s, i))
            normed_forward(p, i, parameter, input);
        else if (!is_done(s, i))
            layer_forward(s, i, parameter, n, input, p->out[i], p->argmax[i], p->scratch);
        if (l->kind == LAYER_DROPOUT)
            dropout(n * l->images * layer_out(l), l->rate, layer_seed(seed, i), p->out[i]);
        input = p->out[i];
    }
    return input;
}

/* dy is overwritten. The convolution has no bias of its own, as normalisation would take it away:
   what it says of one's gradient goes where the statistics come to stand. */
static void normed_backward(const struct workspace *p, size_t i, const float *parameter,
                            const float *x, float *dy, float *dx, float *gradient)
{
    const struct layer *l = &p->spec->layer[i];
    float *statistics = gradient + l->running_at;
    struct conv c = conv_of(p->spec, i);
    size_t n = p->n * l->images;
    c.linear = true;
    norm_backward(n * conv_rows(&c) * conv_columns(&c), c.out, p->raw[i], p->out[i],
                  p->statistics[i], p->statistics[i] + c.out, dy, gradient + l->bias_at);
    conv_backward(&c, n, x, parameter + l->weight_at, p->raw[i], p->argmax[i], dy, dx,
                  gradient + l->weight_at, statistics, p->scratch);
    memcpy(statistics, p->statistics[i], 2 * c.out * sizeof *statistics);
}

/* dy may be overwritten; dx is not wanted where NULL. */
static void layer_backward(const struct workspace *p, size_t i, const float *parameter, float *dy,
                           float *dx, float *gradient)
{
    const struct layer *l = &p->spec->layer[i];
    const float *x = i ? p->out[i - 1] : p->input, *y = p->out[i];
    const float *w = parameter + l->weight_at;
    float *dw = gradient + l->weight_at, *db = gradient + l->bias_at;
    size_t n = p->n * l->images;
    struct conv c;
    switch (l->kind) {
    case LAYER_CONV:
        c = conv_of(p->spec, i);
        if (is_normed(p->spec, i))
            normed_backward(p, i, parameter, x, dy, dx, gradient);
        else
            conv_backward(&c, n, x, w, y, p->argmax[i], dy, dx, dw, db, p->scratch);
        break;
    case LAYER_POOL:
        if (dx)
            pool_backward(n, l->height, l->width, l->channels, x, y, dy, dx);
        break;
    case LAYER_DENSE:
        if (!is_last(p->spec, i))
            relu_backward(n * l->out, y, dy);
        dense_backward(n, layer_in(l), l->out, x, w, dy, dx, dw, db);
        break;
    case LAYER_DROPOUT:
        dropout(n * layer_out(l), l->rate, layer_seed(p->seed, i), dy);
        if (dx)
            memcpy(dx, dy, n * layer_in(l) * sizeof *dx);
        break;
    case LAYER_CYCLIC: cyclic_backward(p->n, layer_in(l), dy, dx); break;
    }
}

void network_backward(struct workspace *p, const float *parameter, const float *logit_gradient,
                      float *gradient)
{
    const struct netspec *s = p->spec;
    float *dy = p->gradient[0], *dx = p->gradient[1];
    memcpy(dy, logit_gradient, p->n * s->classes * sizeof *dy);
    for (size_t i = s->layers; i-- > 0;) {
        if (is_done(s, i))
            continue;
        layer_backward(p, i, parameter, dy, i ? dx : NULL, gradient);
        float *swap = dy;
        dy = dx;
        dx = swap;
    }
}

void network_merge_norm(const struct netspec *s, const float *block, float *parameter)
{
    memcpy(parameter, block, s->parameters * sizeof *parameter);
    for (size_t i = 0; i < s->layers; i++) {
        const struct layer *l = &s->layer[i];
        const float *statistics = block + l->running_at;
        if (is_normed(s, i))
            norm_merge(l->weights, l->out, statistics, statistics + l->out,
                       parameter + l->weight_at, parameter + l->bias_at);
    }
}

/* ---- inference ---- */

/* The layers up to the first dense one work on a few images at a time, whose activations stay in
   cache; the dense ones on all, because each of their weights is then fetched once a block. */
static size_t first_dense(const struct netspec *s)
{
    size_t i = 0;
    while (s->layer[i].kind != LAYER_DENSE)
        i++;
    return i;
}

enum status infer_init(struct infer *f, const struct netspec *s, struct error *err)
{
    size_t wide = 1, flat = 1, dense = first_dense(s), input = layer_in(&s->layer[0]);
    size_t group = CONV_GROUP / s->layer[0].images; /* pictures */
    size_t turned = netspec_is_cyclic(s) ? round_up(group * values_before(s, 0)) : 0;
    *f = (struct infer){.spec = s};
    for (size_t i = 0; i < s->layers; i++)
        if (i < dense)
            wide = max(wide, values_after(s, i));
        else
            flat = max(flat, max(values_before(s, i), values_after(s, i)));
    wide = round_up(wide * group);
    flat = round_up(flat * INFER_BLOCK);
    input = round_up(input * INFER_BLOCK);
    f->memory =
        mem_new(input + turned + 2 * wide + 2 * flat + scratch_size(s), sizeof *f->memory, err);
    if (!f->memory)
        return err->status;
    f->input = f->memory;
    f->turned = f->input + input;
    f->activation[0] = f->turned + turned;
    f->activation[1] = f->activation[0] + wide;
    f->flat[0] = f->activation[1] + wide;
    f->flat[1] = f->flat[0] + flat;
    f->scratch = f->flat[1] + flat;
    return STATUS_OK;
}

void infer_release(struct infer *f)
{
    free(f->memory);
    *f = (struct infer){0};
}

/* Pictures [first, first + n), CONV_GROUP images at most, through all layers before the first dense
   one. */
static void infer_group(struct infer *f, const float *parameter, size_t first, size_t n,
                        size_t dense)
{
    const struct netspec *s = f->spec;
    const float *x = f->input + first * layer_in(&s->layer[0]);
    if (netspec_is_cyclic(s)) {
        cyclic_turn(n, s->shape.height, s->shape.channels, x, f->turned);
        x = f->turned;
    }
    for (size_t i = 0, which = 0; i < dense; i++) {
        if (is_done(s, i))
            continue;
        float *y = f->activation[which++ % 2];
        layer_forward(s, i, parameter, n, x, y, NULL, f->scratch);
        x = y;
    }
    size_t values = values_before(s, dense);
    memcpy(f->flat[0] + first * values, x, n * values * sizeof *x);
}

void infer_logits(struct infer *f, const float *parameter, size_t n)
{
    const struct netspec *s = f->spec;
    size_t dense = first_dense(s), group = CONV_GROUP / s->layer[0].images;
    for (size_t first = 0; first < n; first += group)
        infer_group(f, parameter, first, n - first < group ? n - first : group, dense);
    float *x = f->flat[0], *y = f->flat[1];
    for (size_t i = dense; i < s->layers; i++) {
        layer_forward(s, i, parameter, n, x, y, NULL, f->scratch);
        float *swap = x;
        x = y;
        y = swap;
    }
    f->logit = x;
}
