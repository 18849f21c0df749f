#include "stream/npy.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char magic[6] = "\x93NUMPY";

enum status npy_header_size(const void *preamble, size_t *size, struct error *err)
{
    const unsigned char *p = preamble;
    if (memcmp(p, magic, sizeof magic) != 0)
        return error_set(err, STATUS_FORMAT, "not a NumPy chunk (wrong magic)");
    if (p[6] == 1 && p[7] == 0)
        *size = 10 + (p[8] | (size_t)p[9] << 8);
    else if (p[6] == 2 && p[7] == 0)
        *size = 12 + (p[8] | (size_t)p[9] << 8 | (size_t)p[10] << 16 | (size_t)p[11] << 24);
    else
        return error_set(err, STATUS_FORMAT, "NumPy format version %d.%d (not 1.0 or 2.0)", p[6],
                         p[7]);
    if (*size > NPY_HEADER_MAX)
        return error_set(err, STATUS_LIMIT, "header of %zu bytes (at most %d)", *size,
                         NPY_HEADER_MAX);
    if (*size < NPY_PREAMBLE)
        return error_set(err, STATUS_FORMAT, "header of %zu bytes is too short", *size);
    return STATUS_OK;
}

/* ---- reading: a recursive descent over the text, bounded by NPY_DEPTH_MAX ---- */

struct text {
    const char *start, *at, *end;
    struct error *err;
};

__attribute__((format(printf, 2, 3))) static enum status wrong(struct text *t, const char *format,
                                                               ...)
{
    char what[256];
    va_list args;
    va_start(args, format);
    vsnprintf(what, sizeof what, format, args);
    va_end(args);
    return error_set(t->err, STATUS_FORMAT, "header byte %td: %s", t->at - t->start, what);
}

static void skip_spaces(struct text *t)
{
    while (t->at < t->end && (*t->at == ' ' || *t->at == '\n' || *t->at == '\t' || *t->at == '\r'))
        t->at++;
}

static bool next_is(struct text *t, char c)
{
    skip_spaces(t);
    return t->at < t->end && *t->at == c;
}

/* Skip c if it comes next. */
static bool accept(struct text *t, char c)
{
    bool there = next_is(t, c);
    t->at += there;
    return there;
}

static enum status expect(struct text *t, char c)
{
    return accept(t, c) ? STATUS_OK : wrong(t, "'%c' expected", c);
}

/* A string in quotes, printable ASCII without escapes, shorter than room. */
static enum status read_string(struct text *t, char *out, size_t room)
{
    skip_spaces(t);
    if (t->at == t->end || (*t->at != '\'' && *t->at != '"'))
        return wrong(t, "a string expected");
    char quote = *t->at++;
    size_t n = 0;
    for (; t->at < t->end && *t->at != quote; t->at++) {
        if (*t->at < ' ' || *t->at > '~' || *t->at == '\\')
            return wrong(t, "a character that can't be used in a name");
        if (n + 1 >= room)
            return wrong(t, "a name of more than %zu bytes", room - 1);
        out[n++] = *t->at;
    }
    out[n] = '\0';
    return expect(t, quote);
}

static enum status read_number(struct text *t, uint64_t limit, uint64_t *value)
{
    skip_spaces(t);
    if (t->at == t->end || *t->at < '0' || *t->at > '9')
        return wrong(t, "a number expected");
    for (*value = 0; t->at < t->end && *t->at >= '0' && *t->at <= '9'; t->at++) {
        uint64_t digit = (uint64_t)(*t->at - '0');
        if (digit >= limit || *value > (limit - 1 - digit) / 10)
            return wrong(t, "a number too large");
        *value = *value * 10 + digit;
    }
    return STATUS_OK;
}

