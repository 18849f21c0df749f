/* weights: a safetensors file. What is read can be written, and reads the same again; if it is a
   model, so is the model. */
#include <math.h>

#include "fuzz.h"
#include "base/mem.h"
#include "model/model.h"

enum { MOST_BYTES = 1 << 20 };

static void save(const struct weights *w, unsigned to)
{
    struct error err;
    fuzz_stdout(to);
    HOLDS(!weights_write(w, NULL, &err));
    fuzz_restore();
}

static void check_same(const struct weights *a, const struct weights *b)
{
    HOLDS(a->tensors == b->tensors && a->entries == b->entries);
    for (size_t i = 0; i < a->tensors; i++) {
        const struct weights_tensor *t = &a->tensor[i], *u = weights_tensor(b, t->name);
        HOLDS(u && t->dims == u->dims && memcmp(t->dim, u->dim, t->dims * sizeof *t->dim) == 0);
        HOLDS(t->size == u->size && memcmp(t->value, u->value, t->size * sizeof *t->value) == 0);
    }
    for (size_t i = 0; i < a->entries; i++) {
        const char *value = weights_metadata(b, a->metadata[i].key);
        HOLDS(value && strcmp(value, a->metadata[i].value) == 0);
    }
}

/* Read path, write it to file number to, and again from there. */
static void copy_weights(const char *path, unsigned to)
{
    static struct weights w, again;
    struct error err;
    if (weights_read(&w, path, MOST_BYTES, &err)) {
        HOLDS(*err.text && w.tensors == 0 && w.entries == 0);
        return;
    }
    save(&w, to);
    HOLDS(!weights_read(&again, fuzz_name(to), 2 * MOST_BYTES, &err));
    check_same(&w, &again);
    save(&again, to + 1);
    HOLDS(fuzz_same(to, to + 1));
    weights_release(&w);
    weights_release(&again);
}

static void save_model(const struct model *m, unsigned to)
{
    static struct weights w;
    struct error err;
    HOLDS(!model_store(m, m->parameter, &w, &err));
    save(&w, to);
    weights_release(&w);
}

static bool near(double a, double b)
{
    return fabs(a - b) <= 1e-8 * fabs(a);
}

/* The numbers of the metadata may lose digits the first time, none the second. */
static void copy_model(const char *path, unsigned to)
{
    static struct model m, again;
    struct error err;
    if (model_read(&m, path, &err))
        return;
    save_model(&m, to);
    HOLDS(!model_read(&again, fuzz_name(to), &err));
    HOLDS(strcmp(m.spec.text, again.spec.text) == 0);
    HOLDS(m.spec.shape.height == again.spec.shape.height &&
          m.spec.shape.width == again.spec.shape.width &&
          m.spec.shape.channels == again.spec.shape.channels);
    HOLDS(m.spec.classes == again.spec.classes && m.spec.parameters == again.spec.parameters);
    for (size_t k = 0; k < m.spec.classes; k++)
        HOLDS(strcmp(m.class[k], again.class[k]) == 0);
    HOLDS(m.normalise.kind == again.normalise.kind && near(m.temperature, again.temperature) &&
          near(m.normalise.mean, again.normalise.mean) &&
          near(m.normalise.std, again.normalise.std));
    HOLDS(memcmp(m.parameter, again.parameter, m.spec.parameters * sizeof(float)) == 0);
    save_model(&again, to + 1);
    HOLDS(fuzz_same(to, to + 1));
    model_release(&m);
    model_release(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *path = fuzz_file(0, data, size);
    copy_weights(path, 1);
    copy_model(path, 1);
    return 0;
}
