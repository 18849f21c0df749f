#include "learn/run.h"

#include "base/file.h"
#include "learn/advance.h"
#include "learn/checkpoint.h"
#include "net/gemm.h"
#include "net/netspec.h"

struct inputs {
    struct stream_reader *in[STEP_SHARDS_MAX], *valid;
    size_t n;
    uint64_t expected; /* records to come; 0: unknown */
};

static enum status open_streams(const struct run *r, char *const *path, size_t paths,
                                struct inputs *in, struct error *err)
{
    size_t each = r->interleave && paths ? 1 : paths;
    if (each && paths / each > STEP_SHARDS_MAX)
        return error_set(err, STATUS_LIMIT, "more than %d streams", STEP_SHARDS_MAX);
    for (; in->n == 0 || in->n * each < paths; in->n++)
        if (!(in->in[in->n] = stream_open(path + in->n * each, each, r->partial, err)))
            return err->status;
    return STATUS_OK;
}

/* That the output can be written is checked first, so that nobody waits for a run in vain. */
static enum status open_all(const struct run *r, const struct ranks *k, char *const *path,
                            size_t paths, struct inputs *in, struct error *err)
{
    enum status status = STATUS_OK;
    if (k->rank == 0 && output_check(r->output, err))
        status = error_prefix(err, "%s", r->output);
    if (ranks_agree(k, status, err))
        return err->status;
    status = open_streams(r, path, paths, in, err);
    if (!status && r->valid && k->rank == 0 && !(in->valid = stream_open(&r->valid, 1, false, err)))
        status = err->status;
    in->expected = k->count == 1 && in->n == 1 && !status ? stream_expected(in->in[0]) : 0;
    return ranks_agree(k, status, err);
}

static void close_all(struct inputs *in)
{
    for (size_t i = 0; i < in->n; i++)
        stream_close(in->in[i]);
    stream_close(in->valid);
}

/* Keep the history, on rank 0, and a checkpoint where one is wanted. */
static enum status keep(const struct run *r, struct state *s, bool checkpoint, struct error *err)
{
    enum status status = STATUS_OK;
    if (s->report_due && r->log && s->ranks.rank == 0)
        status = history_write(&s->history, r->log, err);
    status = s->report_due ? ranks_agree(&s->ranks, status, err) : STATUS_OK;
    if (status)
        return status;
    return checkpoint ? checkpoint_write(s, r->checkpoint, err) : STATUS_OK;
}

/* Step by step to the end of the streams, or to a request for the end. */
static enum status advance_to_end(const struct run *r, struct state *s, uint64_t expected,
                                  struct error *err)
{
    struct partition from_zero = partition_to(&s->ranks, 0, 1);
    bool checkpoints = r->checkpoint, over;
    enum status status;
    ranks_allgather(&s->ranks, &from_zero, sizeof checkpoints, &checkpoints);
    do {
        status = advance(s, err);
        if (status == STATUS_INTERRUPTED)
            status = STATUS_OK;
        if (status && status != STATUS_END && status != STATUS_INCOMPLETE)
            break;
        if (r->progress)
            r->progress(s->records, expected);
        if (r->report && s->report_due)
            r->report(&s->report);
        over = status || s->request.end;
        /* A signal to all programs of a pipeline cuts off the stream as well, so an incomplete
           stream ends with a checkpoint, too. */
        bool checkpoint = checkpoints && (s->report_due || over || s->request.checkpoint);
        struct error failure;
        if (keep(r, s, checkpoint, &failure))
            return (*err = failure).status;
    } while (!over);
    return status;
}

/* Write the weights, with a temperature where there is a validation set to fit it on. */
static enum status finish(const struct run *r, struct state *s, struct error *err)
{
    struct calibration c;
    if (result_calibrate(s, &c, err) || result_write(s, r->output, r->version, err))
        return err->status;
    if (r->note && s->model.fov <= 0)
        r->note("the records don't say how much of the sky they show (there is no field fov), so "
                "the weights don't");
    if (r->calibrated && s->validation.n)
        r->calibrated(&c);
    return STATUS_OK;
}

/* From a state at its beginning to the weights. */
static enum status train(const struct run *r, struct state *s, const struct inputs *in,
                         struct error *err)
{
    if (checkpoint_resume(s, r->resume, err) ||
        ranks_agree(&s->ranks, gemm_init(s->jobs, err), err))
        return err->status;
    for (size_t i = 0; i < in->n; i++)
        stream_watch(in->in[i], r->wake);
    s->poll = r->poll;
    if (r->poll)
        r->catch_signals(true);
    enum status status = advance_to_end(r, s, in->expected, err);
    if (r->poll)
        r->catch_signals(false);
    /* A stream that ends with the job that is to end is no error, but a lost checkpoint is. */
    if (s->request.end && (!status || status == STATUS_END || status == STATUS_INCOMPLETE))
        return STATUS_OK;
    if (status != STATUS_END)
        return status;
    if (s->records == 0)
        return error_set(err, STATUS_INCOMPLETE, "%s: no records to learn from",
                         stream_name(in->in[0]));
    return finish(r, s, err);
}

enum status run_train(const struct run *r, const struct ranks *k, char *const *path, size_t paths,
                      int *end, struct error *err)
{
    struct inputs in = {.n = 0};
    struct state s;
    enum status status = open_all(r, k, path, paths, &in, err);
    *end = 0;
    if (!status)
        status = state_init(&s, &r->recipe, r->jobs, k, in.in, in.n, in.valid, err);
    if (!status) {
        status = train(r, &s, &in, err);
        *end = s.request.end;
        state_release(&s);
    }
    close_all(&in);
    return status;
}

enum status run_describe(const struct run *r, char *const *path, size_t paths, struct buffer *out,
                         struct error *err)
{
    struct record_type type = {.shape = {64, 64, 1}};
    struct netspec spec;
    size_t size = r->recipe.size;
    if (paths) {
        struct stream_reader *in = stream_open(path, paths, r->partial, err);
        if (!in)
            return err->status;
        type = *stream_type(in);
        size = size ? size : record_square(&type, stream_first(in));
        stream_close(in);
    }
    size_t classes = type.classes ? type.classes : 3;
    if (netspec_parse(&spec, r->recipe.network, size ? size : type.shape.height,
                      size ? size : type.shape.width, type.shape.channels, classes, err))
        return err->status;
    return netspec_describe(&spec, out, err);
}
