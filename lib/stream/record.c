#include "stream/record.h"

#include <string.h>

static enum status check_id_field(const struct npy_field *f, struct error *err)
{
    if (f->type[0] == '\0' || f->type[1] != 'S' || f->dims || f->width > RECORD_ID_MAX)
        return error_set(err, STATUS_FORMAT, "field 'id' is not text of at most %d bytes",
                         RECORD_ID_MAX);
    return STATUS_OK;
}

/* Set pixel and shape. */
static enum status read_pixel_field(struct record_type *t, struct error *err)
{
    const struct npy_field *f = &t->header.field[t->pixels];
    bool u1 = strcmp(f->type, "|u1") == 0, f4 = strcmp(f->type, "<f4") == 0;
    if (!u1 && !f4)
        return error_set(err, STATUS_FORMAT, "field 'pixels' has type '%s' (not |u1 or <f4)",
                         f->type);
    if (f->dims != 3 || f->dim[0] > RECORD_SIDE_MAX || f->dim[1] > RECORD_SIDE_MAX)
        return error_set(err, STATUS_FORMAT, "field 'pixels' is not (height, width, channels)");
    if (f->dim[2] != 1 && f->dim[2] != 3)
        return error_set(err, STATUS_FORMAT, "field 'pixels' has %zu channels (not 1 or 3)",
                         f->dim[2]);
    t->pixel = u1 ? PIXEL_U1 : PIXEL_F4;
    t->shape = (struct shape){f->dim[0], f->dim[1], f->dim[2]};
    return STATUS_OK;
}

/* Set classes: they are the fields nested in votes. */
static enum status read_vote_field(struct record_type *t, struct error *err)
{
    const struct npy_header *h = &t->header;
    t->classes = 0;
    if (t->votes < 0)
        return STATUS_OK;
    for (size_t i = (size_t)t->votes + 1; i < h->fields && h->field[i].parent >= t->votes; i++) {
        const struct npy_field *f = &h->field[i];
        if (f->parent != t->votes || f->dims || strcmp(f->type, "<f4") != 0 || !f->name[0])
            return error_set(err, STATUS_FORMAT, "votes for '%s' are not a single <f4", f->name);
        t->classes++;
    }
    if (t->classes < 2 || t->classes > RECORD_CLASSES_MAX || h->field[t->votes].dims)
        return error_set(err, STATUS_FORMAT, "field 'votes' is not a group of 2 to %d classes",
                         RECORD_CLASSES_MAX);
    return STATUS_OK;
}

/* A field of another type would be passed on, and its meaning lost without a word. */
static enum status check_real_fields(const struct npy_header *h, struct error *err)
{
    static const char *const names[] = {"fov", "square", "weight", "progress"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        int found = npy_find(h, names[i]);
        const struct npy_field *f = found < 0 ? NULL : &h->field[found];
        if (f && (f->dims || !f->type[0]))
            return error_set(err, STATUS_FORMAT, "field '%s' is not a single <f4", names[i]);
        if (f && strcmp(f->type, "<f4") != 0)
            return error_set(err, STATUS_FORMAT, "field '%s' has type '%s' (not <f4)", names[i],
                             f->type);
    }
    return STATUS_OK;
}

/* Set all that follows from t->header. */
static enum status read_header(struct record_type *t, struct error *err)
{
    t->size = t->header.record;
    t->id = npy_find(&t->header, "id");
    t->view = npy_find(&t->header, "view");
    t->votes = npy_find(&t->header, "votes");
    t->pixels = npy_find(&t->header, "pixels");
    if (t->id < 0 || t->pixels < 0)
        return error_set(err, STATUS_FORMAT, "there is no field '%s'", t->id < 0 ? "id" : "pixels");
    const struct npy_field *view = t->view < 0 ? NULL : &t->header.field[t->view];
    if (view && (strcmp(view->type, "<u4") != 0 || view->dims))
        return error_set(err, STATUS_FORMAT, "field 'view' is not a single <u4");
    if (check_id_field(&t->header.field[t->id], err) || read_pixel_field(t, err) ||
        read_vote_field(t, err) || check_real_fields(&t->header, err))
        return err->status;
    return STATUS_OK;
}

enum status record_type_read(struct record_type *t, const struct npy_header *h, struct error *err)
{
    t->header = *h;
    return read_header(t, err);
}

enum status record_type_init(struct record_type *t, enum pixel pixel, size_t height, size_t width,
                             size_t channels, struct error *err)
{
    size_t shape[3] = {height, width, channels};
    t->header = (struct npy_header){0};
    if (npy_insert(&t->header, 0, "id", "|S48", 0, NULL, err) ||
        npy_insert(&t->header, 1, "view", "<u4", 0, NULL, err) ||
        npy_insert(&t->header, 2, "pixels", pixel == PIXEL_U1 ? "|u1" : "<f4", 3, shape, err))
        return err->status;
    return read_header(t, err);
}

