/*
 * gz-triangle - draw every galaxy where its three probabilities say
 */
#include <string.h>

#include "cli.h"
#include "base/file.h"
#include "figure/corners.h"
#include "figure/lattice.h"
#include "catalogue/predictions.h"
#include "base/mem.h"
#include "image/pngwriter.h"
#include "figure/triangle.h"
#include "figure/triangle_stream.h"

struct options {
    struct triangle_options triangle;
    const char *corner, *corners, *index, *output;
    char *probs;
    bool only, partial;
};

static const struct option_spec options[] = {
    {0, "corner", "CLASS", "show only the corner of CLASS, close up", OPTION_TEXT(corner)},
    {0, "corners", "CLASSES", "the three classes at the corners, where there are more: A,B,C",
     OPTION_TEXT(corners)},
    {0, "index", "FILE", "write id, x, y and size of each galaxy in the picture to FILE",
     OPTION_FILE(index)},
    {0, "only", NULL, "leave out galaxies whose likeliest class is not at a corner",
     OPTION_FLAG(only)},
    {OPTIONS_OUTPUT(output, "write the picture to FILE")},
    {OPTIONS_PARTIAL(partial)},
    {'p', "probs", "FILE", "the probabilities, as gz-infer writes them", OPTION_FILE(probs),
     .files = "tsv", .required = true},
    {'r', "rows", "N", "N rows of cells (default: as few as hold all galaxies)",
     OPTION_WHOLE(triangle.rows, 1, LATTICE_SIDE_MAX)},
    {0, "scatter", NULL, "exact places, where galaxies may overlap", OPTION_FLAG(triangle.scatter)},
    {'s', "size", "N", "width of the picture in pixels (default: 32 a row, 1024 to 8192)",
     OPTION_WHOLE(triangle.width, TRIANGLE_WIDTH_MIN, TRIANGLE_WIDTH_MAX)},
    {0, "zoom", "Z", "how much larger the corner is (default: 6)",
     OPTION_REAL(triangle.zoom, 1, TRIANGLE_ZOOM_MAX)},
    {.kind = OPTION_END},
};

static const struct program program = {
    "gz-triangle", "[FILE ...]", options,
    "Draw the pictures of a stream into a triangle, a PNG: sure galaxies at its vertices, "
    "doubtful ones between them, none hidden under another.",
    .files = "npy"};

static void check_options(const struct options *o, char *const *operand, size_t operands)
{
    cli_check_stdin(operand, operands, (const char *const[]){o->probs}, 1);
    cli_require(o->corner || o->triangle.zoom == 0, "--zoom needs --corner");
    cli_require(!path_is_dash(o->index) || (o->output && !path_is_dash(o->output)),
                "standard output can't be both index and picture");
}

static void name_vertices(const struct predictions *lines, const struct corners *corners,
                          const struct options *o, struct triangle_options *t)
{
    for (int k = 0; k < TRIANGLE_CLASSES; k++) {
        t->name[k] = predictions_class(lines, (size_t)corners->class[k]);
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
    struct triangle_options chosen = o->triangle;
    struct corners corners = {.only = o->only};
    cli_check(predictions_open(lines, (char *const *)&o->probs, 1, &err), &err);
    cli_check_file(corners_find(&corners, lines, o->corners, &err), o->probs, &err);
    name_vertices(lines, &corners, o, &chosen);
    enum status s;
    while ((s = predictions_next(lines, &line, &err)) == STATUS_OK)
        cli_check(corners_add(&corners, &line, t, &err), &err);
    if (s != STATUS_END)
        cli_die(&err);
    cli_check(triangle_arrange(t, &chosen, &err), &err);
}

static void write_index(const char *path, const struct triangle *t)
{
    struct error err;
    struct buffer text = {0};
    cli_check(triangle_index(t, &text, &err), &err);
    cli_check_file(file_replace(path, text.data, text.size, &err), path, &err);
    buffer_release(&text);
}

int main(int argc, char **argv)
{
    struct error err;
    struct options o = {.triangle.corner = -1};
    size_t operands = cli_init(&program, &o, argc, argv);
    check_options(&o, argv + 1, operands);
    if (o.triangle.zoom == 0)
        o.triangle.zoom = 6;
    struct predictions lines;
    struct triangle t = {0};
    struct triangle_stream drawing = {
        .triangle = &t, .predictions = o.probs, .warn = cli_warn, .progress = cli_progress};
    cli_refuse_terminal_input(operands);
    cli_refuse_terminal_output(o.output);
    read_lines(&lines, &o, &t);
    struct stream_reader *in = cli_open_stream(argv + 1, operands, o.partial);
    cli_check(triangle_stream_draw(&drawing, in, &err), &err);
    cli_progress_end();
    if (o.index)
        write_index(o.index, &t);
    cli_check(pngwriter_save(o.output, t.canvas.rgb, t.canvas.height, t.canvas.width, &err), &err);
    stream_close(in);
    triangle_release(&t);
    predictions_close(&lines);
    return drawing.undrawn_predictions || drawing.undrawn_records ? EXIT_SKIPPED : EXIT_DONE;
}
