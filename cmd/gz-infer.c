/*
 * gz-infer - class probabilities, one line a galaxy
 */
#include <inttypes.h>

#include "cli.h"
#include "base/file.h"
#include "model/predict.h"
#include "model/provenance.h"
#include "base/thread.h"

struct options {
    const char *weights, *output, *prior, *provenance;
    char *train, *valid;
    unsigned jobs;
    bool any_fov, eight_views, partial, std, where;
};

static const struct option_spec options[] = {
    {0, "any-fov", NULL, "take pictures that show more or less than the weights learned from",
     OPTION_FLAG(any_fov)},
    {OPTIONS_JOBS(jobs)},
    {OPTIONS_OUTPUT(output, "write to FILE")},
    {OPTIONS_PARTIAL(partial)},
    {0, "prior", "SHARES", "how common the classes are, as spiral=0.2,round=0.8, or estimate",
     OPTION_TEXT(prior)},
    {0, "provenance", "FILE", "write to FILE what made the lines: program, weights, stream",
     OPTION_FILE(provenance)},
    {0, "std", NULL, "add a column: the standard deviation over the views", OPTION_FLAG(std)},
    {0, "train", "FILE", "add a column part, with train for the galaxies of this stream",
     OPTION_FILE(train), .files = "npy"},
    {0, "valid", "FILE", "the same, with valid for those of this stream; others have -",
     OPTION_FILE(valid), .files = "npy"},
    {0, "views", "N", "average over N views of each galaxy, 1 or 8 (default: 1)",
     OPTION_WORD(eight_views, "1", "8")},
    {OPTIONS_WEIGHTS(weights)},
    {0, "where", NULL, "only say which file the weights are in", OPTION_FLAG(where)},
    {0, "spread", NULL, "--std", .kind = OPTION_OLD},
    {'v', NULL, NULL, "--views", .kind = OPTION_OLD},
    {.kind = OPTION_END},
};

static const struct program program = {"gz-infer", "[FILE ...]", options,
                                       "Apply trained weights to the pictures of a stream.",
                                       .files = "npy"};

static void check_options(const struct options *o, char *const *operand, size_t operands)
{
    const char *file[] = {o->weights, o->train, o->valid};
    if (!o->where)
        cli_check_stdin(operand, operands, file, sizeof file / sizeof *file);
    cli_require(!path_is_dash(o->provenance), "--provenance needs the name of a file");
    cli_require(!o->provenance || !path_is_dash(o->weights),
                "--provenance needs the name of the weights' file");
    cli_require(!o->std || o->eight_views, "--std needs --views 8");
}

struct sink {
    struct output out;
    const char *name; /* of the output, for messages */
    uint64_t warned;  /* records that were left out */
};

static enum status write_lines(void *context, const void *text, size_t bytes, struct error *err)
{
    const struct sink *s = context;
    if (file_write(s->out.fd, text, bytes, err))
        return error_prefix(err, "%s", s->name);
    return STATUS_OK;
}

/* The ids of a stream, or NULL if there is no path. */
static const struct ids *read_ids(struct ids *ids, char *path)
{
    struct error err;
    if (!path)
        return NULL;
    cli_check(ids_read(ids, path, &err), &err);
    return ids;
}

static void warn(void *context, const struct error *err)
{
    struct sink *s = context;
    cli_warn_some(&s->warned, err);
}

/* Fail if no record has a line; and say how many have none if not all of them were named. */
static enum status check_some(uint64_t skipped, uint64_t records, struct error *err)
{
    if (skipped && skipped == records)
        return error_set(err, STATUS_FORMAT, "none of %" PRIu64 " records could be used", records);
    if (skipped > WARNINGS_MAX)
        cli_note("%" PRIu64 " of %" PRIu64 " records skipped", skipped, records);
    return STATUS_OK;
}

static void note(void *context, const char *text)
{
    (void)context;
    cli_note("%s", text);
}

/* The prior of the command line, or NULL. Ends the program if the weights can't be used with it. */
static struct prior *read_prior(struct prior *prior, const struct options *o, const struct model *m)
{
    struct error err;
    if (!o->prior)
        return NULL;
    cli_check_file(prior_check(m, &err), o->weights, &err);
    enum status s = prior_parse(prior, m, o->prior, &err);
    cli_require(s != STATUS_FORMAT, "--prior: %s", err.text);
    cli_check(s, &err);
    return prior;
}

static enum status write_provenance(const struct options *o, const struct predict *run,
                                    struct provenance *p, struct error *err)
{
    if (!o->provenance)
        return STATUS_OK;
    p->program = program.name;
    p->version = cli_version;
    p->weights = o->weights;
    p->views = o->eight_views ? 8 : 1;
    p->model = run->model;
    p->prior = run->prior;
    return provenance_write(p, o->provenance, err);
}

/* Write the lines, then the provenance, and only then give the lines their name. */
static enum status run(const struct options *o, struct predict *p, struct provenance *made,
                       struct sink *sink, uint64_t *skipped, struct error *err)
{
    if (o->provenance) {
        made->fov = predict_fov(p);
        p->fingerprint = &made->stream;
    }
    enum status s = predict_run(p, skipped, err);
    cli_progress_end();
    if (!s)
        s = check_some(*skipped, stream_count(p->in), err);
    made->skipped = *skipped;
    if (!s)
        s = write_provenance(o, p, made, err);
    if (!s && output_commit(&sink->out, err))
        s = error_prefix(err, "%s", sink->name);
    output_abandon(&sink->out);
    return s;
}

/* From the open stream to the end of the program. */
static int infer(const struct options *o, const struct model *m, struct prior *prior,
                 struct stream_reader *in)
{
    struct error err;
    struct sink sink = {.name = output_name(o->output)};
    struct ids train = {0}, valid = {0};
    struct predict p = {.model = m,
                        .in = in,
                        .jobs = o->jobs,
                        .views = o->eight_views ? 8 : 1,
                        .std = o->std,
                        .any_fov = o->any_fov,
                        .prior = prior,
                        .train = read_ids(&train, o->train),
                        .valid = read_ids(&valid, o->valid),
                        .write = write_lines,
                        .report = warn,
                        .note = note,
                        .progress = cli_stream_progress,
                        .context = &sink};
    uint64_t skipped = 0;
    struct provenance made = {0};
    cli_check_file(output_open(&sink.out, o->output, &err), sink.name, &err);
    enum status s = run(o, &p, &made, &sink, &skipped, &err);
    ids_release(&train);
    ids_release(&valid);
    if (s)
        cli_warn(&err);
    return s ? EXIT_FAILED : skipped ? EXIT_SKIPPED : EXIT_DONE;
}

int main(int argc, char **argv)
{
    struct error err;
    struct options o = {.jobs = thread_available()};
    struct model model;
    struct prior given;
    size_t operands = cli_init(&program, &o, argc, argv);
    check_options(&o, argv + 1, operands);
    o.weights = cli_weights(o.weights);
    if (o.where) {
        printf("%s\n", o.weights);
        return cli_finish_stdout();
    }
    cli_check(model_read(&model, o.weights, &err), &err);
    struct prior *prior = read_prior(&given, &o, &model);
    struct stream_reader *in = cli_open_stream(argv + 1, operands, o.partial);
    int status = infer(&o, &model, prior, in);
    stream_close(in);
    model_release(&model);
    return status;
}
