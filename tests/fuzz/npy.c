/* npy: the text of one header. What is parsed can be written, and parses to the same again; a
   record's type can be changed in every way that the programs do. */
#include "fuzz.h"
#include "stream/record.h"

/* Every field within the record; nested ones within one element of their parent, of which there may
   be none. */
static void check_fields(const struct npy_header *h)
{
    HOLDS(h->fields <= NPY_FIELDS_MAX && h->record <= NPY_RECORD_MAX);
    for (size_t i = 0; i < h->fields; i++) {
        const struct npy_field *f = &h->field[i];
        const struct npy_field *p = f->parent < 0 ? NULL : &h->field[f->parent];
        size_t start = p ? p->offset : 0, end = start + (p ? p->width : h->record);
        HOLDS(f->parent < (int)i && f->offset >= start && f->offset + f->size <= end);
    }
}

static void check_round_trip(const struct npy_header *h)
{
    static struct npy_header again;
    char text[NPY_HEADER_MAX];
    struct error err;
    size_t size, read;
    if (npy_format(h, text, &size, &err)) {
        HOLDS(err.status == STATUS_LIMIT);
        return;
    }
    HOLDS(!npy_header_size(text, &read, &err) && read == size && size % 64 == 0);
    HOLDS(!npy_parse(text, size, &again, &err));
    HOLDS(npy_same_record(h, &again) && again.record == h->record && again.dims == h->dims);
    HOLDS(memcmp(again.shape, h->shape, h->dims * sizeof *h->shape) == 0);
    for (size_t i = 0; i < h->fields; i++)
        HOLDS(again.field[i].offset == h->field[i].offset);
}

/* A refusal is fine, what is taken must be right. */
static void check_changed(enum status s, const struct record_type *t)
{
    if (s)
        return;
    check_fields(&t->header);
    check_round_trip(&t->header);
    HOLDS(t->size == t->header.record);
}

static void change_type(const struct npy_header *h)
{
    static const char *const classes[] = {"spiral", "edge-on", "round"};
    static struct record_type from, to;
    struct record_map map;
    struct error err;
    if (record_type_read(&from, h, &err))
        return;
    to = from;
    for (size_t k = 0; k < to.classes; k++)
        HOLDS(*record_class(&to, k));
    check_changed(record_type_set_pixels(&to, PIXEL_F4, 7, 5, 3, &err), &to);
    record_map_init(&map, &to, &from);
    for (size_t i = 0; i < map.parts; i++)
        HOLDS(map.part[i].to + map.part[i].size <= to.size &&
              map.part[i].from + map.part[i].size <= from.size);
    to = from;
    check_changed(record_type_set_votes(&to, 3, classes, &err), &to);
    to = from;
    check_changed(record_type_add(&to, "progress", "<f4", &err), &to);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct npy_header h;
    char header[NPY_HEADER_MAX] = "\x93NUMPY\x01";
    struct error err;
    size_t read;
    if (size < 2 || size > sizeof header - 10)
        return 0;
    header[8] = (char)(size & 0xff);
    header[9] = (char)(size >> 8);
    memcpy(header + 10, data, size);
    HOLDS(!npy_header_size(header, &read, &err) && read == size + 10);
    if (npy_parse(header, read, &h, &err))
        return 0;
    check_fields(&h);
    check_round_trip(&h);
    change_type(&h);
    return 0;
}