/* A tuple of at most `most` numbers: (), (1,), (1, 2), (1, 2,). A single number needs its comma. */
static enum status read_tuple(struct text *t, unsigned most, uint64_t limit, uint64_t *value,
                              unsigned *n)
{
    if (expect(t, '('))
        return t->err->status;
    *n = 0;
    bool comma = true;
    while (!accept(t, ')')) {
        if (!comma)
            return wrong(t, "',' or ')' expected");
        if (*n == most)
            return wrong(t, "more than %u dimensions", most);
        if (read_number(t, limit, &value[*n]))
            return t->err->status;
        ++*n;
        comma = accept(t, ',');
    }
    if (*n == 1 && !comma)
        return wrong(t, "'(n)' is not a tuple");
    return STATUS_OK;
}

/* The bytes of one element of a type such as "<f4"; 0 for an unknown type. */
static size_t type_width(const char *type)
{
    if (!strchr("<>|=", type[0]) || !type[0] || !type[1] || !strchr("biufcSUV", type[1]))
        return 0;
    size_t n = 0;
    const char *c = type + 2;
    for (; *c >= '0' && *c <= '9' && n < NPY_RECORD_MAX; c++)
        n = n * 10 + (size_t)(*c - '0');
    if (*c || n == 0 || n > NPY_RECORD_MAX)
        return 0;
    switch (type[1]) {
    case 'b': return n == 1 ? 1 : 0;
    case 'i':
    case 'u': return n == 1 || n == 2 || n == 4 || n == 8 ? n : 0;
    case 'f': return n == 2 || n == 4 || n == 8 || n == 16 ? n : 0;
    case 'c': return n == 8 || n == 16 || n == 32 ? n : 0;
    case 'U': return n * 4 <= NPY_RECORD_MAX ? n * 4 : 0;
    default: return n;
    }
}

static bool name_is_taken(const struct npy_header *h, size_t first, const struct npy_field *f)
{
    /* NumPy writes padding as nameless void fields, any number of them. */
    if (!f->name[0])
        return false;
    for (size_t i = first; i < h->fields; i++)
        if (&h->field[i] != f && h->field[i].parent == f->parent &&
            strcmp(h->field[i].name, f->name) == 0)
            return true;
    return false;
}

/* Set f->size from its width and dimensions. */
static bool set_size(struct npy_field *f)
{
    f->size = f->width;
    for (unsigned i = 0; i < f->dims; i++) {
        if (f->dim[i] && f->size > NPY_RECORD_MAX / f->dim[i])
            return false;
        f->size *= f->dim[i];
    }
    return true;
}

/* A field's shape: a tuple, or one number for one dimension. */
static enum status read_dims(struct text *t, struct npy_field *f)
{
    uint64_t dim[NPY_DIMS_MAX];
    f->dims = 1;
    if (next_is(t, '(') ? read_tuple(t, NPY_DIMS_MAX, NPY_RECORD_MAX, dim, &f->dims)
                        : read_number(t, NPY_RECORD_MAX, dim))
        return t->err->status;
    for (unsigned i = 0; i < f->dims; i++)
        f->dim[i] = dim[i];
    return STATUS_OK;
}

static enum status read_fields(struct text *t, struct npy_header *h, int parent, unsigned depth,
                               size_t *bytes);

/* (name, type) or (name, type, shape). offset is that of the field within its list. */
static enum status read_field(struct text *t, struct npy_header *h, int parent, unsigned depth,
                              size_t first, size_t offset)
{
    if (h->fields == NPY_FIELDS_MAX)
        return wrong(t, "more than %d fields", NPY_FIELDS_MAX);
    size_t index = h->fields++;
    struct npy_field *f = &h->field[index];
    *f = (struct npy_field){.parent = parent, .offset = offset};
    if (expect(t, '(') || read_string(t, f->name, sizeof f->name))
        return t->err->status;
    if (name_is_taken(h, first, f))
        return wrong(t, "the name '%s' occurs twice", f->name);
    if (expect(t, ','))
        return t->err->status;
    if (accept(t, '[')) {
        if (read_fields(t, h, (int)index, depth + 1, &f->width))
            return t->err->status;
    } else {
        if (read_string(t, f->type, sizeof f->type))
            return t->err->status;
        if ((f->width = type_width(f->type)) == 0)
            return wrong(t, "field '%s' has an unknown type '%s'", f->name, f->type);
    }
    if (accept(t, ',') && !next_is(t, ')') && read_dims(t, f))
        return t->err->status;
    if (expect(t, ')'))
        return t->err->status;
    if (!set_size(f))
        return wrong(t, "field '%s' has more than %d bytes", f->name, NPY_RECORD_MAX);
    return STATUS_OK;
}

