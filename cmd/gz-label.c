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

static const char usage[] =
    "usage: gz-label [-qV] [-a A] [-o FILE] [--asked A] [--fold PARTS] [--partial]\n"
    "                -v FILE [FILE ...]\n"
    "\n"
    "Give each galaxy of a stream its votes, and keep those whose class the volunteers agree\n"
    "on; with --fold, only a part of them that depends on the galaxy's id alone.\n"
    "\n"
    "  -a, --agreement A     the share of those asked who must agree (default: 0.9)\n"
    "      --asked A         the share of all who must have been asked (default: 0.5)\n"
    "      --fold PARTS      such as 0/10 or 0-2,4/5: of so many parts, these, from 0;\n"
    "                        given again, what is in all of them\n"
    "  -h, --help            show this help\n"
    "  -o, --output FILE     write to FILE\n"
    "      --partial         the input is a fragment: don't check that it is complete\n"
    "  -q, --quiet           no progress and no counts\n"
    "  -v, --votes FILE      the table of votes, CSV or TSV; - is stdin\n"
    "  -V, --version         show the version\n";

enum { FOLDS_MAX = 8 };

struct options {
    struct votes_rule rule;
    struct fold fold[FOLDS_MAX];
    size_t folds;
    char *votes;
    const char *output;
    bool partial;
};

enum { ASKED = CLI_LONG, FOLD, PARTIAL };

static struct options parse_options(int argc, char **argv)
{
    static const struct option table[] = {{"agreement", required_argument, NULL, 'a'},
                                          {"asked", required_argument, NULL, ASKED},
                                          {"fold", required_argument, NULL, FOLD},
                                          {"output", required_argument, NULL, 'o'},
                                          {"partial", no_argument, NULL, PARTIAL},
                                          {"votes", required_argument, NULL, 'v'},
                                          CLI_OPTIONS};
    struct options o = {.rule = {.min_agreement = 0.9, .min_asked = 0.5}};
    int c;
    while ((c = cli_next_option(argc, argv, "a:o:v:", table)) != -1)
        switch (c) {
        case 'a': o.rule.min_agreement = cli_real("--agreement", optarg, 0, 1); break;
        case ASKED: o.rule.min_asked = cli_real("--asked", optarg, 0, 1); break;
        case FOLD:
            cli_require(o.folds < FOLDS_MAX, "more than %d --fold", FOLDS_MAX);
            cli_require(fold_parse(optarg, &o.fold[o.folds++]),
                        "--fold '%s' are no parts such as 0/10 or 0-2,4/5", optarg);
            break;
        case 'o': o.output = optarg; break;
        case PARTIAL: o.partial = true; break;
        case 'v': o.votes = optarg; break;
        }
    cli_require(o.votes, "a table of votes is needed (--votes)");
    bool votes_on_stdin = strcmp(o.votes, "-") == 0, stream_on_stdin = optind == argc;
    for (int i = optind; i < argc; i++)
        stream_on_stdin |= strcmp(argv[i], "-") == 0;
    cli_require(!votes_on_stdin || !stream_on_stdin, "stdin can't be both votes and stream");
    return o;
}

struct label {
    const struct options *o;
    struct votes votes;
    struct record_type in, out;
    struct record_map rest; /* every field but the votes (which are overwritten) */
    uint64_t expected;
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

static void show_progress(void *context, uint64_t records)
{
    cli_progress(records, ((const struct label *)context)->expected);
}

/* Read the whole table. Returns how many of its rows can't be used. */
static uint64_t read_votes(struct label *l)
{
    struct error err;
    enum status s;
    uint64_t skipped = 0;
    cli_check(votes_open(&l->votes, l->o->votes, &l->o->rule, &err), &err);
    for (size_t k = 0; k < l->votes.classes; k++)
        if (record_check_class(votes_classes(&l->votes)[k], &err)) {
            error_prefix(&err, "%s", l->o->votes);
            cli_die(&err);
        }
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
    l->expected = stream_expected(in);
    if (record_type_set_votes(&l->out, l->votes.classes, votes_classes(&l->votes), &err)) {
        error_prefix(&err, "%s", l->o->votes);
        cli_die(&err);
    }
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
    cli_init("gz-label", usage);
    struct error err;
    struct options o = parse_options(argc, argv);
    struct label l = {.o = &o};
    cli_refuse_terminal_input((size_t)(argc - optind));
    uint64_t bad_rows = read_votes(&l);
    struct stream_reader *in = cli_open_stream(argc, argv, o.partial);
    plan(&l, in);
    struct stream_writer *out = cli_create_stream(o.output, &l.out);
    struct filter f = {in, out, &l.out, 1, &l, give_votes, show_progress};
    enum status s = filter_run(&f, &err);
    uint64_t records = stream_count(in);
    stream_close(in);
    int result = cli_finish_stream(out, s, &err, bad_rows);
    if (result != EXIT_FAILED)
        show_counts(&l, records);
    votes_release(&l.votes);
    return result;
}
