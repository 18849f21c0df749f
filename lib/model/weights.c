#include "model/weights.h"

#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/file.h"
#include "base/mem.h"

enum { PREAMBLE = 8, VALUE = sizeof(float) };

static const char METADATA[] = "__metadata__";

static enum status bad(const char *name, const char *what, struct error *err)
{
    return error_set(err, STATUS_FORMAT, "'%.80s': %s", name, what);
}

const struct weights_tensor *weights_tensor(const struct weights *w, const char *name)
{
    for (size_t i = 0; i < w->tensors; i++)
        if (strcmp(w->tensor[i].name, name) == 0)
            return &w->tensor[i];
    return NULL;
}

const char *weights_metadata(const struct weights *w, const char *key)
{
    for (size_t i = 0; i < w->entries; i++)
        if (strcmp(w->metadata[i].key, key) == 0)
            return w->metadata[i].value;
    return NULL;
}

void weights_release(struct weights *w)
{
    for (size_t i = 0; i < w->tensors; i++) {
        free(w->tensor[i].name);
        free(w->tensor[i].value);
    }
    for (size_t i = 0; i < w->entries; i++) {
        free(w->metadata[i].key);
        free(w->metadata[i].value);
    }
    w->tensors = w->entries = 0;
}

struct weights *weights_new(struct error *err)
{
    return mem_new(1, sizeof(struct weights), err);
}

void weights_free(struct weights *w)
{
    if (w)
        weights_release(w);
    free(w);
}

enum status weights_unusable(const char *key, struct error *err)
{
    return error_set(err, STATUS_FORMAT, "metadata '%s' is missing or unusable", key);
}

/* ---- making ---- */

float *weights_add(struct weights *w, const char *name, size_t dims, const size_t *dim,
                   struct error *err)
{
    struct weights_tensor t = {.dims = dims, .size = 1};
    if (w->tensors == WEIGHTS_TENSORS_MAX || strlen(name) > WEIGHTS_NAME_MAX) {
        error_set(err, STATUS_LIMIT, "more than %d tensors, or a name of more than %d bytes",
                  WEIGHTS_TENSORS_MAX, WEIGHTS_NAME_MAX);
        return NULL;
    }
    if (weights_tensor(w, name) || strcmp(name, METADATA) == 0) {
        bad(name, "the name of a tensor is taken", err);
        return NULL;
    }
    for (size_t i = 0; i < dims; i++)
        t.size *= t.dim[i] = dim[i];
    t.name = mem_string(name, err);
    t.value = t.name ? mem_new(t.size, VALUE, err) : NULL;
    if (!t.value) {
        free(t.name);
        return NULL;
    }
    w->tensor[w->tensors++] = t;
    return t.value;
}

/* Takes value, also on failure. */
static enum status set_entry(struct weights *w, const char *key, char *value, struct error *err)
{
    size_t i = 0;
    while (i < w->entries && strcmp(w->metadata[i].key, key) != 0)
        i++;
    if (i < w->entries) {
        free(w->metadata[i].value);
        w->metadata[i].value = value;
        return STATUS_OK;
    }
    char *copy = NULL;
    if (i == WEIGHTS_METADATA_MAX)
        error_set(err, STATUS_LIMIT, "more than %d keys of metadata", WEIGHTS_METADATA_MAX);
    else
        copy = mem_string(key, err);
    if (!copy) {
        free(value);
        return err->status;
    }
    w->metadata[w->entries++] = (struct weights_metadata){copy, value};
    return STATUS_OK;
}

enum status weights_set(struct weights *w, struct error *err, const char *key, const char *format,
                        ...)
{
    va_list args;
    va_start(args, format);
    int n = vsnprintf(NULL, 0, format, args);
    va_end(args);
    char *value = mem_new((size_t)n + 1, 1, err);
    if (!value)
        return err->status;
    va_start(args, format);
    vsnprintf(value, (size_t)n + 1, format, args);
    va_end(args);
    return set_entry(w, key, value, err);
}

/* ---- writing ---- */

