/*
 * gz-atlas - make the triangle a page to walk through
 */
#include <stdlib.h>

#include "atlas/atlas.h"
#include "base/file.h"
#include "base/thread.h"
#include "cli.h"
#include "figure/triangle_stream.h"

struct options {
    struct atlas_options atlas;
    bool partial;
};

static const char *add_labels(void *options, const char *text)
{
    struct atlas_options *o = &((struct options *)options)->atlas;
    if (o->label_streams == ATLAS_LABELS_MAX)
        return "is one too many: 16 are allowed";
    o->labels[o->label_streams++] = (char *)text;
    return NULL;
}

static const struct option_spec options[] = {
    {0, "corners", "CLASSES", "the three classes at the corners, where there are more: A,B,C",
     OPTION_TEXT(atlas.corners)},
    {OPTIONS_JOBS(atlas.jobs)},
    {0, "labels", "FILE", "show the labels of this labelled stream; given again, of all of them",
     OPTION_CALL(add_labels), .files = "npy"},
    {0, "only", NULL, "leave out galaxies whose likeliest class is not at a corner",
     OPTION_FLAG(atlas.only)},
    {'o', "output", "DIR", "the folder to make", OPTION_FILE(atlas.output), .required = true},
    {OPTIONS_PARTIAL(partial)},
    {'p', "probs", "FILE", "the probabilities, as gz-infer writes them", OPTION_FILE(atlas.probs),
     .files = "tsv", .required = true},
    {'t', "table", "FILE", "show the columns of this table of galaxies, too",
     OPTION_FILE(atlas.table), .files = "csv tsv"},
    {.kind = OPTION_END},
};

static const struct program program = {
    "gz-atlas", "[FILE ...]", options,
    "Make a folder of the pictures of a stream, sorted as in gz-triangle's picture, with a page "
    "to walk through them: open DIR/index.html in a browser.",
    .files = "npy"};

static void check_options(const struct options *o, char *const *operand, size_t operands)
{
    const char *file[2 + ATLAS_LABELS_MAX] = {o->atlas.probs, o->atlas.table};
    for (size_t i = 0; i < o->atlas.label_streams; i++)
        file[2 + i] = o->atlas.labels[i];
    cli_require(!path_is_dash(o->atlas.output) && *o->atlas.output,
                "-o needs the name of a folder");
    cli_check_stdin(operand, operands, file, sizeof file / sizeof *file);
}

/* Make the atlas of these lines and this stream; what is left out is counted in drawing. */
static enum status make(struct atlas *a, struct stream_reader *in, struct triangle_stream *drawing,
                        struct error *err)
{
    const struct record_type *type = stream_type(in);
    struct thumb_source source = {type->shape, type->pixel};
    if (atlas_begin(a, &source, err) || triangle_stream_draw(drawing, in, err))
        return err->status;
    return atlas_finish(a, err);
}

int main(int argc, char **argv)
{
    static const char leaflet[] = "/usr/share/javascript/leaflet"; /* Debian's libjs-leaflet */
    struct error err;
    struct atlas a;
    char page[5000];
    struct options o = {
        .atlas = {.jobs = thread_available(), .warn = cli_warn, .progress = cli_progress}};
    size_t operands = cli_init(&program, &o, argc, argv);
    check_options(&o, argv + 1, operands);
    cli_refuse_terminal_input(operands);
    o.atlas.web = cli_folder("web", "GZ_WEB", page, sizeof page);
    o.atlas.leaflet = getenv("GZ_LEAFLET") ? getenv("GZ_LEAFLET") : leaflet;
    atlas_init(&a, &o.atlas);
    cli_check(atlas_read(&a, &err), &err);
    struct stream_reader *in = cli_open_stream(argv + 1, operands, o.partial);
    struct triangle_stream drawing = {.triangle = &a.triangle,
                                      .predictions = o.atlas.probs,
                                      .use = atlas_use,
                                      .context = &a,
                                      .warn = cli_warn,
                                      .progress = cli_progress};
    enum status s = make(&a, in, &drawing, &err);
    cli_progress_end();
    stream_close(in);
    bool skipped = drawing.undrawn_predictions || drawing.undrawn_records || a.columns.wrong;
    atlas_release(&a);
    cli_check(s, &err);
    return skipped ? EXIT_SKIPPED : EXIT_DONE;
}
