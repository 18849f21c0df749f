/*
 * gz-train - learn from a labelled stream, write weights
 */
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "cli.h"
#include "file.h"
#include "gemm.h"
#include "netspec.h"
#include "session.h"
#include "thread.h"

static const char usage[] =
    "usage: gz-train [-dq] [-b N] [-e N] [-j N] [-n SPEC] [-o FILE] [-r RATE] [-s SEED]\n"
    "                [-V FILE] [--average DECAY] [--checkpoint FILE] [--log FILE]\n"
    "                [--normalise HOW] [--partial] [--patience N] [--preset NAME]\n"
    "                [--rate-end RATE] [--resume FILE] [--shards N] [--size N]\n"
    "                [--smooth SHARE] [--soft] [--version] [--warmup SHARE]\n"
    "                [--weight-decay X] [FILE ...]\n"
    "\n"
    "Train a network on a labelled stream, in the order in which it comes.\n"
    "\n"
    "      --average DECAY   average the weights over about 1 / (1 - DECAY) steps\n"
    "                        (default: 0.999)\n"
    "  -b, --batch N         records a step (default: 64)\n"
    "      --checkpoint FILE keep all it takes to resume in FILE, anew after each epoch\n"
    "  -d, --describe        print the network as a table, and train nothing; without\n"
    "                        FILE for 64x64 gray pixels and three classes\n"
    "  -e, --epochs N        epochs to come, where the stream itself doesn't say\n"
    "  -h, --help            show this help\n"
    "  -j, --jobs N          use N threads (default: all processors)\n"
    "      --log FILE        keep a table of all epochs in FILE\n"
    "  -n, --network SPEC    layers (default: conv32 pool conv64 pool conv128 pool\n"
    "                        conv128 pool dense256 dropout0.5 dense128)\n"
    "      --normalise HOW   mean-std or per-image (default: mean-std)\n"
    "  -o, --output FILE     write the weights to FILE\n"
    "      --partial         the input is a fragment: don't check that it is complete\n"
    "      --patience N      stop after N epochs in a row that were no better\n"
    "      --preset NAME     a recipe: default or original; options after it still count\n"
    "  -q, --quiet           print no epochs\n"
    "  -r, --rate RATE       learning rate at its peak (default: 0.001)\n"
    "      --rate-end RATE   learning rate at the end (default: 0.00001)\n"
    "      --resume FILE     go on from a checkpoint, on the same stream\n"
    "  -s, --seed SEED       of the first weights and of dropout (default: 1)\n"
    "      --shards N        parts of a batch that threads share (default: 4)\n"
    "      --size N          use the central N x N pixels (default: all)\n"
    "      --smooth SHARE    of each target, dealt out to all classes (default: 0.05)\n"
    "      --soft            learn the shares of votes, not the class with most\n"
    "  -V, --validate FILE   measure on this labelled stream after each epoch\n"
    "      --version         show the version\n"
    "      --warmup SHARE    of training in which the rate grows (default: 0.02)\n"
    "      --weight-decay X  decoupled weight decay (default: 0)\n";

struct options {
    struct session_options session;
    const char *output, *log, *checkpoint, *resume;
    char *valid;
    bool describe, partial;
};

static enum normalise_kind parse_normalise(const char *how)
{
    bool own = strcmp(how, "per-image") == 0;
    cli_require(own || strcmp(how, "mean-std") == 0,
                "--normalise '%s' is neither mean-std nor per-image", how);
    return own ? NORMALISE_PER_IMAGE : NORMALISE_MEAN_STD;
}

enum {
    AVERAGE = CLI_LONG,
    CHECKPOINT,
    LOG,
    NORMALISE,
    PARTIAL,
    PATIENCE,
    PRESET,
    RATE_END,
    RESUME,
    SHARDS,
    SIZE,
    SMOOTH,
    SOFT,
    WARMUP,
    WEIGHT_DECAY
};

