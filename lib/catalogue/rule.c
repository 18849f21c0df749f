#include "catalogue/rule.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"

/* Shares computed by other programs may exceed 1 by a rounding error. */
#define SHARE_MAX 1.000001
#define COUNT_MAX 1e12

/* ---- words ---- */

/* Cut the next word off *text: up to a blank, or in double quotes. Returns NULL after the last. */
static char *next_word(char **text, bool *quoted)
{
    char *word = *text + strspn(*text, " \t"), *end;
    *quoted = *word == '"';
    if (!*word)
        return NULL;
    word += *quoted;
    end = word + strcspn(word, *quoted ? "\"" : " \t");
    *text = *end ? end + 1 : end;
    *end = '\0';
    return word;
}

static void cut_line_end(char *line)
{
    size_t size = strlen(line);
    while (size && strchr(" \t\r", line[size - 1]))
        line[--size] = '\0';
}

/* A copy of text in the rule, or NULL. */
static char *keep(struct rule *r, const char *text, struct error *err)
{
    size_t size = strlen(text) + 1;
    if (size > sizeof r->text - r->used) {
        error_set(err, STATUS_LIMIT, "more than %zu bytes of names", sizeof r->text);
        return NULL;
    }
    r->used += size;
    return memcpy(r->text + r->used - size, text, size);
}

/* Set *to to a copy of text, once. */
static enum status set_text(struct rule *r, char **to, const char *text, struct error *err)
{
    if (*to)
        return error_set(err, STATUS_FORMAT, "this line is there twice");
    if (!*text)
        return error_set(err, STATUS_FORMAT, "there is nothing after the first word");
    *to = keep(r, text, err);
    return *to ? STATUS_OK : err->status;
}

/* ---- formulas: a sum of products of columns, numbers and sums in parentheses ---- */

struct parser {
    struct rule *rule;
    char *rest; /* of the text */
    char *word; /* the current one, or NULL at the end */
    bool quoted;
    size_t depth; /* of the stack, so far */
    size_t level; /* of parentheses */
    struct error *err;
};

static void advance(struct parser *p)
{
    p->word = next_word(&p->rest, &p->quoted);
}

static bool is(const struct parser *p, const char *word)
{
    return p->word && !p->quoted && strcmp(p->word, word) == 0;
}

/* Append a step, and count how deep the stack will be after it. */
static enum status step(struct parser *p, char kind, size_t column, double number)
{
    struct rule *r = p->rule;
    if (r->steps == RULE_STEPS_MAX)
        return error_set(p->err, STATUS_LIMIT, "more than %d words in formulas", RULE_STEPS_MAX);
    r->step[r->steps].kind = kind;
    r->step[r->steps].column = column;
    r->step[r->steps++].number = number;
    p->depth += kind == 'c' || kind == 'n' ? 1 : (size_t)-1;
    if (p->depth > RULE_STACK_MAX)
        return error_set(p->err, STATUS_LIMIT, "a formula that is too deep");
    r->has_counts |= kind == '/';
    return STATUS_OK;
}

/* The index of a column of this name, which is added if it is new. */
static enum status add_column(struct rule *r, const char *name, bool optional, size_t *column,
                              struct error *err)
{
    for (*column = 0; *column < r->columns; ++*column)
        if (strcmp(r->column[*column], name) == 0)
            return STATUS_OK;
    if (r->columns == RULE_COLUMNS_MAX)
        return error_set(err, STATUS_LIMIT, "more than %d columns", RULE_COLUMNS_MAX);
    r->column[*column] = keep(r, name, err);
    if (!r->column[*column])
        return err->status;
    r->optional[*column] = optional;
    r->columns++;
    return STATUS_OK;
}

static enum status parse_sum(struct parser *);