static int by_name(const void *a, const void *b)
{
    return strcmp((*(const struct weights_tensor *const *)a)->name,
                  (*(const struct weights_tensor *const *)b)->name);
}

/* The header as a JSON value; NULL if there is no memory, or a string is not UTF-8. */
static json_t *make_header(const struct weights *w, const struct weights_tensor *const *sorted)
{
    json_t *root = json_object(), *metadata = json_object();
    size_t offset = 0;
    int failed = 0;
    for (size_t i = 0; i < w->entries; i++)
        failed |=
            json_object_set_new(metadata, w->metadata[i].key, json_string(w->metadata[i].value));
    failed |= json_object_set_new(root, METADATA, metadata);
    for (size_t i = 0; i < w->tensors; i++) {
        const struct weights_tensor *t = sorted[i];
        json_t *shape = json_array();
        for (size_t d = 0; d < t->dims; d++)
            failed |= json_array_append_new(shape, json_integer((json_int_t)t->dim[d]));
        size_t end = offset + t->size * VALUE;
        json_t *entry = json_pack("{s:s, s:o, s:[I, I]}", "dtype", "F32", "shape", shape,
                                  "data_offsets", (json_int_t)offset, (json_int_t)end);
        offset = end;
        failed |= json_object_set_new(root, t->name, entry);
    }
    if (!failed)
        return root;
    json_decref(root);
    return NULL;
}

/* The header, with its length before it, padded so that the values are aligned. */
static enum status append_header(const struct weights *w,
                                 const struct weights_tensor *const *sorted, struct buffer *out,
                                 struct error *err)
{
    json_t *root = make_header(w, sorted);
    size_t size = root ? json_dumpb(root, NULL, 0, JSON_COMPACT) : 0;
    uint64_t length = (size + 7) & ~(uint64_t)7;
    enum status s = buffer_append(out, &length, sizeof length, err);
    if (!s)
        s = buffer_reserve(out, length, err);
    if (!s && length > WEIGHTS_HEADER_MAX)
        s = error_set(err, STATUS_LIMIT, "the header has more than %d bytes", WEIGHTS_HEADER_MAX);
    else if (!s && (!size || json_dumpb(root, out->data + out->size, size, JSON_COMPACT) != size))
        s = error_set(err, STATUS_MEMORY, "can't make the header (memory, or text not in UTF-8)");
    json_decref(root);
    if (s)
        return s;
    memset(out->data + out->size + size, ' ', length - size);
    out->size += length;
    return STATUS_OK;
}

/* Rule 7. */
static enum status check_values(const struct weights_tensor *t, struct error *err)
{
    for (size_t i = 0; i < t->size; i++)
        if (!isfinite(t->value[i]))
            return bad(t->name, "a value that is not finite", err);
    return STATUS_OK;
}

static enum status write_sorted(const struct weights *w, const struct weights_tensor *const *sorted,
                                struct output *o, struct error *err)
{
    struct buffer header = {0};
    enum status s = append_header(w, sorted, &header, err);
    for (size_t i = 0; i < w->tensors && !s; i++)
        s = check_values(sorted[i], err);
    if (!s)
        s = file_write(o->fd, header.data, header.size, err);
    for (size_t i = 0; i < w->tensors && !s; i++)
        s = file_write(o->fd, sorted[i]->value, sorted[i]->size * VALUE, err);
    buffer_release(&header);
    return s;
}

enum status weights_write(const struct weights *w, const char *path, struct error *err)
{
    struct output o;
    const struct weights_tensor **sorted = mem_new(w->tensors, sizeof *sorted, err);
    if (!sorted)
        return err->status;
    for (size_t i = 0; i < w->tensors; i++)
        sorted[i] = &w->tensor[i];
    qsort(sorted, w->tensors, sizeof *sorted, by_name);
    enum status s = output_open(&o, path, err);
    if (!s)
        s = write_sorted(w, sorted, &o, err);
    if (!s)
        s = output_commit(&o, err);
    output_abandon(&o);
    free(sorted);
    return s ? error_prefix(err, "%s", output_name(path)) : s;
}

