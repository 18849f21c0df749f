#include "onnx/export.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "onnx/layers.h"

enum { TURNS = 4 };

/* Where more than one orientation is computed, the names of the values that hold them. */
struct orientations {
    size_t n, views;
    const char *name[2 * TURNS + 1];
};

/* ---- from pixels to the network's input ---- */

static void append_pixels(const struct onnx_export *e, struct onnx *o, struct onnx_value *v)
{
    const struct shape *s = &e->model->spec.shape;
    struct onnx_shape bytes = {ONNX_UINT8, 3, {s->height, s->width, s->channels}},
                      floats = {ONNX_FLOAT, 3, {s->channels, s->height, s->width}};
    *v = (struct onnx_value){.name = "pixels"};
    if (e->floats) {
        onnx_input(o, v->name, "from 0 to 1: (N, channels, height, width)", floats);
        return;
    }
    onnx_input(o, v->name, "from 0 to 255: (N, height, width, channels)", bytes);
    onnx_number(o, "levels", 255);
    onnx_append(o, v, "Cast", "pixels.float", NULL,
                (struct onnx_attribute[]){{"to", 0, {ONNX_FLOAT}}, {0}});
    onnx_append(o, v, "Transpose", "pixels.planes", NULL,
                (struct onnx_attribute[]){{"perm", 4, {0, 3, 1, 2}}, {0}});
    onnx_append(o, v, "Div", "pixels.scaled", (const char *[]){"levels", NULL}, NULL);
}

/* The same for all pictures. */
static void append_mean_std(const struct normalise *n, struct onnx *o, struct onnx_value *v)
{
    onnx_number(o, "mean", (float)n->mean);
    onnx_number(o, "std", (float)n->std);
    onnx_append(o, v, "Sub", "pixels.centred", (const char *[]){"mean", NULL}, NULL);
    onnx_append(o, v, "Div", "pixels.normalised", (const char *[]){"std", NULL}, NULL);
}

/* Each picture by the mean and standard deviation of its own values. */
static void append_per_image(struct onnx *o, struct onnx_value *v)
{
    const struct onnx_attribute picture[] = {{"axes", 3, {1, 2, 3}}, {"keepdims", 0, {1}}, {0}};
    struct onnx_value std, mean = *v;
    onnx_number(o, "variance.least", 1e-6f); /* as moments_std() has it */
    onnx_append(o, &mean, "ReduceMean", "mean", NULL, picture);
    onnx_append(o, v, "Sub", "pixels.centred", (const char *[]){mean.name, NULL}, NULL);
    std = *v;
    onnx_append(o, &std, "Mul", "pixels.squares", (const char *[]){v->name, NULL}, NULL);
    onnx_append(o, &std, "ReduceMean", "variance", NULL, picture);
    onnx_append(o, &std, "Max", "variance.positive", (const char *[]){"variance.least", NULL},
                NULL);
    onnx_append(o, &std, "Sqrt", "std", NULL, NULL);
    onnx_append(o, v, "Div", "pixels.normalised", (const char *[]){std.name, NULL}, NULL);
}

/* ---- turns and mirror images ---- */

/* The value mirrored left to right: its product with the matrix that has ones from the upper right
   corner to the lower left, which is exact. Slice with a negative step and Gather would do the
   same, but fewer programs know them. */
static void append_mirror(struct onnx *o, const char *from, const char *to)
{
    onnx_operator(o, "MatMul", (const char *[]){from, "mirror", NULL}, to, NULL);
}

static void append_transpose(struct onnx *o, const char *from, const char *to)
{
    onnx_operator(o, "Transpose", (const char *[]){from, NULL}, to,
                  (struct onnx_attribute[]){{"perm", 4, {0, 1, 3, 2}}, {0}});
}

static enum status append_mirror_matrix(struct onnx *o, size_t side, struct error *err)
{
    float *matrix = mem_new(side * side, sizeof *matrix, err);
    if (!matrix)
        return err->status;
    for (size_t i = 0; i < side; i++)
        matrix[i * side + side - 1 - i] = 1;
    onnx_floats(o, "mirror", 2, (size_t[]){side, side}, matrix);
    free(matrix);
    return STATUS_OK;
}

/* Turn by turn, as onnx_mean wants the turns of a cyclic layer; with eight views, each turn of the
   picture and then of its mirror image. A quarter turn clockwise is the mirror image of the
   transposed picture. */
