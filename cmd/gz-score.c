/*
 * gz-score - how good the probabilities are, held against the volunteers' labels
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "base/file.h"
#include "catalogue/confident.h"
#include "catalogue/others.h"
#include "catalogue/predictions.h"
#include "base/mem.h"
#include "catalogue/purity.h"
#include "catalogue/score_report.h"
#include "catalogue/score.h"

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
     "no report, but for each class the threshold above which it is this pure",
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

struct mistake {
    struct prediction line;
    float confidence;
    uint64_t number;
};

struct run {
    const struct options *o;
    struct predictions lines;
    const char *names[RECORD_CLASSES_MAX];
    struct score score;                 /* of the galaxies whose label is a class */
    struct sample sample;               /* of all */
    struct buffer ids;                  /* with --audit, their ids, RECORD_ID_MAX + 1 bytes each */
    struct buffer mistakes;             /* with --worst, a struct mistake each */
    uint64_t others;                    /* galaxies whose label is no class ... */
    char first_other[NPY_NAME_MAX + 1]; /* ... and the label of the first of them */
    uint64_t skipped, learned; /* rows that can't be used; of galaxies that were learned from */
};

static void use_line(struct run *r, const struct prediction *line)
{
    struct error err;
    int label = line->label < 0 ? SAMPLE_OTHER : line->label;
    cli_check(sample_add(&r->sample, line->probability, label, &err), &err);
    if (r->o->audit)
        cli_check(buffer_append(&r->ids, line->id, sizeof line->id, &err), &err);
    if (line->label < 0) {
        if (r->others++ == 0)
            strcpy(r->first_other, line->other);
        return;
    }
    score_add(&r->score, line->probability, (size_t)line->label);
    struct mistake m = {*line, 0, r->score.galaxies};
    size_t predicted = score_argmax(line->probability, r->score.classes);
    m.confidence = line->probability[predicted];
    if (r->o->worst && predicted != (size_t)line->label)
        cli_check(buffer_append(&r->mistakes, &m, sizeof m, &err), &err);
}

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
            cli_warn(&err);
            r->skipped++;
            continue;
        }
        cli_check(s, &err);
        if (line.part == PART_TRAIN && !r->o->all)
            r->learned++;
        else
            use_line(r, &line);
    }
}

/* The most confident first; then in order of the input. */
static int by_confidence(const void *a, const void *b)
{
    const struct mistake *p = a, *q = b;
    if (p->confidence != q->confidence)
        return p->confidence < q->confidence ? 1 : -1;
    return (p->number > q->number) - (p->number < q->number);
}

static enum status write_worst(struct run *r, struct buffer *text, struct error *err)
{
    struct mistake *m = (struct mistake *)(void *)r->mistakes.data;
    size_t n = r->mistakes.size / sizeof *m, classes = r->score.classes;
    const struct prediction_columns columns = {true, r->lines.std >= 0, r->lines.part >= 0};
    if (n)
        qsort(m, n, sizeof *m, by_confidence);
    enum status s = predictions_write_header(text, classes, r->names, &columns, err);
    for (size_t i = 0; i < n && i < r->o->worst && !s; i++)
        s = predictions_write(text, &m[i].line, classes, r->names, &columns, err);
    return s;
}

static enum status write_purity(const struct run *r, struct buffer *text, struct error *err)
{
    struct purity row[RECORD_CLASSES_MAX];
    if (purity_find(&r->sample, r->o->purity, r->o->confidence, row, err))
        return err->status;
    return purity_write(text, row, r->sample.classes, r->names, err);
}

static enum status write_audit(const struct run *r, struct buffer *text, struct error *err)
{
    struct buffer list = {0};
    enum status s = confident_rank(&r->sample, &list, err);
    if (!s)
        s = confident_write(text, &r->sample, &list, r->o->number,
                            (const char(*)[RECORD_ID_MAX + 1]) r->ids.data, r->names, err);
    buffer_release(&list);
    return s;
}

static enum status write_label_errors(const struct run *r, struct buffer *text, struct error *err)
{
    struct label_errors row[RECORD_CLASSES_MAX + 1];
    confident_errors(&r->sample, row);
    return confident_write_errors(text, row, r->sample.classes, r->names, err);
}

/* The class of this name. */
static int find_class(const struct run *r, const char *name)
{
    for (size_t k = 0; k < r->sample.classes; k++)
        if (strcmp(r->names[k], name) == 0)
            return (int)k;
    cli_fail("there is no class '%s' (option --other)", name);
}

static enum status write_report(const struct run *r, struct buffer *text, struct error *err)
{
    struct others others;
    int other = r->o->other ? find_class(r, r->o->other) : -1;
    if (score_report_write(text, &r->score, r->names, r->o->pairs, err))
        return err->status;
    if (other < 0 && r->others == 0)
        return STATUS_OK;
    if (others_measure(&others, &r->sample, other, err))
        return err->status;
    return others_write(text, &others, r->sample.classes, r->names, r->o->pairs, err);
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
    if (r->learned)
        cli_note("%" PRIu64 " galaxies that the network learned from are left out (see --all)",
                 r->learned);
    if (r->others)
        cli_note("%" PRIu64 " galaxies have a label that is not one of the classes, such as "
                 "'%s': they count as others",
                 r->others, r->first_other);
}

int main(int argc, char **argv)
{
    struct error err;
    struct options o = {.confidence = 0.95, .number = UINT64_MAX};
    size_t operands = cli_init(&program, &o, argc, argv);
    check_options(&o);
    struct run r = {.o = &o};
    struct buffer text = {0};
    cli_refuse_terminal_input(operands);
    cli_check(predictions_open(&r.lines, argv + 1, operands, &err), &err);
    if (r.lines.label < 0)
        cli_fail("%s: there is no column label", r.lines.table.name);
    for (size_t k = 0; k < r.lines.classes; k++)
        r.names[k] = predictions_class(&r.lines, k);
    r.sample = sample_of(r.lines.classes);
    cli_check(score_init(&r.score, r.lines.classes, &err), &err);
    read_lines(&r);
    say_what_is_left_out(&r);
    if (r.score.galaxies == 0)
        cli_fail(r.learned  ? "there is no other galaxy"
                 : r.others ? "no label is one of the classes"
                            : "there is no line with a label");
    cli_check(write_what_is_asked(&r, &text, &err), &err);
    enum status s = file_replace(o.output, text.data, text.size, &err);
    cli_check_file(s, cli_output_name(o.output), &err);
    buffer_release(&text);
    buffer_release(&r.ids);
    buffer_release(&r.mistakes);
    sample_release(&r.sample);
    score_release(&r.score);
    predictions_close(&r.lines);
    return r.skipped ? EXIT_SKIPPED : EXIT_DONE;
}
