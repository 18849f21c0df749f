/*
 * gz-triangle - draw every galaxy where its three probabilities say
 */
#include <string.h>

#include "cli.h"
#include "base/file.h"
#include "figure/lattice.h"
#include "catalogue/predictions.h"
#include "base/mem.h"
#include "image/pngfile.h"
#include "figure/triangle.h"
#include "figure/triangle_stream.h"

static const char usage[] =
    "usage: gz-triangle [-qV] [-o FILE] [-r N] [-s N] [--corner CLASS] [--index FILE]\n"
    "                   [--partial] [--scatter] [--zoom Z] -p FILE [FILE ...]\n"
    "\n"
    "Draw the pictures of a stream into a triangle, a PNG: sure galaxies at its vertices,\n"
    "doubtful ones between them, none hidden under another.\n"
    "\n"
    "      --corner CLASS    show only the corner of CLASS, close up\n"
    "  -h, --help            show this help\n"
    "      --index FILE      write id, x, y and size of each galaxy in the picture to FILE\n"
    "  -o, --output FILE     write the picture to FILE\n"
    "      --partial         the input is a fragment: don't check that it is complete\n"
    "  -p, --probs FILE      the probabilities of three classes, as gz-infer writes them\n"
    "  -q, --quiet           no progress\n"
    "  -r, --rows N          N rows of cells (default: as few as hold all galaxies)\n"
    "      --scatter         exact places, where galaxies may overlap\n"
    "  -s, --size N          width of the picture in pixels (default: 32 a row, 1024 to 8192)\n"
    "  -V, --version         show the version\n"
    "      --zoom Z          how much larger the corner is (default: 6)\n";

struct options {
    struct triangle_options triangle;
    const char *corner, *index, *output;
    char *probs;
    bool partial;
};

enum { CORNER = CLI_LONG, INDEX, PARTIAL, SCATTER, ZOOM };

static bool is_dash(const char *path)
{
    return path && strcmp(path, "-") == 0;
}

static void check_options(const struct options *o, int argc, char **argv)
{
    bool stdin_taken = argc == optind;
    for (int i = optind; i < argc; i++)
        stdin_taken |= is_dash(argv[i]);
    cli_require(o->probs, "the probabilities are missing (-p FILE)");
    cli_require(!is_dash(o->probs) || !stdin_taken,
                "standard input can't be both probabilities and stream");
    cli_require(o->corner || o->triangle.zoom == 0, "--zoom needs --corner");
    cli_require(!is_dash(o->index) || (o->output && !is_dash(o->output)),
                "standard output can't be both index and picture");
}

static struct options parse_options(int argc, char **argv)
{
    static const struct option table[] = {
        {"corner", required_argument, NULL, CORNER}, {"index", required_argument, NULL, INDEX},
        {"output", required_argument, NULL, 'o'},    {"partial", no_argument, NULL, PARTIAL},
        {"probs", required_argument, NULL, 'p'},     {"rows", required_argument, NULL, 'r'},
        {"scatter", no_argument, NULL, SCATTER},     {"size", required_argument, NULL, 's'},
        {"zoom", required_argument, NULL, ZOOM},     CLI_OPTIONS};
    struct options o = {.triangle.corner = -1};
    int c;
    while ((c = cli_next_option(argc, argv, "o:p:r:s:", table)) != -1)
        switch (c) {
        case CORNER: o.corner = optarg; break;
        case INDEX: o.index = optarg; break;
        case 'o': o.output = optarg; break;
        case PARTIAL: o.partial = true; break;
        case 'p': o.probs = optarg; break;
        case 'r': o.triangle.rows = cli_number("--rows", optarg, 1, LATTICE_SIDE_MAX); break;
        case SCATTER: o.triangle.scatter = true; break;
        case 's':
            o.triangle.width = cli_number("--size", optarg, TRIANGLE_WIDTH_MIN, TRIANGLE_WIDTH_MAX);
            break;
        case ZOOM: o.triangle.zoom = cli_real("--zoom", optarg, 1, TRIANGLE_ZOOM_MAX); break;
        }
    check_options(&o, argc, argv);
    if (o.triangle.zoom == 0)
        o.triangle.zoom = 6;
    return o;
}

/* The classes are the vertices. */
static void name_vertices(const struct predictions *lines, const struct options *o,
                          struct triangle_options *t)
{
    struct error err;
    if (lines->classes != TRIANGLE_CLASSES) {
        error_set(&err, STATUS_MISMATCH, "%s: a triangle needs 3 classes, there are %zu", o->probs,
                  lines->classes);
        cli_die(&err);
    }
    for (int k = 0; k < TRIANGLE_CLASSES; k++) {
        t->name[k] = predictions_class(lines, (size_t)k);
        if (o->corner && strcmp(o->corner, t->name[k]) == 0)
            t->corner = k;
    }
    cli_require(!o->corner || t->corner >= 0, "--corner '%s' is none of '%s', '%s' and '%s'",
                o->corner, t->name[0], t->name[1], t->name[2]);
}

/* Read all lines and give every galaxy its place. */
static void read_lines(struct predictions *lines, const struct options *o, struct triangle *t)
{
    struct error err;
    struct prediction line;
    struct triangle_options options = o->triangle;
    cli_check(predictions_open(lines, (char *const *)&o->probs, 1, &err), &err);
    name_vertices(lines, o, &options);
    enum status s;
    while ((s = predictions_next(lines, &line, &err)) == STATUS_OK)
        cli_check(triangle_add(t, line.id, line.probability, &err), &err);
    if (s != STATUS_END)
        cli_die(&err);
    cli_check(triangle_arrange(t, &options, &err), &err);
}

static void write_index(const char *path, const struct triangle *t)
{
    struct error err;
    struct buffer text = {0};
    cli_check(triangle_index(t, &text, &err), &err);
    if (file_replace(path, text.data, text.size, &err)) {
        error_prefix(&err, "%s", path);
        cli_die(&err);
    }
    buffer_release(&text);
}

int main(int argc, char **argv)
{
    cli_init("gz-triangle", usage);
    struct error err;
    struct options o = parse_options(argc, argv);
    struct predictions lines;
    struct triangle t = {0};
    struct triangle_stream drawing = {
        .triangle = &t, .predictions = o.probs, .warn = cli_warn, .progress = cli_progress};
    cli_refuse_terminal_input((size_t)(argc - optind));
    cli_refuse_terminal_output(o.output);
    read_lines(&lines, &o, &t);
    struct stream_reader *in = cli_open_stream(argc, argv, o.partial);
    cli_check(triangle_stream_draw(&drawing, in, &err), &err);
    cli_progress_end();
    if (o.index)
        write_index(o.index, &t);
    cli_check(pngfile_save(o.output, t.canvas.rgb, t.canvas.height, t.canvas.width, &err), &err);
    stream_close(in);
    triangle_release(&t);
    predictions_close(&lines);
    return drawing.undrawn_predictions || drawing.undrawn_records ? EXIT_SKIPPED : EXIT_DONE;
}
