/*
 * gz-score - how good the probabilities are, held against the volunteers' labels
 */
#include <inttypes.h>
#include <string.h>

#include "cli.h"
#include "base/file.h"
#include "catalogue/answers.h"
#include "catalogue/confident.h"
#include "catalogue/others.h"
#include "catalogue/predictions.h"
#include "base/mem.h"
#include "catalogue/purity.h"
#include "catalogue/score_report.h"

struct options {
    const char *output, *other;
    bool all, audit, label_errors, pairs;
    double purity, confidence;
    uint64_t number, worst;
};

static const struct option_spec options[] = {
    {0, "all", NULL, "count the galaxies that the network learned from, too", OPTION_FLAG(all)},
    {0, "audit", NULL, "no report, but the galaxies whose label is most likely wrong, as a table",
     OPTION_FLAG(audit)},
    {0, "confidence", "SHARE", "of --purity, for all classes at once (default: 0.95)",
     OPTION_REAL(confidence, 0.5, 0.999999)},
    {0, "label-errors", NULL, "no report, but how many labels of each class are wrong, as a table",
     OPTION_FLAG(label_errors)},
    {'n', "number", "N", "with --audit, the first N galaxies (default: all)",
     OPTION_WHOLE(number, 1, UINT32_MAX)},
    {0, "other", "NAME", "the class of the network that means none of the others",
     OPTION_TEXT(other)},
    {OPTIONS_OUTPUT(output, "write to FILE")},
    {0, "pairs", NULL, "for programs: lines of key, tab and value", OPTION_FLAG(pairs)},
    {0, "purity", "SHARE",
     "no report, but for each class the threshold above which a sample is this pure",
     OPTION_REAL(purity, 0.5, 0.999999)},
    {'q', "quiet", NULL, "don't say how many galaxies are left out", .kind = OPTION_QUIET},
    {0, "worst", "N", "no report, but the lines of the N most confident mistakes",
     OPTION_WHOLE(worst, 1, UINT32_MAX)},
    {.kind = OPTION_END},
};

static const struct program program = {
    "gz-score", "[FILE ...]", options,
    "Hold probability lines against their label column: accuracy, confusion matrix, "
    "calibration, and the accuracy of the most confident.",
    .files = "tsv"};

struct run {
    const struct options *o;
    struct predictions lines;
    const char *names[RECORD_CLASSES_MAX];
    struct answers answers;
    uint64_t skipped; /* lines that can't be used */
};

static void read_lines(struct run *r)
{
    struct error err;
    struct prediction line;
    enum status s;
    while ((s = predictions_next(&r->lines, &line, &err)) != STATUS_END) {
        if (!s && line.label < 0 && !*line.other) {
            s = error_set(&err, STATUS_FORMAT, "no label (%s)", line.id);
            table_blame(&r->lines.table, &err);
        }
        if (s == STATUS_FORMAT) {
            cli_warn_some(&r->skipped, &err);
            continue;
        }
        cli_check(s, &err);
        cli_check(answers_add(&r->answers, &line, &err), &err);
    }
    cli_warn_of_more(r->skipped, NULL, "lines");
}

static enum status write_worst(struct run *r, struct buffer *text, struct error *err)
{
    const struct prediction_columns columns = {true, r->lines.std >= 0, r->lines.part >= 0};
    return mistakes_write(&r->answers.mistakes, r->o->worst, r->lines.classes, r->names, &columns,
                          text, err);
}

static enum status write_purity(const struct run *r, struct buffer *text, struct error *err)
{
    struct purity row[RECORD_CLASSES_MAX];
    if (purity_find(&r->answers.sample, r->o->purity, r->o->confidence, row, err))
        return err->status;
    return purity_write(text, row, r->answers.sample.classes, r->names, err);
}

static enum status write_audit(const struct run *r, struct buffer *text, struct error *err)
{
    struct buffer list = {0};
    enum status s = confident_rank(&r->answers.sample, &list, err);
    if (!s)
        s = confident_write(text, &r->answers.sample, &list, r->o->number,
                            (const char(*)[RECORD_ID_MAX + 1]) r->answers.ids.data, r->names, err);
    buffer_release(&list);
    return s;
}