/* ---- reading ---- */

/* A tensor's entry in the header; its values are read later. */
struct entry {
    struct weights_tensor *tensor;
    size_t begin, end;
};

static enum status read_metadata(struct weights *w, const json_t *object, struct error *err)
{
    const char *key;
    json_t *value;
    if (!json_is_object(object))
        return bad(METADATA, "is not an object", err);
    json_object_foreach((json_t *)(uintptr_t)object, key, value)
    {
        if (!json_is_string(value))
            return bad(key, "metadata that is not a string", err);
        char *copy = mem_string(json_string_value(value), err);
        if (!copy || set_entry(w, key, copy, err))
            return err->status;
    }
    return STATUS_OK;
}

/* Read a non-negative integer of at most limit. */
static bool get_size(const json_t *j, size_t limit, size_t *value)
{
    json_int_t n = json_integer_value(j);
    *value = (size_t)n;
    return json_is_integer(j) && n >= 0 && (uint64_t)n <= limit;
}

/* Read a tensor's entry. limit: bytes of all values. */
static enum status read_entry(struct weights *w, const char *name, const json_t *j, size_t limit,
                              struct entry *e, struct error *err)
{
    const char *dtype = json_string_value(json_object_get(j, "dtype"));
    const json_t *shape = json_object_get(j, "shape"),
                 *offsets = json_object_get(j, "data_offsets");
    size_t dim[WEIGHTS_DIMS_MAX], size = 1;
    if (!dtype || strcmp(dtype, "F32") != 0)
        return bad(name, "dtype is not F32", err);
    if (!json_is_array(shape) || json_array_size(shape) > WEIGHTS_DIMS_MAX)
        return bad(name, "shape is not a list of at most 4 dimensions", err);
    for (size_t i = 0; i < json_array_size(shape); i++) {
        if (!get_size(json_array_get(shape, i), INT64_MAX, &dim[i]))
            return bad(name, "a dimension that is not an integer >= 0", err);
        if (dim[i] && size > limit / dim[i])
            return bad(name, "more values than the file holds", err);
        size *= dim[i];
    }
    if (json_array_size(offsets) != 2 || !get_size(json_array_get(offsets, 0), limit, &e->begin) ||
        !get_size(json_array_get(offsets, 1), limit, &e->end) || e->begin > e->end)
        return bad(name, "data_offsets are not two positions in the file", err);
    if (e->end - e->begin != size * VALUE)
        return bad(name, "data_offsets don't fit the shape", err);
    if (!weights_add(w, name, json_array_size(shape), dim, err))
        return err->status;
    e->tensor = &w->tensor[w->tensors - 1];
    return STATUS_OK;
}

static int by_offset(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    if (x->begin != y->begin)
        return x->begin < y->begin ? -1 : 1;
    return x->end < y->end ? -1 : x->end > y->end;
}

/* Read all entries of the header, and the values, of so many bytes, that follow it in the file. */
static enum status read_entries(struct weights *w, const json_t *root, const char *values,
                                size_t bytes, struct entry *entry, struct error *err)
{
    const char *name;
    json_t *value;
    size_t n = 0, end = 0;
    json_object_foreach((json_t *)(uintptr_t)root, name, value)
    {
        if (strcmp(name, METADATA) == 0) {
            if (read_metadata(w, value, err))
                return err->status;
        } else if (n == WEIGHTS_TENSORS_MAX)
            return error_set(err, STATUS_LIMIT, "more than %d tensors", WEIGHTS_TENSORS_MAX);
        else if (read_entry(w, name, value, bytes, &entry[n++], err))
            return err->status;
    }
    qsort(entry, n, sizeof *entry, by_offset);
    for (size_t i = 0; i < n; i++) {
        struct weights_tensor *t = entry[i].tensor;
        if (entry[i].begin != end)
            return bad(t->name, "a hole or an overlap before its values", err);
        end = entry[i].end;
        memcpy(t->value, values + entry[i].begin, t->size * VALUE);
        if (check_values(t, err))
            return err->status;
    }
    if (end != bytes)
        return error_set(err, STATUS_FORMAT, "%zu bytes after the last tensor", bytes - end);
    return STATUS_OK;
}

