/*
 * gz-prep - cut out the centre of each picture, shrink it, make it gray
 */
#include <stdlib.h>

#include "cli.h"
#include "stream/filter.h"
#include "image/image.h"
#include "base/thread.h"

struct options {
    size_t crop, size;
    bool colour, margin, partial;
    unsigned jobs;
    const char *output;
};

static const struct option_spec options[] = {
    {0, "color", NULL, "colour", .kind = OPTION_ALIAS},
    {0, "colour", NULL, "keep three channels", OPTION_FLAG(colour)},
    {'c', "crop", "N",
     "side of the square in pixels (default: 0.3 of the shorter; with --colour half)",
     OPTION_WHOLE(crop, 1, RECORD_SIDE_MAX)},
    {OPTIONS_JOBS(jobs)},
    {'m', "margin", NULL, "keep enough around the square to turn it by any angle",
     OPTION_FLAG(margin)},
    {OPTIONS_OUTPUT(output, "write to FILE")},
    {OPTIONS_PARTIAL(partial)},
    {'s', "size", "N", "side of the square in the result (default: 64)",
     OPTION_WHOLE(size, 1, IMAGE_SHRINK_MAX)},
    {.kind = OPTION_END},
};

static const struct program program = {
    "gz-prep", "[FILE ...]", options,
    "Cut the central square out of each picture of a stream and shrink it by exact area "
    "averaging; colour becomes gray."};

struct prep {
    struct shrink shrink;
    struct record_type in, out;
    struct record_map rest; /* every field but the pixels (which are overwritten where they fit) */
};

static bool prepare(void *context, const unsigned char *in, unsigned char *out)
{
    const struct prep *p = context;
    record_map_copy(&p->rest, out, in);
    shrink_run(&p->shrink, record_pixels(&p->in, in), record_pixels_out(&p->out, out));
    return true;
}

/* Gray is for the network, which learns best from close up; colour is to look at, whole. */
static size_t default_crop(const struct options *o, size_t shorter)
{
    size_t side = o->colour ? shorter / 2 : shorter * 3 / 10;
    return side ? side : 1;
}

/* What to do with pictures of this type. A stream without records may have any type. */
static void plan(struct prep *p, const struct options *o, const struct stream_reader *in)
{
    struct error err;
    p->in = p->out = *stream_type(in);
    size_t shorter =
        p->in.shape.height < p->in.shape.width ? p->in.shape.height : p->in.shape.width;
    p->shrink = (struct shrink){p->in.shape, p->in.pixel,
                                !o->colour,  o->crop ? o->crop : default_crop(o, shorter),
                                o->size,     o->margin ? shrink_margin(o->size) : o->size};
    if (shorter)
        cli_check_file(shrink_check(&p->shrink, &err), stream_name(in), &err);
    size_t side = p->shrink.full, channels = o->colour ? p->in.shape.channels : 1;
    cli_check(record_type_set_pixels(&p->out, p->in.pixel, side, side, channels, &err), &err);
    record_map_init(&p->rest, &p->out, &p->in);
}

int main(int argc, char **argv)
{
    struct error err;
    struct options o = {.size = 64, .jobs = thread_available()};
    size_t operands = cli_init(&program, &o, argc, argv);
    struct stream_reader *in = cli_open_stream(argv + 1, operands, o.partial);
    struct prep p;
    plan(&p, &o, in);
    struct stream_writer *out = cli_create_stream(o.output, &p.out);
    struct filter f = {in, out, &p.out, o.jobs, &p, prepare, cli_stream_progress};
    enum status s = filter_run(&f, &err);
    stream_close(in);
    return cli_finish_stream(out, s, &err, 0);
}