/* The fields after '[', and the ']' after them. */
static enum status read_fields(struct text *t, struct npy_header *h, int parent, unsigned depth,
                               size_t *bytes)
{
    size_t first = h->fields;
    bool comma = true;
    *bytes = 0;
    if (depth > NPY_DEPTH_MAX)
        return wrong(t, "fields nested more than %d deep", NPY_DEPTH_MAX);
    while (!accept(t, ']')) {
        size_t index = h->fields;
        if (!comma)
            return wrong(t, "',' or ']' expected");
        if (read_field(t, h, parent, depth, first, *bytes))
            return t->err->status;
        *bytes += h->field[index].size;
        if (*bytes > NPY_RECORD_MAX)
            return wrong(t, "a record of more than %d bytes", NPY_RECORD_MAX);
        comma = accept(t, ',');
    }
    if (h->fields == first)
        return wrong(t, "no fields");
    return STATUS_OK;
}

/* Nested fields have their offsets within their list: add those of their parents. */
static void add_parent_offsets(struct npy_header *h)
{
    for (size_t i = 0; i < h->fields; i++)
        if (h->field[i].parent >= 0)
            h->field[i].offset += h->field[h->field[i].parent].offset;
}

/* Whether a type in quotes follows, such as '<f4', that is one of floats. */
static bool is_floats(const struct text *t)
{
    return t->end - t->at > 3 && (*t->at == '\'' || *t->at == '"') && t->at[2] == 'f';
}

enum { DESCR = 1, ORDER = 2, SHAPE = 4, ALL = 7 };

static enum status read_entry(struct text *t, struct npy_header *h, unsigned *seen)
{
    char key[16];
    if (read_string(t, key, sizeof key))
        return t->err->status;
    unsigned bit = strcmp(key, "descr") == 0           ? DESCR
                   : strcmp(key, "fortran_order") == 0 ? ORDER
                   : strcmp(key, "shape") == 0         ? SHAPE
                                                       : 0;
    if (!bit || (*seen & bit))
        return wrong(t, "the key '%s' %s", key, bit ? "occurs twice" : "is unknown");
    *seen |= bit;
    if (expect(t, ':'))
        return t->err->status;
    if (bit == SHAPE) {
        if (read_tuple(t, 2, (uint64_t)1 << 62, h->shape, &h->dims))
            return t->err->status;
        return h->dims ? STATUS_OK : wrong(t, "the chunk has no dimension");
    }
    if (bit == ORDER) {
        skip_spaces(t);
        if (t->end - t->at < 5 || memcmp(t->at, "False", 5) != 0)
            return wrong(t, "fortran_order must be False");
        t->at += 5;
        return STATUS_OK;
    }
    if (!accept(t, '['))
        return wrong(t, is_floats(t) ? "descr is not a list of fields: a plain array of floats; "
                                       "see Arrays in gz-stream(5)"
                                     : "descr is not a list of fields: a plain array; "
                                       "see Arrays in gz-stream(5)");
    if (read_fields(t, h, -1, 1, &h->record))
        return t->err->status;
    add_parent_offsets(h);
    return STATUS_OK;
}

enum status npy_parse(const void *header, size_t size, struct npy_header *h, struct error *err)
{
    const char *bytes = header;
    struct text t = {bytes, bytes + (bytes[6] == 1 ? 10 : 12), bytes + size, err};
    unsigned seen = 0;
    bool comma = true;
    h->fields = 0;
    if (expect(&t, '{'))
        return err->status;
    while (!accept(&t, '}')) {
        if (!comma)
            return wrong(&t, "',' or '}' expected");
        if (read_entry(&t, h, &seen))
            return err->status;
        comma = accept(&t, ',');
    }
    if (seen != ALL)
        return wrong(&t, "the key '%s' is missing",
                     !(seen & DESCR)   ? "descr"
                     : !(seen & ORDER) ? "fortran_order"
                                       : "shape");
    skip_spaces(&t);
    return t.at == t.end ? STATUS_OK : wrong(&t, "bytes after the closing '}'");
}

