#include "learn/checkpoint.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/num.h"
#include "learn/agreement.h"

#define CHECKPOINT_KIND   "gz-checkpoint "
#define CHECKPOINT_FORMAT CHECKPOINT_KIND "6"

/* Parameters, two moments, averaged and kept parameters; and the header, with room to spare. */
#define CHECKPOINT_MAX (5 * sizeof(float) * NETSPEC_PARAMETERS_MAX + 2 * (size_t)WEIGHTS_HEADER_MAX)

/* Bytes that a number for each stream takes at most, as text with spaces between. */
enum { LIST_TEXT = STEP_SHARDS_MAX * 21 };

/* ---- one field, from the state to the file or back ---- */

/* The file's side of a field, and which way it goes. */
struct field {
    struct weights *w;
    bool reading;
};

static enum status count(struct field *t, const char *key, uint64_t *value, struct error *err)
{
    if (!t->reading)
        return weights_set(t->w, err, key, "%" PRIu64, *value);
    const char *text = weights_metadata(t->w, key);
    return text && num_parse_u64(text, 0, UINT64_MAX, value) ? STATUS_OK
                                                             : weights_unusable(key, err);
}

static enum status real(struct field *t, const char *key, double *value, struct error *err)
{
    if (!t->reading)
        return weights_set(t->w, err, key, "%.17g", *value);
    const char *text = weights_metadata(t->w, key);
    return text && num_parse_real(text, -1e300, 1e300, value) ? STATUS_OK
                                                              : weights_unusable(key, err);
}

static enum status write_list(struct weights *w, const char *key, size_t n, const uint64_t *value,
                              struct error *err)
{
    char text[LIST_TEXT];
    int used = 0;
    for (size_t i = 0; i < n; i++)
        used +=
            snprintf(text + used, sizeof text - (size_t)used, "%s%" PRIu64, i ? " " : "", value[i]);
    return weights_set(w, err, key, "%s", text);
}

/* A number for each of n streams. */
static enum status list(struct field *t, const char *key, size_t n, uint64_t *value,
                        struct error *err)
{
    char copy[LIST_TEXT], *rest, *word;
    size_t found = 0;
    if (!t->reading)
        return write_list(t->w, key, n, value, err);
    const char *text = weights_metadata(t->w, key);
    if (!text || strlen(text) >= sizeof copy)
        return weights_unusable(key, err);
    strcpy(copy, text);
    for (word = strtok_r(copy, " ", &rest); word; word = strtok_r(NULL, " ", &rest), found++)
        if (found < n && !num_parse_u64(word, 0, UINT64_MAX, &value[found]))
            return weights_unusable(key, err);
    if (found != n)
        return error_set(err, STATUS_MISMATCH, "the checkpoint is of %zu streams, not of %zu",
                         found, n);
    return STATUS_OK;
}

static enum status rows(struct field *t, const char *key, struct buffer *b, struct error *err)
{
    if (!t->reading)
        return weights_set(t->w, err, key, "%.*s", (int)b->size, b->data ? b->data : "");
    const char *text = weights_metadata(t->w, key);
    return text ? buffer_append(b, text, strlen(text), err) : weights_unusable(key, err);
}

/* n floats; NULL where the run has no such block. */
static enum status block(struct field *t, const char *name, float *values, size_t n,
                         struct error *err)
{
    if (!values)
        return STATUS_OK;
    if (!t->reading) {
        float *copy = weights_add(t->w, name, 1, &n, err);
        if (copy)
            memcpy(copy, values, n * sizeof *copy);
        return copy ? STATUS_OK : err->status;
    }
    const struct weights_tensor *tensor = weights_tensor(t->w, name);
    if (!tensor || tensor->size != n)
        return error_set(err, STATUS_FORMAT, "the tensor '%s' is missing or has another size",
                         name);
    memcpy(values, tensor->value, n * sizeof *values);
    return STATUS_OK;
}

/* ---- all fields ---- */

/* What a run is resumed with, besides its description: this list serves writing and reading. at has
   the position in each stream, of all ranks. */
static enum status each_field(struct field *t, struct state *s, struct stream_position *at,
                              struct error *err)
{
    uint64_t records[STEP_SHARDS_MAX], hash[STEP_SHARDS_MAX];
    uint64_t correct = s->kept.correct, stopped = s->stopped;
    size_t streams = state_streams(s), n = s->model.spec.block_size;
    for (size_t i = 0; i < streams; i++) {
        records[i] = at[i].records;
        hash[i] = at[i].hash;
    }
    if (count(t, "step", &s->step.count, err) || list(t, "records", streams, records, err) ||
        list(t, "stream", streams, hash, err) || count(t, "epoch", &s->epoch, err) ||
        count(t, "epoch-records", &s->epoch_records, err) ||
        real(t, "epoch-loss", &s->epoch_loss, err) ||
        real(t, "learning-rate", &s->learning_rate, err) ||
        count(t, "kept-epoch", &s->kept_epoch, err) || count(t, "kept-correct", &correct, err) ||
        real(t, "kept-loss", &s->kept.loss, err) || count(t, "waited", &s->waited, err) ||
        count(t, "stopped", &stopped, err) || rows(t, "history", &s->history, err) ||
        block(t, "parameter", s->step.parameter, n, err) || block(t, "m", s->step.m, n, err) ||
        block(t, "v", s->step.v, n, err) || block(t, "averaged", s->step.averaged, n, err) ||
        block(t, "kept", s->kept_parameter, s->model.spec.parameters, err))
        return err->status;
    s->kept.correct = correct;
    s->kept.n = s->validation.n;
    s->stopped = stopped;
    s->records = 0;
    for (size_t i = 0; i < streams; i++) {
        at[i] = (struct stream_position){.records = records[i], .hash = hash[i]};
        s->records += records[i];
    }
    return STATUS_OK;
}

