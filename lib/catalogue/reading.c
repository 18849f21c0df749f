#include "catalogue/reading.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/num.h"
#include "catalogue/builtin.h"
#include "catalogue/usual.h"

enum { RULE_FILE_MAX = 1 << 20, WORD_MAX = 64 };

#define SUM_MAX 1.05

static enum status set_id(struct reading *r, const struct table *t, const struct reading_options *o,
                          struct error *err)
{
    int label = r->label;
    for (size_t i = 0; label < 0 && i < t->columns; i++)
        label = usual_label(t->column[i]) ? (int)i : -1;
    r->id = reading_id_column(t, o->id_column, label);
    if (r->id >= 0)
        return STATUS_OK;
    return error_set(err, STATUS_MISMATCH, "no column '%.60s' (--id-column)", o->id_column);
}

/* ---- the option --classes ---- */

static enum status parse_class(struct reading *r, char *text, struct error *err)
{
    if (r->classes == RECORD_CLASSES_MAX)
        return error_set(err, STATUS_MISMATCH, "more than %d classes", RECORD_CLASSES_MAX);
    struct reading_class *c = &r->class[r->classes++];
    char *parts = strchr(text, '=');
    c->name = text;
    if (parts)
        *parts++ = '\0';
    else
        c->part[c->parts++] = text; /* whole: there are labels such as E+S0 */
    while (parts) {
        if (c->parts == READING_PARTS_MAX)
            return error_set(err, STATUS_MISMATCH, "--classes: more than %d parts of %s",
                             READING_PARTS_MAX, c->name);
        c->part[c->parts++] = parts;
        parts = strchr(parts, '+');
        if (parts)
            *parts++ = '\0';
    }
    for (size_t i = 0; i + 1 < r->classes; i++)
        if (strcmp(r->class[i].name, c->name) == 0)
            return error_set(err, STATUS_MISMATCH, "--classes: %s is there twice", c->name);
    return record_check_class(c->name, err);
}

static enum status parse_classes(struct reading *r, const char *classes, struct error *err)
{
    r->text = mem_string(classes, err);
    if (!r->text)
        return err->status;
    for (char *text = r->text, *next; text; text = next) {
        next = strchr(text, ',');
        if (next)
            *next++ = '\0';
        if (parse_class(r, text, err))
            return err->status;
    }
    return STATUS_OK;
}

/* The first part of the classes that isn't a column of the table, or NULL. */
static const char *find_no_column(const struct reading *r, const struct table *t)
{
    for (size_t k = 0; k < r->classes; k++)
        for (size_t i = 0; i < r->class[k].parts; i++)
            if (table_find_any(t, r->class[k].part[i]) < 0)
                return r->class[k].part[i];
    return NULL;
}

static enum status read_by_named_columns(struct reading *r, const struct table *t,
                                         const struct reading_options *o, struct error *err)
{
    if (r->classes < 2)
        return error_set(err, STATUS_MISMATCH, "--classes names one column only, not 2 to %d",
                         RECORD_CLASSES_MAX);
    if (rule_make(&r->rule, err) || set_id(r, t, o, err))
        return err->status;
    r->rule->has_counts = true;
    for (size_t k = 0; k < r->classes; k++)
        if (rule_add_sum(r->rule, r->class[k].name, r->class[k].parts, r->class[k].part, err))
            return err->status;
    strcpy(r->name, "a column for each class");
    return rule_bind(r->rule, t, NULL, err);
}

/* ---- rules ---- */

static bool uses_column(const struct rule *rule, int column)
{
    for (size_t i = 0; i < rule->columns; i++)
        if (rule->at[i] == column)
            return true;
    return false;
}

static enum status find_id(struct reading *r, const struct table *t,
                           const struct reading_options *o, struct error *err)
{
    r->id = r->rule->id_at;
    if (!o->id_column && r->id >= 0)
        return STATUS_OK;
    if (set_id(r, t, o, err))
        return err->status;
    if (!uses_column(r->rule, r->id))
        return STATUS_OK;
    return error_set(err, STATUS_MISMATCH, "no column of ids%s%s (--id-column names it)",
                     r->rule->id ? ", such as " : "", r->rule->id ? r->rule->id : "");
}