/* Parentheses, a number, or a column; ?column is 1 if there is no such column. */
static enum status parse_factor(struct parser *p)
{
    double number;
    size_t column;
    if (!p->word || (!p->quoted && strlen(p->word) == 1 && strchr("+-*/)", *p->word)))
        return error_set(p->err, STATUS_FORMAT, "a column is missing %s%s",
                         p->word ? "before " : "at the end", p->word ? p->word : "");
    if (is(p, "(")) {
        advance(p);
        if (++p->level > RULE_STACK_MAX)
            return error_set(p->err, STATUS_LIMIT, "a formula that is too deep");
        if (parse_sum(p))
            return p->err->status;
        p->level--;
        if (!is(p, ")"))
            return error_set(p->err, STATUS_FORMAT, "a closing parenthesis is missing");
    } else if (!p->quoted && num_parse_real(p->word, 0, COUNT_MAX, &number)) {
        if (step(p, 'n', 0, number))
            return p->err->status;
    } else {
        bool optional = !p->quoted && p->word[0] == '?' && p->word[1];
        if (add_column(p->rule, p->word + optional, optional, &column, p->err) ||
            step(p, 'c', column, 0))
            return p->err->status;
    }
    advance(p);
    return STATUS_OK;
}

static enum status parse_product(struct parser *p)
{
    enum status s = parse_factor(p);
    while (!s && (is(p, "*") || is(p, "/"))) {
        char kind = *p->word;
        advance(p);
        s = parse_factor(p);
        s = s ? s : step(p, kind, 0, 0);
    }
    return s;
}

static enum status parse_sum(struct parser *p)
{
    enum status s = parse_product(p);
    while (!s && (is(p, "+") || is(p, "-"))) {
        char kind = *p->word;
        advance(p);
        s = parse_product(p);
        s = s ? s : step(p, kind, 0, 0);
    }
    return s;
}

/* Read the formula at the beginning of text; *rest is what follows it. */
static enum status parse_formula(struct rule *r, char *text, struct formula *f, char **word,
                                 char **rest, struct error *err)
{
    struct parser p = {.rule = r, .rest = text, .err = err};
    if (f->n)
        return error_set(err, STATUS_FORMAT, "the class has such a line already");
    f->first = r->steps;
    advance(&p);
    if (parse_sum(&p))
        return err->status;
    f->n = r->steps - f->first;
    *word = p.word;
    *rest = p.rest;
    return STATUS_OK;
}

static enum status parse_whole_formula(struct rule *r, char *text, struct formula *f,
                                       struct error *err)
{
    char *word = NULL, *rest = NULL;
    if (parse_formula(r, text, f, &word, &rest, err))
        return err->status;
    return word ? error_set(err, STATUS_FORMAT, "an operator is missing before '%.40s'", word)
                : STATUS_OK;
}

/* ---- the lines of a rule ---- */

static enum status line_about(struct rule *r, char *text, struct error *err)
{
    return set_text(r, &r->about, text, err);
}

static enum status line_use(struct rule *r, char *text, struct error *err)
{
    static const char *const words[] = {"always", "last", "by-name"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(text, words[i]) == 0) {
            r->use = (enum rule_use)i;
            return STATUS_OK;
        }
    return error_set(err, STATUS_FORMAT, "'%.40s' is not always, last or by-name", text);
}

/* Set *to to a copy of the only word of text, names with | between. */
static enum status set_names(struct rule *r, char **to, char *text, struct error *err)
{
    bool quoted;
    char *names = next_word(&text, &quoted), *more = names ? next_word(&text, &quoted) : NULL;
    if (more)
        return error_set(err, STATUS_FORMAT,
                         "'%.40s' after the name of a column; one with blanks is in quotes", more);
    return set_text(r, to, names ? names : "", err);
}

static enum status line_id(struct rule *r, char *text, struct error *err)
{
    return set_names(r, &r->id, text, err);
}

static enum status line_volunteers(struct rule *r, char *text, struct error *err)
{
    char *end = *text == '"' ? strchrnul(text + 1, '"') : text, *least = strpbrk(end, "<>=");
    if (least && strncmp(least, ">=", 2) != 0)
        return error_set(err, STATUS_FORMAT, "'%.40s' is not >= and a number", least);
    if (least) {
        const char *number = least + 2 + strspn(least + 2, " \t");
        if (!num_parse_real(number, 0, COUNT_MAX, &r->least_volunteers))
            return error_set(err, STATUS_FORMAT, "'%.40s' is not a number of volunteers", number);
        *least = '\0';
    }
    return set_names(r, &r->volunteers, text, err);
}

