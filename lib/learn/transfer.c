#include "learn/transfer.h"

#include <string.h>

static enum status check(const struct model *m, const struct netspec *spec, const char *path,
                         struct error *err)
{
    const struct shape *have = &m->spec.shape, *want = &spec->shape;
    if (strcmp(m->spec.text, spec->text) != 0)
        return error_set(err, STATUS_MISMATCH, "%s: has the network '%s' (see --network)", path,
                         m->spec.text);
    if (have->height != want->height || have->width != want->width ||
        have->channels != want->channels)
        return error_set(err, STATUS_MISMATCH,
                         "%s: is for pictures of %zux%zux%zu, where the stream has %zux%zux%zu",
                         path, have->height, have->width, have->channels, want->height, want->width,
                         want->channels);
    return STATUS_OK;
}

enum status transfer_read(struct model *m, const struct netspec *spec, const char *path,
                          struct error *err)
{
    if (model_read(m, path, err))
        return err->status;
    if (!check(m, spec, path, err))
        return STATUS_OK;
    model_release(m);
    return err->status;
}

static bool same_classes(const struct model *a, const struct model *b)
{
    if (a->spec.classes != b->spec.classes)
        return false;
    for (size_t k = 0; k < a->spec.classes; k++) {
        const char *one = a->class[k], *other = b->class[k];
        if (strcmp(one, other) != 0)
            return false;
    }
    return true;
}

/* Layers stand in the block one after the other, the last one at its end. */
void transfer_layers(const struct model *from, const struct model *to, float *parameter)
{
    const struct layer *last = &to->spec.layer[to->spec.layers - 1];
    size_t n = same_classes(from, to) ? to->spec.parameters : last->weight_at;
    memcpy(parameter, from->parameter, n * sizeof *parameter);
}
