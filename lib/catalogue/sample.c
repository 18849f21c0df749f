#include "catalogue/sample.h"

#include <math.h>
#include <stdlib.h>

struct sample sample_of(size_t classes)
{
    return (struct sample){.classes = classes};
}

enum status sample_add(struct sample *s, const float *probability, int label, struct error *err)
{
    int32_t value = label;
    if (buffer_append(&s->probability, probability, s->classes * sizeof *probability, err) ||
        buffer_append(&s->label, &value, sizeof value, err))
        return err->status;
    s->n++;
    return STATUS_OK;
}

const float *sample_probability(const struct sample *s, size_t i)
{
    return (const float *)(const void *)s->probability.data + i * s->classes;
}

int sample_label(const struct sample *s, size_t i)
{
    return ((const int32_t *)(const void *)s->label.data)[i];
}

uint64_t sample_count(const struct sample *s, int label)
{
    uint64_t n = 0;
    for (size_t i = 0; i < s->n; i++)
        n += sample_label(s, i) == label;
    return n;
}

uint32_t sample_step(double probability)
{
    return (uint32_t)fmin(SAMPLE_STEPS, fmax(0, round(probability * SAMPLE_STEPS)));
}

static int by_step(const void *a, const void *b)
{
    const struct sample_rank *p = a, *q = b;
    return (p->step < q->step) - (p->step > q->step);
}

void sample_sort(struct sample_rank *rank, size_t n)
{
    if (n)
        qsort(rank, n, sizeof *rank, by_step);
}

void sample_release(struct sample *s)
{
    buffer_release(&s->label);
    buffer_release(&s->probability);
    *s = (struct sample){0};
}