static enum status line_empty(struct rule *r, char *text, struct error *err)
{
    r->empty_is_0 = strcmp(text, "0") == 0;
    return r->empty_is_0 ? STATUS_OK : error_set(err, STATUS_FORMAT, "'%.40s' is not 0", text);
}

static enum status line_variant(struct rule *r, char *text, struct error *err)
{
    bool quoted;
    char *name = next_word(&text, &quoted), *part = next_word(&text, &quoted);
    if (!name || next_word(&text, &quoted))
        return error_set(err, STATUS_FORMAT, "not the name of a variant and what {v} means in it");
    if (r->variants == RULE_VARIANTS_MAX)
        return error_set(err, STATUS_LIMIT, "more than %d variants", RULE_VARIANTS_MAX);
    size_t i = r->variants++;
    r->variant[i].name = keep(r, name, err);
    r->variant[i].text = r->variant[i].name ? keep(r, part ? part : "", err) : NULL;
    return r->variant[i].text ? STATUS_OK : err->status;
}

static enum status line_survey(struct rule *r, char *text, struct error *err)
{
    r->must_choose = true;
    return line_variant(r, text, err);
}

static enum status add_class(struct rule *r, const char *name, struct error *err)
{
    if (record_check_class(name, err))
        return err->status;
    for (size_t k = 0; k < r->classes; k++)
        if (strcmp(r->class[k].name, name) == 0)
            return error_set(err, STATUS_FORMAT, "the class %s is there twice", name);
    if (r->classes == RECORD_CLASSES_MAX)
        return error_set(err, STATUS_LIMIT, "more than %d classes", RECORD_CLASSES_MAX);
    r->class[r->classes].name = keep(r, name, err);
    if (!r->class[r->classes].name)
        return err->status;
    r->classes++;
    return STATUS_OK;
}

static enum status line_class(struct rule *r, char *text, struct error *err)
{
    return add_class(r, text, err);
}

static struct rule_class *last_class(struct rule *r)
{
    return &r->class[r->classes - 1];
}

static enum status line_asked(struct rule *r, char *text, struct error *err)
{
    return parse_whole_formula(r, text, &last_class(r)->asked, err);
}

static enum status line_votes(struct rule *r, char *text, struct error *err)
{
    return parse_whole_formula(r, text, &last_class(r)->votes, err);
}

static enum status line_answer(struct rule *r, char *text, struct error *err)
{
    last_class(r)->is_answer = true;
    return line_votes(r, text, err);
}

static enum status line_need(struct rule *r, char *text, struct error *err)
{
    struct rule_class *c = last_class(r);
    char *compare = NULL, *rest = NULL;
    bool quoted;
    if (c->needs == RULE_NEEDS_MAX)
        return error_set(err, STATUS_LIMIT, "more than %d such lines", RULE_NEEDS_MAX);
    struct rule_need *need = &c->need[c->needs];
    if (parse_formula(r, text, &need->value, &compare, &rest, err))
        return err->status;
    need->above = compare && strcmp(compare, ">") == 0;
    char *number = compare ? next_word(&rest, &quoted) : NULL;
    if (!number || (!need->above && strcmp(compare, ">=") != 0) ||
        !num_parse_real(number, 0, COUNT_MAX, &need->least) || next_word(&rest, &quoted))
        return error_set(err, STATUS_FORMAT, "a cut ends with >= or > and a number");
    c->needs++;
    return STATUS_OK;
}

