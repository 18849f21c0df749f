/*
 * gz-train - learn from a labelled stream, write weights
 */
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>

#include "cli.h"
#include "signals.h"
#include "base/file.h"
#include "base/thread.h"
#include "learn/run.h"

struct options {
    struct run run;
    bool describe;
};

static const char *set_preset(void *options, const char *text)
{
    struct options *o = options;
    return recipe_preset(&o->run.recipe, text) ? NULL : "is neither default nor original";
}

/* The options that the weights depend on are rows of recipe_options. */
static const struct option_spec options[] = {
    {0, "checkpoint", "FILE", "keep all it takes to resume in FILE, anew after each epoch",
     OPTION_FILE(run.checkpoint)},
    {'d', "describe", NULL,
     "print the network as a table, and train nothing; without FILE for 64x64 gray pixels and "
     "three classes",
     OPTION_FLAG(describe)},
    {0, "interleave", NULL, "of each step take a share from every FILE",
     OPTION_FLAG(run.interleave)},
    {OPTIONS_JOBS(run.jobs)},
    {0, "log", "FILE", "keep a table of all epochs in FILE", OPTION_FILE(run.log)},
    {OPTIONS_OUTPUT(run.output, "write the weights to FILE")},
    {OPTIONS_PARTIAL(run.partial)},
    {0, "preset", "NAME", "a recipe: default or original; options after it still count",
     OPTION_CALL(set_preset), .word = {"default", "original"}},
    {'q', "quiet", NULL, "don't print a line after each epoch", .kind = OPTION_QUIET},
    {0, "resume", "FILE", "go on from a checkpoint, on the same stream", OPTION_FILE(run.resume)},
    /* In all other programs -V is the version; here pipelines rely on it. */
    {'V', "validate", "FILE", "measure on this labelled stream after each epoch",
     OPTION_FILE(run.valid), .files = "npy"},
    {0, "version", NULL, "show the version", .kind = OPTION_VERSION},
    {0, "average", NULL, "--ema", .kind = OPTION_OLD},
    {'n', NULL, NULL, "--network", .kind = OPTION_OLD},
    {'r', "rate", NULL, "--learning-rate", .kind = OPTION_OLD},
    {0, "rate-end", NULL, "--learning-rate-end", .kind = OPTION_OLD},
    {'s', NULL, NULL, "--seed, and the size is --size", .kind = OPTION_OLD},
    {0, "smooth", NULL, "--label-smoothing", .kind = OPTION_OLD},
    {0, "soft", NULL, "--soft-labels", .kind = OPTION_OLD},
    {OPTION_MORE(run.recipe, recipe_options)},
};

/* make mpi builds the second program of this source. */
static const struct program program = {
#ifdef WITH_MPI
    "gz-train-mpi", "[FILE ...]", options,
    "Train one network on the labelled streams of all ranks of an MPI job. The options are those "
    "of gz-train, and must be the same on all ranks.",
#else
    "gz-train", "[FILE ...]", options,
    "Train a network on a labelled stream, in the order in which it comes.",
#endif
    .files = "npy"};

static void check_options(const struct run *t, char *const *operand, size_t operands)
{
    const struct recipe *s = &t->recipe;
    const char *file[] = {t->valid, s->init, t->resume};
    cli_require(s->shards <= s->batch, "--shards %" PRIu64 " are more than --batch %" PRIu64,
                s->shards, s->batch);
    cli_require(!s->patience || t->valid, "--patience needs --validate");
    cli_check_stdin(operand, operands, file, sizeof file / sizeof *file);
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

static void show_note(const char *text)
{
    cli_note("%s", text);
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

static void set_callbacks(struct run *t)
{
    t->poll = signals_request;
    t->catch_signals = signals_catch_ends;
    t->progress = cli_progress;
    t->note = show_note;
    t->report = show_report;
    t->calibrated = show_calibration;
}

int main(int argc, char **argv)
{
    struct error err;
    struct ranks ranks;
    struct options o = {.run.recipe = recipe_default()};
    struct run *t = &o.run;
    t->jobs = thread_available();
    size_t operands = cli_init(&program, &o, argc, argv);
    check_options(t, argv + 1, operands);
    if (o.describe)
        return describe(t, argv + 1, operands);
    cli_refuse_terminal_input(operands);
    cli_refuse_terminal_output(t->output);
    if (t->recipe.init)
        t->recipe.init = cli_weights(t->recipe.init);
    t->version = cli_version;
    set_callbacks(t);
    cli_check(signals_open(&t->wake, &err), &err);
    cli_check(ranks_join(&ranks, &err), &err);
    if (ranks.rank > 0)
        cli_silence();
    int end;
    enum status status = run_train(t, &ranks, argv + 1, operands, &end, &err);
    cli_progress_end();
    if (status)
        cli_warn(&err);
    else if (!end && !t->valid)
        cli_note(
            "without --validate no temperature is fitted: the probabilities are not calibrated");
    ranks_leave(&ranks);
    if (end)
        raise(end);
    return status ? EXIT_FAILED : EXIT_DONE;
}