/* ---- writing ---- */

struct out {
    char *text;
    size_t size; /* of the whole text, also of what didn't fit */
};

__attribute__((format(printf, 2, 3))) static void put(struct out *o, const char *format, ...)
{
    size_t room = o->size < NPY_HEADER_MAX ? NPY_HEADER_MAX - o->size : 0;
    va_list args;
    va_start(args, format);
    int n = vsnprintf(room ? o->text + o->size : NULL, room, format, args);
    va_end(args);
    o->size += (size_t)n;
}

static void put_fields(struct out *o, const struct npy_header *h, int parent)
{
    const char *comma = "";
    put(o, "[");
    for (size_t i = 0; i < h->fields; i++) {
        const struct npy_field *f = &h->field[i];
        if (f->parent != parent)
            continue;
        /* A name that contains a single quote is put in double quotes, as in Python. */
        char quote = strchr(f->name, '\'') ? '"' : '\'';
        put(o, "%s(%c%s%c, ", comma, quote, f->name, quote);
        comma = ", ";
        if (f->type[0])
            put(o, "'%s'", f->type);
        else
            put_fields(o, h, (int)i);
        for (unsigned d = 0; d < f->dims; d++)
            put(o, "%s%zu%s", d ? ", " : ", (", f->dim[d],
                d + 1 < f->dims ? ""
                : f->dims == 1  ? ",)"
                                : ")");
        put(o, ")");
    }
    put(o, "]");
}

enum status npy_format(const struct npy_header *h, char *out, size_t *size, struct error *err)
{
    struct out o = {out, 10};
    put(&o, "{'descr': ");
    put_fields(&o, h, -1);
    if (h->dims == 1)
        put(&o, ", 'fortran_order': False, 'shape': (%llu,), }", (unsigned long long)h->shape[0]);
    else
        put(&o, ", 'fortran_order': False, 'shape': (%llu, %llu), }",
            (unsigned long long)h->shape[0], (unsigned long long)h->shape[1]);
    *size = (o.size + 1 + 63) & ~(size_t)63;
    if (*size > NPY_HEADER_MAX)
        return error_set(err, STATUS_LIMIT, "header of %zu bytes (at most %d)", *size,
                         NPY_HEADER_MAX);
    memset(out + o.size, ' ', *size - o.size);
    out[*size - 1] = '\n';
    memcpy(out, magic, sizeof magic);
    out[6] = 1;
    out[7] = 0;
    out[8] = (char)((*size - 10) & 0xff);
    out[9] = (char)((*size - 10) >> 8);
    return STATUS_OK;
}

/* ---- changing ---- */

/* Set all offsets after a change: a field begins where the one before it in the same list ends. */
static void place_fields(struct npy_header *h)
{
    size_t next[NPY_FIELDS_MAX];
    h->record = 0;
    for (size_t i = 0; i < h->fields; i++) {
        struct npy_field *f = &h->field[i];
        size_t *end = f->parent < 0 ? &h->record : &next[f->parent];
        f->offset = *end;
        next[i] = f->offset;
        *end += f->size;
    }
}

/* Make room for n fields at index at, and update the parents' indices. */
static enum status make_room(struct npy_header *h, size_t at, size_t n, struct error *err)
{
    if (h->fields + n > NPY_FIELDS_MAX)
        return error_set(err, STATUS_LIMIT, "more than %d fields", NPY_FIELDS_MAX);
    memmove(&h->field[at + n], &h->field[at], (h->fields - at) * sizeof *h->field);
    h->fields += n;
    for (size_t i = at + n; i < h->fields; i++)
        if (h->field[i].parent >= (int)at)
            h->field[i].parent += (int)n;
    return STATUS_OK;
}

