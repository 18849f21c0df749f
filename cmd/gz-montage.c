/*
 * gz-montage - draw the first pictures of a stream on one sheet
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "base/mem.h"
#include "figure/montage.h"
#include "image/pngfile.h"

static const char usage[] =
    "usage: gz-montage [-bqV] [-c N] [-n N] [-o FILE] [-s N] [--partial] [--stretch] [FILE ...]\n"
    "\n"
    "Draw the first pictures of a stream on one sheet, a PNG, with their ids and classes.\n"
    "\n"
    "  -b, --bare            no text under the pictures\n"
    "  -c, --columns N       pictures side by side (default: about as many as rows)\n"
    "  -h, --help            show this help\n"
    "  -n, --number N        read N records at most (default: 64)\n"
    "  -o, --output FILE     write the sheet to FILE\n"
    "      --partial         the input is a fragment: don't check that it is complete\n"
    "  -q, --quiet           no progress\n"
    "  -s, --size N          width of a picture in the sheet (default: its own; at least 128)\n"
    "      --stretch         make the sky black and faint light visible\n"
    "  -V, --version         show the version\n";

struct options {
    struct montage_options montage;
    uint64_t number;
    const char *output;
    bool partial;
};

enum { PARTIAL = CLI_LONG, STRETCH };

static struct options parse_options(int argc, char **argv)
{
    static const struct option table[] = {
        {"bare", no_argument, NULL, 'b'},         {"columns", required_argument, NULL, 'c'},
        {"number", required_argument, NULL, 'n'}, {"output", required_argument, NULL, 'o'},
        {"partial", no_argument, NULL, PARTIAL},  {"size", required_argument, NULL, 's'},
        {"stretch", no_argument, NULL, STRETCH},  CLI_OPTIONS};
    struct options o = {.number = 64};
    int c;
    while ((c = cli_next_option(argc, argv, "bc:n:o:s:", table)) != -1)
        switch (c) {
        case 'b': o.montage.bare = true; break;
        case 'c': o.montage.columns = cli_number("--columns", optarg, 1, 65536); break;
        case 'n': o.number = cli_number("--number", optarg, 1, 1000000); break;
        case 'o': o.output = optarg; break;
        case PARTIAL: o.partial = true; break;
        case 's': o.montage.width = cli_number("--size", optarg, 1, MONTAGE_SIDE_MAX); break;
        case STRETCH: o.montage.stretch = true; break;
        }
    return o;
}

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

static void begin_sheet(const struct stream_reader *in, const struct options *o, struct montage *m)
{
    struct error err;
    const struct record_type *t = stream_type(in);
    struct thumb_source source = {t->shape, t->pixel};
    if (!t->shape.height || !t->shape.width) {
        error_set(&err, STATUS_MISMATCH, "%s: no picture to draw", stream_name(in));
        cli_die(&err);
    }
    if (montage_init(m, &o->montage, &source, &err)) {
        error_prefix(&err, "%s", stream_name(in));
        cli_die(&err);
    }
}

static enum status write_sheet(const char *path, const struct montage *m, struct error *err)
{
    struct canvas row;
    struct pngfile *png = pngfile_create(path, m->height, m->width, err);
    if (!png)
        return err->status;
    enum status s = canvas_init(&row, m->pitch_y, m->width, err);
    for (size_t i = 0; i < m->rows && !s; i++) {
        montage_draw_row(m, i, &row);
        s = pngfile_write(png, row.rgb, row.height, err);
    }
    canvas_release(&row);
    if (!s)
        return pngfile_finish(png, err);
    pngfile_abandon(png);
    return s;
}

int main(int argc, char **argv)
{
    cli_init("gz-montage", usage);
    struct error err;
    struct options o = parse_options(argc, argv);
    struct montage m;
    cli_refuse_terminal_output(o.output);
    struct stream_reader *in = cli_open_stream(argc, argv, o.partial);
    begin_sheet(in, &o, &m);
    read_pictures(in, &o, &m);
    if (m.n == 0) {
        error_set(&err, STATUS_MISMATCH, "%s: no picture to draw", stream_name(in));
        cli_die(&err);
    }
    montage_arrange(&m);
    cli_check(write_sheet(o.output, &m, &err), &err);
    montage_release(&m);
    stream_close(in);
    return EXIT_DONE;
}
