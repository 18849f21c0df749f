#include "model/model.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"

enum { HEADROOM = 2 * WEIGHTS_HEADER_MAX };

void model_release(struct model *m)
{
    free(m->parameter);
    m->parameter = NULL;
}

struct input_format model_input_format(const struct model *m, const struct record_type *type)
{
    return (struct input_format){type, m->spec.shape, m->normalise, m->fov};
}

enum status model_set_classes(struct model *m, const struct record_type *t, struct error *err)
{
    for (size_t k = 0; k < t->classes; k++) {
        const char *name = record_class(t, k);
        if (record_check_class(name, err))
            return err->status;
        if (strchr(name, ','))
            return error_set(err, STATUS_FORMAT, "the class '%s' has a comma in its name", name);
        strcpy(m->class[k], name);
    }
    return STATUS_OK;
}

enum status model_check_classes(const struct model *m, const struct record_type *t,
                                const char *whose, struct error *err)
{
    if (t->classes != m->spec.classes)
        return error_set(err, STATUS_MISMATCH, "votes for %zu classes, where %s %zu", t->classes,
                         whose, m->spec.classes);
    for (size_t k = 0; k < t->classes; k++)
        if (strcmp(record_class(t, k), m->class[k]) != 0)
            return error_set(err, STATUS_MISMATCH, "class '%s', where %s '%s'", record_class(t, k),
                             whose, m->class[k]);
    return STATUS_OK;
}

/* ---- writing ---- */

enum status model_store_format(const struct model *m, struct weights *w, struct error *err)
{
    char classes[RECORD_CLASSES_MAX * (NPY_NAME_MAX + 1)] = "";
    const struct shape *s = &m->spec.shape;
    for (size_t k = 0; k < m->spec.classes; k++) {
        strcat(classes, k ? "," : "");
        strcat(classes, m->class[k]);
    }
    if (weights_set(w, err, "classes", "%s", classes))
        return err->status;
    return weights_set(w, err, "input", "%zu,%zu,%zu", s->height, s->width, s->channels);
}

static enum status store_metadata(const struct model *m, struct weights *w, struct error *err)
{
    bool per_image = m->normalise.kind == NORMALISE_PER_IMAGE;
    if (weights_set(w, err, "format", "%s", MODEL_FORMAT) ||
        weights_set(w, err, "network", "%s", m->spec.text) || model_store_format(m, w, err) ||
        weights_set(w, err, "normalise", "%s", per_image ? "per-image" : "mean-std"))
        return err->status;
    if (!per_image && (weights_set(w, err, "mean", "%.9g", m->normalise.mean) ||
                       weights_set(w, err, "std", "%.9g", m->normalise.std)))
        return err->status;
    if (m->fov > 0 && weights_set(w, err, "fov", "%.6g", m->fov))
        return err->status;
    if (m->temperature != 1)
        return weights_set(w, err, "temperature", "%.9g", m->temperature);
    return STATUS_OK;
}

enum status model_store(const struct model *m, const float *parameter, struct weights *w,
                        struct error *err)
{
    struct netspec_tensor t;
    for (size_t i = 0; netspec_tensor(&m->spec, i, &t) == STATUS_OK; i++) {
        float *values = weights_add(w, t.name, t.dims, t.dim, err);
        if (!values)
            return err->status;
        netspec_export(&t, parameter, values);
    }
    return store_metadata(m, w, err);
}

/* ---- reading ---- */

/* Split a comma-separated list into at most most parts, in place; 0 where there are more. */
static size_t split(char *list, char **part, size_t most)
{
    size_t n = 0;
    char *rest;
    for (char *p = strtok_r(list, ",", &rest); p; p = strtok_r(NULL, ",", &rest)) {
        if (n == most)
            return 0;
        part[n++] = p;
    }
    return n;
}

static enum status read_classes(struct model *m, const struct weights *w, size_t *classes,
                                struct error *err)
{
    char list[RECORD_CLASSES_MAX * (NPY_NAME_MAX + 1)], *part[RECORD_CLASSES_MAX];
    const char *text = weights_metadata(w, "classes");
    if (!text || strlen(text) >= sizeof list)
        return weights_unusable("classes", err);
    strcpy(list, text);
    *classes = split(list, part, RECORD_CLASSES_MAX);
    for (size_t k = 0; k < *classes; k++) {
        if (strlen(part[k]) > NPY_NAME_MAX)
            return weights_unusable("classes", err);
        strcpy(m->class[k], part[k]);
    }
    return *classes >= 2 ? STATUS_OK : weights_unusable("classes", err);
}

static enum status read_network(struct model *m, const struct weights *w, size_t classes,
                                struct error *err)
{
    char input[64], *part[3];
    uint64_t side[3] = {0};
    const char *text = weights_metadata(w, "input"), *network = weights_metadata(w, "network");
    if (!text || strlen(text) >= sizeof input)
        return weights_unusable("input", err);
    strcpy(input, text);
    size_t n = split(input, part, 3);
    for (size_t i = 0; i < n; i++)
        if (!num_parse_u64(part[i], 1, RECORD_SIDE_MAX, &side[i]))
            return weights_unusable("input", err);
    if (n != 3)
        return weights_unusable("input", err);
    if (!network)
        return weights_unusable("network", err);
    return netspec_parse(&m->spec, network, side[0], side[1], side[2], classes, err);
}

