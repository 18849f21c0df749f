/*
 * gz-label - join volunteers' votes to a stream, keep the galaxies they agree on
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "base/file.h"
#include "stream/filter.h"
#include "stream/fold.h"
#include "catalogue/builtin.h"
#include "catalogue/labelling.h"
#include "catalogue/votes.h"

enum { FOLDS_MAX = 8, FEW = 10, NAMES_ROOM = RECORD_CLASSES_MAX * (NPY_NAME_MAX + 24) };

struct options {
    struct votes_options how; /* to read the table */
    struct fold fold[FOLDS_MAX];
    size_t folds;
    char *votes;
    const char *output, *print_rule;
    bool partial;
};

static const char *add_fold(void *options, const char *text)
{
    struct options *o = options;
    if (o->folds == FOLDS_MAX)
        return "is one too many: 8 are allowed";
    return fold_parse(text, &o->fold[o->folds++])
               ? NULL
               : "is not a list of parts such as 0/10 or 0-2,4/5";
}

static const struct option_spec options[] = {
    {0, "fold", "PARTS",
     "keep these parts of the galaxies, such as 0/10 or 0-2,4/5, counted from 0; given again, what "
     "is in all of them",
     OPTION_CALL(add_fold)},
    {OPTIONS_OUTPUT(output, "write to FILE")},
    {OPTIONS_PARTIAL(partial)},
    {0, "print-rule", "NAME", "print a built-in rule, to be copied and changed; do nothing else",
     OPTION_TEXT(print_rule)},
    {'q', "quiet", NULL, "no progress and no counts", .kind = OPTION_QUIET},
    {'v', "votes", "FILE", "the table of votes, CSV or TSV; - is stdin", OPTION_FILE(votes),
     .files = "csv tsv"},
    {0, "asked", NULL, "--min-asked", .kind = OPTION_OLD},
    {OPTION_MORE(how, votes_option_table)},
};

static const struct program program = {
    "gz-label", "[FILE ...]", options,
    "Give each galaxy of a stream its votes, and keep those whose class the volunteers "
    "agree on; with --fold, only a part of them that depends on the galaxy's id alone.",
    .files = "npy"};

/* Refuse options that contradict each other, and two inputs from stdin. */
static void check_options(const struct options *o, char **argv, size_t operands)
{
    const struct reading_options *r = &o->how.reading;
    const char *files[] = {o->votes, o->how.ids, o->how.corrections};
    cli_require(o->votes, "there is no --votes FILE");
    cli_check_stdin(argv + 1, operands, files, sizeof files / sizeof *files);
    cli_require(!r->rule + !r->rules + !(r->classes || r->label_column) >= 2,
                "--rule, --rules and --classes or --label-column exclude each other");
    cli_require(o->how.other || o->how.other_share >= 1, "--other-share needs --other");
    cli_require(o->how.ids || !o->how.picture_column, "--picture-column needs --ids");
}

/* Read the tables whole. Returns how many of their rows can't be used. */
static uint64_t read_votes(struct votes *v, const struct options *o)
{
    struct error err;
    enum status s;
    uint64_t before = 0, skipped = 0; /* in the tables before, in this one */
    cli_check(votes_open(v, o->votes, &o->how, &err), &err);
    const char *table = votes_file(v);
    while ((s = votes_read_row(v, &err)) != STATUS_END) {
        if (votes_file(v) != table) {
            cli_warn_of_more(skipped, table, "rows");
            before += skipped;
            skipped = 0;
            table = votes_file(v);
        }
        if (s != STATUS_FORMAT)
            cli_check(s, &err);
        else
            cli_warn_some(&skipped, &err);
    }
    cli_warn_of_more(skipped, table, "rows");
    return before + skipped;
}

/* Put a count or nothing, and a class, after those in text. */
static void add_name(char text[NAMES_ROOM], const char *count, const char *class)
{
    size_t used = strlen(text);
    snprintf(text + used, NAMES_ROOM - used, "%s%s%s", used ? ", " : "", count, class);
}

static void show_counts(const struct labelling *l, uint64_t records)
{
    char kept[NAMES_ROOM] = "", few[NAMES_ROOM] = "", count[24];
    size_t found = 0;
    for (size_t k = 0; k < l->votes->classes; k++) {
        snprintf(count, sizeof count, "%" PRIu64 " ", l->kept[k]);
        add_name(kept, count, votes_classes(l->votes)[k]);
        if (l->kept[k] < FEW)
            add_name(few, "", votes_classes(l->votes)[k]);
        found += l->kept[k] > 0;
    }
    cli_note("kept %s", kept);
    char few_votes[80] = "";
    if (votes_min_volunteers(l->votes) > 0)
        snprintf(few_votes, sizeof few_votes, " %" PRIu64 " of fewer than %g volunteers,",
                 l->too_few, votes_min_volunteers(l->votes));
    cli_note("of %" PRIu64 " records: %" PRIu64 " below the agreement,%s %" PRIu64
             " without votes, %" PRIu64 " outside the fold",
             records, l->disputed, few_votes, l->unknown, l->outside);
    cli_note("kept by %s", votes_reading(l->votes));
    if (l->respelled)
        cli_note("of these ids, %" PRIu64 " are spelled otherwise in %s: %s is '%s' there",
                 l->respelled, l->votes->path, l->id, l->spelled);
    if (votes_unmatched(l->votes))
        cli_note("%s: %" PRIu64 " of %" PRIu64 " corrections are for no galaxy that is there",
                 l->votes->options.corrections, votes_unmatched(l->votes),
                 votes_corrections(l->votes));
    if (found == 1)
        cli_note("kept one class only: a network needs two at least");
    if (*few)
        cli_note("kept fewer than %d of %s", FEW, few);
}

static int print_rule(const char *name)
{
    const char *text = builtin_find(name);
    for (const struct builtin_rule *r = builtin_rules; !text && r->name; r++)
        cli_note("there is a rule %s", r->name);
    cli_require(text, "there is no rule '%s'", name);
    fputs(text, stdout);
    return cli_finish_stdout();
}

int main(int argc, char **argv)
{
    struct error err;
    struct options o = {.how = {.min_agreement = 0.9,
                                .min_asked = 0.5,
                                .min_volunteers = VOTES_BY_RULE,
                                .other_share = 1}};
    size_t operands = cli_init(&program, &o, argc, argv);
    if (o.print_rule)
        return print_rule(o.print_rule);
    check_options(&o, argv, operands);
    struct votes votes;
    struct labelling l;
    cli_refuse_terminal_input(operands);
    uint64_t bad_rows = read_votes(&votes, &o);
    struct stream_reader *in = cli_open_stream(argv + 1, operands, o.partial);
    enum status s = labelling_init(&l, &votes, o.fold, o.folds, stream_type(in), &err);
    cli_check_file(s, o.votes, &err);
    struct stream_writer *out = cli_create_stream(o.output, &l.out);
    struct filter f = {in, out, &l.out, 1, &l, labelling_apply, cli_stream_progress, NULL};
    s = filter_run(&f, &err);
    uint64_t records = stream_count(in);
    stream_close(in);
    if (s == STATUS_OK || s == STATUS_END)
        s = labelling_check(&l, records, &err);
    int result = cli_finish_stream(out, s, &err, bad_rows);
    if (result != EXIT_FAILED)
        show_counts(&l, records);
    votes_release(&votes);
    return result;
}
