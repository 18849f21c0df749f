/*
 * gz-augment - other views of each galaxy: turned, mirrored, shuffled, epoch after epoch
 */
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli.h"
#include "stream/epochs.h"
#include "stream/filter.h"
#include "image/image.h"
#include "base/thread.h"

static const char usage[] =
    "usage: gz-augment [-qV] [-e N] [-j N] [-o FILE] [-s SEED] [--brightness X]\n"
    "                  [--no-flip] [--no-rotate] [--no-shuffle] [--partial]\n"
    "                  [--shift PIXELS] [--size N] [--zoom SHARE] [FILE ...]\n"
    "\n"
    "Give each picture of a stream, once an epoch, turned by a random angle and mirrored at\n"
    "random, in random order.\n"
    "\n"
    "      --brightness X    make brighter or darker by up to this share (default: 0)\n"
    "  -e, --epochs N        how often each picture comes (default: 1)\n"
    "  -h, --help            show this help\n"
    "  -j, --jobs N          use N threads (default: all processors)\n"
    "      --no-flip         mirror nothing\n"
    "      --no-rotate       turn nothing\n"
    "      --no-shuffle      keep the order of the input\n"
    "  -o, --output FILE     write to FILE\n"
    "      --partial         the input is a fragment: don't check that it is complete\n"
    "  -q, --quiet           no progress\n"
    "  -s, --seed SEED       of all that is random (default: 1)\n"
    "      --shift PIXELS    shift by up to so much along each axis (default: 0)\n"
    "      --size N          side of the result (default: that of the input)\n"
    "  -V, --version         show the version\n"
    "      --zoom SHARE      enlarge or shrink by up to this share (default: 0)\n";

struct options {
    struct epochs epochs;
    const char *output;
    bool partial;
};

enum { BRIGHTNESS = CLI_LONG, NO_FLIP, NO_ROTATE, NO_SHUFFLE, PARTIAL, SHIFT, SIZE, ZOOM };

static struct options parse_options(int argc, char **argv)
{
    static const struct option table[] = {{"brightness", required_argument, NULL, BRIGHTNESS},
                                          {"epochs", required_argument, NULL, 'e'},
                                          {"jobs", required_argument, NULL, 'j'},
                                          {"no-flip", no_argument, NULL, NO_FLIP},
                                          {"no-rotate", no_argument, NULL, NO_ROTATE},
                                          {"no-shuffle", no_argument, NULL, NO_SHUFFLE},
                                          {"output", required_argument, NULL, 'o'},
                                          {"partial", no_argument, NULL, PARTIAL},
                                          {"seed", required_argument, NULL, 's'},
                                          {"shift", required_argument, NULL, SHIFT},
                                          {"size", required_argument, NULL, SIZE},
                                          {"zoom", required_argument, NULL, ZOOM},
                                          CLI_OPTIONS};
    struct options o = {.epochs = {.augment = {.rotate = true, .flip = true, .seed = 1},
                                   .epochs = 1,
                                   .shuffle = true,
                                   .jobs = thread_available(),
                                   .progress = cli_progress}};
    struct augment *a = &o.epochs.augment;
    int c;
    while ((c = cli_next_option(argc, argv, "e:j:o:s:", table)) != -1)
        switch (c) {
        case BRIGHTNESS: a->brightness = cli_real("--brightness", optarg, 0, 10); break;
        case 'e': o.epochs.epochs = (uint32_t)cli_number("--epochs", optarg, 1, 1000000); break;
        case 'j': o.epochs.jobs = cli_jobs(optarg); break;
        case NO_FLIP: a->flip = false; break;
        case NO_ROTATE: a->rotate = false; break;
        case NO_SHUFFLE: o.epochs.shuffle = false; break;
        case 'o': o.output = optarg; break;
        case PARTIAL: o.partial = true; break;
        case 's': a->seed = cli_number("--seed", optarg, 0, UINT64_MAX); break;
        case SHIFT: a->shift = cli_real("--shift", optarg, 0, 1000); break;
        case SIZE: a->size = cli_number("--size", optarg, 1, IMAGE_SHRINK_MAX); break;
        case ZOOM: a->zoom = cli_real("--zoom", optarg, 0, 10); break;
        }
    return o;
}

/* The type of the outgoing records, or the end of the program. */
static void set_type(const struct options *o, const struct stream_reader *in, bool progress,
                     struct record_type *out)
{
    struct error err;
    if (epochs_type(&o->epochs.augment, stream_type(in), progress, out, &err)) {
        error_prefix(&err, "%s", stream_name(in));
        cli_die(&err);
    }
}

struct once {
    const struct augment *augment;
    struct record_type in, out;
    struct record_map rest;
    uint64_t expected;
};

static bool augment_once(void *context, const unsigned char *in, unsigned char *out)
{
    const struct once *o = context;
    record_map_copy(&o->rest, out, in);
    record_set_view(&o->out, out, 1);
    augment_view(o->augment, &o->in, in, 1, record_pixels_out(&o->out, out));
    return true;
}

static void show_progress(void *context, uint64_t records)
{
    cli_progress(records, ((const struct once *)context)->expected);
}

/* One epoch in the input's order: nothing is kept. */
static int run_once(const struct options *o, struct stream_reader *in)
{
    struct error err;
    struct once once = {.augment = &o->epochs.augment, .in = *stream_type(in)};
    set_type(o, in, false, &once.out);
    record_map_init(&once.rest, &once.out, &once.in);
    once.expected = stream_expected(in);
    struct stream_writer *out = cli_create_stream(o->output, &once.out);
    struct filter f = {in, out, &once.out, o->epochs.jobs, &once, augment_once, show_progress};
    return cli_finish_stream(out, filter_run(&f, &err), &err, 0);
}

/* Many epochs, or one in another order: all records are held. What an incomplete input did bring
   goes through all the same. */
static int run_many(const struct options *o, struct stream_reader *in)
{
    struct error err, later;
    struct buffer records = {0};
    struct record_type type = *stream_type(in), out_type;
    set_type(o, in, true, &out_type);
    enum status loaded = epochs_load(in, &records, &later);
    struct stream_writer *out = cli_create_stream(o->output, &out_type);
    enum status s = epochs_run(&o->epochs, &type, (const unsigned char *)records.data,
                               records.size / type.size, &out_type, out, &err);
    buffer_release(&records);
    return s ? cli_finish_stream(out, s, &err, 0) : cli_finish_stream(out, loaded, &later, 0);
}

/* What comes through a pipe passes on at once; only files, which are there already, are worth
   reading whole before the first record leaves. */
static bool is_live(int operands, char *const *operand)
{
    struct stat info;
    bool live = operands == 0 && fstat(STDIN_FILENO, &info) == 0 && !S_ISREG(info.st_mode);
    for (int i = 0; i < operands; i++) {
        bool is_stdin = strcmp(operand[i], "-") == 0;
        if ((is_stdin ? fstat(STDIN_FILENO, &info) : stat(operand[i], &info)) == 0)
            live |= !S_ISREG(info.st_mode);
    }
    return live;
}

int main(int argc, char **argv)
{
    cli_init("gz-augment", usage);
    struct options o = parse_options(argc, argv);
    struct stream_reader *in = cli_open_stream(argc, argv, o.partial);
    bool pass_on = !o.epochs.shuffle || is_live(argc - optind, argv + optind);
    if (o.epochs.augment.size == 0)
        o.epochs.augment.size = stream_type(in)->shape.height;
    int status = o.epochs.epochs == 1 && pass_on ? run_once(&o, in) : run_many(&o, in);
    stream_close(in);
    return status;
}