static enum status write_label_errors(const struct run *r, struct buffer *text, struct error *err)
{
    struct label_errors row[RECORD_CLASSES_MAX + 1];
    confident_errors(&r->answers.sample, row);
    return confident_write_errors(text, row, r->answers.sample.classes, r->names, err);
}

/* The class of this name. */
static int find_class(const struct run *r, const char *name)
{
    for (size_t k = 0; k < r->answers.sample.classes; k++)
        if (strcmp(r->names[k], name) == 0)
            return (int)k;
    cli_fail("there is no class '%s' (option --other)", name);
}

static enum status write_report(const struct run *r, struct buffer *text, struct error *err)
{
    struct others others;
    int other = r->o->other ? find_class(r, r->o->other) : -1;
    if (score_report_write(text, &r->answers.score, r->names, r->o->pairs, err))
        return err->status;
    if (other < 0 && r->answers.others == 0)
        return STATUS_OK;
    if (others_measure(&others, &r->answers.sample, other, err))
        return err->status;
    return others_write(text, &others, r->answers.sample.classes, r->names, r->o->pairs, err);
}

static enum status write_what_is_asked(struct run *r, struct buffer *text, struct error *err)
{
    const struct options *o = r->o;
    if (o->purity > 0)
        return write_purity(r, text, err);
    if (o->audit)
        return write_audit(r, text, err);
    if (o->label_errors)
        return write_label_errors(r, text, err);
    return o->worst ? write_worst(r, text, err) : write_report(r, text, err);
}

static void check_options(const struct options *o)
{
    cli_require(!o->worst || !o->pairs, "--worst and --pairs don't go together");
    cli_require((o->worst > 0) + (o->purity > 0) + o->audit + o->label_errors <= 1,
                "--audit, --label-errors, --purity and --worst: only one at a time");
    cli_require(!o->pairs || (o->purity <= 0 && !o->audit && !o->label_errors),
                "--pairs is for the report");
    cli_require(o->number == UINT64_MAX || o->audit, "--number needs --audit");
}

static void say_what_is_left_out(const struct run *r)
{
    if (r->answers.learned)
        cli_note("%" PRIu64 " galaxies that the network learned from are left out (see --all)",
                 r->answers.learned);
    if (r->answers.others)
        cli_note("%" PRIu64 " galaxies have a label that is not one of the classes, such as "
                 "'%s': they count as others",
                 r->answers.others, r->answers.first_other);
}

int main(int argc, char **argv)
{
    struct error err;
    struct options o = {.confidence = 0.95, .number = UINT64_MAX};
    size_t operands = cli_init(&program, &o, argc, argv);
    check_options(&o);
    struct run r = {
        .o = &o,
        .answers = {.learned_too = o.all, .keep_ids = o.audit, .keep_mistakes = o.worst > 0}};
    struct buffer text = {0};
    cli_refuse_terminal_input(operands);
    cli_check(predictions_open(&r.lines, argv + 1, operands, &err), &err);
    if (r.lines.label < 0)
        cli_fail("%s: there is no column label", r.lines.table.name);
    for (size_t k = 0; k < r.lines.classes; k++)
        r.names[k] = predictions_class(&r.lines, k);
    cli_check(answers_init(&r.answers, r.lines.classes, &err), &err);
    read_lines(&r);
    say_what_is_left_out(&r);
    if (r.answers.score.galaxies == 0)
        cli_fail(r.answers.learned  ? "there is no other galaxy"
                 : r.answers.others ? "no label is one of the classes"
                                    : "there is no line with a label");
    cli_check(write_what_is_asked(&r, &text, &err), &err);
    enum status s = file_replace(o.output, text.data, text.size, &err);
    cli_check_file(s, output_name(o.output), &err);
    buffer_release(&text);
    answers_release(&r.answers);
    predictions_close(&r.lines);
    return r.skipped ? EXIT_SKIPPED : EXIT_DONE;
}
