/*
 * gz-train - learn from a labelled stream, write weights
 */
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "net/gemm.h"
#include "signals.h"
#include "base/thread.h"
#include "learn/run.h"

/* make mpi builds the second program of this source. */
#ifdef WITH_MPI
static const char program[] = "gz-train-mpi";
static const char usage[] =
    "usage: gz-train-mpi [option ...] [FILE ...]\n"
    "\n"
    "Train one network on the labelled streams of all ranks of an MPI job.\n"
    "\n"
    "The options are those of gz-train (see gz-train -h), and the same on all ranks.\n";
#else
static const char program[] = "gz-train";
static const char usage[] =
    "usage: gz-train [-dq] [-b N] [-e N] [-j N] [-n SPEC] [-o FILE] [-r RATE] [-s SEED]\n"
    "                [-V FILE] [--average DECAY] [--batch-norm HOW] [--checkpoint FILE]\n"
    "                [--interleave] [--log FILE] [--normalise HOW] [--partial] [--patience N]\n"
    "                [--preset NAME] [--rate-end RATE] [--resume FILE] [--shards N]\n"
    "                [--size N] [--smooth SHARE] [--soft] [--version] [--warmup SHARE]\n"
    "                [--weight-decay X] [FILE ...]\n"
    "\n"
    "Train a network on a labelled stream, in the order in which it comes.\n"
    "\n"
    "      --average DECAY   average the weights over about 1 / (1 - DECAY) steps\n"
    "                        (default: 0.999)\n"
    "  -b, --batch N         records a step (default: 64)\n"
    "      --batch-norm HOW  of convolutions: shard or none (default: shard)\n"
    "      --checkpoint FILE keep all it takes to resume in FILE, anew after each epoch\n"
    "  -d, --describe        print the network as a table, and train nothing; without\n"
    "                        FILE for 64x64 gray pixels and three classes\n"
    "  -e, --epochs N        epochs to come, where the stream itself doesn't say\n"
    "  -h, --help            show this help\n"
    "      --interleave      of each step take a share from every FILE\n"
    "  -j, --jobs N          use N threads (default: all processors)\n"
    "      --log FILE        keep a table of all epochs in FILE\n"
    "  -n, --network SPEC    layers (default: conv32 pool conv64 pool conv128 pool\n"
    "                        conv128 pool dense256 cyclic dropout0.5 dense128)\n"
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
#endif

struct options {
    struct run run;
    bool describe;
};

/* Of the options that make the recipe, the library knows the names. */
enum { RECIPE = CLI_LONG, CHECKPOINT, INTERLEAVE, LOG, PARTIAL, PRESET, RESUME };

static void set_recipe(struct recipe *s)
{
    struct error err;
    cli_require(!recipe_set(s, cli_option_name(), optarg ? optarg : "yes", &err), "--%s", err.text);
}

static struct options parse_options(int argc, char **argv)
{
    static const struct option table[] = {{"average", required_argument, NULL, RECIPE},
                                          {"batch", required_argument, NULL, 'b'},
                                          {"batch-norm", required_argument, NULL, RECIPE},
                                          {"checkpoint", required_argument, NULL, CHECKPOINT},
                                          {"describe", no_argument, NULL, 'd'},
                                          {"epochs", required_argument, NULL, 'e'},
                                          {"interleave", no_argument, NULL, INTERLEAVE},
                                          {"jobs", required_argument, NULL, 'j'},
                                          {"log", required_argument, NULL, LOG},
                                          {"network", required_argument, NULL, 'n'},
                                          {"normalise", required_argument, NULL, RECIPE},
                                          {"output", required_argument, NULL, 'o'},
                                          {"partial", no_argument, NULL, PARTIAL},
                                          {"patience", required_argument, NULL, RECIPE},
                                          {"preset", required_argument, NULL, PRESET},
                                          {"rate", required_argument, NULL, 'r'},
                                          {"rate-end", required_argument, NULL, RECIPE},
                                          {"resume", required_argument, NULL, RESUME},
                                          {"seed", required_argument, NULL, 's'},
                                          {"shards", required_argument, NULL, RECIPE},
                                          {"size", required_argument, NULL, RECIPE},
                                          {"smooth", required_argument, NULL, RECIPE},
                                          {"soft", no_argument, NULL, RECIPE},
                                          {"validate", required_argument, NULL, 'V'},
                                          {"warmup", required_argument, NULL, RECIPE},
                                          {"weight-decay", required_argument, NULL, RECIPE},
                                          CLI_OPTIONS};
    struct options o = {.run = {.recipe = recipe_default()}};
    struct run *t = &o.run;
    struct recipe *s = &t->recipe;
    int c;
    t->jobs = thread_available();
    while ((c = cli_next_option(argc, argv, "b:de:j:n:o:r:s:V:", table)) != -1)
        switch (c) {
        case 'd': o.describe = true; break;
        case 'j': t->jobs = cli_jobs(optarg); break;
        case 'o': t->output = optarg; break;
        case 'V': t->valid = optarg; break;
        case CHECKPOINT: t->checkpoint = optarg; break;
        case INTERLEAVE: t->interleave = true; break;
        case LOG: t->log = optarg; break;
        case PARTIAL: t->partial = true; break;
        case PRESET:
            cli_require(recipe_preset(s, optarg), "--preset '%s' is neither default nor original",
                        optarg);
            break;
        case RESUME: t->resume = optarg; break;
        default: set_recipe(s);
        }
    cli_require(s->shards <= s->batch, "--shards %" PRIu64 " are more than --batch %" PRIu64,
                s->shards, s->batch);
    cli_require(!s->patience || t->valid, "--patience needs --validate");
    cli_require(!t->valid || strcmp(t->valid, "-") != 0 || optind < argc,
                "--validate '-' is the training stream");
    return o;
}

static int describe(const struct run *t, char *const *path, size_t paths)
{
    struct error err;
    struct buffer table = {0};
    cli_check(run_describe(t, path, paths, &table, &err), &err);
    fwrite(table.data, 1, table.size, stdout);
    buffer_release(&table);
    return cli_finish_stdout();
}

static void show_report(const struct epoch_report *report)
{
    char text[EPOCH_REPORT_TEXT];
    cli_note("%s", epoch_report_text(report, text));
}

static void show_calibration(const struct calibration *c)
{
    cli_note("weights of epoch %" PRIu64 ": temperature %.3f, log loss %.4f, without %.4f",
             c->epoch, c->temperature, c->after, c->before);
}

int main(int argc, char **argv)
{
    cli_init(program, usage);
    cli_restart_with("OPENBLAS_CORETYPE", gemm_missed_core(), argv);
    struct error err;
    struct ranks ranks;
    struct options o = parse_options(argc, argv);
    struct run *t = &o.run;
    size_t operands = (size_t)(argc - optind);
    if (o.describe)
        return describe(t, argv + optind, operands);
    cli_refuse_terminal_input(operands);
    cli_refuse_terminal_output(t->output);
    t->version = cli_version;
    t->poll = signals_request;
    t->catch_signals = signals_catch_ends;
    t->progress = cli_progress;
    t->report = show_report;
    t->calibrated = show_calibration;
    cli_check(signals_open(&t->wake, &err), &err);
    cli_check(ranks_join(&ranks, &err), &err);
    if (ranks.rank > 0)
        cli_silence();
    int end;
    enum status status = run_train(t, &ranks, argv + optind, operands, &end, &err);
    cli_progress_end();
    if (status)
        cli_warn(&err);
    ranks_leave(&ranks);
    if (end)
        raise(end);
    return status ? EXIT_FAILED : EXIT_DONE;
}