/* ---- writing ---- */

static enum status write_file(struct state *s, struct stream_position *at, const char *path,
                              struct error *err)
{
    struct weights *w = weights_new(err);
    struct field to = {.w = w};
    if (!w)
        return err->status;
    enum status status = weights_set(w, err, "format", "%s", CHECKPOINT_FORMAT);
    if (!status)
        status = state_describe(s, w, err);
    if (!status)
        status = each_field(&to, s, at, err);
    if (!status)
        status = weights_write(w, path, err);
    weights_free(w);
    return status;
}

enum status checkpoint_write(struct state *s, const char *path, struct error *err)
{
    struct stream_position at[STEP_SHARDS_MAX];
    state_positions(s, at);
    state_gather(s, s->step.m);
    state_gather(s, s->step.v);
    if (s->step.averaged)
        state_gather(s, s->step.averaged);
    enum status status = s->ranks.rank == 0 ? write_file(s, at, path, err) : STATUS_OK;
    return ranks_agree(&s->ranks, status, err);
}

/* ---- resuming ---- */

/* The options now must be those of the checkpoint. */
static enum status check_description(const struct state *s, const struct weights *w,
                                     struct error *err)
{
    struct weights *mine = weights_new(err);
    if (!mine)
        return err->status;
    enum status status = state_describe(s, mine, err);
    if (!status)
        status = agreement_check(mine, w, "in the checkpoint", err);
    weights_free(mine);
    return status;
}

/* Names of options and metadata change with the format, so no other one is read. */
static enum status check_format(const struct weights *w, struct error *err)
{
    const char *format = weights_metadata(w, "format");
    if (format && strcmp(format, CHECKPOINT_FORMAT) == 0)
        return STATUS_OK;
    if (format && strncmp(format, CHECKPOINT_KIND, strlen(CHECKPOINT_KIND)) == 0)
        return error_set(err, STATUS_FORMAT,
                         "this checkpoint has the format '%.40s' of another version of gz-train, "
                         "and only that one can resume it; this version's is '%s'",
                         format, CHECKPOINT_FORMAT);
    return error_set(err, STATUS_FORMAT, "metadata 'format' is not '%s'", CHECKPOINT_FORMAT);
}

static enum status load(struct state *s, struct weights *w, struct stream_position *at,
                        struct error *err)
{
    struct field from = {.w = w, .reading = true};
    if (check_format(w, err) || check_description(s, w, err))
        return err->status;
    return each_field(&from, s, at, err);
}

/* Read rank 0's checkpoint into the state of every rank. */
static enum status read_file(struct state *s, const char *path, struct stream_position *at,
                             struct error *err)
{
    const struct ranks *k = &s->ranks;
    struct weights *w = weights_new(err);
    enum status status = w ? STATUS_OK : STATUS_MEMORY;
    if (!status && k->rank == 0)
        status = weights_read(w, path, CHECKPOINT_MAX, err);
    status = ranks_agree(k, status, err);
    if (!status)
        status = agreement_broadcast(k, w, err);
    if (!status) {
        status = load(s, w, at, err);
        if (status && k->rank == 0)
            error_prefix(err, "%s", path);
        status = ranks_agree(k, status, err);
    }
    weights_free(w);
    return status;
}

enum status checkpoint_resume(struct state *s, const char *path, struct error *err)
{
    const struct ranks *k = &s->ranks;
    struct stream_position at[STEP_SHARDS_MAX] = {{0}};
    struct partition from_zero = partition_to(k, 0, 1);
    bool wanted = path;
    ranks_allgather(k, &from_zero, sizeof wanted, &wanted);
    if (!wanted)
        return STATUS_OK;
    if (read_file(s, path, at, err))
        return err->status;
    enum status status = STATUS_OK;
    for (size_t i = 0; i < s->feeds && !status; i++) {
        const struct stream_position *want = &at[state_first_stream(s) + i];
        struct feed *f = &s->feed[i];
        status = feed_skip(f, want->records, err);
        if (status == STATUS_END || (!status && f->used.hash != want->hash))
            status =
                error_set(err, STATUS_MISMATCH,
                          "%s: the stream is not the one that the checkpoint was made on (other "
                          "galaxies, views, or number of epochs)",
                          k->rank ? stream_name(f->in) : path);
    }
    s->epoch_start = clock_seconds();
    return ranks_agree(k, status, err);
}
