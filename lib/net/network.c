#include "net/network.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "net/arena.h"
#include "net/layer_conv.h"
#include "net/layer_cyclic.h"
#include "net/layer_dense.h"
#include "net/layer_dropout.h"
#include "net/layer_norm.h"
#include "net/layer_pool.h"

void network_init_parameters(const struct netspec *s, uint64_t seed, float *block)
{
    struct rng r = rng_seed(seed);
    for (size_t i = 0; i < s->layers; i++) {
        const struct layer *l = &s->layer[i];
        double inputs = l->kind == LAYER_CONV ? 9 * (double)l->channels : (double)layer_in(l);
        double deviation = sqrt((l->linear ? 1 : 2) / inputs);
        for (size_t k = 0; k < l->weights; k++)
            block[l->weight_at + k] = (float)(deviation * rng_normal(&r));
        for (size_t k = 0; k < l->biases; k++)
            block[l->bias_at + k] = 0;
        for (size_t k = 0; l->running_at && k < 2 * l->out; k++)
            block[l->running_at + k] = k < l->out ? 0 : 1;
    }
}

/* ---- workspace ---- */

static size_t max(size_t a, size_t b)
{
    return a > b ? a : b;
}

static void take_buffers(struct workspace *w, size_t most, struct arena *a)
{
    const struct netspec *s = w->spec;
    size_t widest = 0, scratch = 0;
    for (size_t i = 0; i < s->layers; i++) {
        const struct layer *l = &s->layer[i];
        size_t values = most * layer_picture_out(l);
        if (l->skipped) {
            w->out[i] = w->out[i - 1];
            continue;
        }
        widest = max(widest, max(values, most * layer_picture_in(l)));
        scratch = max(scratch, layer_scratch(l));
        w->out[i] = arena_take(a, values);
        if (l->pooled)
            w->argmax[i] = (uint8_t *)arena_take(a, (values + 3) / 4);
        if (l->running_at) {
            w->before_norm[i] = arena_take(a, values);
            w->moments[i] = arena_take(a, 2 * l->out);
        }
    }
    w->gradient[0] = arena_take(a, widest);
    w->gradient[1] = arena_take(a, widest);
    w->scratch = arena_take(a, scratch);
    w->turns = arena_take(a, netspec_is_cyclic(s) ? most * layer_picture_in(&s->layer[0]) : 0);
}

enum status workspace_init(struct workspace *w, const struct netspec *s, size_t most,
                           struct error *err)
{
    struct arena a = {0};
    *w = (struct workspace){.spec = s};
    take_buffers(w, most, &a);
    w->memory = mem_new(a.used, sizeof *w->memory, err);
    if (!w->memory)
        return err->status;
    a = (struct arena){w->memory, 0};
    take_buffers(w, most, &a);
    return STATUS_OK;
}

void workspace_release(struct workspace *w)
{
    free(w->memory);
    *w = (struct workspace){0};
}

/* ---- forward ---- */

/* Another seed for each dropout layer. */
static uint64_t layer_seed(uint64_t seed, size_t layer)
{
    return rng_hash(seed, &(uint64_t){layer}, sizeof(uint64_t));
}

/* Layer i with batch normalisation: a convolution without ReLU and bias, pooled or not, then
   normalisation with both. Pooling may come first: the largest of a square stays the largest. */
static void normed_forward(struct workspace *w, size_t i, const float *block, const float *x)
{
    static const float no_bias[NETSPEC_UNITS_MAX];
    const struct layer *l = &w->spec->layer[i];
    struct conv c = layer_as_conv(l);
    c.linear = true;
    conv_forward(&c, w->n * l->images, x, block + l->weight_at, no_bias, w->before_norm[i],
                 w->argmax[i], w->scratch);
    norm_forward(w->n * layer_picture_out(l) / l->out, l->out, w->before_norm[i],
                 block + l->bias_at, w->out[i], w->moments[i], w->moments[i] + l->out);
}

