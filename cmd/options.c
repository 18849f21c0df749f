#include "options.h"

#include <ctype.h>
#include <string.h>

/* ---- rows ---- */

/* These come after the program's own rows, which are found first. */
static const struct option_spec common[] = {
    {0, "complete", NULL, "what can follow these words", .kind = OPTION_COMPLETE},
    {'h', "help", NULL, "show this help", .kind = OPTION_HELP},
    {'q', "quiet", NULL, "no progress", .kind = OPTION_QUIET},
    {'V', "version", NULL, "show the version", .kind = OPTION_VERSION},
    {.kind = OPTION_END},
};

/* The row after o: in its table, in the one that follows it, then in `common`; NULL at the end. */
static const struct option_spec *next_row(const struct option_spec *o)
{
    o = o[1].kind == OPTION_MORE ? o[1].more : o + 1;
    if (o->kind != OPTION_END)
        return o;
    return o == common + sizeof common / sizeof *common - 1 ? NULL : common;
}

static bool is_shown(const struct option_spec *o)
{
    return o->kind != OPTION_ALIAS && o->kind != OPTION_OLD && o->kind != OPTION_COMPLETE;
}

/* The row after o in alphabetical order of names, of those that the help shows. o is NULL for the
   first row; the result is NULL after the last. */
static const struct option_spec *next_by_name(const struct program *p, const struct option_spec *o)
{
    const struct option_spec *next = NULL;
    for (const struct option_spec *r = p->options; r; r = next_row(r))
        if (is_shown(r) && (!o || strcmp(r->name, o->name) > 0) &&
            (!next || strcmp(r->name, next->name) < 0))
            next = r;
    return next;
}

/* ---- the command line ---- */

struct parser {
    const struct program *program;
    char *options;      /* the program's struct */
    char **next, **end; /* the words to come */
    struct command_line *line;
    struct error *err;
};

/* The row with this name or, where that is NULL, this letter; NULL where there is none. *options is
   then the struct that the row is for. */
static const struct option_spec *find(const struct parser *p, const char *name, char letter,
                                      char **options)
{
    *options = p->options;
    for (const struct option_spec *o = p->program->options; o; o = next_row(o)) {
        if (name ? o->name && strcmp(o->name, name) == 0 : o->letter == letter)
            return o->kind == OPTION_ALIAS ? find(p, o->help, 0, options) : o;
        if (o[1].kind == OPTION_MORE)
            *options += o[1].at;
    }
    return NULL;
}

/* Use an option. name is how it is written; value is what follows in the same word, or NULL. */
static enum status use(struct parser *p, const struct option_spec *o, char *options,
                       const char *name, const char *value)
{
    if (!o)
        return error_set(p->err, STATUS_FORMAT, "unknown option '%s'", name);
    if (o->kind == OPTION_OLD)
        return error_set(p->err, STATUS_FORMAT, "option %s is now %s", name, o->help);
    if (value && !o->value)
        return error_set(p->err, STATUS_FORMAT, "option '%s' takes no value", name);
    if (o->value && !value && p->next == p->end)
        return error_set(p->err, STATUS_FORMAT, "option '%s' needs a value", name);
    switch (o->kind) {
    case OPTION_QUIET: p->line->quiet = true; return STATUS_OK;
    case OPTION_HELP:
    case OPTION_VERSION: p->line->shown = o->kind; return STATUS_END;
    case OPTION_COMPLETE:
        p->line->shown = o->kind;
        p->line->words = p->next;
        p->line->n = (size_t)(p->end - p->next);
        return STATUS_END;
    default: return option_set(o, options, o->value && !value ? *p->next++ : value, p->err);
    }
}

static enum status read_name(struct parser *p, char *word)
{
    char *options, *equals = strchr(word, '=');
    if (equals)
        *equals = '\0';
    const struct option_spec *o = find(p, word + 2, 0, &options);
    return use(p, o, options, word, equals ? equals + 1 : NULL);
}

static enum status read_letters(struct parser *p, const char *word)
{
    enum status s = STATUS_OK;
    const char *value = NULL;
    for (const char *at = word + 1; *at && !value && !s; at++) {
        char *options;
        const struct option_spec *o = find(p, NULL, *at, &options);
        value = o && o->value && at[1] ? at + 1 : NULL;
        s = use(p, o, options, (const char[]){'-', *at, '\0'}, value);
    }
    return s;
}

static enum status check_required(const struct parser *p)
{
    static const char *const unset;
    for (const struct option_spec *o = p->program->options; o; o = next_row(o))
        if (o->required && memcmp(p->options + o->at, &unset, sizeof unset) == 0)
            return error_set(p->err, STATUS_FORMAT, "there is no --%s %s", o->name, o->value);
    return STATUS_OK;
}

enum status options_parse(const struct program *program, void *options, int argc, char **argv,
                          struct command_line *line, struct error *err)
{
    struct parser p = {program, options, argv + 1, argv + argc, line, err};
    bool operands_only = false;
    enum status s = STATUS_OK;
    *line = (struct command_line){0};
    while (p.next < p.end && !s) {
        char *word = *p.next++;
        if (operands_only || word[0] != '-' || word[1] == '\0')
            argv[++line->operands] = word;
        else if (strcmp(word, "--") == 0)
            operands_only = true;
        else
            s = word[1] == '-' ? read_name(&p, word) : read_letters(&p, word);
    }
    return s ? s : check_required(&p);
}

/* ---- the help ---- */

enum { WIDTH = 90, HELP_COLUMN = 24 };

/* Print n bytes after a space, or on a new line, indented, where they don't fit. Returns the column
   after them. */
