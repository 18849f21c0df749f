#include "catalogue/mistakes.h"

#include <stdlib.h>

#include "catalogue/score.h"

struct mistake {
    struct prediction line;
    float confidence;
    uint64_t number;
};

enum status mistakes_add(struct mistakes *m, const struct prediction *line, size_t classes,
                         struct error *err)
{
    size_t predicted = score_argmax(line->probability, classes);
    struct mistake new = {*line, line->probability[predicted], ++m->seen};
    if (predicted == (size_t)line->label)
        return STATUS_OK;
    return buffer_append(&m->found, &new, sizeof new, err);
}

static int by_confidence(const void *a, const void *b)
{
    const struct mistake *p = a, *q = b;
    if (p->confidence != q->confidence)
        return p->confidence < q->confidence ? 1 : -1;
    return (p->number > q->number) - (p->number < q->number);
}

enum status mistakes_write(struct mistakes *m, uint64_t most, size_t classes,
                           const char *const *names, const struct prediction_columns *columns,
                           struct buffer *out, struct error *err)
{
    struct mistake *found = (struct mistake *)(void *)m->found.data;
    size_t n = m->found.size / sizeof *found;
    if (n)
        qsort(found, n, sizeof *found, by_confidence);
    enum status s = predictions_write_header(out, classes, names, columns, err);
    for (size_t i = 0; i < n && i < most && !s; i++)
        s = predictions_write(out, &found[i].line, classes, names, columns, err);
    return s;
}

void mistakes_release(struct mistakes *m)
{
    buffer_release(&m->found);
}
