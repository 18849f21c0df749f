/*
 * gz-decode - pictures, or archives of them, to a stream of raw pixels
 */
#include <inttypes.h>
#include <stdlib.h>

#include "cli.h"
#include "base/mem.h"
#include "model/like.h"
#include "stream/decoded.h"
#include "image/square.h"
#include "stream/tally.h"
#include "base/file.h"
#include "base/thread.h"

struct options {
    struct picture_options picture;
    struct square square; /* picture.square points at it, unless pictures stay as they are */
    const char *like, *list, *output, *tally;
    bool null;
    unsigned jobs;
};

static const struct option_spec options[] = {
    {'c', "crop", "N", "only the central N x N pixels",
     OPTION_WHOLE(picture.crop, 1, RECORD_SIDE_MAX)},
    {0, "files-from", "LIST", "take further file names from LIST, one a line; - is stdin",
     OPTION_FILE(list)},
    {0, "float", NULL, "pixels are 32-bit floats from 0 to 1", OPTION_FLAG(picture.floats)},
    {'g', "gray", NULL, "one channel: the luma", OPTION_FLAG(picture.gray)},
    {0, "grey", NULL, "gray", .kind = OPTION_ALIAS},
    {OPTIONS_JOBS(jobs)},
    {0, "lenient", NULL, "take damaged pictures as far as they can be decoded",
     OPTION_FLAG(picture.lenient)},
    {OPTIONS_LIKE(like)},
    {'m', "margin", NULL, "keep enough around the square to turn it by any angle",
     OPTION_FLAG(square.margin)},
    {0, "max-pixels", "N", "refuse larger pictures (default: 16777216)",
     OPTION_WHOLE(picture.max_pixels, 1, (uint64_t)1 << 32)},
    {'0', "null", NULL, "names in LIST end with NUL, not newline", OPTION_FLAG(null)},
    {OPTIONS_OUTPUT(output, "write to FILE")},
    {'s', "size", "N", "shrink the square to N x N pixels (default of --square: 64)",
     OPTION_WHOLE(square.size, 1, IMAGE_SHRINK_MAX)},
    {0, "square", "SHARE",
     "shrink the central square, of this share of the shorter side (default of --size: 0.3; in "
     "colour 0.5)",
     OPTION_REAL(square.share, 0.001, 1)},
    {0, "tally", "FILE", "write to FILE how many pictures came of each input", OPTION_FILE(tally)},
    {OPTION_MORE(picture.fits, stretch_options)},
    {.kind = OPTION_END},
};

static const struct program program = {
    "gz-decode", "[FILE ...]", options,
    "Decode JPEG, PNG and FITS files, and those in tar and zip archives, into a stream. Without "
    "FILE and --files-from, standard input is an archive, or any number of pictures in a row.",
    .files = "jpg jpeg png fits fit fts fz tar tgz gz xz bz2 zst zip"};

struct decode {
    const struct options *o;
    struct source source;
    struct decoded *picture; /* under way */
    struct record_type type; /* that of the first good picture; set when out is */
    struct stream_writer *out;
    unsigned char *record;
    struct tally tally;
    uint64_t done, skipped;
    uint64_t odd; /* those skipped that have another size than the first good one */
};

static enum status read_next(void *context, size_t i, struct error *err)
{
    struct decode *d = context;
    return source_next(&d->source, &d->picture[i].item, err);
}

static void decode_one(void *context, size_t i, unsigned worker)
{
    (void)worker;
    const struct decode *d = context;
    decoded_make(&d->picture[i], &d->o->picture);
}

static void begin_stream(struct decode *d, const struct picture_data *first)
{
    struct error err;
    cli_check(decoded_type(&d->type, first, &d->o->picture, &err), &err);
    d->record = mem_new(1, d->type.size, &err);
    if (!d->record)
        cli_die(&err);
    d->out = cli_create_stream(d->o->output, &d->type);
}

/* Name a picture that can't be used. A lack of memory isn't the picture's fault, and ends the run:
   to skip the picture would make the stream depend on the machine. */
