#include "catalogue/votes.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/num.h"
#include "base/rng.h"
#include "catalogue/usual.h"

/* What is kept of a row. If there is a label, the share of each class follows, as floats, unless
   the table is one of labels. */
struct row {
    uint32_t line; /* of the table */
    int8_t label;
} __attribute__((packed));

/* ---- opening ---- */

/* Open a table, and see that it has a header. */
static enum status open_table(struct votes *v, char *const *path, struct error *err)
{
    if (table_open_foreign(&v->table, path, err))
        return err->status;
    if (usual_check_header(&v->table, v->options.reading.id_column, err))
        return error_prefix(err, "%s", v->table.name);
    return STATUS_OK;
}

static enum status check_class(const char *name, struct error *err)
{
    if (record_check_class(name, err))
        return err->status;
    if (strchr(name, '"'))
        return error_set(err, STATUS_FORMAT, "a class can't have the name '%s': it has a quote",
                         name);
    return STATUS_OK;
}

static enum status add_class(struct votes *v, const char *name, struct error *err)
{
    if (check_class(name, err))
        return err->status;
    if (v->classes == RECORD_CLASSES_MAX)
        return error_set(err, STATUS_MISMATCH, "more than %d classes", RECORD_CLASSES_MAX);
    v->name[v->classes] = mem_string(name, err);
    if (!v->name[v->classes])
        return err->status;
    v->order[v->classes] = (int)v->classes;
    v->classes++;
    return STATUS_OK;
}

static enum status name_classes(struct votes *v, struct error *err)
{
    const struct reading *r = &v->reading;
    size_t n = r->rule ? r->rule->classes : r->classes;
    for (size_t k = 0; k < n; k++)
        if (add_class(v, r->rule ? r->rule->class[k].name : r->class[k].name, err))
            return err->status;
    bool counted = r->rule && r->rule->volunteers_at >= 0;
    if (v->options.min_volunteers < 0)
        v->options.min_volunteers = counted ? r->rule->least_volunteers : 0;
    if (v->options.min_volunteers > 0 && !counted)
        return error_set(err, STATUS_MISMATCH, "no column says how many volunteers there were");
    return STATUS_OK;
}

enum status votes_open(struct votes *v, char *path, const struct votes_options *options,
                       struct error *err)
{
    *v = (struct votes){.path = path, .options = *options};
    if (options->other && check_class(options->other, err))
        return error_prefix(err, "--other");
    if (open_table(v, &v->path, err))
        return err->status;
    if (reading_init(&v->reading, &v->table, &options->reading, err) || name_classes(v, err))
        return error_prefix(err, "%s", v->table.name);
    v->id = v->reading.id;
    return STATUS_OK;
}

const char *const *votes_classes(const struct votes *v)
{
    return (const char *const *)v->name;
}

const char *votes_reading(const struct votes *v)
{
    return v->reading.name;
}

double votes_min_volunteers(const struct votes *v)
{
    return v->options.min_volunteers;
}

const char *votes_first_id(const struct votes *v)
{
    return v->has_rows ? v->first : NULL;
}

const char *votes_file(const struct votes *v)
{
    return v->table.name;
}

/* ---- rows of votes ---- */

/* Whether part / whole is at least limit, compared as decimals (see votes.h). */
static bool reaches(double part, double limit, double whole)
{
    return whole > 0 && part >= (limit - VOTES_SLACK) * whole;
}

static bool passes_cuts(const struct votes *v, const struct rule_class *c)
{
    for (size_t i = 0; i < c->needs; i++) {
        double value = rule_value(v->reading.rule, c->need[i].value, v->value);
        if (c->need[i].above ? value <= c->need[i].least + VOTES_SLACK
                             : value < c->need[i].least - VOTES_SLACK)
            return false;
    }
    return true;
}

/* Whether the current row's galaxy is of class k, which has most votes. votes, answer and asked are
   those of this class, and sum is the votes for all classes. */
static bool is_class(const struct votes *v, size_t k, double votes, double answer, double asked,
                     double sum)
{
    const struct rule *r = v->reading.rule;
    const struct rule_class *c = &r->class[k];
    if (c->needs)
        return passes_cuts(v, c);
    if (r->of_sum)
        return reaches(votes, v->options.min_agreement, sum);
    return reaches(asked, v->options.min_asked, 1) &&
           reaches(answer, v->options.min_agreement, c->is_answer ? 1 : asked);
}

