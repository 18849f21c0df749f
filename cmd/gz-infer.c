/*
 * gz-infer - class probabilities, one line a galaxy
 */
#include <string.h>

#include "cli.h"
#include "base/file.h"
#include "model/predict.h"
#include "base/thread.h"

static const char usage[] =
    "usage: gz-infer [-qV] [-j N] [-o FILE] [-v N] [--partial] [--spread] -w FILE [FILE ...]\n"
    "\n"
    "Apply trained weights to the pictures of a stream.\n"
    "\n"
    "  -h, --help            show this help\n"
    "  -j, --jobs N          use N threads (default: all processors)\n"
    "  -o, --output FILE     write to FILE\n"
    "      --partial         the input is a fragment: don't check that it is complete\n"
    "  -q, --quiet           no progress\n"
    "      --spread          add a column: the standard deviation over the views\n"
    "  -v, --views N         average over N views of each galaxy, 1 or 8 (default: 1)\n"
    "  -V, --version         show the version\n"
    "  -w, --weights FILE    the weights, as gz-train writes them\n";

struct options {
    const char *weights, *output;
    unsigned jobs, views;
    bool partial, spread;
};

enum { PARTIAL = CLI_LONG, SPREAD };

static struct options parse_options(int argc, char **argv)
{
    static const struct option table[] = {{"jobs", required_argument, NULL, 'j'},
                                          {"output", required_argument, NULL, 'o'},
                                          {"partial", no_argument, NULL, PARTIAL},
                                          {"spread", no_argument, NULL, SPREAD},
                                          {"views", required_argument, NULL, 'v'},
                                          {"weights", required_argument, NULL, 'w'},
                                          CLI_OPTIONS};
    struct options o = {.jobs = thread_available(), .views = 1};
    int c;
    while ((c = cli_next_option(argc, argv, "j:o:v:w:", table)) != -1)
        switch (c) {
        case 'j': o.jobs = cli_jobs(optarg); break;
        case 'o': o.output = optarg; break;
        case PARTIAL: o.partial = true; break;
        case SPREAD: o.spread = true; break;
        case 'v':
            o.views = (unsigned)cli_number("--views", optarg, 1, 8);
            cli_require(o.views == 1 || o.views == 8, "--views '%s' is neither 1 nor 8", optarg);
            break;
        case 'w': o.weights = optarg; break;
        }
    cli_require(o.weights, "there is no --weights FILE (see gz-infer -h)");
    cli_require(!o.spread || o.views == 8, "--spread needs --views 8");
    return o;
}

struct sink {
    struct output out;
    const char *name; /* of the output, for messages */
    uint64_t expected;
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

static void show_progress(void *context, uint64_t records)
{
    cli_progress(records, ((const struct sink *)context)->expected);
}

int main(int argc, char **argv)
{
    cli_init("gz-infer", usage);
    struct error err;
    struct options o = parse_options(argc, argv);
    struct model model;
    struct sink sink;
    cli_check(model_read(&model, o.weights, &err), &err);
    struct stream_reader *in = cli_open_stream(argc, argv, o.partial);
    sink.expected = stream_expected(in);
    sink.name = o.output && strcmp(o.output, "-") != 0 ? o.output : "standard output";
    if (output_open(&sink.out, o.output, &err)) {
        error_prefix(&err, "%s", sink.name);
        cli_die(&err);
    }
    struct predict p = {&model,      in,   o.jobs,        o.views, o.spread,
                        write_lines, warn, show_progress, &sink};
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
