/*
 * gz-train - learn from a labelled stream, write weights
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "file.h"
#include "gemm.h"
#include "session.h"
#include "thread.h"

static const char usage[] =
    "usage: gz-train [-dq] [-b N] [-e N] [-j N] [-n SPEC] [-o FILE] [-r RATE] [-s SEED]\n"
    "                [-V FILE] [--checkpoint FILE] [--log FILE] [--normalise HOW]\n"
    "                [--partial] [--patience N] [--rate-end RATE] [--resume FILE]\n"
    "                [--shards N] [--size N] [--soft] [--version] [--warmup SHARE]\n"
    "                [--weight-decay X] [FILE ...]\n"
    "\n"
    "Train a network on a labelled stream, in the order in which it comes.\n"
    "\n"
    "  -b, --batch N         records a step (default: 64)\n"
    "      --checkpoint FILE keep all it takes to resume in FILE, anew after each epoch\n"
    "  -d, --describe        print the network as a table, and train nothing\n"
    "  -e, --epochs N        epochs to come, where the stream itself doesn't say\n"
    "  -h, --help            show this help\n"
    "  -j, --jobs N          use N threads (default: all processors)\n"
    "      --log FILE        keep a table of all epochs in FILE\n"
    "  -n, --network SPEC    layers (default: conv32 pool conv64 pool conv128 pool\n"
    "                        dense256 dropout0.5 dense128)\n"
    "      --normalise HOW   mean-std or per-image (default: mean-std)\n"
    "  -o, --output FILE     write the weights to FILE\n"
    "      --partial         the input is a fragment: don't check that it is complete\n"
    "      --patience N      stop after N epochs in a row that were no better\n"
    "  -q, --quiet           print no epochs\n"
    "  -r, --rate RATE       learning rate at its peak (default: 0.001)\n"
    "      --rate-end RATE   learning rate at the end (default: 0.00001)\n"
    "      --resume FILE     go on from a checkpoint, on the same stream\n"
    "  -s, --seed SEED       of the first weights and of dropout (default: 1)\n"
    "      --shards N        parts of a batch that threads share (default: 4)\n"
    "      --size N          use the central N x N pixels (default: all)\n"
    "      --soft            learn the shares of votes, not the class with most\n"
    "  -V, --validate FILE   measure on this labelled stream after each epoch\n"
    "      --version         show the version\n"
    "      --warmup SHARE    of training in which the rate grows (default: 0.02)\n"
    "      --weight-decay X  decoupled weight decay (default: 0)\n";

struct options {
    struct session_options session;
    const char *output, *valid, *log, *checkpoint, *resume;
    bool describe, partial;
};

enum {
    CHECKPOINT = CLI_LONG,
    LOG,
    NORMALISE,
    PARTIAL,
    PATIENCE,
    RATE_END,
    RESUME,
    SHARDS,
    SIZE,
    SOFT,
    WARMUP,
    WEIGHT_DECAY
};

static enum normalise_kind parse_normalise(const char *how)
{
    bool own = strcmp(how, "per-image") == 0;
    cli_require(own || strcmp(how, "mean-std") == 0,
                "--normalise '%s' is neither mean-std nor per-image", how);
    return own ? NORMALISE_PER_IMAGE : NORMALISE_MEAN_STD;
}

/* One line an option: long, but flat. */
/* clang-format off */
static struct options parse_options(int argc, char **argv)
{
    static const struct option table[] = {{"batch", required_argument, NULL, 'b'},
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
                                          {"rate", required_argument, NULL, 'r'},
                                          {"rate-end", required_argument, NULL, RATE_END},
                                          {"resume", required_argument, NULL, RESUME},
                                          {"seed", required_argument, NULL, 's'},
                                          {"shards", required_argument, NULL, SHARDS},
                                          {"size", required_argument, NULL, SIZE},
                                          {"soft", no_argument, NULL, SOFT},
                                          {"validate", required_argument, NULL, 'V'},
                                          {"warmup", required_argument, NULL, WARMUP},
                                          {"weight-decay", required_argument, NULL, WEIGHT_DECAY},
                                          CLI_OPTIONS};
    struct options o = {.session = {.network = NETSPEC_DEFAULT, .batch = 64, .shards = 4,
                                    .jobs = thread_available(), .seed = 1, .rate = 1e-3,
                                    .floor = 1e-5, .warmup = 0.02}};
    struct session_options *s = &o.session;
    int c;
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
        case CHECKPOINT: o.checkpoint = optarg; break;
        case LOG: o.log = optarg; break;
        case NORMALISE: s->normalise = parse_normalise(optarg); break;
        case PARTIAL: o.partial = true; break;
        case PATIENCE: s->patience = cli_number("--patience", optarg, 1, UINT32_MAX); break;
        case RATE_END: s->floor = cli_real("--rate-end", optarg, 0, 1000); break;
        case RESUME: o.resume = optarg; break;
        case SHARDS: s->shards = cli_number("--shards", optarg, 1, TRAIN_SHARDS_MAX); break;
        case SIZE: s->size = cli_number("--size", optarg, 1, RECORD_SIDE_MAX); break;
        case SOFT: s->soft = true; break;
        case WARMUP: s->warmup = cli_real("--warmup", optarg, 0, 0.999); break;
        case WEIGHT_DECAY: s->weight_decay = cli_real("--weight-decay", optarg, 0, 1000); break;
        }
    cli_require(s->shards <= s->batch, "--shards %zu are more than --batch %zu", s->shards, s->batch);
    cli_require(!s->patience || o.valid, "--patience needs --validate");
    return o;
}
/* clang-format on */

