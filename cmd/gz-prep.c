/*
 * gz-prep - cut out the centre of each picture, shrink it, make it gray
 */
#include <stdlib.h>

#include "cli.h"
#include "stream/filter.h"
#include "image/image.h"
#include "base/thread.h"

static const char usage[] =
    "usage: gz-prep [-mqV] [-c N] [-j N] [-o FILE] [-s N] [--colour] [--partial] [FILE ...]\n"
    "\n"
    "Cut the central square out of each picture of a stream and shrink it by exact area\n"
    "averaging; colour becomes gray.\n"
    "\n"
    "      --colour          keep three channels\n"
    "  -c, --crop N          side of the square in pixels (default: 0.3 of the shorter;\n"
    "                        with --colour half)\n"
    "  -h, --help            show this help\n"
    "  -j, --jobs N          use N threads (default: all processors)\n"
    "  -m, --margin          keep enough around the square to turn it by any angle\n"
    "  -o, --output FILE     write to FILE\n"
    "      --partial         the input is a fragment: don't check that it is complete\n"
    "  -q, --quiet           no progress\n"
    "  -s, --size N          side of the square in the result (default: 64)\n"
    "  -V, --version         show the version\n";

struct options {
    size_t crop, size;
    bool colour, margin, partial;
    unsigned jobs;
    const char *output;
};

enum { COLOUR = CLI_LONG, PARTIAL };

static struct options parse_options(int argc, char **argv)
{
    static const struct option table[] = {{"color", no_argument, NULL, COLOUR},
                                          {"colour", no_argument, NULL, COLOUR},
                                          {"crop", required_argument, NULL, 'c'},
                                          {"jobs", required_argument, NULL, 'j'},
                                          {"margin", no_argument, NULL, 'm'},
                                          {"output", required_argument, NULL, 'o'},
                                          {"partial", no_argument, NULL, PARTIAL},
                                          {"size", required_argument, NULL, 's'},
                                          CLI_OPTIONS};
    struct options o = {.size = 64, .jobs = thread_available()};
    int c;
    while ((c = cli_next_option(argc, argv, "c:j:mo:s:", table)) != -1)
        switch (c) {
        case COLOUR: o.colour = true; break;
        case 'c': o.crop = cli_number("--crop", optarg, 1, RECORD_SIDE_MAX); break;
        case 'j': o.jobs = cli_jobs(optarg); break;
        case 'm': o.margin = true; break;
        case 'o': o.output = optarg; break;
        case PARTIAL: o.partial = true; break;
        case 's': o.size = cli_number("--size", optarg, 1, IMAGE_SHRINK_MAX); break;
        }
    return o;
}

struct prep {
    struct shrink shrink;
    struct record_type in, out;
    struct record_map rest; /* every field but the pixels (which are overwritten where they fit) */
    uint64_t expected;
};

static bool prepare(void *context, const unsigned char *in, unsigned char *out)
{
    const struct prep *p = context;
    record_map_copy(&p->rest, out, in);
    shrink_run(&p->shrink, record_pixels(&p->in, in), record_pixels_out(&p->out, out));
    return true;
}

static void show_progress(void *context, uint64_t records)
{
    cli_progress(records, ((const struct prep *)context)->expected);
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
    p->expected = stream_expected(in);
    size_t shorter =
        p->in.shape.height < p->in.shape.width ? p->in.shape.height : p->in.shape.width;
    p->shrink = (struct shrink){p->in.shape, p->in.pixel,
                                !o->colour,  o->crop ? o->crop : default_crop(o, shorter),
                                o->size,     o->margin ? shrink_margin(o->size) : o->size};
    if (shorter && shrink_check(&p->shrink, &err)) {
        error_prefix(&err, "%s", stream_name(in));
        cli_die(&err);
    }
    size_t side = p->shrink.full, channels = o->colour ? p->in.shape.channels : 1;
    cli_check(record_type_set_pixels(&p->out, p->in.pixel, side, side, channels, &err), &err);
    record_map_init(&p->rest, &p->out, &p->in);
}

int main(int argc, char **argv)
{
    cli_init("gz-prep", usage);
    struct error err;
    struct options o = parse_options(argc, argv);
    struct stream_reader *in = cli_open_stream(argc, argv, o.partial);
    struct prep p;
    plan(&p, &o, in);
    struct stream_writer *out = cli_create_stream(o.output, &p.out);
    struct filter f = {in, out, &p.out, o.jobs, &p, prepare, show_progress};
    enum status s = filter_run(&f, &err);
    stream_close(in);
    return cli_finish_stream(out, s, &err, 0);
}
