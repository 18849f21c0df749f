#include "catalogue/labelling.h"

#include <string.h>

enum status labelling_init(struct labelling *l, struct votes *votes, const struct fold *fold,
                           size_t folds, const struct record_type *in, struct error *err)
{
    *l = (struct labelling){.votes = votes, .fold = fold, .folds = folds, .in = *in, .out = *in};
    if (record_type_set_votes(&l->out, votes->classes, votes_classes(votes), err))
        return err->status;
    record_map_init(&l->rest, &l->out, &l->in);
    return STATUS_OK;
}

static bool in_all_folds(const struct labelling *l, const char *id)
{
    for (size_t i = 0; i < l->folds; i++)
        if (!fold_has(&l->fold[i], id))
            return false;
    return true;
}

static void note_spelling(struct labelling *l, const char *id, const char *spelled)
{
    if (l->votes->options.ids || !*spelled || strcmp(spelled, id) == 0)
        return;
    if (!l->respelled++) {
        strcpy(l->id, id);
        strcpy(l->spelled, spelled);
    }
}

bool labelling_apply(void *context, const unsigned char *in, unsigned char *out)
{
    struct labelling *l = context;
    struct vote vote;
    char id[RECORD_ID_MAX + 1];
    record_id(&l->in, in, id);
    uint64_t *reason = NULL;
    if (!*l->first)
        strcpy(l->first, id);
    votes_match_correction(l->votes, id);
    if (!in_all_folds(l, id))
        reason = &l->outside;
    else if (!votes_find(l->votes, id, &vote))
        reason = &l->unknown;
    else if (vote.label < 0)
        reason = vote.label == VOTES_TOO_FEW ? &l->too_few : &l->disputed;
    if (reason) {
        ++*reason;
        return false;
    }
    note_spelling(l, id, vote.spelled);
    l->kept[vote.label]++;
    record_map_copy(&l->rest, out, in);
    record_set_votes(&l->out, out, vote.share);
    return true;
}

enum status labelling_check(const struct labelling *l, uint64_t records, struct error *err)
{
    const struct votes *v = l->votes;
    const char *row = votes_first_id(v);
    if (records && votes_corrections(v) && votes_unmatched(v) == votes_corrections(v))
        return error_set(err, STATUS_MISMATCH,
                         "%s: no correction is for a galaxy that is there: the first one is for "
                         "'%s' (--id-column)",
                         v->options.corrections, v->first_correction);
    if (l->unknown == 0 || l->unknown + l->outside < records)
        return STATUS_OK;
    if (!row || !*row)
        return error_set(err, STATUS_MISMATCH, "%s: %s", v->path,
                         row ? "no row could be used"
                             : "no row has the id of a record: there is no row");
    return error_set(err, STATUS_MISMATCH,
                     "%s: no row has the id of a record: the first record is '%s', the first row "
                     "'%s' (--ids)",
                     v->path, l->first, row);
}