static void append_orientations(struct orientations *t, struct onnx *o, struct onnx_value *v)
{
    const char *mirrored[] = {"turn0", "turn0.mirrored", "turn1", "turn1.mirrored",
                              "turn2", "turn2.mirrored", "turn3", "turn3.mirrored"};
    mirrored[0] = v->name;
    append_mirror(o, v->name, "turn0.mirrored");
    append_transpose(o, v->name, "turn3.mirrored");
    append_mirror(o, "turn3.mirrored", "turn1");
    append_transpose(o, "turn0.mirrored", "turn3");
    append_mirror(o, "turn3", "turn1.mirrored");
    append_transpose(o, "turn1.mirrored", "turn2");
    if (t->n > TURNS)
        append_transpose(o, "turn1", "turn2.mirrored");
    for (size_t i = 0; i < t->n; i++)
        t->name[i] = mirrored[t->n > TURNS ? i : 2 * i];
    onnx_operator(o, "Concat", t->name, "orientations",
                  (struct onnx_attribute[]){{"axis", 0, {0}}, {0}});
    strcpy(v->name, "orientations");
}

/* ---- the network ---- */

static enum status append_parameters(const struct model *m, struct onnx *o, struct error *err)
{
    struct netspec_tensor t;
    for (size_t i = 0; netspec_tensor(&m->spec, i, &t) == STATUS_OK; i++) {
        float *value = mem_new(t.size, sizeof *value, err);
        if (!value)
            return err->status;
        netspec_export(&t, m->parameter, value);
        onnx_floats(o, t.name, t.dims, t.dim, value);
        free(value);
    }
    return STATUS_OK;
}

static void append_probabilities(const struct model *m, struct onnx *o, struct onnx_value *v)
{
    if (m->temperature != 1) {
        onnx_number(o, "temperature", (float)m->temperature);
        onnx_append(o, v, "Div", "logits.scaled", (const char *[]){"temperature", NULL}, NULL);
    }
    onnx_append(o, v, "Softmax", "probabilities", NULL,
                (struct onnx_attribute[]){{"axis", 0, {1}}, {0}});
    onnx_output(o, v->name, "of the classes, in the order of the metadata",
                (struct onnx_shape){ONNX_FLOAT, 1, {m->spec.classes}});
}

static void append_metadata(const struct onnx_export *e, struct onnx *o)
{
    for (size_t i = 0; i < e->weights->entries; i++) {
        const struct weights_metadata *entry = &e->weights->metadata[i];
        if (strcmp(entry->key, "pixels") != 0 && strcmp(entry->key, "views") != 0)
            onnx_set_metadata(o, entry->key, entry->value);
    }
    onnx_set_metadata(o, "pixels",
                      e->floats ? "floats from 0 to 1: N,channels,height,width"
                                : "bytes from 0 to 255: N,height,width,channels");
    onnx_set_metadata(o, "views", e->views == 8 ? "8" : "1");
}

enum status onnx_export_run(const struct onnx_export *e, struct onnx *o, struct error *err)
{
    const struct model *m = e->model;
    const struct netspec *spec = &m->spec;
    struct orientations t = {.n = 1};
    struct onnx_value v;
    onnx_init(o, "galaxies");
    if (e->views == 8 && spec->shape.height != spec->shape.width)
        return error_set(err, STATUS_MISMATCH, "pictures of %zux%zu have no quarter turns",
                         spec->shape.height, spec->shape.width);
    if (netspec_is_cyclic(spec))
        t.n = TURNS;
    t.views = e->views == 8 ? 2 * TURNS / t.n : 1;
    t.n *= t.views;
    append_pixels(e, o, &v);
    if (m->normalise.kind == NORMALISE_PER_IMAGE)
        append_per_image(o, &v);
    else
        append_mean_std(&m->normalise, o, &v);
    if (append_parameters(m, o, err))
        return err->status;
    if (t.n > 1) {
        if (append_mirror_matrix(o, spec->shape.width, err))
            return err->status;
        append_orientations(&t, o, &v);
    }
    for (size_t i = 0; i < spec->layers; i++)
        onnx_layer(o, &spec->layer[i], &v);
    if (t.views > 1)
        onnx_mean(o, t.views, "logits", &v);
    append_probabilities(m, o, &v);
    append_metadata(e, o);
    return STATUS_OK;
}