static enum status skip(struct decode *d, struct source_item *item, bool odd, struct error *err)
{
    error_prefix(&item->err, "%s", item->name);
    if (item->err.status == STATUS_MEMORY)
        return (*err = item->err).status;
    if (!odd || d->odd < WARNINGS_MAX)
        cli_warn(&item->err);
    d->odd += odd;
    d->skipped++;
    return STATUS_OK;
}

static enum status write_record(struct decode *d, struct decoded *p, struct error *err)
{
    if (!p->item.err.status && !d->out)
        begin_stream(d, &p->picture);
    bool odd = !p->item.err.status && decoded_is_odd(p, &d->type);
    tally_count(&d->tally, p->item.err.status != STATUS_OK);
    if (p->item.err.status)
        return skip(d, &p->item, odd, err);
    cli_progress(++d->done, 0);
    if (decoded_write(p, &d->type, &d->o->picture, d->record, err))
        return err->status;
    return stream_write(d->out, d->record, err);
}

static enum status write_item(void *context, size_t i, struct error *err)
{
    struct decode *d = context;
    struct decoded *p = &d->picture[i];
    if (p->item.picture && write_record(d, p, err))
        return err->status;
    return p->item.last ? tally_end(&d->tally, p->item.name, err) : STATUS_OK;
}

/* At the end say how many pictures had another size, since the first may have been the odd one. */
static void warn_of_odd(const struct decode *d)
{
    struct error err;
    if (!d->odd)
        return;
    error_set(&err, STATUS_MISMATCH,
              "%" PRIu64 " of %" PRIu64 " pictures skipped, %" PRIu64 " of them for another size "
              "than that of the first, %zux%zu (--square takes pictures of any size)",
              d->skipped, d->done + d->skipped, d->odd, d->type.shape.width, d->type.shape.height);
    cli_warn(&err);
}

/* Whether pictures become squares, and of which kind: a --crop is then the side of the square. */
static void choose_square(struct options *o)
{
    struct error err;
    bool colour = !o->picture.gray;
    cli_require(o->square.share <= 0 || !o->picture.crop, "--crop and --square exclude each other");
    if (!o->like && o->square.share <= 0 && !o->square.size && !o->square.margin)
        return;
    o->square.crop = o->picture.crop;
    if (o->like)
        cli_check(like_weights(&o->square, &colour, cli_weights(o->like), &err), &err);
    square_complete(&o->square, colour);
    o->picture.gray = !colour;
    o->picture.crop = 0;
    o->picture.square = &o->square;
}

static void open_source(struct source *s, const struct options *o, char **operand, size_t operands)
{
    s->names = (struct names){
        .operands = operand, .n = operands, .list = o->list, .separator = o->null ? '\0' : '\n'};
    s->from_stdin = !operands && !o->list;
    if (s->from_stdin)
        cli_refuse_terminal_input(0);
}

static void release(struct decode *d, size_t pictures)
{
    for (size_t i = 0; i < pictures; i++)
        decoded_release(&d->picture[i]);
    free(d->picture);
    free(d->record);
    names_release(&d->source.names);
    source_release(&d->source);
    tally_release(&d->tally);
}

int main(int argc, char **argv)
{
    struct error err;
    struct options o = {.picture.max_pixels = 16777216, .jobs = thread_available()};
    size_t operands = cli_init(&program, &o, argc, argv);
    cli_require(!o.null || o.list, "--null needs --files-from");
    cli_require(!path_is_dash(o.tally), "--tally needs the name of a file");
    choose_square(&o);
    struct decode d = {.o = &o};
    size_t pictures = 3 * (size_t)o.jobs; /* each may have a file open */
    open_source(&d.source, &o, argv + 1, operands);
    d.picture = mem_new(pictures, sizeof *d.picture, &err);
    if (!d.picture)
        cli_die(&err);
    cli_check(tally_open(&d.tally, o.tally, &err), &err);
    struct ordered run = {&d, pictures, read_next, decode_one, write_item};
    enum status s = ordered_run(&run, o.jobs, &err);
    if (!d.out)
        begin_stream(&d, NULL);
    int exit_status = cli_finish_stream(d.out, s, &err, d.skipped);
    warn_of_odd(&d);
    if (exit_status != EXIT_FAILED)
        cli_check(tally_finish(&d.tally, &err), &err);
    release(&d, pictures);
    return exit_status;
}