/* Bind the rule of this name to the table. */
static enum status bind(struct reading *r, const struct table *t, const struct reading_options *o,
                        const char *name, struct error *err)
{
    if (rule_bind(r->rule, t, o->variant, err) || find_id(r, t, o, err))
        return error_prefix(err, "rule %s", name);
    const char *variant = rule_variant(r->rule);
    snprintf(r->name, sizeof r->name, "rule %.40s%s%.20s", name, *variant ? ", variant " : "",
             variant);
    return STATUS_OK;
}

static enum status read_file(const char *path, struct buffer *text, struct error *err)
{
    int fd;
    enum status s = file_open(path, &fd, err);
    if (s)
        return s;
    s = file_read_all(fd, text, RULE_FILE_MAX, err);
    file_close(fd);
    if (!s && memchr(text->data, '\0', text->size))
        s = error_set(err, STATUS_FORMAT, "a NUL byte: this is not text");
    return s ? s : buffer_append(text, "", 1, err);
}

static enum status read_by_rule_file(struct reading *r, const struct table *t,
                                     const struct reading_options *o, struct error *err)
{
    struct buffer text = {0};
    enum status s = buffer_reserve(&text, 1, err);
    s = s ? s : read_file(o->rules, &text, err);
    s = s ? s : rule_parse(&r->rule, text.data, err);
    buffer_release(&text);
    if (s == STATUS_FORMAT)
        err->status = STATUS_MISMATCH;
    if (s)
        return error_prefix(err, "%s", o->rules);
    return bind(r, t, o, o->rules, err);
}

static void list_rules(char *text, size_t room)
{
    size_t used = 0;
    for (const struct builtin_rule *b = builtin_rules; b->name; b++)
        if (used + strlen(b->name) + 3 < room)
            used += (size_t)sprintf(text + used, "%s%s", used ? ", " : "", b->name);
}

static enum status read_by_rule(struct reading *r, const struct table *t, const char *name,
                                const struct reading_options *o, struct error *err)
{
    char names[300] = "";
    const char *text = builtin_find(name);
    list_rules(names, sizeof names);
    if (!text)
        return error_set(err, STATUS_MISMATCH, "no rule '%.40s': there are %s", name, names);
    if (rule_parse(&r->rule, text, err))
        return err->status;
    return bind(r, t, o, name, err);
}

/* How the built-in rules fit a table. */
struct candidates {
    const char *best, *equal; /* names of rules that fit, or NULL */
    size_t columns;           /* that best reads */
    const char *partly;       /* a rule some of whose columns are there, or nearly so */
    struct rule_fit fit;      /* of this rule */
};

static void consider(struct candidates *c, const char *name, const struct rule_fit *fit)
{
    if (fit->missing == 0 && fit->found >= c->columns) {
        c->equal = fit->found == c->columns ? c->best : NULL;
        c->best = name;
        c->columns = fit->found;
    } else if (fit->missing && fit->found + fit->alike > c->fit.found + c->fit.alike) {
        c->partly = name;
        c->fit = *fit;
    }
}

static enum status try_rules(const struct table *t, enum rule_use use, struct candidates *c,
                             struct error *err)
{
    for (const struct builtin_rule *b = builtin_rules; b->name; b++) {
        struct rule *rule;
        struct rule_fit fit;
        if (rule_parse(&rule, b->text, err))
            return err->status;
        rule_try(rule, t, NULL, &fit);
        if (rule->use == use)
            consider(c, b->name, &fit);
        rule_free(rule);
    }
    return STATUS_OK;
}

/* Find the built-in rule that fits. */
static enum status find_rule(const struct table *t, struct candidates *c, struct error *err)
{
    *c = (struct candidates){0};
    if (try_rules(t, RULE_ALWAYS, c, err) || (!c->best && try_rules(t, RULE_LAST, c, err)))
        return err->status;
    if (c->best && c->equal)
        return error_set(err, STATUS_MISMATCH, "--rule must say by which rule it is read: %s or %s",
                         c->equal, c->best);
    return STATUS_OK;
}