static int put(FILE *f, int column, int indent, const char *text, int n)
{
    bool fits = column + 1 + n <= WIDTH;
    fprintf(f, "%s%*s%.*s", fits ? " " : "\n", fits ? 0 : indent, "", n, text);
    return (fits ? column + 1 : indent) + n;
}

/* The parts of the synopsis in their order. -h is in none. */
enum part { FLAGS, LETTERS, NAMES, REQUIRED, PARTS };

static enum part part_of(const struct option_spec *o)
{
    return o->kind == OPTION_HELP ? PARTS
           : o->required          ? REQUIRED
           : !o->letter           ? NAMES
           : o->value             ? LETTERS
                                  : FLAGS;
}

/* All flags as one word, such as "[-mqV]". */
static int flags_text(char *text, const struct program *p)
{
    int n = sprintf(text, "[-");
    for (int key = '0'; key <= 'z'; key++)
        for (const struct option_spec *o = next_by_name(p, NULL); o; o = next_by_name(p, o))
            if (part_of(o) == FLAGS && tolower(o->letter) == key)
                text[n++] = o->letter;
    return n + sprintf(text + n, "]");
}

/* One option, such as "[-c N]" or "[--stretch]". */
static int option_text(char *text, const struct option_spec *o)
{
    int n = sprintf(text, o->required ? "-" : "[-");
    n += o->letter ? sprintf(text + n, "%c", o->letter) : sprintf(text + n, "-%s", o->name);
    if (o->value)
        n += sprintf(text + n, " %s", o->value);
    return n + sprintf(text + n, o->required ? "" : "]");
}

static void print_synopsis(const struct program *p, FILE *f)
{
    char text[128] = "";
    int column = fprintf(f, "usage: %s", p->name), indent = column + 1;
    column = put(f, column, indent, text, flags_text(text, p));
    for (enum part part = LETTERS; part < PARTS; part++)
        for (const struct option_spec *o = next_by_name(p, NULL); o; o = next_by_name(p, o))
            if (part_of(o) == part)
                column = put(f, column, indent, text, option_text(text, o));
    if (*p->operands)
        put(f, column, indent, p->operands, (int)strlen(p->operands));
}

static void put_words(FILE *f, int column, int indent, const char *text)
{
    while (*text) {
        int n = (int)strcspn(text, " ");
        column = put(f, column, indent, text, n);
        text += n + (text[n] == ' ');
    }
    fputc('\n', f);
}

/* A line of the list, and further ones where the text is long. */
static void print_option(const struct option_spec *o, FILE *f)
{
    int column = o->letter ? fprintf(f, "  -%c, --%s", o->letter, o->name)
                           : fprintf(f, "      --%s", o->name);
    if (o->value)
        column += fprintf(f, " %s", o->value);
    if (column < HELP_COLUMN)
        column += fprintf(f, "%*s", HELP_COLUMN - 1 - column, "");
    else
        column = WIDTH; /* no word fits any more */
    put_words(f, column, HELP_COLUMN, o->help);
}

void options_print_help(const struct program *p, FILE *f)
{
    print_synopsis(p, f);
    fputc('\n', f);
    put_words(f, WIDTH, 0, p->about);
    fputc('\n', f);
    for (const struct option_spec *o = next_by_name(p, NULL); o; o = next_by_name(p, o))
        print_option(o, f);
}

/* ---- completion ---- */

static void print_kind(const char *kind, const char *endings, FILE *f)
{
    fprintf(f, ":%s%s%s\n", kind, endings ? " " : "", endings ? endings : "");
}

static void print_value(const struct option_spec *o, FILE *f)
{
    if (o->complete)
        o->complete(f);
    if (o->kind == OPTION_FILE && strcmp(o->value, "DIR") == 0)
        print_kind("folder", NULL, f);
    else if (o->kind == OPTION_FILE)
        print_kind("file", o->files, f);
    for (size_t i = 0; i < 2 && o->word[i]; i++)
        fprintf(f, "%s\t\n", o->word[i]);
}

static void print_operands(const struct program *p, FILE *f)
{
    if (p->complete)
        p->complete(f);
    else if (p->files && strcmp(p->files, "/") == 0)
        print_kind("folder", NULL, f);
    else
        print_kind("file", p->files, f);
}

/* The row of the option that the last word is, where its value is the word to come, else NULL. */
static const struct option_spec *needs_value(const struct program *p, const char *last)
{
    char *ignored;
    const struct parser parser = {.program = p};
    if (last[0] != '-' || last[1] == '\0' || strchr(last, '='))
        return NULL;
    const struct option_spec *o = last[1] == '-'
                                      ? find(&parser, last + 2, 0, &ignored)
                                      : find(&parser, NULL, last[strlen(last) - 1], &ignored);
    return o && o->value && o->kind != OPTION_OLD ? o : NULL;
}

void options_print_completions(const struct program *p, const struct command_line *line, FILE *f)
{
    const struct option_spec *value = line->n ? needs_value(p, line->words[line->n - 1]) : NULL;
    bool operands_only = false;
    for (size_t i = 0; i < line->n; i++)
        operands_only |= strcmp(line->words[i], "--") == 0;
    if (value && !operands_only) {
        print_value(value, f);
        return;
    }
    print_operands(p, f);
    for (const struct option_spec *o = next_by_name(p, NULL); o && !operands_only;
         o = next_by_name(p, o)) {
        fprintf(f, "--%s\t%s\n", o->name, o->help);
        if (o->letter)
            fprintf(f, "-%c\t%s\n", o->letter, o->help);
    }
}
