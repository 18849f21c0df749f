/*
 * gz-score - how good the probabilities are, held against the volunteers' labels
 */
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "base/file.h"
#include "catalogue/predictions.h"
#include "base/mem.h"
#include "catalogue/score_report.h"
#include "catalogue/score.h"

static const char usage[] =
    "usage: gz-score [-qV] [-o FILE] [--pairs] [--worst N] [FILE ...]\n"
    "\n"
    "Hold probability lines against their label column: accuracy, confusion matrix,\n"
    "calibration, and the accuracy of the most confident.\n"
    "\n"
    "  -h, --help            show this help\n"
    "  -o, --output FILE     write to FILE\n"
    "      --pairs           for programs: lines of key, tab and value\n"
    "  -q, --quiet           taken as everywhere; there is nothing to silence\n"
    "  -V, --version         show the version\n"
    "      --worst N         no report, but the lines of the N most confident mistakes\n";

struct options {
    const char *output;
    bool pairs;
    uint64_t worst;
};

enum { PAIRS = CLI_LONG, WORST };

static struct options parse_options(int argc, char **argv)
{
    static const struct option table[] = {{"output", required_argument, NULL, 'o'},
                                          {"pairs", no_argument, NULL, PAIRS},
                                          {"worst", required_argument, NULL, WORST},
                                          CLI_OPTIONS};
    struct options o = {0};
    int c;
    while ((c = cli_next_option(argc, argv, "o:", table)) != -1)
        switch (c) {
        case 'o': o.output = optarg; break;
        case PAIRS: o.pairs = true; break;
        case WORST: o.worst = cli_number("--worst", optarg, 1, UINT32_MAX); break;
        }
    cli_require(!o.worst || !o.pairs, "--worst and --pairs don't go together");
    return o;
}

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
    struct buffer mistakes; /* with --worst, a struct mistake each */
    uint64_t skipped;
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
    bool spread = r->lines.spread >= 0;
    if (n)
        qsort(m, n, sizeof *m, by_confidence);
    enum status s = predictions_write_header(text, classes, r->names, true, spread, err);
    for (size_t i = 0; i < n && i < r->o->worst && !s; i++)
        s = predictions_write(text, &m[i].line, classes, r->names, true, spread, err);
    return s;
}

static void write_all(const char *path, const struct buffer *text)
{
    struct error err;
    struct output out;
    enum status s = output_open(&out, path, &err);
    if (!s)
        s = file_write(out.fd, text->data, text->size, &err);
    if (!s)
        s = output_commit(&out, &err);
    if (!s)
        return;
    error_prefix(&err, "%s", path && strcmp(path, "-") != 0 ? path : "standard output");
    output_abandon(&out);
    cli_die(&err);
}

int main(int argc, char **argv)
{
    cli_init("gz-score", usage);
    struct error err;
    struct options o = parse_options(argc, argv);
    struct run r = {.o = &o};
    struct buffer text = {0};
    size_t operands = (size_t)(argc - optind);
    cli_refuse_terminal_input(operands);
    cli_check(predictions_open(&r.lines, argv + optind, operands, &err), &err);
    if (r.lines.label < 0) {
        error_set(&err, STATUS_MISMATCH, "%s: there is no column label", r.lines.table.name);
        cli_die(&err);
    }
    for (size_t k = 0; k < r.lines.classes; k++)
        r.names[k] = predictions_class(&r.lines, k);
    cli_check(score_init(&r.score, r.lines.classes, &err), &err);
    read_lines(&r);
    if (r.score.galaxies == 0) {
        error_set(&err, STATUS_MISMATCH, "there is no line with a label");
        cli_die(&err);
    }
    enum status s = o.worst ? write_worst(&r, &text, &err)
                            : score_report_write(&text, &r.score, r.names, o.pairs, &err);
    cli_check(s, &err);
    write_all(o.output, &text);
    buffer_release(&text);
    buffer_release(&r.mistakes);
    score_release(&r.score);
    predictions_close(&r.lines);
    return r.skipped ? EXIT_SKIPPED : EXIT_DONE;
}