static const struct {
    const char *word;
    enum status (*read)(struct rule *, char *text, struct error *);
    bool of_class;
} keywords[] = {
    {"about", line_about, false},
    {"answer", line_answer, true},
    {"asked", line_asked, true},
    {"class", line_class, false},
    {"empty", line_empty, false},
    {"id", line_id, false},
    {"need", line_need, true},
    {"survey", line_survey, false},
    {"use", line_use, false},
    {"variant", line_variant, false},
    {"volunteers", line_volunteers, false},
    {"votes", line_votes, true},
};

/* Whether a quote isn't closed. */
static bool is_open(const char *line)
{
    bool open = false;
    for (; (line = strchr(line, '"')); line++)
        open = !open;
    return open;
}

static enum status parse_line(struct rule *r, char *line, struct error *err)
{
    bool quoted;
    cut_line_end(line);
    line += strspn(line, " \t");
    if (!*line || *line == '#')
        return STATUS_OK;
    char *word = next_word(&line, &quoted);
    line += strspn(line, " \t");
    if (is_open(line) && strcmp(word, "about") != 0)
        return error_set(err, STATUS_FORMAT, "no closing quote");
    for (size_t i = 0; i < sizeof keywords / sizeof *keywords; i++)
        if (strcmp(word, keywords[i].word) == 0) {
            if (keywords[i].of_class && r->classes == 0)
                return error_set(err, STATUS_FORMAT, "%s before the first class", word);
            return keywords[i].read(r, line, err);
        }
    return error_set(err, STATUS_FORMAT, "no line of a rule begins with '%.40s'", word);
}

/* Cut the first line off text, and those on which it goes on after a backslash. Returns the rest or
   NULL, and adds to *n how many lines that were. */
static char *cut_line(char *text, size_t *n)
{
    char *end = text;
    while (++*n, (end = strchr(end, '\n'))) {
        char *before = end > text && end[-1] == '\r' ? end - 1 : end;
        if (before == text || before[-1] != '\\') {
            *end = '\0';
            return end + 1;
        }
        memset(before - 1, ' ', (size_t)(end - before) + 2);
    }
    return NULL;
}

static enum status parse_lines(struct rule *r, char *text, struct error *err)
{
    for (size_t n = 0; text;) {
        char *line = text;
        size_t first = n + 1;
        text = cut_line(line, &n);
        if (parse_line(r, line, err))
            return err->status == STATUS_MEMORY ? err->status
                                                : error_prefix(err, "line %zu", first);
    }
    return STATUS_OK;
}

static enum status check_classes(const struct rule *r, struct error *err)
{
    if (r->classes < 1)
        return error_set(err, STATUS_FORMAT, "a rule without a class");
    for (size_t k = 0; k < r->classes; k++)
        if (!r->class[k].votes.n)
            return error_set(err, STATUS_FORMAT, "the class %s has no line votes or answer",
                             r->class[k].name);
    return STATUS_OK;
}

enum status rule_make(struct rule **rule, struct error *err)
{
    *rule = mem_new(1, sizeof **rule, err);
    return *rule ? STATUS_OK : err->status;
}

enum status rule_parse(struct rule **rule, const char *text, struct error *err)
{
    static const char mark[] = "\xef\xbb\xbf"; /* a byte order mark, of an editor */
    if (rule_make(rule, err))
        return err->status;
    char *copy = mem_string(text + (strncmp(text, mark, 3) == 0 ? 3 : 0), err);
    enum status s = copy ? parse_lines(*rule, copy, err) : err->status;
    free(copy);
    if (!s)
        s = check_classes(*rule, err);
    if (s) {
        rule_free(*rule);
        *rule = NULL;
    }
    return s;
}

enum status rule_add_sum(struct rule *r, const char *name, size_t n, char *const *columns,
                         struct error *err)
{
    struct parser p = {.rule = r, .err = err};
    size_t column;
    if (add_class(r, name, err))
        return err->status;
    struct rule_class *c = last_class(r);
    c->votes.first = r->steps;
    for (size_t i = 0; i < n; i++)
        if (add_column(r, columns[i], false, &column, err) || step(&p, 'c', column, 0) ||
            (i && step(&p, '+', 0, 0)))
            return err->status;
    c->votes.n = r->steps - c->votes.first;
    r->of_sum = true;
    return STATUS_OK;
}

