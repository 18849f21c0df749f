/*
 * gz-montage - draw the first pictures of a stream on one sheet
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "base/mem.h"
#include "figure/captions.h"
#include "figure/montage.h"
#include "image/pngwriter.h"

struct options {
    struct montage_options montage;
    uint64_t number;
    const char *output;
    char *captions;
    bool partial;
};

static const struct option_spec options[] = {
    {0, "bare", NULL, "no text under the pictures", OPTION_FLAG(montage.bare)},
    {0, "captions", "FILE", "draw the galaxies of this table, in its order, with its texts",
     OPTION_FILE(captions), .files = "tsv"},
    {0, "columns", "N", "pictures side by side (default: about as many as rows)",
     OPTION_WHOLE(montage.columns, 1, 65536)},
    {'n', "number", "N", "read N records at most (default: 64)", OPTION_WHOLE(number, 1, 1000000)},
    {OPTIONS_OUTPUT(output, "write the sheet to FILE")},
    {OPTIONS_PARTIAL(partial)},
    {'s', "size", "N", "width of a picture in the sheet (default: its own; at least 128)",
     OPTION_WHOLE(montage.width, 1, MONTAGE_SIDE_MAX)},
    {0, "stretch", NULL, "make the sky black and faint light visible",
     OPTION_FLAG(montage.stretch)},
    {'b', NULL, NULL, "--bare", .kind = OPTION_OLD},
    {'c', NULL, NULL, "--columns", .kind = OPTION_OLD},
    {.kind = OPTION_END},
};

static const struct program program = {
    "gz-montage", "[FILE ...]", options,
    "Draw the first pictures of a stream on one sheet, a PNG, with their ids and classes.",
    .files = "npy"};

/* The second line: the class volunteers chose, and which augmented copy it is. */
static void describe(const struct record_type *type, const unsigned char *record,
                     char text[MONTAGE_TEXT_MAX])
{
    int label = record_label(type, record);
    uint32_t view = record_view(type, record);
    const char *class = label < 0 ? "" : record_class(type, (size_t)label);
    snprintf(text, MONTAGE_TEXT_MAX, "%s", class);
    size_t used = strlen(text);
    if (view)
        snprintf(text + used, MONTAGE_TEXT_MAX - used, "%sview %" PRIu32, *class ? ", " : "", view);
}

/* Put the galaxies of the captions into the sheet. Returns how many of them the stream lacks. */
static size_t read_captioned(struct stream_reader *in, const struct options *o, struct montage *m)
{
    struct error err;
    struct captions c;
    cli_check(captions_read(&c, o->captions, o->number, &err), &err);
    cli_check(captions_find(&c, in, &err), &err);
    cli_check(captions_draw(&c, stream_type(in), m, cli_warn, &err), &err);
    size_t missing = c.missing;
    captions_release(&c);
    return missing;
}

/* Read up to o->number records into the sheet. */
static void read_pictures(struct stream_reader *in, const struct options *o, struct montage *m)
{
    struct error err;
    const struct record_type *type = stream_type(in);
    unsigned char *record = mem_new(1, type->size, &err);
    if (!record)
        cli_die(&err);
    enum status s = STATUS_OK;
    while (m->n < o->number && (s = stream_read(in, record, &err)) == STATUS_OK) {
        if (record_check(type, record, &err))
            cli_check(stream_prefix_error(in, &err), &err);
        char id[RECORD_ID_MAX + 1], text[MONTAGE_TEXT_MAX];
        record_id(type, record, id);
        describe(type, record, text);
        cli_check(montage_add(m, record_pixels(type, record), id, text, &err), &err);
        cli_progress(m->n, o->number);
    }
    if (s != STATUS_OK && s != STATUS_END)
        cli_die(&err);
    free(record);
    cli_progress_end();
}

static void begin_sheet(struct stream_reader *in, struct options *o, struct montage *m)
{
    struct error err;
    const struct record_type *t = stream_type(in);
    struct thumb_source source = {t->shape, t->pixel};
    o->montage.square = record_square(t, stream_first(in));
    if (!t->shape.height || !t->shape.width)
        cli_fail("%s: no picture to draw", stream_name(in));
    cli_check_file(montage_init(m, &o->montage, &source, &err), stream_name(in), &err);
}

static enum status write_sheet(const char *path, const struct montage *m, struct error *err)
{
    struct canvas row;
    struct pngwriter *png = pngwriter_create(path, m->height, m->width, err);
    if (!png)
        return err->status;
    enum status s = canvas_init(&row, m->pitch_y, m->width, err);
    for (size_t i = 0; i < m->rows && !s; i++) {
        montage_draw_row(m, i, &row);
        s = pngwriter_write(png, row.rgb, row.height, err);
    }
    canvas_release(&row);
    if (!s)
        return pngwriter_finish(png, err);
    pngwriter_abandon(png);
    return s;
}

int main(int argc, char **argv)
{
    struct error err;
    struct options o = {.number = 64};
    size_t operands = cli_init(&program, &o, argc, argv);
    struct montage m;
    cli_refuse_terminal_output(o.output);
    struct stream_reader *in = cli_open_stream(argv + 1, operands, o.partial);
    begin_sheet(in, &o, &m);
    size_t missing = o.captions ? read_captioned(in, &o, &m) : 0;
    if (!o.captions)
        read_pictures(in, &o, &m);
    if (m.n == 0)
        cli_fail("%s: no picture to draw", stream_name(in));
    montage_arrange(&m);
    cli_check(write_sheet(o.output, &m, &err), &err);
    montage_release(&m);
    stream_close(in);
    return missing ? EXIT_SKIPPED : EXIT_DONE;
}
