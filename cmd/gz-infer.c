/*
 * gz-infer - class probabilities, one line a galaxy
 */
#include <string.h>

#include "cli.h"
#include "base/file.h"
#include "model/predict.h"
#include "base/thread.h"

struct options {
    const char *weights, *output;
    unsigned jobs;
    bool eight_views, partial, std;
};

static const struct option_spec options[] = {
    {OPTIONS_JOBS(jobs)},
    {OPTIONS_OUTPUT(output, "write to FILE")},
    {OPTIONS_PARTIAL(partial)},
    {0, "std", NULL, "add a column: the standard deviation over the views", OPTION_FLAG(std)},
    {0, "views", "N", "average over N views of each galaxy, 1 or 8 (default: 1)",
     OPTION_WORD(eight_views, "1", "8")},
    {'w', "weights", "FILE", "the weights, as gz-train writes them", OPTION_FILE(weights),
     .required = true},
    {0, "spread", NULL, "--std", .kind = OPTION_OLD},
    {'v', NULL, NULL, "--views", .kind = OPTION_OLD},
    {.kind = OPTION_END},
};

static const struct program program = {"gz-infer", "[FILE ...]", options,
                                       "Apply trained weights to the pictures of a stream."};

struct sink {
    struct output out;
    const char *name; /* of the output, for messages */
};

static enum status write_lines(void *context, const void *text, size_t bytes, struct error *err)
{
    const struct sink *s = context;
    if (file_write(s->out.fd, text, bytes, err))
        return error_prefix(err, "%s", s->name);
    return STATUS_OK;
}

static void warn(void *context, const struct error *err)
{
    (void)context;
    cli_warn(err);
}

int main(int argc, char **argv)
{
    struct error err;
    struct options o = {.jobs = thread_available()};
    size_t operands = cli_init(&program, &o, argc, argv);
    cli_require(!o.std || o.eight_views, "--std needs --views 8");
    struct model model;
    struct sink sink = {.name = cli_output_name(o.output)};
    cli_check(model_read(&model, o.weights, &err), &err);
    struct stream_reader *in = cli_open_stream(argv + 1, operands, o.partial);
    cli_check_file(output_open(&sink.out, o.output, &err), sink.name, &err);
    struct predict p = {&model, in,          o.jobs, o.eight_views ? 8 : 1,
                        o.std,  write_lines, warn,   cli_stream_progress,
                        &sink};
    uint64_t skipped = 0;
    enum status s = predict_run(&p, &skipped, &err);
    cli_progress_end();
    if (!s && output_commit(&sink.out, &err))
        s = error_prefix(&err, "%s", sink.name);
    output_abandon(&sink.out);
    stream_close(in);
    model_release(&model);
    if (s)
        cli_warn(&err);
    return s ? EXIT_FAILED : skipped ? EXIT_SKIPPED : EXIT_DONE;
}