/* ---- binding ---- */

/* Replace {v} by v in name, and {a|b} by each of its words in turn, until the table has a column of
   that name, and return it; -1 if there is none. made holds n bytes, to which name is added. first
   receives the first name that was tried. */
static int find_expanded(const struct table *t, const char *name, const char *v, char *made,
                         size_t n, char *first)
{
    const char *open = strchrnul(name, '{'), *close = strchr(open, '}');
    size_t before = (size_t)(open - name);
    if (!close) {
        before = strlen(name);
        open = name + before;
    }
    if (n + before > RULE_NAME_MAX)
        return -1;
    memcpy(made + n, name, before);
    n += before;
    made[n] = '\0';
    if (!*open) {
        if (!*first)
            strcpy(first, made);
        return table_find_any(t, made);
    }
    bool variant = strncmp(open, "{v}", 3) == 0;
    const char *from = variant ? v : open + 1, *end = variant ? v + strlen(v) : close;
    while (true) {
        const char *stop = variant ? end : memchr(from, '|', (size_t)(end - from));
        size_t size = (size_t)((stop ? stop : end) - from);
        if (n + size > RULE_NAME_MAX)
            return -1;
        memcpy(made + n, from, size);
        int found = find_expanded(t, close + 1, v, made, n + size, first);
        if (found >= 0 || !stop || stop == end)
            return found;
        from = stop + 1;
    }
}

static int find_column(const struct table *t, const char *name, const char *v,
                       char first[RULE_NAME_MAX + 1])
{
    char made[RULE_NAME_MAX + 1];
    *first = '\0';
    return find_expanded(t, name, v, made, 0, first);
}

/* The column that a name, or the first of several names with | between, has in the table. */
static int find_of(const struct table *t, const char *names)
{
    int found = -1;
    while (names && found < 0) {
        size_t size = strcspn(names, "|");
        char name[RULE_NAME_MAX + 1];
        if (size <= RULE_NAME_MAX) {
            memcpy(name, names, size);
            name[size] = '\0';
            found = table_find_any(t, name);
        }
        names = names[size] ? names + size + 1 : NULL;
    }
    return found;
}

static const char *variant_text(const struct rule *r, size_t variant)
{
    return r->variants ? r->variant[variant].text : "";
}

/* The column whose name differs from this one only by case and in how its words are joined, or -1.
 */
static int find_alike(const struct table *t, const char *name)
{
    static const char joints[] = "_.- ";
    for (size_t i = 0; *name && i < t->columns; i++) {
        const char *a = name, *b = t->column[i];
        while (*a && *b &&
               (tolower((unsigned char)*a) == tolower((unsigned char)*b) ||
                (strchr(joints, *a) && strchr(joints, *b))))
            a++, b++;
        if (*a == *b)
            return (int)i;
    }
    return -1;
}

/* Note a column that the rule lacks. */
static void note_missing(const struct table *t, const char *name, struct rule_fit *fit)
{
    int alike = find_alike(t, name);
    if (!fit->missing++)
        strcpy(fit->lacks, name);
    if (alike < 0 || fit->alike++)
        return;
    fit->alike_at = alike;
    strcpy(fit->wants, name);
}

static void try_variant(const struct rule *r, const struct table *t, size_t variant,
                        struct rule_fit *fit)
{
    char first[RULE_NAME_MAX + 1];
    *fit = (struct rule_fit){.variant = variant};
    for (size_t i = 0; i < r->columns; i++) {
        if (find_column(t, r->column[i], variant_text(r, variant), first) >= 0)
            fit->found++;
        else if (!r->optional[i])
            note_missing(t, first, fit);
    }
}