/* A number of the metadata in (least, 1e6]; otherwise where the key is missing. */
static enum status read_real(const struct weights *w, const char *key, double least,
                             const double *otherwise, double *value, struct error *err)
{
    const char *text = weights_metadata(w, key);
    if (!text && otherwise) {
        *value = *otherwise;
        return STATUS_OK;
    }
    if (!text || !num_parse_real(text, least, 1e6, value) || *value == least)
        return weights_unusable(key, err);
    return STATUS_OK;
}

/* The shares of the classes among the galaxies learned from. Earlier versions didn't write them. */
static enum status read_shares(struct model *m, const struct weights *w, struct error *err)
{
    char list[RECORD_CLASSES_MAX * 32], *part[RECORD_CLASSES_MAX];
    const char *text = weights_metadata(w, "trained.shares");
    double sum = 0;
    if (!text)
        return STATUS_OK;
    if (strlen(text) >= sizeof list)
        return weights_unusable("trained.shares", err);
    strcpy(list, text);
    size_t n = split(list, part, RECORD_CLASSES_MAX);
    for (size_t k = 0; k < n && k < m->spec.classes; k++) {
        if (!num_parse_real(part[k], 0, 1, &m->trained[k]))
            return weights_unusable("trained.shares", err);
        sum += m->trained[k];
    }
    if (n != m->spec.classes || fabs(sum - 1) > MODEL_SHARES_TOLERANCE)
        return weights_unusable("trained.shares", err);
    for (size_t k = 0; k < n; k++)
        m->trained[k] /= sum;
    return STATUS_OK;
}

static enum status read_normalise(struct model *m, const struct weights *w, struct error *err)
{
    const char *kind = weights_metadata(w, "normalise");
    const double one = 1, unknown = 0;
    if (read_real(w, "temperature", 0, &one, &m->temperature, err) ||
        read_real(w, "fov", 0, &unknown, &m->fov, err))
        return err->status;
    m->normalise = (struct normalise){NORMALISE_PER_IMAGE, 0, 1};
    if (kind && strcmp(kind, "per-image") == 0)
        return STATUS_OK;
    m->normalise.kind = NORMALISE_MEAN_STD;
    if (!kind || strcmp(kind, "mean-std") != 0)
        return weights_unusable("normalise", err);
    if (read_real(w, "mean", -1e6, NULL, &m->normalise.mean, err))
        return err->status;
    return read_real(w, "std", 0, NULL, &m->normalise.std, err);
}

/* The tensors must be those of the network: checked before memory is taken, because a few words
   can name more parameters than any file has. */
static enum status check_tensors(const struct model *m, const struct weights *w, struct error *err)
{
    struct netspec_tensor t;
    size_t n = 0;
    for (; netspec_tensor(&m->spec, n, &t) == STATUS_OK; n++) {
        const struct weights_tensor *from = weights_tensor(w, t.name);
        if (!from)
            return error_set(err, STATUS_MISMATCH, "the tensor '%s' is missing", t.name);
        if (from->dims != t.dims || memcmp(from->dim, t.dim, t.dims * sizeof *t.dim) != 0)
            return error_set(err, STATUS_MISMATCH,
                             "the tensor '%s' does not have the shape that the network gives it",
                             t.name);
    }
    if (n != w->tensors)
        return error_set(err, STATUS_MISMATCH, "%zu tensors, but the network has %zu", w->tensors,
                         n);
    return STATUS_OK;
}

static enum status read_tensors(struct model *m, const struct weights *w, struct error *err)
{
    struct netspec_tensor t;
    if (check_tensors(m, w, err))
        return err->status;
    m->parameter = mem_new(m->spec.parameters, sizeof *m->parameter, err);
    for (size_t i = 0; m->parameter && netspec_tensor(&m->spec, i, &t) == STATUS_OK; i++)
        netspec_import(&t, weights_tensor(w, t.name)->value, m->parameter);
    return m->parameter ? STATUS_OK : err->status;
}

static enum status check_format(const struct weights *w, struct error *err)
{
    const char *format = weights_metadata(w, "format");
    if (format && strcmp(format, MODEL_FORMAT) == 0)
        return STATUS_OK;
    return error_set(err, STATUS_FORMAT, "metadata 'format' is not '%s'", MODEL_FORMAT);
}

enum status model_read_weights(struct model *m, struct weights *w, const char *path,
                               struct error *err)
{
    size_t classes;
    *m = (struct model){.temperature = 1};
    if (weights_read(w, path, NETSPEC_PARAMETERS_MAX * sizeof(float) + HEADROOM, err))
        return err->status;
    if (!check_format(w, err) && !read_classes(m, w, &classes, err) &&
        !read_network(m, w, classes, err) && !read_normalise(m, w, err) &&
        !read_shares(m, w, err) && !read_tensors(m, w, err))
        return STATUS_OK;
    weights_release(w);
    model_release(m);
    return error_prefix(err, "%s", path);
}

enum status model_read(struct model *m, const char *path, struct error *err)
{
    struct weights *w = weights_new(err);
    enum status s = w ? model_read_weights(m, w, path, err) : STATUS_MEMORY;
    weights_free(w);
    return s;
}