static enum status fill_field(struct npy_field *f, int parent, const char *name, const char *type,
                              struct error *err)
{
    *f = (struct npy_field){.parent = parent};
    if (strlen(name) > NPY_NAME_MAX)
        return error_set(err, STATUS_LIMIT, "the name '%s' has more than %d bytes", name,
                         NPY_NAME_MAX);
    if (strpbrk(name, "\\'"))
        return error_set(err, STATUS_FORMAT, "the name '%s' has a quote or a backslash", name);
    for (const char *c = name; *c; c++)
        if (*c < ' ' || *c > '~')
            return error_set(err, STATUS_FORMAT, "the name '%s' is not plain ASCII", name);
    strcpy(f->name, name);
    snprintf(f->type, sizeof f->type, "%s", type);
    f->width = f->size = type_width(type);
    return STATUS_OK;
}

enum status npy_insert(struct npy_header *h, size_t at, const char *name, const char *type,
                       unsigned dims, const size_t *dim, struct error *err)
{
    struct npy_field f;
    if (fill_field(&f, -1, name, type, err))
        return err->status;
    f.dims = dims;
    for (unsigned i = 0; i < dims; i++)
        f.dim[i] = dim[i];
    if (!set_size(&f) || h->record + f.size > NPY_RECORD_MAX)
        return error_set(err, STATUS_LIMIT, "a record of more than %d bytes", NPY_RECORD_MAX);
    if (make_room(h, at, 1, err))
        return err->status;
    h->field[at] = f;
    place_fields(h);
    return STATUS_OK;
}

enum status npy_insert_group(struct npy_header *h, size_t at, const char *name, const char *type,
                             size_t n, const char *const *names, struct error *err)
{
    if (h->record + n * type_width(type) > NPY_RECORD_MAX)
        return error_set(err, STATUS_LIMIT, "a record of more than %d bytes", NPY_RECORD_MAX);
    if (make_room(h, at, n + 1, err) || fill_field(&h->field[at], -1, name, type, err))
        return err->status;
    h->field[at].type[0] = '\0';
    h->field[at].width = h->field[at].size = n * type_width(type);
    for (size_t i = 0; i < n; i++) {
        struct npy_field *f = &h->field[at + 1 + i];
        if (fill_field(f, (int)at, names[i], type, err))
            return err->status;
        for (size_t j = 0; j < i; j++)
            if (strcmp(names[j], names[i]) == 0)
                return error_set(err, STATUS_FORMAT, "the name '%s' occurs twice", names[i]);
    }
    place_fields(h);
    return STATUS_OK;
}

void npy_remove(struct npy_header *h, size_t at)
{
    size_t n = 1;
    while (at + n < h->fields && h->field[at + n].parent >= (int)at)
        n++;
    memmove(&h->field[at], &h->field[at + n], (h->fields - at - n) * sizeof *h->field);
    h->fields -= n;
    for (size_t i = at; i < h->fields; i++)
        if (h->field[i].parent >= (int)at)
            h->field[i].parent -= (int)n;
    place_fields(h);
}

int npy_find(const struct npy_header *h, const char *name)
{
    for (size_t i = 0; i < h->fields; i++)
        if (h->field[i].parent < 0 && strcmp(h->field[i].name, name) == 0)
            return (int)i;
    return -1;
}

static bool same_field(const struct npy_field *a, const struct npy_field *b)
{
    return strcmp(a->name, b->name) == 0 && strcmp(a->type, b->type) == 0 &&
           a->parent == b->parent && a->size == b->size && a->dims == b->dims &&
           memcmp(a->dim, b->dim, a->dims * sizeof *a->dim) == 0;
}

bool npy_same_record(const struct npy_header *a, const struct npy_header *b)
{
    if (a->fields != b->fields)
        return false;
    for (size_t i = 0; i < a->fields; i++)
        if (!same_field(&a->field[i], &b->field[i]))
            return false;
    return true;
}