void rule_try(const struct rule *r, const struct table *t, const char *variant,
              struct rule_fit *best)
{
    *best = (struct rule_fit){.missing = SIZE_MAX};
    size_t fitting = 0;
    for (size_t i = 0; i == 0 || i < r->variants; i++) {
        struct rule_fit fit;
        if (variant && (!r->variants || strcmp(variant, r->variant[i].name) != 0))
            continue;
        try_variant(r, t, i, &fit);
        fitting += fit.missing == 0;
        if (fit.missing < best->missing ||
            (fit.missing == best->missing && fit.alike > best->alike))
            *best = fit;
    }
    best->fitting = fitting;
}

/* The names of the variants, or of those that fit the table if that isn't NULL. */
static const char *variant_names(const struct rule *r, const struct table *t, char *text,
                                 size_t room)
{
    size_t used = 0;
    *text = '\0';
    for (size_t i = 0; i < r->variants; i++) {
        struct rule_fit fit = {0};
        if (t)
            try_variant(r, t, i, &fit);
        if (fit.missing == 0 && used + strlen(r->variant[i].name) + 3 < room)
            used += (size_t)sprintf(text + used, "%s%s", used ? ", " : "", r->variant[i].name);
    }
    return text;
}

enum status rule_bind(struct rule *r, const struct table *t, const char *variant, struct error *err)
{
    struct rule_fit fit;
    char names[256], first[RULE_NAME_MAX + 1];
    rule_try(r, t, variant, &fit);
    if (variant && fit.missing == SIZE_MAX)
        return error_set(err, STATUS_MISMATCH, "no variant '%.40s': there %s %s", variant,
                         r->variants ? "are" : "is only one,",
                         r->variants ? variant_names(r, NULL, names, sizeof names)
                                     : "without name");
    if (fit.alike)
        return error_set(err, STATUS_MISMATCH, "no column '%s': it is called '%s' there", fit.wants,
                         t->column[fit.alike_at]);
    if (fit.missing)
        return error_set(err, STATUS_MISMATCH, "no column '%s'", fit.lacks);
    if (r->must_choose && !variant && fit.fitting > 1)
        return error_set(err, STATUS_MISMATCH, "--variant must say which of these is meant: %s",
                         variant_names(r, t, names, sizeof names));
    for (size_t i = 0; i < r->columns; i++)
        r->at[i] = find_column(t, r->column[i], variant_text(r, fit.variant), first);
    r->variant_at = fit.variant;
    r->id_at = r->id ? find_of(t, r->id) : -1;
    r->volunteers_at = r->volunteers ? find_of(t, r->volunteers) : -1;
    return STATUS_OK;
}

const char *rule_variant(const struct rule *r)
{
    return r->variants ? r->variant[r->variant_at].name : "";
}

/* ---- rows ---- */

enum status rule_number(const struct rule *r, const struct table *t, int column, double max,
                        double *value, struct error *err)
{
    *value = 0;
    if (r->empty_is_0 && table_is_missing(table_cell(t, column)))
        return STATUS_OK;
    return table_number(t, column, max, value, err);
}

enum status rule_read(const struct rule *r, const struct table *t, double *value, struct error *err)
{
    double max = r->has_counts ? COUNT_MAX : SHARE_MAX;
    for (size_t i = 0; i < r->columns; i++) {
        value[i] = 1;
        if (r->at[i] >= 0 && rule_number(r, t, r->at[i], max, &value[i], err))
            return err->status;
    }
    return STATUS_OK;
}

double rule_value(const struct rule *r, struct formula f, const double *value)
{
    double stack[RULE_STACK_MAX + 1] = {0};
    size_t n = 0;
    for (size_t i = f.first; i < f.first + f.n; i++) {
        double b = n ? stack[n - 1] : 0;
        switch (r->step[i].kind) {
        case 'c': stack[n++] = value[r->step[i].column]; continue;
        case 'n': stack[n++] = r->step[i].number; continue;
        default: n--;
        }
        double *a = &stack[n - 1];
        switch (r->step[i].kind) {
        case '+': *a += b; break;
        case '-': *a -= b; break;
        case '*': *a *= b; break;
        default: *a = b > 0 ? *a / b : 0;
        }
    }
    return stack[0];
}

void rule_free(struct rule *r)
{
    free(r);
}