/* ---- columns of the first rows ---- */

struct column {
    size_t cells;           /* cells that aren't empty */
    size_t texts;           /* cells that aren't numbers either */
    size_t words;           /* different cells, at most WORD_MAX */
    char *word[WORD_MAX];   /* owned */
    size_t negative;        /* cells below 0 */
    size_t more;            /* cells above 1 */
    double most;            /* the largest number */
    bool broken;            /* a number isn't whole */
    char most_cell[24];     /* the cell with `most` */
    char negative_cell[24]; /* the first that is negative */
};

/* What was found in the first rows of the table. */
struct first_rows {
    struct column column[TABLE_COLUMNS_MAX];
};

static enum status note_word(struct column *c, const char *cell, struct error *err)
{
    for (size_t i = 0; i < c->words; i++)
        if (strcmp(c->word[i], cell) == 0)
            return STATUS_OK;
    if (c->words == WORD_MAX)
        return STATUS_OK;
    c->word[c->words] = mem_string(cell, err);
    if (!c->word[c->words])
        return err->status;
    c->words++;
    return STATUS_OK;
}

static enum status note_cell(struct column *c, const char *cell, struct error *err)
{
    double x;
    bool is_number = num_parse_real(cell, -1e300, 1e300, &x);
    if (table_is_missing(cell))
        return STATUS_OK;
    c->cells++;
    c->texts += !is_number;
    if (!is_number)
        return note_word(c, cell, err);
    c->broken |= floor(x) < x;
    c->negative += x < 0;
    c->more += x > 1.000001;
    if (x > c->most)
        snprintf(c->most_cell, sizeof c->most_cell, "%s", cell);
    if (x < 0 && c->negative == 1)
        snprintf(c->negative_cell, sizeof c->negative_cell, "%s", cell);
    c->most = x > c->most ? x : c->most;
    return note_word(c, cell, err);
}

static enum status look_at(struct first_rows **rows, struct table *t, struct error *err)
{
    size_t at = 0;
    *rows = mem_new(1, sizeof **rows, err);
    if (!*rows || table_sample(t, READING_SAMPLE, err))
        return err->status;
    while (table_peek(t, &at))
        for (size_t i = 0; i < t->columns; i++)
            if (note_cell(&(*rows)->column[i], table_cell(t, (int)i), err))
                return err->status;
    return STATUS_OK;
}

static void free_first_rows(struct first_rows *s)
{
    for (size_t i = 0; s && i < TABLE_COLUMNS_MAX; i++)
        for (size_t k = 0; k < s->column[i].words; k++)
            free(s->column[i].word[k]);
    free(s);
}

static bool is_text(const struct column *c)
{
    return c->texts * 2 > c->cells;
}

/* ---- a column of labels ---- */

/* Whether a column has few different cells of text. If all its cells differ, it may as well be a
   second id. */
static bool has_few_words(const struct column *c)
{
    return is_text(c) && c->words >= 2 && c->words <= RECORD_CLASSES_MAX && c->words < c->cells;
}

/* Whether the option --classes has a cell of the column. */
static bool has_class(const struct reading *r, const struct column *c)
{
    for (size_t k = 0; k < r->classes; k++)
        for (size_t i = 0; i < r->class[k].parts; i++)
            for (size_t w = 0; w < c->words; w++)
                if (strcmp(r->class[k].part[i], c->word[w]) == 0)
                    return true;
    return false;
}

/* How surely a column has the names of classes: 0 if it doesn't seem so. */
static int rank_label(const struct reading *r, const struct table *t, const struct first_rows *s,
                      size_t i)
{
    const struct column *c = &s->column[i];
    int usual = usual_label(t->column[i]);
    if ((int)i == r->id || c->words > RECORD_CLASSES_MAX)
        return 0;
    if (t->columns == 2)
        return is_text(c) || usual;
    if (!is_text(c))
        return 0;
    return usual ? usual : has_class(r, c);
}

