/*
 * gz-prep - cut out the centre of each picture, shrink it, make it gray
 */

#include "cli.h"
#include "stream/filter.h"
#include "model/like.h"
#include "image/square.h"
#include "base/thread.h"

struct options {
    struct square square;
    const char *like;
    bool colour, partial;
    unsigned jobs;
    const char *output;
};

static const struct option_spec options[] = {
    {0, "color", NULL, "colour", .kind = OPTION_ALIAS},
    {0, "colour", NULL, "keep three channels", OPTION_FLAG(colour)},
    {'c', "crop", "N", "side of the square in pixels, in place of --square",
     OPTION_WHOLE(square.crop, 1, RECORD_SIDE_MAX)},
    {OPTIONS_JOBS(jobs)},
    {OPTIONS_LIKE(like)},
    {'m', "margin", NULL, "keep enough around the square to turn it by any angle",
     OPTION_FLAG(square.margin)},
    {OPTIONS_OUTPUT(output, "write to FILE")},
    {OPTIONS_PARTIAL(partial)},
    {'s', "size", "N", "side of the square in the result (default: 64)",
     OPTION_WHOLE(square.size, 1, IMAGE_SHRINK_MAX)},
    {0, "square", "SHARE",
     "side of the square, of the shorter side as taken (default: 0.3; with --colour 0.5)",
     OPTION_REAL(square.share, 0.001, 1)},
    {.kind = OPTION_END},
};

static const struct program program = {
    "gz-prep", "[FILE ...]", options,
    "Cut the central square out of each picture of a stream and shrink it by exact area "
    "averaging; colour becomes gray.",
    .files = "npy"};

struct prep {
    const struct square *square;
    struct record_type in, out;
    struct record_map rest; /* every field but the pixels (which are overwritten where they fit) */
};

/* Pictures that were cut before may each show another share of the picture as taken. */
static enum status plan(const struct prep *p, const unsigned char *record, struct shrink *shrink,
                        struct error *err)
{
    return square_plan(p->square, p->in.shape, p->in.pixel, record_fov(&p->in, record), shrink,
                       err);
}

static enum status check(void *context, const unsigned char *in, struct error *err)
{
    struct shrink shrink;
    const struct prep *p = context;
    return record_check(&p->in, in, err) ? err->status : plan(p, in, &shrink, err);
}

static bool prepare(void *context, const unsigned char *in, unsigned char *out)
{
    const struct prep *p = context;
    struct shrink shrink;
    struct error err;
    if (plan(p, in, &shrink, &err)) /* which check has found to be good */
        return false;
    record_map_copy(&p->rest, out, in);
    double fov = square_fov(&shrink, record_fov(&p->in, in));
    record_set_real(&p->out, out, "fov", (float)fov);
    record_set_real(&p->out, out, "square", (float)shrink.size);
    shrink_run(&shrink, record_pixels(&p->in, in), record_pixels_out(&p->out, out));
    return true;
}

/* The type of the outgoing records. A stream without records may have any type; in one with records
   a square that doesn't fit the first is refused before anything is written. */
static void begin(struct prep *p, const struct options *o, struct stream_reader *in)
{
    struct error err;
    struct shrink shrink;
    const unsigned char *first = stream_first(in);
    p->square = &o->square;
    p->in = p->out = *stream_type(in);
    if (first)
        cli_check_file(plan(p, first, &shrink, &err), stream_name(in), &err);
    size_t side = square_side(&o->square), channels = o->colour ? p->in.shape.channels : 1;
    cli_check(record_type_set_pixels(&p->out, p->in.pixel, side, side, channels, &err), &err);
    if (o->square.margin)
        cli_check(record_type_add(&p->out, "square", "<f4", &err), &err);
    record_map_init(&p->rest, &p->out, &p->in);
}

int main(int argc, char **argv)
{
    struct error err;
    struct options o = {.jobs = thread_available()};
    size_t operands = cli_init(&program, &o, argc, argv);
    cli_require(o.square.share <= 0 || !o.square.crop, "--crop and --square exclude each other");
    if (o.like)
        cli_check(like_weights(&o.square, &o.colour, cli_weights(o.like), &err), &err);
    square_complete(&o.square, o.colour);
    o.square.gray = !o.colour;
    struct stream_reader *in = cli_open_stream(argv + 1, operands, o.partial);
    struct prep p;
    begin(&p, &o, in);
    struct stream_writer *out = cli_create_stream(o.output, &p.out);
    struct filter f = {in, out, &p.out, o.jobs, &p, prepare, cli_stream_progress, check};
    enum status s = filter_run(&f, &err);
    stream_close(in);
    return cli_finish_stream(out, s, &err, 0);
}
