#include "atlas/labels.h"

#include <stdlib.h>
#include <string.h>

#include "stream/stream.h"

/* Find the classes of the stream among those of the predictions: as[k] is that of class k, or -1.
 */
static enum status match_classes(const struct record_type *type, const struct predictions *p,
                                 int *as, struct error *err)
{
    const char *name[RECORD_CLASSES_MAX];
    if (!type->classes)
        return error_set(err, STATUS_MISMATCH, "no votes (gz-label adds them)");
    for (size_t k = 0; k < p->classes; k++)
        name[k] = predictions_class(p, k);
    if (record_match_classes(type, p->classes, name, as))
        return STATUS_OK;
    return error_set(err, STATUS_MISMATCH,
                     "votes for none of the predictions' classes (the first is '%s', that of the "
                     "predictions '%s')",
                     record_class(type, 0), name[0]);
}

static enum status read_all(struct stream_reader *in, unsigned char *record,
                            const struct triangle *t, const int *as, signed char *label,
                            struct error *err)
{
    const struct record_type *type = stream_type(in);
    char id[RECORD_ID_MAX + 1];
    enum status s;
    while (!(s = stream_read(in, record, err))) {
        int votes = record_label(type, record);
        record_id(type, record, id);
        const struct triangle_galaxy *g = triangle_find(t, id);
        if (g)
            label[g->number] = (signed char)(votes < 0 ? -1 : as[votes]);
    }
    return s == STATUS_END ? STATUS_OK : s;
}

enum status labels_read(char *path, const struct predictions *p, const struct triangle *t,
                        signed char *label, struct error *err)
{
    int as[RECORD_CLASSES_MAX];
    struct stream_reader *in = stream_open(&path, 1, false, err);
    if (!in)
        return err->status;
    unsigned char *record = NULL;
    enum status s = match_classes(stream_type(in), p, as, err);
    if (s)
        error_prefix(err, "%s", path);
    else
        record = mem_new(1, stream_type(in)->size, err);
    if (record)
        s = read_all(in, record, t, as, label, err);
    else
        s = err->status;
    free(record);
    stream_close(in);
    return s;
}
