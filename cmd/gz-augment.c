/*
 * gz-augment - other views of each galaxy: turned, mirrored, shuffled, epoch after epoch
 */
#include <sys/stat.h>
#include <unistd.h>

#include "cli.h"
#include "stream/epochs.h"
#include "stream/filter.h"
#include "image/image.h"
#include "base/file.h"
#include "base/thread.h"

struct options {
    struct epochs epochs;
    const char *output;
    bool partial;
};

static const struct option_spec options[] = {
    {0, "balance", "POWER",
     "let rare classes count more in training: 1 lets all classes count the same, 0.5 as the "
     "square root of their size (default: 0)",
     OPTION_REAL(epochs.balance, 0, 1)},
    {0, "brightness", "X", "make brighter or darker by up to this share (default: 0)",
     OPTION_REAL(epochs.augment.brightness, 0, 10)},
    {'e', "epochs", "N", "how often each picture comes (default: 1)",
     OPTION_WHOLE(epochs.epochs, 1, 1000000)},
    {OPTIONS_JOBS(epochs.jobs)},
    {0, "no-flip", NULL, "mirror nothing", OPTION_UNSET(epochs.augment.flip)},
    {0, "no-rotate", NULL, "turn nothing", OPTION_UNSET(epochs.augment.rotate)},
    {0, "no-shuffle", NULL, "keep the order of the input", OPTION_UNSET(epochs.shuffle)},
    {OPTIONS_OUTPUT(output, "write to FILE")},
    {OPTIONS_PARTIAL(partial)},
    {0, "seed", "SEED", "the seed of all that is random (default: 1)",
     OPTION_WHOLE(epochs.augment.seed, 0, UINT64_MAX)},
    {0, "shift", "PIXELS", "shift by up to so much along each axis (default: 0)",
     OPTION_REAL(epochs.augment.shift, 0, 1000)},
    {0, "size", "N", "side of the result (default: that of the square within a margin)",
     OPTION_WHOLE(epochs.augment.size, 1, IMAGE_SHRINK_MAX)},
    {0, "zoom", "SHARE", "enlarge or shrink by up to this share (default: 0)",
     OPTION_REAL(epochs.augment.zoom, 0, 10)},
    /* Taken for the size, the seed of an old script would go unnoticed. */
    {'s', NULL, NULL, "--seed, and the size is --size", .kind = OPTION_OLD},
    {.kind = OPTION_END},
};

static const struct program program = {
    "gz-augment", "[FILE ...]", options,
    "Give each picture of a stream, once an epoch, turned by a random angle and mirrored "
    "at random, in random order.",
    .files = "npy"};

/* The type of the outgoing records, or the end of the program. */
static void set_type(const struct options *o, const struct stream_reader *in, bool progress,
                     struct record_type *out)
{
    struct error err;
    enum status s = epochs_type(&o->epochs, stream_type(in), progress, out, &err);
    cli_check_file(s, stream_name(in), &err);
}

struct once {
    const struct augment *augment;
    struct record_type in, out;
    struct record_map rest;
};

static enum status check(void *context, const unsigned char *in, struct error *err)
{
    const struct once *o = context;
    return record_check(&o->in, in, err);
}

static bool augment_once(void *context, const unsigned char *in, unsigned char *out)
{
    const struct once *o = context;
    record_map_copy(&o->rest, out, in);
    record_set_view(&o->out, out, 1);
    augment_fields(o->augment, &o->in, in, &o->out, out);
    augment_view(o->augment, &o->in, in, 1, record_pixels_out(&o->out, out));
    return true;
}

/* One epoch in the input's order: nothing is kept. */
static int run_once(const struct options *o, struct stream_reader *in)
{
    struct error err;
    struct once once = {.augment = &o->epochs.augment, .in = *stream_type(in)};
    set_type(o, in, false, &once.out);
    record_map_init(&once.rest, &once.out, &once.in);
    struct stream_writer *out = cli_create_stream(o->output, &once.out);
    struct filter f = {in,    out,          &once.out,           o->epochs.jobs,
                       &once, augment_once, cli_stream_progress, check};
    return cli_finish_stream(out, filter_run(&f, &err), &err, 0);
}

/* Many epochs, or one in another order: all records are held in memory. Of an incomplete input the
   whole records are used, and then its error ends the program. */
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

/* Whether an input is a pipe or the like: its records are passed on at once. Regular files can be
   read whole before the first record is written, since nobody waits for it. */
static bool is_live(char *const *operand, size_t operands)
{
    struct stat info;
    bool live = operands == 0 && fstat(STDIN_FILENO, &info) == 0 && !S_ISREG(info.st_mode);
    for (size_t i = 0; i < operands; i++) {
        if ((path_is_dash(operand[i]) ? fstat(STDIN_FILENO, &info) : stat(operand[i], &info)) == 0)
            live |= !S_ISREG(info.st_mode);
    }
    return live;
}

/* The square that the first record names, or the whole picture. */
static size_t default_size(struct stream_reader *in)
{
    size_t square = record_square(stream_type(in), stream_first(in));
    return square ? square : stream_type(in)->shape.height;
}

int main(int argc, char **argv)
{
    struct options o = {.epochs = {.augment = {.rotate = true, .flip = true, .seed = 1},
                                   .epochs = 1,
                                   .shuffle = true,
                                   .jobs = thread_available(),
                                   .progress = cli_progress}};
    size_t operands = cli_init(&program, &o, argc, argv);
    struct stream_reader *in = cli_open_stream(argv + 1, operands, o.partial);
    bool pass_on = o.epochs.balance <= 0 && (!o.epochs.shuffle || is_live(argv + 1, operands));
    if (o.epochs.augment.size == 0)
        o.epochs.augment.size = default_size(in);
    int status = o.epochs.epochs == 1 && pass_on ? run_once(&o, in) : run_many(&o, in);
    stream_close(in);
    return status;
}