static struct options parse_options(int argc, char **argv)
{
    static const struct option table[] = {{"average", required_argument, NULL, AVERAGE},
                                          {"batch", required_argument, NULL, 'b'},
                                          {"checkpoint", required_argument, NULL, CHECKPOINT},
                                          {"describe", no_argument, NULL, 'd'},
                                          {"epochs", required_argument, NULL, 'e'},
                                          {"jobs", required_argument, NULL, 'j'},
                                          {"log", required_argument, NULL, LOG},
                                          {"network", required_argument, NULL, 'n'},
                                          {"normalise", required_argument, NULL, NORMALISE},
                                          {"output", required_argument, NULL, 'o'},
                                          {"partial", no_argument, NULL, PARTIAL},
                                          {"patience", required_argument, NULL, PATIENCE},
                                          {"preset", required_argument, NULL, PRESET},
                                          {"rate", required_argument, NULL, 'r'},
                                          {"rate-end", required_argument, NULL, RATE_END},
                                          {"resume", required_argument, NULL, RESUME},
                                          {"seed", required_argument, NULL, 's'},
                                          {"shards", required_argument, NULL, SHARDS},
                                          {"size", required_argument, NULL, SIZE},
                                          {"smooth", required_argument, NULL, SMOOTH},
                                          {"soft", no_argument, NULL, SOFT},
                                          {"validate", required_argument, NULL, 'V'},
                                          {"warmup", required_argument, NULL, WARMUP},
                                          {"weight-decay", required_argument, NULL, WEIGHT_DECAY},
                                          CLI_OPTIONS};
    struct options o = {.session = session_default()};
    struct session_options *s = &o.session;
    int c;
    s->jobs = thread_available();
    while ((c = cli_next_option(argc, argv, "b:de:j:n:o:r:s:V:", table)) != -1)
        switch (c) {
        case 'b': s->batch = cli_number("--batch", optarg, 1, TRAIN_BATCH_MAX); break;
        case 'd': o.describe = true; break;
        case 'e': s->epochs = cli_number("--epochs", optarg, 1, UINT32_MAX); break;
        case 'j': s->jobs = cli_jobs(optarg); break;
        case 'n': s->network = optarg; break;
        case 'o': o.output = optarg; break;
        case 'r': s->rate = cli_real("--rate", optarg, 0, 1000); break;
        case 's': s->seed = cli_number("--seed", optarg, 0, UINT64_MAX); break;
        case 'V': o.valid = optarg; break;
        case AVERAGE: s->average = cli_real("--average", optarg, 0, 0.999999); break;
        case CHECKPOINT: o.checkpoint = optarg; break;
        case LOG: o.log = optarg; break;
        case NORMALISE: s->normalise = parse_normalise(optarg); break;
        case PARTIAL: o.partial = true; break;
        case PATIENCE: s->patience = cli_number("--patience", optarg, 1, UINT32_MAX); break;
        case PRESET:
            cli_require(session_preset(s, optarg), "--preset '%s' is neither default nor original",
                        optarg);
            break;
        case RATE_END: s->floor = cli_real("--rate-end", optarg, 0, 1000); break;
        case RESUME: o.resume = optarg; break;
        case SHARDS: s->shards = cli_number("--shards", optarg, 1, TRAIN_SHARDS_MAX); break;
        case SIZE: s->size = cli_number("--size", optarg, 1, RECORD_SIDE_MAX); break;
        case SMOOTH: s->smooth = cli_real("--smooth", optarg, 0, 0.999); break;
        case SOFT: s->soft = true; break;
        case WARMUP: s->warmup = cli_real("--warmup", optarg, 0, 0.999); break;
        case WEIGHT_DECAY: s->weight_decay = cli_real("--weight-decay", optarg, 0, 1000); break;
        }
    cli_require(s->shards <= s->batch, "--shards %zu are more than --batch %zu", s->shards,
                s->batch);
    cli_require(!s->patience || o.valid, "--patience needs --validate");
    cli_require(!o.valid || strcmp(o.valid, "-") != 0 || optind < argc,
                "--validate '-' is the training stream");
    return o;
}

/* ---- the table ---- */

/* For the pictures and classes of the operands, or without any for those of the experiment. */
static int describe(const struct options *o, int argc, char **argv)
{
    struct error err;
    struct record_type type = {.height = 64, .width = 64, .channels = 1};
    struct netspec spec;
    struct buffer table = {0};
    if (optind < argc) {
        struct stream_reader *in = cli_open_stream(argc, argv, o->partial);
        type = *stream_type(in);
        stream_close(in);
    }
    size_t size = o->session.size, classes = type.classes ? type.classes : 3;
    cli_check(netspec_parse(&spec, o->session.network, size ? size : type.height,
                            size ? size : type.width, type.channels, classes, &err),
              &err);
    cli_check(netspec_describe(&spec, &table, &err), &err);
    fwrite(table.data, 1, table.size, stdout);
    buffer_release(&table);
    return cli_finish_stdout();
}

/* ---- signals: what they ask for is done between two steps ---- */

static volatile sig_atomic_t ended_by, checkpoint_wanted;
static int wake = -1; /* an eventfd: what ends a wait for the stream */