enum status record_type_set_pixels(struct record_type *t, enum pixel pixel, size_t height,
                                   size_t width, size_t channels, struct error *err)
{
    size_t at = (size_t)t->pixels, shape[3] = {height, width, channels};
    npy_remove(&t->header, at);
    if (npy_insert(&t->header, at, "pixels", pixel == PIXEL_U1 ? "|u1" : "<f4", 3, shape, err))
        return err->status;
    return read_header(t, err);
}

enum status record_type_set_votes(struct record_type *t, size_t n, const char *const *classes,
                                  struct error *err)
{
    size_t at = (size_t)(t->votes < 0 ? t->pixels : t->votes);
    if (t->votes >= 0)
        npy_remove(&t->header, at);
    if (npy_insert_group(&t->header, at, "votes", "<f4", n, classes, err))
        return err->status;
    return read_header(t, err);
}

enum status record_type_add(struct record_type *t, const char *name, const char *type,
                            struct error *err)
{
    if (npy_find(&t->header, name) < 0 &&
        npy_insert(&t->header, (size_t)t->pixels, name, type, 0, NULL, err))
        return err->status;
    return read_header(t, err);
}

enum status record_check_class(const char *name, struct error *err)
{
    static const char *const reserved[] = {"",    "id",   "label",        "spread",
                                           "std", "part", RECORD_NO_CLASS};
    bool good = true;
    for (size_t i = 0; i < sizeof reserved / sizeof *reserved; i++)
        good &= strcmp(name, reserved[i]) != 0;
    for (const unsigned char *c = (const unsigned char *)name; *c; c++)
        good &= *c >= ' ' && *c != 0x7f;
    return good ? STATUS_OK
                : error_set(err, STATUS_FORMAT, "a class can't have the name '%s'", name);
}

const char *record_class(const struct record_type *t, size_t k)
{
    return t->header.field[(size_t)t->votes + 1 + k].name;
}

bool record_match_classes(const struct record_type *t, size_t n, const char *const *name,
                          int as[RECORD_CLASSES_MAX])
{
    bool common = false;
    for (size_t i = 0; i < t->classes; i++) {
        as[i] = -1;
        for (size_t k = 0; k < n; k++)
            if (strcmp(record_class(t, i), name[k]) == 0)
                as[i] = (int)k;
        common = common || as[i] >= 0;
    }
    return common;
}

void record_id(const struct record_type *t, const unsigned char *record, char id[RECORD_ID_MAX + 1])
{
    const struct npy_field *f = &t->header.field[t->id];
    memset(id, 0, RECORD_ID_MAX + 1);
    memcpy(id, record + f->offset, f->width);
}

enum status record_check_id(const char *id, struct error *err)
{
    if (!*id)
        return error_set(err, STATUS_FORMAT, "the id is empty");
    if (*id == '#')
        return error_set(err, STATUS_FORMAT, "the id '%s' begins with #, as comments do", id);
    for (const unsigned char *c = (const unsigned char *)id; *c; c++)
        if (*c < ' ' || *c == 0x7f)
            return error_set(err, STATUS_FORMAT, "the id '%s' holds a control character", id);
    return STATUS_OK;
}

enum status record_set_id(const struct record_type *t, unsigned char *record, const char *id,
                          struct error *err)
{
    const struct npy_field *f = &t->header.field[t->id];
    size_t n = strlen(id);
    if (record_check_id(id, err))
        return err->status;
    if (n > f->width)
        return error_set(err, STATUS_LIMIT, "the id '%s' has more than %zu bytes", id, f->width);
    memset(record + f->offset, 0, f->width);
    memcpy(record + f->offset, id, n);
    return STATUS_OK;
}

uint32_t record_view(const struct record_type *t, const unsigned char *record)
{
    if (t->view < 0)
        return 0;
    const unsigned char *b = record + t->header.field[t->view].offset;
    return b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
}

void record_set_view(const struct record_type *t, unsigned char *record, uint32_t view)
{
    unsigned char *b = record + t->header.field[t->view].offset;
    for (int i = 0; i < 4; i++)
        b[i] = (unsigned char)(view >> (8 * i));
}

/* Floats are stored as on every machine that this is built for (see CONTRIBUTING.md). */
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the stream is little-endian");

void record_votes(const struct record_type *t, const unsigned char *record, float *votes)
{
    memcpy(votes, record + t->header.field[t->votes].offset, t->classes * sizeof *votes);
}