static enum status ask_for_label(const struct table *t, int first, int second, struct error *err)
{
    if (second < 0)
        return error_set(err, STATUS_MISMATCH,
                         "--label-column must say that '%.60s' has the classes, or --classes which "
                         "columns are classes",
                         t->column[first]);
    return error_set(err, STATUS_MISMATCH,
                     "--label-column must say which column has the classes: '%.60s' or '%.60s'",
                     t->column[first], t->column[second]);
}

/* Find the column that most surely has labels. label stays -1 if there is none. */
static enum status find_label(struct reading *r, const struct table *t, const struct first_rows *s,
                              struct error *err)
{
    int best = 0, other = -1;
    for (size_t i = 0; i < t->columns; i++) {
        int rank = rank_label(r, t, s, i);
        if (rank > best) {
            best = rank;
            r->label = (int)i;
            other = -1;
        } else if (rank && rank == best)
            other = (int)i;
    }
    return other < 0 ? STATUS_OK : ask_for_label(t, r->label, other, err);
}

/* A column of few words beside others may say anything: the survey, whether a galaxy is retired.
   And numbers in one called label may be anything, too. So it has the classes only if the user says
   so.
 */
static enum status refuse_words(const struct reading *r, const struct table *t,
                                const struct first_rows *s, struct error *err)
{
    int found[2] = {-1, -1};
    for (size_t i = 0, n = 0; i < t->columns && n < 2; i++)
        if ((int)i != r->id && (has_few_words(&s->column[i]) || usual_label(t->column[i])) &&
            !usual_is_no_class(t->column[i]))
            found[n++] = (int)i;
    return found[0] < 0 ? STATUS_OK : ask_for_label(t, found[0], found[1], err);
}

/* ---- a column for each class ---- */

static enum status refuse(const struct table *t, size_t i, const char *what, const char *cell,
                          struct error *err)
{
    return error_set(err, STATUS_MISMATCH,
                     "the column '%.60s' %s%s%s: name the columns of the classes (--classes), or "
                     "write a rule (--rules)",
                     t->column[i], what, *cell ? ", such as " : "", cell);
}

/* Find a column that is too much in each of the first rows: without it the shares sum to 1, and
   with it they don't; or it is the sum of the other columns. -1: there is none. */
static int find_extra(const struct reading *r, struct table *t, bool shares)
{
    bool possible[TABLE_COLUMNS_MAX] = {false};
    size_t rows = 0, at = 0, off = 0;
    for (size_t i = 0; i < t->columns; i++)
        possible[i] = (int)i != r->id;
    for (; t->columns > 3 && table_peek(t, &at); rows++) {
        double value[TABLE_COLUMNS_MAX] = {0}, sum = 0;
        for (size_t i = 0; i < t->columns; i++)
            if ((int)i != r->id && num_parse_real(table_cell(t, (int)i), 0, 1e300, &value[i]))
                sum += value[i];
        off += shares ? fabs(sum - 1) > 0.02 : sum > 0;
        for (size_t i = 0; i < t->columns; i++)
            possible[i] &= fabs(sum - value[i] - (shares ? 1 : value[i])) < 0.02;
    }
    for (size_t i = 0; i < t->columns; i++)
        if (rows > 1 && off > 1 && possible[i])
            return (int)i;
    return -1;
}

/* Whether more than a tenth of the column's cells can't be votes. (If there are fewer, these rows
   are wrong, not the column.) shares says whether votes are shares here, not counts. */
static bool is_wrong(const struct column *c, bool shares)
{
    size_t wrong = c->negative + (shares ? c->more : 0);
    return wrong * 10 > c->cells || c->most > 1e6;
}

/* Whether the votes are shares: a column of numbers, other than the id, has fractions. */
static bool has_shares(const struct reading *r, const struct table *t, const struct first_rows *s)
{
    bool broken = false;
    for (size_t i = 0; i < t->columns; i++)
        broken |= (int)i != r->id && s->column[i].broken && !is_text(&s->column[i]);
    return broken;
}

/* The number of the only column with numbers above 1, if all of its numbers are and there are at
   least two more columns besides the id; else -1. */