/* How many volunteers the current row has, or the limit where there is none. */
static enum status read_volunteers(const struct votes *v, double *volunteers, struct error *err)
{
    const struct rule *r = v->reading.rule;
    *volunteers = v->options.min_volunteers;
    if (*volunteers <= 0)
        return STATUS_OK;
    return rule_number(r, &v->table, r->volunteers_at, 1e9, volunteers, err);
}

/* The shares and the label of the current row, by the rule. */
static enum status read_vote(struct votes *v, struct vote *vote, struct error *err)
{
    const struct rule *r = v->reading.rule;
    double answer[RECORD_CLASSES_MAX], asked[RECORD_CLASSES_MAX], votes[RECORD_CLASSES_MAX];
    double sum = 0, volunteers;
    size_t best = 0;
    if (rule_read(r, &v->table, v->value, err) || read_volunteers(v, &volunteers, err))
        return err->status;
    for (size_t k = 0; k < v->classes; k++) {
        const struct rule_class *c = &r->class[k];
        asked[k] = c->asked.n ? rule_value(r, c->asked, v->value) : 1;
        answer[k] = rule_value(r, c->votes, v->value);
        votes[k] = c->is_answer ? asked[k] * answer[k] : answer[k];
        votes[k] = votes[k] > 0 ? votes[k] : 0;
        sum += votes[k];
    }
    for (size_t k = 0; k < v->classes; k++) {
        vote->share[k] = sum > 0 ? (float)(votes[k] / sum) : 0;
        best = vote->share[k] > vote->share[best] ? k : best;
    }
    vote->label = VOTES_NO_CLASS;
    if (volunteers < v->options.min_volunteers)
        vote->label = VOTES_TOO_FEW;
    else if (sum > 0 && is_class(v, best, votes[best], answer[best], asked[best], sum))
        vote->label = (int)best;
    return STATUS_OK;
}

/* The class of this name, or VOTES_NO_CLASS. */
static int find_class(const struct votes *v, const char *name)
{
    for (size_t k = 0; k < v->classes; k++)
        if (strcmp(v->name[k], name) == 0)
            return (int)k;
    return VOTES_NO_CLASS;
}

/* The class of the option --classes that this label belongs to, or VOTES_NO_CLASS. Notes which
   classes have a row, and which only one in other letters. */
static int find_named_class(struct votes *v, const char *label)
{
    for (size_t k = 0; k < v->reading.classes; k++)
        for (size_t i = 0; i < v->reading.class[k].parts; i++) {
            const char *part = v->reading.class[k].part[i];
            v->seen[k] |= strcmp(part, label) == 0;
            v->seen_in_case[k] |= strcasecmp(part, label) == 0;
            if (strcmp(part, label) == 0)
                return (int)k;
        }
    return VOTES_NO_CLASS;
}

/* Refuse a class of the option --classes that no row has. */
static enum status check_named_classes(const struct votes *v, struct error *err)
{
    for (size_t k = 0; k < v->reading.classes; k++) {
        const struct reading_class *c = &v->reading.class[k];
        if (!v->seen[k])
            return error_set(err, STATUS_MISMATCH, "--classes: no row has the label '%s'%s%s",
                             c->part[0], c->parts > 1 ? ", nor another one of that class" : "",
                             v->seen_in_case[k] ? ": upper and lower case differ"
                             : c->parts == 1 && strchr(c->part[0], '+')
                                 ? "; a class of several labels is NAME=a+b"
                                 : "");
    }
    return STATUS_OK;
}

/* Read the label of the current row. If it is the name of a new class, add this class. */
static enum status read_label(struct votes *v, struct vote *vote, struct error *err)
{
    const char *label = table_cell(&v->table, v->reading.label);
    vote->label = v->reading.classes ? find_named_class(v, label) : find_class(v, label);
    if (vote->label < 0 && table_is_missing(label))
        vote->label = VOTES_NOT_USED;
    if (vote->label != VOTES_NO_CLASS || v->reading.classes)
        return STATUS_OK;
    vote->label = (int)v->classes;
    if (!add_class(v, label, err))
        return STATUS_OK;
    /* A table with too many classes is no table of classes; a wrong name is a wrong row. */
    return err->status == STATUS_MISMATCH
               ? error_set(err, STATUS_MISMATCH,
                           "the column '%.60s' has more than %d different names of classes",
                           v->table.column[v->reading.label], RECORD_CLASSES_MAX)
               : err->status;
}

