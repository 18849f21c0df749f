#include "catalogue/votes.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"

/* Shares computed by other programs may exceed 1 by a rounding error. */
#define SHARE_MAX 1.000001
#define COUNT_MAX 1e12

enum { SLOTS_FIRST = 1024 };

/* A row in memory. If there is a label, the share of each class follows the id and its NUL, as
   floats. */
struct row {
    uint32_t line; /* of the table */
    int8_t label;
    char id[];
} __attribute__((packed));

static const struct {
    const char *class, *answer, *asked;
} galaxy_zoo_2[] = {
    {"spiral", "Class4.1", "Class2.2"},
    {"edge-on", "Class2.1", "Class1.2"},
    {"round", "Class7.1", "Class1.1"},
};
enum { GALAXY_ZOO_2 = sizeof galaxy_zoo_2 / sizeof *galaxy_zoo_2 };

/* ---- the columns ---- */

static bool is_galaxy_zoo_2(const struct table *t)
{
    for (size_t k = 0; k < GALAXY_ZOO_2; k++)
        if (table_find(t, galaxy_zoo_2[k].answer) >= 0 || table_find(t, galaxy_zoo_2[k].asked) >= 0)
            return true;
    return false;
}

static enum status find_column(const struct table *t, const char *name, int *column,
                               struct error *err)
{
    *column = table_find(t, name);
    if (*column < 0)
        return error_set(err, STATUS_MISMATCH, "a Galaxy Zoo 2 table without a column '%s'", name);
    return STATUS_OK;
}

static enum status find_galaxy_zoo_2_columns(struct votes *v, struct error *err)
{
    const struct table *t = &v->table;
    v->id = table_find(t, "GalaxyID");
    if (v->id < 0 && strncmp(t->column[0], "Class", 5) == 0)
        return find_column(t, "GalaxyID", &v->id, err);
    v->id = v->id < 0 ? 0 : v->id;
    v->classes = GALAXY_ZOO_2;
    for (size_t k = 0; k < GALAXY_ZOO_2; k++) {
        v->name[k] = galaxy_zoo_2[k].class;
        if (find_column(t, galaxy_zoo_2[k].answer, &v->answer[k], err) ||
            find_column(t, galaxy_zoo_2[k].asked, &v->asked[k], err))
            return err->status;
    }
    return STATUS_OK;
}

static enum status find_class_columns(struct votes *v, struct error *err)
{
    size_t classes = v->table.columns - 1;
    if (classes < 2 || classes > RECORD_CLASSES_MAX)
        return error_set(err, STATUS_MISMATCH,
                         "%zu columns: neither an id and 2 to %d classes nor Galaxy Zoo 2's",
                         v->table.columns, RECORD_CLASSES_MAX);
    v->classes = classes;
    for (size_t k = 0; k < classes; k++) {
        v->name[k] = v->table.column[k + 1];
        v->answer[k] = (int)k + 1;
        v->asked[k] = -1;
        if (!*v->name[k])
            return error_set(err, STATUS_MISMATCH, "column %zu has no name", k + 2);
    }
    return STATUS_OK;
}

enum status votes_open(struct votes *v, char *path, const struct votes_rule *rule,
                       struct error *err)
{
    *v = (struct votes){.path = path, .rule = *rule};
    if (table_open(&v->table, &v->path, 1, err))
        return err->status;
    if (is_galaxy_zoo_2(&v->table) ? find_galaxy_zoo_2_columns(v, err) : find_class_columns(v, err))
        return table_blame(&v->table, err);
    v->slots = SLOTS_FIRST;
    v->slot = mem_new(v->slots, sizeof *v->slot, err);
    return v->slot ? STATUS_OK : err->status;
}

const char *const *votes_classes(const struct votes *v)
{
    return v->name;
}

/* ---- rows ---- */

/* Whether part / whole is at least limit, compared as decimals (see votes.h). */
static bool reaches(double part, double limit, double whole)
{
    return whole > 0 && part >= (limit - VOTES_SLACK) * whole;
}