static int find_total(const struct reading *r, const struct table *t, const struct first_rows *s)
{
    int total = -1;
    for (size_t i = 0; i < t->columns; i++) {
        const struct column *c = &s->column[i];
        if ((int)i == r->id || c->more == 0)
            continue;
        if (total >= 0 || c->more < c->cells || t->columns < 4)
            return -1;
        total = (int)i;
    }
    return total;
}

/* Refuse shares that aren't those of one question: in most rows that have any, they sum to more
   than 1 and what rounding may add. */
static enum status check_sums(const struct reading *r, struct table *t, struct error *err)
{
    size_t rows = 0, more = 0, at = 0;
    double value, example = 0;
    while (table_peek(t, &at)) {
        double sum = 0;
        for (size_t i = 0; i < t->columns; i++)
            if ((int)i != r->id && num_parse_real(table_cell(t, (int)i), 0, 1e300, &value))
                sum += value;
        rows += sum > 0;
        more += sum > SUM_MAX;
        example = sum > SUM_MAX ? sum : example;
    }
    if (more * 2 <= rows)
        return STATUS_OK;
    return error_set(
        err, STATUS_MISMATCH,
        "the shares in a row sum to more than 1, such as %.3g: name the columns of the "
        "classes (--classes), or write a rule (--rules)",
        example);
}

static enum status check_votes(const struct reading *r, struct table *t, const struct first_rows *s,
                               struct error *err)
{
    bool shares = has_shares(r, t, s);
    for (size_t i = 0; i < t->columns; i++) {
        const struct column *c = &s->column[i];
        if ((int)i == r->id)
            continue;
        if (is_text(c))
            return refuse(t, i, "holds no numbers", c->words ? c->word[0] : "", err);
        if (is_wrong(c, shares))
            return refuse(t, i, "holds no shares or counts of votes",
                          c->negative * 10 > c->cells ? c->negative_cell : c->most_cell, err);
        if (usual_is_no_class(t->column[i]))
            return refuse(t, i, "has a name that isn't one of votes for a class", "", err);
    }
    int extra = find_total(r, t, s);
    if (extra >= 0)
        return refuse(t, (size_t)extra, "is above 1, unlike all others", s->column[extra].most_cell,
                      err);
    extra = find_extra(r, t, shares);
    if (extra >= 0)
        return refuse(t, (size_t)extra,
                      shares ? "brings the sum of the shares above 1" : "is the sum of the others",
                      s->column[extra].most_cell, err);
    return shares ? check_sums(r, t, err) : STATUS_OK;
}

static enum status read_by_columns(struct reading *r, struct table *t, const struct first_rows *s,
                                   struct error *err)
{
    size_t classes = t->columns - 1;
    if (classes < 2 || classes > RECORD_CLASSES_MAX)
        return error_set(err, STATUS_MISMATCH,
                         "%zu columns: not an id and 2 to %d classes, nor the columns of a rule; "
                         "name the columns of the classes (--classes, --label-column)",
                         t->columns, RECORD_CLASSES_MAX);
    for (size_t i = 0; i < t->columns; i++)
        if (!*t->column[i])
            return error_set(err, STATUS_MISMATCH,
                             "column %zu has no name (--classes names those of classes)", i + 1);
    if (check_votes(r, t, s, err) || rule_make(&r->rule, err))
        return err->status;
    for (size_t i = 0; i < t->columns; i++)
        if ((int)i != r->id && rule_add_sum(r->rule, t->column[i], 1, &t->column[i], err))
            return err->status;
    r->rule->has_counts = !has_shares(r, t, s);
    strcpy(r->name, "a column for each class");
    return rule_bind(r->rule, t, NULL, err);
}

/* Whether some of the columns of numbers could be the classes. */
static bool numbers_may_be_classes(const struct reading *r, const struct table *t,
                                   const struct first_rows *s)
{
    size_t numbers = 0;
    for (size_t i = 0; i < t->columns; i++) {
        const struct column *c = &s->column[i];
        if ((int)i != r->id && (int)i != r->label && c->cells && !is_text(c) &&
            !is_wrong(c, true) && !usual_is_no_class(t->column[i]))
            numbers++;
    }
    return numbers >= 2;
}