static size_t share_bytes(const struct votes *v, int label)
{
    return label < 0 || !v->reading.rule ? 0 : v->reading.rule->classes * sizeof(float);
}

static enum status check_id(const struct votes *v, int column, struct error *err)
{
    if (table_check_id(&v->table, column, err))
        return err->status;
    const char *id = v->table.cell[column];
    if (lookup_id_is_rounded(id))
        return error_set(err, STATUS_MISMATCH,
                         "the id '%s' was rounded by a spreadsheet: its digits are lost", id);
    if (lookup_id_is_quoted(id))
        return error_set(err, STATUS_MISMATCH,
                         "the id '%s' has quotes of another program around it: take them off", id);
    return STATUS_OK;
}

static enum status add_row(struct votes *v, const struct vote *vote, struct error *err)
{
    unsigned char bytes[sizeof(struct row) + sizeof vote->share];
    const char *id = v->table.cell[v->id];
    const void *there;
    if (v->table.line > UINT32_MAX)
        return error_set(err, STATUS_LIMIT, "more than %zu rows", v->rows.exact.n);
    struct row row = {(uint32_t)v->table.line, (int8_t)vote->label}, other;
    memcpy(bytes, &row, sizeof row);
    memcpy(bytes + sizeof row, vote->share, share_bytes(v, vote->label));
    if (lookup_add(&v->rows, id, bytes, sizeof row + share_bytes(v, vote->label), &there, err))
        return err->status;
    if (!*v->first)
        strcpy(v->first, id);
    if (!there)
        return STATUS_OK;
    memcpy(&other, there, sizeof other);
    return error_set(err, STATUS_MISMATCH, "the id '%s' is already on line %" PRIu32, id,
                     other.line);
}

