/*
 * gz-decode - pictures, or archives of them, to a stream of raw pixels
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "image/picturefile.h"
#include "base/mem.h"
#include "model/like.h"
#include "stream/source.h"
#include "image/square.h"
#include "stream/tally.h"
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
    {0, "like", "FILE", "square, size and colour that these weights learned from",
     OPTION_FILE(like), .files = "safetensors"},
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

enum { ODD_SHOWN = 10 }; /* pictures of another size that are named */

/* One picture under way. */
struct slot {
    struct source_item item;
    struct picture_data picture;
    struct buffer square; /* owned; with --square, what the picture becomes */
};

struct decode {
    const struct options *o;
    struct source source;
    struct slot *slot;
    struct record_type type; /* that of the first good picture, as is out */
    struct stream_writer *out;
    unsigned char *record;
    struct tally tally;
    uint64_t done, skipped, odd; /* odd: of another size than the first */
};

static enum status read_next(void *context, size_t i, struct error *err)
{
    struct decode *d = context;
    return source_next(&d->source, &d->slot[i].item, err);
}

static void decode_one(void *context, size_t i, unsigned worker)
{
    (void)worker;
    struct decode *d = context;
    struct source_item *item = &d->slot[i].item;
    source_load(item);
    struct slot *s = &d->slot[i];
    if (!item->picture || item->err.status ||
        picture_decode(item->bytes.data, item->bytes.size, &d->o->picture, &s->picture, &item->err))
        return;
    struct picture_data *p = &s->picture;
    if (d->o->picture.square)
        (void)!square_cut(d->o->picture.square, &p->shape, &p->fov, p->pixel, p->pixels.data,
                          &s->square, &item->err);
}

/* All records of a stream have one shape: the first good picture decides. */
static void begin_stream(struct decode *d, enum pixel pixel, struct shape s)
{
    struct error err;
    cli_check(record_type_init(&d->type, pixel, s.height, s.width, s.channels, &err), &err);
    cli_check(record_type_add(&d->type, "fov", "<f4", &err), &err);
    if (d->o->square.margin)
        cli_check(record_type_add(&d->type, "square", "<f4", &err), &err);
    d->record = mem_new(1, d->type.size, &err);
    if (!d->record)
        cli_die(&err);
    d->out = cli_create_stream(d->o->output, &d->type);
}

/* A picture of another size: whether this is one, and the message about it. */
static bool is_odd(const struct decode *d, struct slot *s)
{
    const struct picture_data *p = &s->picture;
    if (p->shape.height == d->type.shape.height && p->shape.width == d->type.shape.width)
        return false;
    error_set(&s->item.err, STATUS_MISMATCH, "%zux%zu pixels, but the stream has %zux%zu",
              p->shape.width, p->shape.height, d->type.shape.width, d->type.shape.height);
    return true;
}

static enum status write_record(struct decode *d, struct slot *s, struct error *err)
{
    struct source_item *item = &s->item;
    if (!item->err.status && !d->out)
        begin_stream(d, s->picture.pixel, s->picture.shape);
    bool odd = !item->err.status && is_odd(d, s);
    tally_count(&d->tally, item->err.status != STATUS_OK);
    if (item->err.status) {
        error_prefix(&item->err, "%s", item->name);
        /* No fault of the picture: to leave it out would make the stream depend on the machine. */
        if (item->err.status == STATUS_MEMORY)
            return (*err = item->err).status;
        if (!odd || d->odd < ODD_SHOWN)
            cli_warn(&item->err);
        d->odd += odd;
        d->skipped++;
        return STATUS_OK;
    }
    cli_progress(++d->done, 0);
    const struct buffer *pixels = s->square.size ? &s->square : &s->picture.pixels;
    memcpy(record_pixels_out(&d->type, d->record), pixels->data, pixels->size);
    record_set_real(&d->type, d->record, "fov", (float)s->picture.fov);
    record_set_real(&d->type, d->record, "square", (float)d->o->square.size);
    if (record_set_id(&d->type, d->record, item->id, err))
        return err->status;
    return stream_write(d->out, d->record, err);
}

static enum status write_item(void *context, size_t i, struct error *err)
{
    struct decode *d = context;
    struct slot *s = &d->slot[i];
    if (s->item.picture && write_record(d, s, err))
        return err->status;
    return s->item.last ? tally_end(&d->tally, s->item.name, err) : STATUS_OK;
}

/* What the pictures of another size are told at the end: the first may have been the odd one. */
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
        cli_check(like_weights(&o->square, &colour, o->like, &err), &err);
    square_complete(&o->square, colour);
    o->picture.gray = !colour;
    o->picture.crop = 0;
    o->picture.square = &o->square;
}

int main(int argc, char **argv)
{
    struct error err;
    struct options o = {.picture.max_pixels = 16777216, .jobs = thread_available()};
    size_t operands = cli_init(&program, &o, argc, argv);
    cli_require(!o.null || o.list, "--null needs --files-from");
    cli_require(!o.tally || strcmp(o.tally, "-") != 0, "--tally needs the name of a file");
    choose_square(&o);
    struct decode d = {.o = &o};
    size_t slots = 3 * (size_t)o.jobs; /* each may have a file open */
    d.source.names = (struct names){
        .operands = argv + 1, .n = operands, .list = o.list, .separator = o.null ? '\0' : '\n'};
    d.source.from_stdin = !operands && !o.list;
    if (d.source.from_stdin)
        cli_refuse_terminal_input(0);
    d.slot = mem_new(slots, sizeof *d.slot, &err);
    if (!d.slot)
        cli_die(&err);
    cli_check(tally_open(&d.tally, o.tally, &err), &err);
    struct ordered run = {&d, slots, read_next, decode_one, write_item};
    enum status s = ordered_run(&run, o.jobs, &err);
    size_t side = o.picture.square ? square_side(&o.square) : 0;
    if (!d.out)
        begin_stream(&d, o.picture.floats ? PIXEL_F4 : PIXEL_U1,
                     (struct shape){side, side, o.picture.gray ? 1 : 3});
    int exit_status = cli_finish_stream(d.out, s, &err, d.skipped);
    warn_of_odd(&d);
    if (exit_status != EXIT_FAILED)
        cli_check(tally_finish(&d.tally, &err), &err);
    for (size_t i = 0; i < slots; i++) {
        source_item_release(&d.slot[i].item);
        buffer_release(&d.slot[i].picture.pixels);
        buffer_release(&d.slot[i].square);
    }
    free(d.slot);
    free(d.record);
    names_release(&d.source.names);
    source_release(&d.source);
    tally_release(&d.tally);
    return exit_status;
}
