#include "catalogue/answers.h"

#include <string.h>

enum status answers_init(struct answers *a, size_t classes, struct error *err)
{
    a->sample = sample_of(classes);
    return score_init(&a->score, classes, err);
}

enum status answers_add(struct answers *a, const struct prediction *line, struct error *err)
{
    bool is_other = line->label < 0;
    if (line->part == PART_TRAIN && !a->learned_too) {
        a->learned++;
        return STATUS_OK;
    }
    if (sample_add(&a->sample, line->probability, is_other ? SAMPLE_OTHER : line->label, err) ||
        (a->keep_ids && buffer_append(&a->ids, line->id, sizeof line->id, err)))
        return err->status;
    if (is_other) {
        if (a->others++ == 0)
            strcpy(a->first_other, line->other);
        return STATUS_OK;
    }
    score_add(&a->score, line->probability, (size_t)line->label);
    return a->keep_mistakes ? mistakes_add(&a->mistakes, line, a->score.classes, err) : STATUS_OK;
}

void answers_release(struct answers *a)
{
    buffer_release(&a->ids);
    mistakes_release(&a->mistakes);
    sample_release(&a->sample);
    score_release(&a->score);
}