void record_set_votes(const struct record_type *t, unsigned char *record, const float *votes)
{
    memcpy(record + t->header.field[t->votes].offset, votes, t->classes * sizeof *votes);
}

int record_label(const struct record_type *t, const unsigned char *record)
{
    float votes[RECORD_CLASSES_MAX];
    int best = 0;
    if (t->votes < 0)
        return -1;
    record_votes(t, record, votes);
    for (size_t k = 0; k < t->classes; k++) {
        if (!(votes[k] >= 0 && votes[k] <= 1e6f))
            return -1;
        if (votes[k] > votes[best])
            best = (int)k;
    }
    return best;
}

static const struct npy_field *real_field(const struct record_type *t, const char *name)
{
    int i = npy_find(&t->header, name);
    if (i < 0 || t->header.field[i].dims || strcmp(t->header.field[i].type, "<f4") != 0)
        return NULL;
    return &t->header.field[i];
}

float record_real(const struct record_type *t, const unsigned char *record, const char *name,
                  float fallback)
{
    const struct npy_field *f = real_field(t, name);
    if (f)
        memcpy(&fallback, record + f->offset, sizeof fallback);
    return fallback;
}

void record_set_real(const struct record_type *t, unsigned char *record, const char *name,
                     float value)
{
    const struct npy_field *f = real_field(t, name);
    if (f)
        memcpy(record + f->offset, &value, sizeof value);
}

float record_weight(const struct record_type *t, const unsigned char *record)
{
    return record_real(t, record, "weight", 1);
}

static bool is_fov(float fov)
{
    return fov >= 0 && fov <= RECORD_FOV_MAX;
}

double record_fov(const struct record_type *t, const unsigned char *record)
{
    float fov = record_real(t, record, "fov", 0);
    return is_fov(fov) ? (double)fov : 0;
}

size_t record_square(const struct record_type *t, const unsigned char *record)
{
    float side = record ? record_real(t, record, "square", 0) : 0;
    size_t n = side >= 1 && side <= (float)RECORD_SIDE_MAX ? (size_t)side : 0;
    return n && shape_has_centre(t->shape, n, n) ? n : 0;
}

const unsigned char *record_pixels(const struct record_type *t, const unsigned char *record)
{
    return record + t->header.field[t->pixels].offset;
}

unsigned char *record_pixels_out(const struct record_type *t, unsigned char *record)
{
    return record + t->header.field[t->pixels].offset;
}

/* Interpolation between two pixels of 1 may give a little more. */
static bool is_share(float f)
{
    return f >= -1e-5f && f <= 1 + 1e-5f;
}

enum status record_check(const struct record_type *t, const unsigned char *record,
                         struct error *err)
{
    float fov = record_real(t, record, "fov", 0);
    if (!is_fov(fov))
        return error_set(err, STATUS_FORMAT, "the field of view (fov) is %g, not from 0 to %d",
                         (double)fov, RECORD_FOV_MAX);
    size_t n = t->pixel == PIXEL_F4 ? shape_values(t->shape) : 0, bad = 0;
    const unsigned char *pixels = record_pixels(t, record);
    for (size_t i = 0; i < n; i++)
        bad += !is_share(pixel_value(PIXEL_F4, pixels, i));
    for (size_t i = 0; i < n && bad; i++)
        if (!is_share(pixel_value(PIXEL_F4, pixels, i)))
            return error_set(err, STATUS_FORMAT, "a pixel is %g, not a number from 0 to 1",
                             (double)pixel_value(PIXEL_F4, pixels, i));
    return STATUS_OK;
}

size_t record_pixel_bytes(const struct record_type *t)
{
    return t->header.field[t->pixels].size;
}

void record_map_init(struct record_map *map, const struct record_type *to,
                     const struct record_type *from)
{
    map->parts = 0;
    for (size_t i = 0; i < to->header.fields; i++) {
        const struct npy_field *f = &to->header.field[i];
        int j = f->parent < 0 && f->name[0] ? npy_find(&from->header, f->name) : -1;
        if (j < 0 || from->header.field[j].size != f->size ||
            strcmp(from->header.field[j].type, f->type) != 0)
            continue;
        map->part[map->parts].to = f->offset;
        map->part[map->parts].from = from->header.field[j].offset;
        map->part[map->parts++].size = f->size;
    }
}

void record_map_copy(const struct record_map *map, unsigned char *to, const unsigned char *from)
{
    for (size_t i = 0; i < map->parts; i++)
        memcpy(to + map->part[i].to, from + map->part[i].from, map->part[i].size);
}