static enum status read_row(struct votes *v, struct error *err)
{
    struct vote vote;
    if (check_id(v, v->id, err) ||
        (v->reading.rule ? read_vote(v, &vote, err) : read_label(v, &vote, err)))
        return err->status;
    return add_row(v, &vote, err);
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Put the classes that were found in cells in alphabetical order, so that the order of the rows
   doesn't matter. */
static void sort_classes(struct votes *v)
{
    char *found[RECORD_CLASSES_MAX];
    memcpy(found, v->name, sizeof found);
    qsort(v->name, v->classes, sizeof *v->name, compare_names);
    for (size_t i = 0; i < v->classes; i++)
        v->order[i] = find_class(v, found[i]);
}

static enum status finish_table(struct votes *v, struct error *err)
{
    if (!v->reading.rule && !v->reading.classes)
        sort_classes(v);
    if (v->classes == 0)
        return error_set(err, STATUS_MISMATCH, "no row has a class");
    if (v->reading.label >= 0 && check_named_classes(v, err))
        return err->status;
    if (v->options.other && find_class(v, v->options.other) >= 0)
        return error_set(err, STATUS_MISMATCH, "--other: the table has a class %s already",
                         v->options.other);
    if (v->options.other && add_class(v, v->options.other, err))
        return err->status;
    if (v->classes == 1)
        return error_set(err, STATUS_MISMATCH,
                         "one class only, '%s': a network needs two at least (--other makes one)",
                         v->name[0]);
    return STATUS_OK;
}

/* ---- corrections ---- */

/* What a person said of a galaxy. */
struct correction {
    int8_t label;
    bool matched; /* the galaxy is in the stream or in another table */
};

/* The column with most ids of the table of votes, in the rows that were sampled; -1: no column has
   one. */
static int find_catalogue_column(struct votes *v)
{
    size_t known[TABLE_COLUMNS_MAX] = {0}, at = 0;
    int best = -1;
    while (table_peek(&v->table, &at))
        for (size_t i = 0; i < v->table.columns; i++)
            known[i] += lookup_find(&v->rows, table_cell(&v->table, (int)i), NULL) != NULL;
    for (size_t i = 0; i < v->table.columns; i++)
        if (known[i] && (best < 0 || known[i] > known[best]))
            best = (int)i;
    return best;
}

/* The column of ids: that of --id-column if it is there, or one with a usual name, or one that has
   ids of the table of votes, or the first. */
static int find_corrected_column(struct votes *v)
{
    const char *name = v->options.reading.id_column;
    int id = name ? table_find_any(&v->table, name) : -1;
    id = id >= 0 ? id : usual_id_column(&v->table, v->other);
    id = id >= 0 ? id : find_catalogue_column(v);
    return id >= 0 && id != v->other ? id : reading_id_column(&v->table, NULL, v->other);
}

void votes_match_correction(struct votes *v, const char *id)
{
    struct correction *c = lookup_find(&v->corrections, id, NULL);
    if (!c || c->matched)
        return;
    c->matched = true;
    v->unmatched--;
}

uint64_t votes_corrections(const struct votes *v)
{
    return v->corrections.exact.n;
}

uint64_t votes_unmatched(const struct votes *v)
{
    return v->unmatched;
}

static enum status open_corrections(struct votes *v, struct error *err)
{
    if (open_table(v, &v->options.corrections, err))
        return err->status;
    v->other = table_find_any(&v->table, "corrected");
    if (v->other < 0) {
        error_set(err, STATUS_MISMATCH, "no column 'corrected'");
        return error_prefix(err, "%s", v->table.name);
    }
    if (table_sample(&v->table, READING_SAMPLE, err))
        return err->status;
    v->id = find_corrected_column(v);
    return STATUS_OK;
}

static enum status read_correction(struct votes *v, struct error *err)
{
    const char *name = table_cell(&v->table, v->other), *id = v->table.cell[v->id];
    const void *there;
    if (!*name || strcmp(name, RECORD_NO_CLASS) == 0)
        return STATUS_OK;
    if (check_id(v, v->id, err))
        return err->status;
    int8_t label = (int8_t)find_class(v, name);
    if (label < 0 && strcmp(name, "drop") != 0 && strcmp(name, "none") != 0)
        return error_set(err, STATUS_FORMAT, "corrected: '%.40s' is neither a class nor drop",
                         name);
    struct correction c = {label < 0 ? VOTES_NOT_USED : label, false};
    if (lookup_add(&v->corrections, id, &c, sizeof c, &there, err))
        return err->status;
    if (there)
        return error_set(err, STATUS_MISMATCH, "the id '%s' is there twice", id);
    v->unmatched++;
    if (!*v->first_correction)
        strcpy(v->first_correction, id);
    if (lookup_find(&v->rows, id, NULL))
        votes_match_correction(v, id);
    return STATUS_OK;
}

/* ---- ids ---- */

static int find_picture_column(const struct votes *v)
{
    static const char *const usual[] = {"asset_id", "filename", "file_name", "file",
                                        "picture",  "image",    "name"};
    if (v->options.picture_column)
        return table_find_any(&v->table, v->options.picture_column);
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++) {
        int column = table_find_any(&v->table, usual[i]);
        if (column >= 0 && column != v->id)
            return column;
    }
    return v->table.columns == 2 && v->id >= 0 ? 1 - v->id : -1;
}

static enum status find_id_columns(struct votes *v, struct error *err)
{
    if (table_sample(&v->table, READING_SAMPLE, err))
        return err->status;
    v->id = find_catalogue_column(v);
    v->other = find_picture_column(v);
    if (v->options.picture_column && v->other < 0)
        return error_set(err, STATUS_MISMATCH, "no column '%.60s' (--picture-column)",
                         v->options.picture_column);
    if (v->id < 0 || v->id == v->other)
        v->id = reading_id_column(&v->table, NULL, v->other);
    if (v->other < 0)
        return error_set(err, STATUS_MISMATCH,
                         "--picture-column must say which column has the names of the pictures");
    if (v->id == v->other)
        return error_set(err, STATUS_MISMATCH, "no column has ids of %s", v->path);
    return STATUS_OK;
}

static enum status open_ids(struct votes *v, struct error *err)
{
    if (open_table(v, &v->options.ids, err))
        return err->status;
    return find_id_columns(v, err) ? error_prefix(err, "%s", v->table.name) : STATUS_OK;
}