/* Rule 1, as far as the first bytes show it: most files of another kind are refused before they are
   read. */
static enum status read_length(int fd, struct buffer *file, struct error *err)
{
    uint64_t length = 0;
    size_t got;
    if (buffer_reserve(file, PREAMBLE, err) || file_read(fd, file->data, PREAMBLE, &got, err))
        return err->status;
    if (got < PREAMBLE)
        return error_set(err, STATUS_FORMAT, "not a safetensors file: only %zu bytes", got);
    file->size = PREAMBLE;
    memcpy(&length, file->data, PREAMBLE);
    if (length == 0 || length > WEIGHTS_HEADER_MAX)
        return error_set(err, STATUS_FORMAT, "not a safetensors file: a header of %llu bytes",
                         (unsigned long long)length);
    return STATUS_OK;
}

/* Rule 6. A JSON text has at most one value more than these structural characters, so they limit
   the memory of parsing; whether the text is JSON doesn't matter here. */
static bool has_too_many_values(const char *text, size_t n)
{
    size_t structural = 0;
    bool quoted = false;
    for (size_t i = 0; i < n; i++)
        if (text[i] == '"')
            quoted = !quoted;
        else if (!quoted)
            structural += text[i] == ',' || text[i] == '[' || text[i] == '{';
        else if (text[i] == '\\')
            i++;
    return structural > WEIGHTS_STRUCTURAL_MAX;
}

/* jansson goes on where memory runs out while a string grows, and loses a byte of it. So the header
   is read twice, and both must be equal. */
static json_t *read_json(const char *header, size_t size, struct error *err)
{
    json_error_t what;
    json_t *root = json_loadb(header, size, JSON_REJECT_DUPLICATES, &what), *again = NULL;
    if (!root) {
        error_set(err, STATUS_FORMAT, "header byte %d: %s", what.position, what.text);
        return NULL;
    }
    again = json_loadb(header, size, JSON_REJECT_DUPLICATES, &what);
    if (!again || !json_equal(root, again)) {
        json_decref(root);
        root = NULL;
        error_set(err, STATUS_MEMORY, "out of memory");
    }
    json_decref(again);
    return root;
}

static enum status parse(struct weights *w, const char *file, size_t size, struct error *err)
{
    uint64_t length = 0;
    memcpy(&length, file, PREAMBLE);
    if (length > size - PREAMBLE)
        return error_set(err, STATUS_FORMAT, "cut off: a header of %llu bytes",
                         (unsigned long long)length);
    if (has_too_many_values(file + PREAMBLE, length))
        return error_set(err, STATUS_LIMIT, "more than %d commas and brackets in the header",
                         WEIGHTS_STRUCTURAL_MAX);
    json_t *root = read_json(file + PREAMBLE, length, err);
    if (!root)
        return err->status;
    struct entry *entry = mem_new(WEIGHTS_TENSORS_MAX, sizeof *entry, err);
    enum status s =
        !entry ? err->status
        : !json_is_object(root)
            ? error_set(err, STATUS_FORMAT, "the header is not an object")
            : read_entries(w, root, file + PREAMBLE + length, size - PREAMBLE - length, entry, err);
    free(entry);
    json_decref(root);
    return s;
}

enum status weights_read(struct weights *w, const char *path, size_t limit, struct error *err)
{
    struct buffer file = {0};
    int fd = -1;
    w->tensors = w->entries = 0;
    enum status s = file_open(path, &fd, err);
    if (!s)
        s = read_length(fd, &file, err);
    if (!s)
        s = file_read_all(fd, &file, limit, err);
    if (!s)
        s = parse(w, file.data, file.size, err);
    file_close(fd);
    buffer_release(&file);
    if (s)
        weights_release(w);
    return s ? error_prefix(err, "%s", path) : s;
}

const char *weights_library(void)
{
    return "jansson " JANSSON_VERSION;
}