static void wake_up(void)
{
    int error = errno;
    const uint64_t one = 1;
    (void)!write(wake, &one, sizeof one);
    errno = error;
}

static void on_end(int number)
{
    ended_by = number;
    wake_up();
}

static void on_checkpoint(int number)
{
    (void)number;
    checkpoint_wanted = 1;
    wake_up();
}

/* What is ignored, as by a shell's background jobs, stays so. */
static void catch_signal(int number, void (*handler)(int), int flags)
{
    struct sigaction old, action = {.sa_handler = handler, .sa_flags = flags | SA_RESTART};
    if (sigaction(number, NULL, &old) == 0 && old.sa_handler != SIG_IGN)
        sigaction(number, &action, NULL);
}

/* The second SIGINT or SIGTERM kills at once. */
static void catch_ends(void (*handler)(int))
{
    catch_signal(SIGINT, handler, (int)SA_RESETHAND);
    catch_signal(SIGTERM, handler, (int)SA_RESETHAND);
}

/* ---- training ---- */

/* Train to the end of the stream, or to a signal. A signal to all programs of a pipeline ends the
   stream, too: then as well the checkpoint is of the last step. */
static enum status train(struct session *s, const struct options *o, struct error *err)
{
    uint64_t expected = stream_expected(s->in), ignored;
    enum status status;
    bool over = false;
    char text[REPORT_TEXT];
    do {
        status = session_step(s, err);
        /* Awake before the signals are looked at: one that comes later wakes it again. */
        if (status == STATUS_INTERRUPTED) {
            (void)!read(wake, &ignored, sizeof ignored);
            status = STATUS_OK;
        }
        if (status && status != STATUS_END && status != STATUS_INCOMPLETE)
            break;
        cli_progress(s->at.records, expected);
        if (s->due)
            cli_note("%s", report_text(&s->report, text));
        struct error failure;
        if (s->due && o->log && session_write_history(s, o->log, &failure))
            return (*err = failure).status;
        over = status || ended_by;
        if (o->checkpoint && (s->due || over || checkpoint_wanted)) {
            checkpoint_wanted = 0;
            if (session_checkpoint(s, o->checkpoint, &failure))
                return (*err = failure).status;
        }
    } while (!over);
    return status;
}

/* The end of a training: the weights, with a temperature where there is something to fit it on. */
static void write_weights(struct session *s, const struct options *o)
{
    struct error err;
    struct calibration c;
    cli_check(session_calibrate(s, &c, &err), &err);
    cli_check(session_write(s, o->output, cli_version, &err), &err);
    if (o->valid)
        cli_note("weights of epoch %" PRIu64 ": temperature %.3f, log loss %.4f, without %.4f",
                 c.epoch, c.temperature, c.after, c.before);
}

int main(int argc, char **argv)
{
    cli_init("gz-train", usage);
    cli_restart_with("OPENBLAS_CORETYPE", gemm_missed_core(), argv);
    struct error err;
    struct options o = parse_options(argc, argv);
    if (o.describe)
        return describe(&o, argc, argv);
    if ((wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) < 0) {
        error_system(&err, "can't watch for signals");
        cli_die(&err);
    }
    catch_signal(SIGUSR1, on_checkpoint, 0);
    cli_refuse_terminal_output(o.output);
    if (output_check(o.output, &err)) {
        error_prefix(&err, "%s", o.output);
        cli_die(&err);
    }
    struct stream_reader *in = cli_open_stream(argc, argv, o.partial), *valid = NULL;
    struct session s;
    if (o.valid && !(valid = stream_open(&o.valid, 1, false, &err)))
        cli_die(&err);
    cli_check(session_init(&s, &o.session, in, valid, &err), &err);
    stream_close(valid);
    if (o.resume)
        cli_check(session_resume(&s, o.resume, &err), &err);
    cli_check(gemm_check_memory(o.session.jobs, &err), &err);
    stream_watch(in, wake);
    catch_ends(on_end);
    enum status status = train(&s, &o, &err);
    catch_ends(SIG_DFL);
    cli_progress_end();
    if (ended_by)
        raise(ended_by);
    if (status != STATUS_END)
        cli_die(&err);
    if (s.at.records == 0) {
        error_set(&err, STATUS_INCOMPLETE, "%s: no records to learn from", stream_name(in));
        cli_die(&err);
    }
    write_weights(&s, &o);
    session_release(&s);
    stream_close(in);
    return EXIT_DONE;
}
