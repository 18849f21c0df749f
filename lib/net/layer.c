#include "net/layer.h"

#include <string.h>

#include "net/layer_conv.h"
#include "net/layer_cyclic.h"
#include "net/layer_dense.h"
#include "net/layer_pool.h"

const char *layer_name(enum layer_kind kind)
{
    static const char *const name[] = {"conv", "pool", "dense", "dropout", "cyclic"};
    return name[kind];
}

size_t layer_in(const struct layer *l)
{
    return l->height * l->width * l->channels;
}

size_t layer_out(const struct layer *l)
{
    return l->out_height * l->out_width * l->out;
}

size_t layer_picture_in(const struct layer *l)
{
    return l->images * layer_in(l);
}

size_t layer_picture_out(const struct layer *l)
{
    struct conv c = layer_as_conv(l);
    size_t values = l->pooled ? conv_values(&c) : layer_out(l);
    return l->kind == LAYER_CYCLIC ? values : l->images * values;
}

size_t layer_multiplications(const struct layer *l)
{
    if (l->kind == LAYER_CONV)
        return l->images * l->height * l->width * l->weights;
    return l->kind == LAYER_DENSE ? l->images * l->weights : 0;
}

struct conv layer_as_conv(const struct layer *l)
{
    return (struct conv){l->height, l->width, l->channels, l->out, l->pooled, false};
}

size_t layer_scratch(const struct layer *l)
{
    struct conv c = layer_as_conv(l);
    return l->kind == LAYER_CONV ? conv_scratch(&c) : 0;
}

void layer_forward(const struct layer *l, const float *parameter, size_t n, const float *x,
                   float *y, uint8_t *argmax, float *scratch)
{
    const float *w = parameter + l->weight_at, *b = parameter + l->bias_at;
    size_t images = n * l->images;
    struct conv c = layer_as_conv(l);
    switch (l->kind) {
    case LAYER_CONV: conv_forward(&c, images, x, w, b, y, argmax, scratch); break;
    case LAYER_POOL: pool_forward(images, l->height, l->width, l->channels, x, y); break;
    case LAYER_DENSE:
        dense_forward(images, layer_in(l), l->out, x, w, b, y);
        if (!l->linear)
            relu_forward(images * l->out, y);
        break;
    case LAYER_DROPOUT: memcpy(y, x, images * layer_in(l) * sizeof *y); break;
    case LAYER_CYCLIC: cyclic_forward(n, layer_in(l), x, y); break;
    }
}
