/*
 * gz-label - join volunteers' votes to a stream, keep the galaxies they agree on
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "stream/filter.h"
#include "stream/fold.h"
#include "catalogue/predictions.h"
#include "catalogue/votes.h"

enum { FOLDS_MAX = 8 };

struct options {
    struct votes_rule rule;
    struct fold fold[FOLDS_MAX];
    size_t folds;
    char *votes;
    const char *output;
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
    {'a', "agreement", "A", "the share of those asked who must agree (default: 0.9)",
     OPTION_REAL(rule.min_agreement, 0, 1)},
    {0, "fold", "PARTS",
     "such as 0/10 or 0-2,4/5: of so many parts, these, from 0; given again, what is in all of "
     "them",
     OPTION_CALL(add_fold)},
    {0, "min-asked", "A", "the share of all who must have been asked (default: 0.5)",
     OPTION_REAL(rule.min_asked, 0, 1)},
    {OPTIONS_OUTPUT(output, "write to FILE")},
    {OPTIONS_PARTIAL(partial)},
    {'q', "quiet", NULL, "no progress and no counts", .kind = OPTION_QUIET},
    {'v', "votes", "FILE", "the table of votes, CSV or TSV; - is stdin", OPTION_FILE(votes),
     .required = true},
    {0, "asked", NULL, "--min-asked", .kind = OPTION_OLD},
    {.kind = OPTION_END},
};

static const struct program program = {
    "gz-label", "[FILE ...]", options,
    "Give each galaxy of a stream its votes, and keep those whose class the volunteers "
    "agree on; with --fold, only a part of them that depends on the galaxy's id alone."};

struct label {
    const struct options *o;
    struct votes votes;
    struct record_type in, out;
    struct record_map rest; /* every field but the votes (which are overwritten) */
    uint64_t kept[RECORD_CLASSES_MAX], disputed, unknown, elsewhere;
};

static bool in_all_folds(const struct options *o, const char *id)
{
    for (size_t i = 0; i < o->folds; i++)
        if (!fold_has(&o->fold[i], id))
            return false;
    return true;
}

/* Only ever one at a time, since it counts. */
static bool give_votes(void *context, const unsigned char *in, unsigned char *out)
{
    struct label *l = context;
    struct vote vote;
    char id[RECORD_ID_MAX + 1];
    record_id(&l->in, in, id);
    uint64_t *reason = NULL;
    if (!in_all_folds(l->o, id))
        reason = &l->elsewhere;
    else if (!votes_find(&l->votes, id, &vote))
        reason = &l->unknown;
    else if (vote.label < 0)
        reason = &l->disputed;
    if (reason) {
        ++*reason;
        return false;
    }
    l->kept[vote.label]++;
    record_map_copy(&l->rest, out, in);
    record_set_votes(&l->out, out, vote.share);
    return true;
}

/* Read the whole table. Returns how many of its rows can't be used. */
static uint64_t read_votes(struct label *l)
{
    struct error err;
    enum status s;
    uint64_t skipped = 0;
    cli_check(votes_open(&l->votes, l->o->votes, &l->o->rule, &err), &err);
    for (size_t k = 0; k < l->votes.classes; k++)
        cli_check_file(record_check_class(votes_classes(&l->votes)[k], &err), l->o->votes, &err);
    while ((s = votes_read_row(&l->votes, &err)) != STATUS_END)
        if (s == STATUS_FORMAT) {
            cli_warn(&err);
            skipped++;
        } else
            cli_check(s, &err);
    return skipped;
}

static void plan(struct label *l, const struct stream_reader *in)
{
    struct error err;
    l->in = l->out = *stream_type(in);
    enum status s =
        record_type_set_votes(&l->out, l->votes.classes, votes_classes(&l->votes), &err);
    cli_check_file(s, l->o->votes, &err);
    record_map_init(&l->rest, &l->out, &l->in);
}

static void show_counts(const struct label *l, uint64_t records)
{
    char text[RECORD_CLASSES_MAX * (NPY_NAME_MAX + 24)];
    size_t used = 0;
    for (size_t k = 0; k < l->votes.classes; k++)
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%" PRIu64 " %s", k ? ", " : "",
                                 l->kept[k], votes_classes(&l->votes)[k]);
    cli_note("kept %s", text);
    cli_note("of %" PRIu64 " records: %" PRIu64 " below the agreement, %" PRIu64
             " without votes, %" PRIu64 " outside the fold",
             records, l->disputed, l->unknown, l->elsewhere);
}

int main(int argc, char **argv)
{
    struct error err;
    struct options o = {.rule = {.min_agreement = 0.9, .min_asked = 0.5}};
    size_t operands = cli_init(&program, &o, argc, argv);
    cli_require(strcmp(o.votes, "-") != 0 || !cli_reads_stdin(argv + 1, operands),
                "stdin can't be both votes and stream");
    struct label l = {.o = &o};
    cli_refuse_terminal_input(operands);
    uint64_t bad_rows = read_votes(&l);
    struct stream_reader *in = cli_open_stream(argv + 1, operands, o.partial);
    plan(&l, in);
    struct stream_writer *out = cli_create_stream(o.output, &l.out);
    struct filter f = {in, out, &l.out, 1, &l, give_votes, cli_stream_progress};
    enum status s = filter_run(&f, &err);
    uint64_t records = stream_count(in);
    stream_close(in);
    int result = cli_finish_stream(out, s, &err, bad_rows);
    if (result != EXIT_FAILED)
        show_counts(&l, records);
    votes_release(&l.votes);
    return result;
}