static enum status read_id(struct votes *v, struct error *err)
{
    const void *there;
    if (check_id(v, v->id, err) || check_id(v, v->other, err))
        return err->status;
    const char *id = v->table.cell[v->id], *picture = v->table.cell[v->other];
    if (lookup_add(&v->ids, picture, id, strlen(id) + 1, &there, err))
        return err->status;
    votes_match_correction(v, picture);
    votes_match_correction(v, id);
    if (!there || strcmp(there, id) == 0)
        return STATUS_OK;
    return error_set(err, STATUS_MISMATCH, "the picture '%s' has another id on a line before",
                     picture);
}

/* ---- all tables ---- */

/* Close the table that was read to its end, and open the next. STATUS_END after the last. */
static enum status next_table(struct votes *v, struct error *err)
{
    enum status s = STATUS_OK;
    if (v->stage == VOTES_TABLE && finish_table(v, err))
        return error_prefix(err, "%s", v->table.name);
    table_close(&v->table);
    v->stage++;
    if (v->stage == VOTES_CORRECTIONS && v->options.corrections)
        s = open_corrections(v, err);
    else if (v->stage == VOTES_IDS && v->options.ids)
        s = open_ids(v, err);
    else
        s = v->stage == VOTES_READ ? STATUS_END : next_table(v, err);
    return s;
}

/* next_table, whose errors end the reading. With STATUS_FORMAT the caller would skip a row that
   isn't there, and use the other tables without this one, or come here again and again. */
static enum status end_of_table(struct votes *v, struct error *err)
{
    enum status s = next_table(v, err);
    if (s == STATUS_FORMAT)
        s = err->status = STATUS_MISMATCH;
    return s;
}

enum status votes_read_row(struct votes *v, struct error *err)
{
    enum status s = STATUS_END;
    while (v->stage != VOTES_READ && (s = table_next(&v->table, err)) == STATUS_END)
        if ((s = end_of_table(v, err)))
            return s;
    v->has_rows |= v->stage == VOTES_TABLE;
    if (s)
        return s;
    s = v->stage == VOTES_TABLE         ? read_row(v, err)
        : v->stage == VOTES_CORRECTIONS ? read_correction(v, err)
                                        : read_id(v, err);
    return s ? table_blame(&v->table, err) : STATUS_OK;
}

/* ---- looking up ---- */

static void set_label(const struct votes *v, int label, struct vote *vote)
{
    vote->label = label;
    for (size_t k = 0; k < v->classes; k++)
        vote->share[k] = (int)k == label ? 1 : 0;
}

/* Whether a galaxy without a class becomes an example of --other. The hash differs from that of
   folds: otherwise some folds would have none of these galaxies. */
static bool is_other(const struct votes *v, const char *id)
{
    static const char salt[] = "other";
    uint64_t hash = rng_hash(rng_hash(0, salt, sizeof salt), id, strlen(id));
    return v->options.other && (double)(hash >> 11) * 0x1p-53 < v->options.other_share;
}

bool votes_find(const struct votes *v, const char *picture, struct vote *vote)
{
    const char *id = v->options.ids ? lookup_find(&v->ids, picture, NULL) : picture;
    const struct correction *corrected = lookup_find(&v->corrections, picture, NULL);
    vote->spelled = "";
    const char *found = id ? lookup_find(&v->rows, id, &vote->spelled) : NULL;
    corrected = corrected || !id ? corrected : lookup_find(&v->corrections, id, NULL);
    if (corrected) {
        set_label(v, corrected->label, vote);
        return true;
    }
    if (!found)
        return false;
    struct row row;
    memcpy(&row, found, sizeof row);
    if (row.label == VOTES_NO_CLASS && is_other(v, id))
        set_label(v, (int)v->classes - 1, vote);
    else if (row.label < 0 || !v->reading.rule)
        set_label(v, row.label < 0 ? row.label : v->order[row.label], vote);
    else {
        set_label(v, row.label, vote);
        memcpy(vote->share, found + sizeof row, share_bytes(v, row.label));
    }
    return true;
}

void votes_release(struct votes *v)
{
    table_close(&v->table);
    reading_release(&v->reading);
    for (size_t k = 0; k < v->classes; k++)
        free(v->name[k]);
    lookup_release(&v->rows);
    lookup_release(&v->corrections);
    lookup_release(&v->ids);
    *v = (struct votes){0};
}