/* ---- signals: what they ask for is done between two steps ---- */

static volatile sig_atomic_t caught, checkpoint_wanted;

static void on_end(int number)
{
    caught = number;
}

static void on_checkpoint(int number)
{
    (void)number;
    checkpoint_wanted = 1;
}

/* The second SIGINT or SIGTERM kills at once. */
static void catch_signals(void)
{
    struct sigaction end = {.sa_handler = on_end, .sa_flags = (int)SA_RESETHAND | SA_RESTART};
    struct sigaction keep = {.sa_handler = on_checkpoint, .sa_flags = SA_RESTART};
    sigaction(SIGINT, &end, NULL);
    sigaction(SIGTERM, &end, NULL);
    sigaction(SIGUSR1, &keep, NULL);
}

/* ---- reports ---- */

static void describe(const struct netspec *s)
{
    size_t multiplications = 0;
    printf("%-12s %14s %12s %16s\n", "layer", "output", "parameters", "multiplications");
    for (size_t i = 0; i < s->layers; i++) {
        const struct layer *l = &s->layer[i];
        char name[32], shape[64];
        if (l->kind == LAYER_DROPOUT)
            snprintf(name, sizeof name, "dropout%g", (double)l->rate);
        else
            snprintf(name, sizeof name, "%s%zu", layer_name(l), l->number);
        if (l->out_height * l->out_width == 1)
            snprintf(shape, sizeof shape, "%zu", l->out);
        else
            snprintf(shape, sizeof shape, "%zux%zux%zu", l->out_height, l->out_width, l->out);
        printf("%-12s %14s %12zu %16zu\n", name, shape, l->weights + l->biases,
               layer_multiplications(l));
        multiplications += layer_multiplications(l);
    }
    printf("%-12s %14s %12zu %16zu\n", "all", "", s->parameters, multiplications);
}

static void show_report(const struct report *r)
{
    char valid[128] = "";
    if (r->validated)
        snprintf(valid, sizeof valid, ", valid loss %.4f, accuracy %.4f (%.4f to %.4f)%s",
                 r->valid.loss, (double)r->valid.correct / (double)r->valid.n, r->accuracy.low,
                 r->accuracy.high, r->best ? " best" : "");
    cli_note("epoch %llu: %llu records, loss %.4f%s, rate %.2e, %.0f images/s",
             (unsigned long long)r->epoch, (unsigned long long)r->records, r->loss, valid, r->rate,
             r->speed);
}

static enum status keep_log(const struct session *s, const char *path, struct error *err)
{
    struct buffer text = {0};
    enum status status =
        buffer_append(&text, session_history_header, strlen(session_history_header), err);
    if (!status)
        status = buffer_append(&text, s->history.data, s->history.size, err);
    if (!status && file_replace(path, text.data, text.size, err))
        status = error_prefix(err, "%s", path);
    buffer_release(&text);
    return status;
}

/* ---- training ---- */

/* Train to the end of the stream, or to a signal. */
static enum status train(struct session *s, const struct options *o, struct error *err)
{
    enum status status = STATUS_OK;
    while (!status && !caught) {
        status = session_step(s, err);
        if (status && status != STATUS_END)
            break;
        cli_progress(s->records, 0);
        if (s->due) {
            show_report(&s->report);
            if (o->log && keep_log(s, o->log, err))
                return err->status;
        }
        if (o->checkpoint && (s->due || checkpoint_wanted || caught)) {
            if (session_checkpoint(s, o->checkpoint, err))
                return err->status;
            checkpoint_wanted = 0;
        }
    }
    return status;
}

int main(int argc, char **argv)
{
    cli_restart_with("OPENBLAS_CORETYPE", gemm_missed_core(), argv);
    cli_init("gz-train", usage);
    struct error err;
    struct options o = parse_options(argc, argv);
    if (!o.describe)
        cli_refuse_terminal_output(o.output);
    struct stream_reader *in = cli_open_stream(argc, argv, o.partial), *valid = NULL;
    struct session s;
    if (o.valid && !(valid = stream_open((char *[]){(char *)o.valid}, 1, false, &err)))
        cli_die(&err);
    cli_check(session_init(&s, &o.session, in, valid, &err), &err);
    stream_close(valid);
    if (o.describe) {
        describe(&s.model.spec);
        return cli_finish_stdout();
    }
    if (o.resume)
        cli_check(session_resume(&s, o.resume, &err), &err);
    catch_signals();
    enum status status = train(&s, &o, &err);
    cli_progress_end();
    if (caught)
        raise(caught);
    if (status != STATUS_END)
        cli_die(&err);
    if (s.records == 0) {
        error_set(&err, STATUS_INCOMPLETE, "%s: no records to learn from", stream_name(in));
        cli_die(&err);
    }
    cli_check(session_write(&s, o.output, cli_version, &err), &err);
    session_release(&s);
    stream_close(in);
    return EXIT_DONE;
}
