/*
 * gz-score - how good the probabilities are, held against the volunteers' labels
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "base/file.h"
#include "catalogue/predictions.h"
#include "base/mem.h"
#include "catalogue/score_report.h"
#include "catalogue/score.h"

struct options {
    const char *output;
    bool all, pairs;
    uint64_t worst;
};

static const struct option_spec options[] = {
    {0, "all", NULL, "count the galaxies that the network learned from, too", OPTION_FLAG(all)},
    {OPTIONS_OUTPUT(output, "write to FILE")},
    {0, "pairs", NULL, "for programs: lines of key, tab and value", OPTION_FLAG(pairs)},
    {'q', "quiet", NULL, "don't say how many galaxies are left out", .kind = OPTION_QUIET},
    {0, "worst", "N", "no report, but the lines of the N most confident mistakes",
     OPTION_WHOLE(worst, 1, UINT32_MAX)},
    {.kind = OPTION_END},
};

static const struct program program = {
    "gz-score", "[FILE ...]", options,
    "Hold probability lines against their label column: accuracy, confusion matrix, "
    "calibration, and the accuracy of the most confident."};

struct mistake {
    struct prediction line;
    float confidence;
    uint64_t number;
};

struct run {
    const struct options *o;
    struct predictions lines;
    const char *names[RECORD_CLASSES_MAX];
    struct score score;
    struct buffer mistakes;    /* with --worst, a struct mistake each */
    uint64_t skipped, learned; /* rows that can't be used; of galaxies that were learned from */
};

static void use_line(struct run *r, const struct prediction *line)
{
    struct error err;
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
        if (!s && line.label < 0) {
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

int main(int argc, char **argv)
{
    struct error err;
    struct options o = {0};
    size_t operands = cli_init(&program, &o, argc, argv);
    cli_require(!o.worst || !o.pairs, "--worst and --pairs don't go together");
    struct run r = {.o = &o};
    struct buffer text = {0};
    cli_refuse_terminal_input(operands);
    cli_check(predictions_open(&r.lines, argv + 1, operands, &err), &err);
    if (r.lines.label < 0)
        cli_fail("%s: there is no column label", r.lines.table.name);
    for (size_t k = 0; k < r.lines.classes; k++)
        r.names[k] = predictions_class(&r.lines, k);
    cli_check(score_init(&r.score, r.lines.classes, &err), &err);
    read_lines(&r);
    if (r.learned)
        cli_note("%" PRIu64 " galaxies that the network learned from are left out (see --all)",
                 r.learned);
    if (r.score.galaxies == 0)
        cli_fail(r.learned ? "there is no other galaxy" : "there is no line with a label");
    enum status s = o.worst ? write_worst(&r, &text, &err)
                            : score_report_write(&text, &r.score, r.names, o.pairs, &err);
    cli_check(s, &err);
    s = file_replace(o.output, text.data, text.size, &err);
    cli_check_file(s, cli_output_name(o.output), &err);
    buffer_release(&text);
    buffer_release(&r.mistakes);
    score_release(&r.score);
    predictions_close(&r.lines);
    return r.skipped ? EXIT_SKIPPED : EXIT_DONE;
}
