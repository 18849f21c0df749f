#include "learn/training.h"

#include "base/file.h"
#include "net/gemm.h"
#include "net/netspec.h"

struct inputs {
    struct stream_reader *in[TRAIN_SHARDS_MAX], *valid;
    size_t n;
    uint64_t expected; /* records to come; 0: unknown */
};

static enum status open_streams(const struct training *t, char *const *path, size_t paths,
                                struct inputs *in, struct error *err)
{
    size_t each = t->interleave && paths ? 1 : paths;
    if (each && paths / each > TRAIN_SHARDS_MAX)
        return error_set(err, STATUS_LIMIT, "more than %d streams", TRAIN_SHARDS_MAX);
    for (; in->n == 0 || in->n * each < paths; in->n++)
        if (!(in->in[in->n] = stream_open(path + in->n * each, each, t->partial, err)))
            return err->status;
    return STATUS_OK;
}

/* Nobody waits for a training whose end can't be written: that comes first. */
static enum status open_all(const struct training *t, const struct ranks *k, char *const *path,
                            size_t paths, struct inputs *in, struct error *err)
{
    enum status status = STATUS_OK;
    if (k->rank == 0 && output_check(t->output, err))
        status = error_prefix(err, "%s", t->output);
    if (ranks_agree(k, status, err))
        return err->status;
    status = open_streams(t, path, paths, in, err);
    if (!status && t->valid && k->rank == 0 && !(in->valid = stream_open(&t->valid, 1, false, err)))
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

/* What is kept on the way. */
static enum status keep(const struct training *t, struct session *s, bool checkpoint,
                        struct error *err)
{
    if (s->due && session_write_history(s, t->log, err))
        return err->status;
    return checkpoint ? session_checkpoint(s, t->checkpoint, err) : STATUS_OK;
}

/* Step by step to the end of the streams, or to a wish for it. */
static enum status run(const struct training *t, struct session *s, uint64_t expected,
                       struct error *err)
{
    struct partition from_first = partition_to(&s->ranks, 0, 1);
    bool checkpoints = t->checkpoint, over;
    enum status status;
    ranks_allgather(&s->ranks, &from_first, sizeof checkpoints, &checkpoints);
    do {
        status = session_step(s, err);
        if (status == STATUS_INTERRUPTED)
            status = STATUS_OK;
        if (status && status != STATUS_END && status != STATUS_INCOMPLETE)
            break;
        if (t->progress)
            t->progress(s->at.records, expected);
        if (t->report && s->due)
            t->report(&s->report);
        over = status || s->wish.end;
        /* A signal to all programs of a pipeline ends its stream, too: then as well there is a
           checkpoint of the last step. */
        bool checkpoint = checkpoints && (s->due || over || s->wish.checkpoint);
        struct error failure;
        if (keep(t, s, checkpoint, &failure))
            return (*err = failure).status;
    } while (!over);
    return status;
}

/* The weights, with a temperature where there is something to fit it on. */
static enum status finish(const struct training *t, struct session *s, struct error *err)
{
    struct calibration c;
    if (session_calibrate(s, &c, err) || session_write(s, t->output, t->version, err))
        return err->status;
    if (t->calibrated && s->valid_n)
        t->calibrated(&c);
    return STATUS_OK;
}

/* From a session at its beginning to the weights. */
static enum status train(const struct training *t, struct session *s, const struct inputs *in,
                         struct error *err)
{
    if (session_resume(s, t->resume, err) ||
        ranks_agree(&s->ranks, gemm_check_memory(s->o.jobs, err), err))
        return err->status;
    for (size_t i = 0; i < in->n; i++)
        stream_watch(in->in[i], t->wake);
    s->ask = t->ask;
    if (t->ask)
        t->heed(true);
    enum status status = run(t, s, in->expected, err);
    if (t->ask)
        t->heed(false);
    if (s->wish.end)
        return STATUS_OK;
    if (status != STATUS_END)
        return status;
    if (s->at.records == 0)
        return error_set(err, STATUS_INCOMPLETE, "%s: no records to learn from",
                         stream_name(in->in[0]));
    return finish(t, s, err);
}

enum status training_run(const struct training *t, const struct ranks *k, char *const *path,
                         size_t paths, int *end, struct error *err)
{
    struct inputs in = {.n = 0};
    struct session s;
    enum status status = open_all(t, k, path, paths, &in, err);
    *end = 0;
    if (!status)
        status = session_init(&s, &t->session, k, in.in, in.n, in.valid, err);
    if (!status) {
        status = train(t, &s, &in, err);
        *end = s.wish.end;
        session_release(&s);
    }
    close_all(&in);
    return status;
}

enum status training_describe(const struct training *t, char *const *path, size_t paths,
                              struct buffer *table, struct error *err)
{
    struct record_type type = {.shape.height = 64, .shape.width = 64, .shape.channels = 1};
    struct netspec spec;
    if (paths) {
        struct stream_reader *in = stream_open(path, paths, t->partial, err);
        if (!in)
            return err->status;
        type = *stream_type(in);
        stream_close(in);
    }
    size_t size = t->session.size, classes = type.classes ? type.classes : 3;
    if (netspec_parse(&spec, t->session.network, size ? size : type.shape.height,
                      size ? size : type.shape.width, type.shape.channels, classes, err))
        return err->status;
    return netspec_describe(&spec, table, err);
}