/* ---- the choice ---- */

/* Not all columns of a rule are there. */
static enum status refuse_part(const struct table *t, const struct candidates *c, struct error *err)
{
    if (c->fit.alike)
        return error_set(err, STATUS_MISMATCH,
                         "rule %s wants the column '%.60s' to be called '%.60s' (--classes takes "
                         "columns as they are)",
                         c->partly, t->column[c->fit.alike_at], c->fit.wants);
    return error_set(err, STATUS_MISMATCH,
                     "no column '%s', which rule %s needs (--classes takes columns as they are)",
                     c->fit.lacks, c->partly);
}

/* Neither are all classes of --classes columns, nor is there a column of labels. */
static enum status refuse_classes(const struct reading *r, const struct table *t, struct error *err)
{
    const char *part = find_no_column(r, t);
    return error_set(err, STATUS_MISMATCH,
                     "--classes: no column '%.60s', and no column has names of classes "
                     "(--label-column)%s",
                     part, strchr(part, '+') ? "; a class of several columns is NAME=a+b" : "");
}

/* No rule fits the table. */
static enum status read_otherwise(struct reading *r, struct table *t, const struct first_rows *s,
                                  const struct reading_options *o, const struct candidates *c,
                                  struct error *err)
{
    if (c->partly)
        return refuse_part(t, c, err);
    if (find_label(r, t, s, err) || set_id(r, t, o, err))
        return err->status;
    if (r->label >= 0 && !r->classes && numbers_may_be_classes(r, t, s))
        return ask_for_label(t, r->label, -1, err);
    if (r->label >= 0) {
        snprintf(r->name, sizeof r->name, "the names in column %.50s", t->column[r->label]);
        return STATUS_OK;
    }
    if (r->classes)
        return refuse_classes(r, t, err);
    if (refuse_words(r, t, s, err))
        return err->status;
    return read_by_columns(r, t, s, err);
}

/* No option says how to read the table. */
static enum status read_by_itself(struct reading *r, struct table *t,
                                  const struct reading_options *o, struct error *err)
{
    struct candidates c = {0};
    struct first_rows *s = NULL;
    if (!o->classes && find_rule(t, &c, err))
        return err->status;
    if (c.best)
        return read_by_rule(r, t, c.best, o, err);
    if (o->variant)
        return error_set(err, STATUS_MISMATCH, "--variant is for tables of a rule, as this is not");
    enum status status = set_id(r, t, o, err);
    status = status ? status : look_at(&s, t, err);
    status = status ? status : read_otherwise(r, t, s, o, &c, err);
    free_first_rows(s);
    return status;
}

enum status reading_init(struct reading *r, struct table *t, const struct reading_options *o,
                         struct error *err)
{
    *r = (struct reading){.label = -1};
    if (o->classes && parse_classes(r, o->classes, err))
        return err->status;
    if (o->rules)
        return read_by_rule_file(r, t, o, err);
    if (o->rule)
        return read_by_rule(r, t, o->rule, o, err);
    if (o->label_column) {
        r->label = table_find_any(t, o->label_column);
        snprintf(r->name, sizeof r->name, "the names in column %.50s", o->label_column);
        return r->label < 0 ? error_set(err, STATUS_MISMATCH, "no column '%.60s' (--label-column)",
                                        o->label_column)
                            : set_id(r, t, o, err);
    }
    if (o->classes && !find_no_column(r, t))
        return read_by_named_columns(r, t, o, err);
    return read_by_itself(r, t, o, err);
}

int reading_id_column(const struct table *t, const char *name, int except)
{
    if (name)
        return table_find_any(t, name);
    int usual = usual_id_column(t, except);
    if (usual >= 0)
        return usual;
    return except == 0 && t->columns > 1 ? 1 : 0;
}

void reading_release(struct reading *r)
{
    rule_free(r->rule);
    free(r->text);
    *r = (struct reading){.label = -1};
}