/* The shares and the label of the current row. */
static enum status read_vote(const struct votes *v, struct vote *vote, struct error *err)
{
    double answer[RECORD_CLASSES_MAX], asked[RECORD_CLASSES_MAX], sum = 0;
    size_t best = 0;
    for (size_t k = 0; k < v->classes; k++) {
        double max = v->asked[k] < 0 ? COUNT_MAX : SHARE_MAX;
        if (table_number(&v->table, v->answer[k], max, &answer[k], err) ||
            (v->asked[k] >= 0 && table_number(&v->table, v->asked[k], max, &asked[k], err)))
            return err->status;
        sum += answer[k];
    }
    for (size_t k = 0; k < v->classes; k++) {
        vote->share[k] = sum > 0 ? (float)(answer[k] / sum) : 0;
        best = vote->share[k] > vote->share[best] ? k : best;
    }
    bool all_asked = v->asked[best] < 0;
    bool enough = all_asked || reaches(asked[best], v->rule.min_asked, 1);
    bool agreed = reaches(answer[best], v->rule.min_agreement, all_asked ? sum : asked[best]);
    vote->label = sum > 0 && enough && agreed ? (int)best : -1;
    return STATUS_OK;
}

static const struct row *row_at(const struct votes *v, size_t at)
{
    return (const struct row *)(v->row.data + at);
}

static size_t share_bytes(const struct votes *v, int label)
{
    return label < 0 ? 0 : v->classes * sizeof(float);
}

/* The slot of this id, or the free slot where it belongs. */
static size_t find_slot(const struct votes *v, const char *id)
{
    size_t i = rng_hash(0, id, strlen(id)) & (v->slots - 1);
    while (v->slot[i] && strcmp(row_at(v, v->slot[i] - 1)->id, id) != 0)
        i = (i + 1) & (v->slots - 1);
    return i;
}

/* Double the slots if half of them would be taken. */
static enum status grow(struct votes *v, struct error *err)
{
    if (v->rows + 1 < v->slots / 2)
        return STATUS_OK;
    uint32_t *old = v->slot;
    v->slot = mem_new(v->slots * 2, sizeof *v->slot, err);
    if (!v->slot) {
        v->slot = old;
        return err->status;
    }
    free(old);
    v->slots *= 2;
    for (size_t at = 0; at < v->row.size;) {
        const struct row *row = row_at(v, at);
        v->slot[find_slot(v, row->id)] = (uint32_t)(at + 1);
        at += sizeof *row + strlen(row->id) + 1 + share_bytes(v, row->label);
    }
    return STATUS_OK;
}

static enum status add(struct votes *v, const char *id, const struct vote *vote, struct error *err)
{
    if (grow(v, err))
        return err->status;
    size_t slot = find_slot(v, id), at = v->row.size;
    if (v->slot[slot])
        return error_set(err, STATUS_MISMATCH, "the id '%s' is already on line %" PRIu32, id,
                         row_at(v, v->slot[slot] - 1)->line);
    if (at >= UINT32_MAX || v->table.line > UINT32_MAX)
        return error_set(err, STATUS_LIMIT, "more than %zu rows", v->rows);
    struct row row = {(uint32_t)v->table.line, (int8_t)vote->label};
    if (buffer_append(&v->row, &row, sizeof row, err) ||
        buffer_append(&v->row, id, strlen(id) + 1, err) ||
        buffer_append(&v->row, vote->share, share_bytes(v, vote->label), err))
        return err->status;
    v->slot[slot] = (uint32_t)(at + 1);
    v->rows++;
    return STATUS_OK;
}

enum status votes_read_row(struct votes *v, struct error *err)
{
    struct vote vote;
    enum status s = table_next(&v->table, err);
    if (s)
        return s;
    if (table_check_id(&v->table, v->id, err) || read_vote(v, &vote, err) ||
        add(v, v->table.cell[v->id], &vote, err))
        return table_blame(&v->table, err);
    return STATUS_OK;
}

bool votes_find(const struct votes *v, const char *id, struct vote *vote)
{
    uint32_t slot = v->slot[find_slot(v, id)];
    if (!slot)
        return false;
    const struct row *row = row_at(v, slot - 1);
    vote->label = row->label;
    memcpy(vote->share, row->id + strlen(row->id) + 1, share_bytes(v, row->label));
    return true;
}

void votes_release(struct votes *v)
{
    table_close(&v->table);
    buffer_release(&v->row);
    free(v->slot);
    *v = (struct votes){0};
}
