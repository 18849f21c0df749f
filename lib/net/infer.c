#include "net/infer.h"

#include <stdlib.h>
#include <string.h>

#include "net/arena.h"
#include "net/layer_cyclic.h"

enum { GROUP = 16 /* images that go through the convolutions together */ };

static size_t max(size_t a, size_t b)
{
    return a > b ? a : b;
}

/* The layers before the first dense one work on a few images at a time, whose activations stay in
   cache; the others on all, because each dense weight is then fetched once a call. */
static size_t first_dense(const struct netspec *s)
{
    size_t i = 0;
    while (s->layer[i].kind != LAYER_DENSE)
        i++;
    return i;
}

/* Pictures that go through the convolutions together. */
static size_t group_size(const struct netspec *s)
{
    return GROUP / s->layer[0].images;
}

static void take_buffers(struct infer *f, struct arena *a)
{
    const struct netspec *s = f->spec;
    size_t conv = 0, dense = 0, scratch = 0, group = group_size(s), first = first_dense(s);
    for (size_t i = 0; i < s->layers; i++) {
        const struct layer *l = &s->layer[i];
        scratch = max(scratch, layer_scratch(l));
        if (i < first)
            conv = max(conv, layer_picture_out(l));
        else
            dense = max(dense, max(layer_picture_in(l), layer_picture_out(l)));
    }
    f->input = arena_take(a, INFER_BLOCK * shape_values(s->shape));
    f->turns = arena_take(a, netspec_is_cyclic(s) ? group * layer_picture_in(&s->layer[0]) : 0);
    for (int i = 0; i < 2; i++)
        f->activation[i] = arena_take(a, group * conv);
    for (int i = 0; i < 2; i++)
        f->dense[i] = arena_take(a, INFER_BLOCK * dense);
    f->scratch = arena_take(a, scratch);
}

enum status infer_init(struct infer *f, const struct netspec *s, struct error *err)
{
    struct arena a = {0};
    *f = (struct infer){.spec = s};
    take_buffers(f, &a);
    f->memory = mem_new(a.used, sizeof *f->memory, err);
    if (!f->memory)
        return err->status;
    a = (struct arena){f->memory, 0};
    take_buffers(f, &a);
    return STATUS_OK;
}

void infer_release(struct infer *f)
{
    free(f->memory);
    *f = (struct infer){0};
}

/* Take pictures [first, first + n), a group at most, through all layers before the first dense
   one. */
static void infer_group(struct infer *f, const float *parameter, size_t first, size_t n,
                        size_t dense)
{
    const struct netspec *s = f->spec;
    const float *x = f->input + first * shape_values(s->shape);
    if (netspec_is_cyclic(s)) {
        cyclic_turn(n, s->shape.height, s->shape.channels, x, f->turns);
        x = f->turns;
    }
    for (size_t i = 0, which = 0; i < dense; i++) {
        if (s->layer[i].skipped)
            continue;
        float *y = f->activation[which++ % 2];
        layer_forward(&s->layer[i], parameter, n, x, y, NULL, f->scratch);
        x = y;
    }
    size_t values = layer_picture_in(&s->layer[dense]);
    memcpy(f->dense[0] + first * values, x, n * values * sizeof *x);
}

void infer_logits(struct infer *f, const float *parameter, size_t n)
{
    const struct netspec *s = f->spec;
    size_t dense = first_dense(s), group = group_size(s);
    for (size_t first = 0; first < n; first += group)
        infer_group(f, parameter, first, n - first < group ? n - first : group, dense);
    for (size_t i = dense, which = 0; i < s->layers; i++, which = 1 - which) {
        f->logit = f->dense[1 - which];
        layer_forward(&s->layer[i], parameter, n, f->dense[which], f->logit, NULL, f->scratch);
    }
}