const float *network_forward(struct workspace *w, const float *block, size_t n, const float *input,
                             uint64_t seed)
{
    const struct netspec *s = w->spec;
    w->n = n;
    w->seed = seed;
    if (netspec_is_cyclic(s)) {
        cyclic_turn(n, s->shape.height, s->shape.channels, input, w->turns);
        input = w->turns;
    }
    w->input = input;
    for (size_t i = 0; i < s->layers; i++) {
        const struct layer *l = &s->layer[i];
        if (l->running_at)
            normed_forward(w, i, block, input);
        else if (!l->skipped)
            layer_forward(l, block, n, input, w->out[i], w->argmax[i], w->scratch);
        if (l->kind == LAYER_DROPOUT)
            dropout(n * layer_picture_out(l), l->rate, layer_seed(seed, i), w->out[i]);
        input = w->out[i];
    }
    return input;
}

/* ---- backward ---- */

/* The forward's convolution has no bias of its own. What conv_backward() computes as its gradient
   is overwritten by the means and variances. */
static void normed_backward(const struct workspace *w, size_t i, const float *block, const float *x,
                            float *dy, float *dx, float *gradient)
{
    const struct layer *l = &w->spec->layer[i];
    float *moments = gradient + l->running_at;
    struct conv c = layer_as_conv(l);
    c.linear = true;
    norm_backward(w->n * layer_picture_out(l) / l->out, l->out, w->before_norm[i], w->out[i],
                  w->moments[i], w->moments[i] + l->out, dy, gradient + l->bias_at);
    conv_backward(&c, w->n * l->images, x, block + l->weight_at, w->before_norm[i], w->argmax[i],
                  dy, dx, gradient + l->weight_at, moments, w->scratch);
    memcpy(moments, w->moments[i], 2 * l->out * sizeof *moments);
}

/* dy may be overwritten. dx is NULL for the first layer, whose input needs no gradient. */
static void layer_backward(const struct workspace *w, size_t i, const float *block, float *dy,
                           float *dx, float *gradient)
{
    const struct layer *l = &w->spec->layer[i];
    const float *x = i ? w->out[i - 1] : w->input, *y = w->out[i], *weight = block + l->weight_at;
    float *dw = gradient + l->weight_at, *db = gradient + l->bias_at;
    size_t n = w->n * l->images;
    struct conv c = layer_as_conv(l);
    switch (l->kind) {
    case LAYER_CONV:
        if (l->running_at)
            normed_backward(w, i, block, x, dy, dx, gradient);
        else
            conv_backward(&c, n, x, weight, y, w->argmax[i], dy, dx, dw, db, w->scratch);
        break;
    case LAYER_POOL:
        if (dx)
            pool_backward(n, l->height, l->width, l->channels, x, y, dy, dx);
        break;
    case LAYER_DENSE:
        if (!l->linear)
            relu_backward(n * l->out, y, dy);
        dense_backward(n, layer_in(l), l->out, x, weight, dy, dx, dw, db);
        break;
    case LAYER_DROPOUT:
        dropout(n * layer_out(l), l->rate, layer_seed(w->seed, i), dy);
        if (dx)
            memcpy(dx, dy, n * layer_in(l) * sizeof *dx);
        break;
    case LAYER_CYCLIC: cyclic_backward(w->n, layer_in(l), dy, dx); break;
    }
}

void network_backward(struct workspace *w, const float *block, const float *logit_gradient,
                      float *gradient)
{
    const struct netspec *s = w->spec;
    float *dy = w->gradient[0], *dx = w->gradient[1];
    memcpy(dy, logit_gradient, w->n * s->classes * sizeof *dy);
    for (size_t i = s->layers; i-- > 0;) {
        if (s->layer[i].skipped)
            continue;
        layer_backward(w, i, block, dy, i ? dx : NULL, gradient);
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
        const float *mean = block + l->running_at;
        if (l->running_at)
            norm_merge(l->weights, l->out, mean, mean + l->out, parameter + l->weight_at,
                       parameter + l->bias_at);
    }
}
