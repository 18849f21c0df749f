#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/num.h"
#include "learn/session_inner.h"
#include "model/weights.h"

/* Parameters, two moments, averaged parameters, the best ones; and the header, with room, also for
   statistics. */
#define CHECKPOINT_MAX (5 * sizeof(float) * NETSPEC_PARAMETERS_MAX + 2 * (size_t)WEIGHTS_HEADER_MAX)

/* ---- from a checkpoint ---- */

static enum status load_block(const struct weights *w, const char *name, float *block, size_t n,
                              struct error *err)
{
    const struct weights_tensor *t = weights_tensor(w, name);
    if (!t || t->size != n)
        return error_set(err, STATUS_FORMAT, "the tensor '%s' is missing or has another size",
                         name);
    memcpy(block, t->value, n * sizeof *block);
    return STATUS_OK;
}

static enum status load_count(const struct weights *w, const char *key, uint64_t *value,
                              struct error *err)
{
    const char *text = weights_metadata(w, key);
    if (!text || !num_parse_u64(text, 0, UINT64_MAX, value))
        return error_set(err, STATUS_FORMAT, "metadata '%s' is missing or unusable", key);
    return STATUS_OK;
}

static enum status load_real(const struct weights *w, const char *key, double *value,
                             struct error *err)
{
    const char *text = weights_metadata(w, key);
    if (!text || !num_parse_real(text, -1e300, 1e300, value))
        return error_set(err, STATUS_FORMAT, "metadata '%s' is missing or unusable", key);
    return STATUS_OK;
}

static enum status load_list(const struct weights *w, const char *key, size_t n, uint64_t *value,
                             struct error *err)
{
    const char *text = weights_metadata(w, key);
    char copy[SESSION_LIST_TEXT], *rest, *word;
    size_t found = 0;
    if (!text || strlen(text) >= sizeof copy)
        return error_set(err, STATUS_FORMAT, "metadata '%s' is missing or unusable", key);
    strcpy(copy, text);
    for (word = strtok_r(copy, " ", &rest); word; word = strtok_r(NULL, " ", &rest), found++)
        if (found < n && !num_parse_u64(word, 0, UINT64_MAX, &value[found]))
            return error_set(err, STATUS_FORMAT, "metadata '%s' is missing or unusable", key);
    if (found != n)
        return error_set(err, STATUS_MISMATCH, "the checkpoint is of %zu streams, not of %zu",
                         found, n);
    return STATUS_OK;
}

/* All that is set in mine must be the same in theirs, which are where. */
static enum status compare(const struct weights *mine, const struct weights *theirs,
                           const char *where, struct error *err)
{
    static const char prefix[] = "trained.";
    for (size_t i = 0; i < mine->entries; i++) {
        const char *key = mine->metadata[i].key, *value = mine->metadata[i].value;
        const char *other = weights_metadata(theirs, key);
        if (strncmp(key, prefix, strlen(prefix)) == 0)
            key += strlen(prefix);
        if (!other || strcmp(other, value) != 0)
            return error_set(err, STATUS_MISMATCH, "%s is '%s' %s, not '%s'", key,
                             other ? other : "missing", where, value);
    }
    return STATUS_OK;
}

/* The options now must be those of the checkpoint. */
static enum status compare_options(const struct session *s, const struct weights *w,
                                   struct error *err)
{
    struct weights *mine = mem_new(1, sizeof *mine, err);
    if (!mine)
        return err->status;
    enum status status = session_store_recipe(s, mine, err);
    if (!status)
        status = compare(mine, w, "in the checkpoint", err);
    weights_release(mine);
    free(mine);
    return status;
}

static enum status load_position(struct session *s, const struct weights *w, struct mark *mark,
                                 struct error *err)
{
    uint64_t correct, stopped, records[TRAIN_SHARDS_MAX], hash[TRAIN_SHARDS_MAX];
    size_t streams = session_streams(s);
    const char *history = weights_metadata(w, "history");
    if (load_count(w, "step", &s->trainer.step, err) ||
        load_list(w, "records", streams, records, err) ||
        load_list(w, "stream", streams, hash, err) || load_count(w, "epoch", &s->at.epoch, err) ||
        load_count(w, "epoch-records", &s->epoch_records, err) ||
        load_real(w, "epoch-loss", &s->epoch_loss, err) || load_real(w, "rate", &s->at.rate, err) ||
        load_count(w, "best-epoch", &s->best_epoch, err) ||
        load_count(w, "best-correct", &correct, err) ||
        load_real(w, "best-loss", &s->best.loss, err) || load_count(w, "waited", &s->waited, err) ||
        load_count(w, "stopped", &stopped, err))
        return err->status;
    for (size_t i = 0; i < streams; i++) {
        mark[i] = (struct mark){records[i], hash[i]};
        s->at.records += records[i];
    }
    s->best.correct = correct;
    s->best.n = s->valid_n;
    s->stopped = stopped;
    return history ? buffer_append(&s->history, history, strlen(history), err)
                   : error_set(err, STATUS_FORMAT, "metadata 'history' is missing");
}

static enum status load_state(struct session *s, const struct weights *w, struct mark *mark,
                              struct error *err)
{
    size_t n = s->model.spec.values;
    const char *format = weights_metadata(w, "format");
    if (!format || strcmp(format, CHECKPOINT_FORMAT) != 0)
        return error_set(err, STATUS_FORMAT, "metadata 'format' is not '%s'", CHECKPOINT_FORMAT);
    if (compare_options(s, w, err) || load_position(s, w, mark, err) ||
        load_block(w, "parameter", s->trainer.parameter, n, err) ||
        load_block(w, "m", s->trainer.m, n, err) || load_block(w, "v", s->trainer.v, n, err) ||
        load_block(w, "best", s->best_parameter, s->model.spec.parameters, err))
        return err->status;
    return s->trainer.averaged ? load_block(w, "average", s->trainer.averaged, n, err) : STATUS_OK;
}

/* ---- what rank 0 has, for all ---- */

/* All names and values of w, each with its NUL: the metadata, an empty name, the tensors. */
static enum status pack(const struct weights *w, struct buffer *text, struct error *err)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < w->entries && !status; i++) {
        const struct weights_metadata *m = &w->metadata[i];
        status = buffer_append(text, m->key, strlen(m->key) + 1, err);
        if (!status)
            status = buffer_append(text, m->value, strlen(m->value) + 1, err);
    }
    if (!status)
        status = buffer_append(text, "", 1, err);
    for (size_t i = 0; i < w->tensors && !status; i++) {
        const struct weights_tensor *t = &w->tensor[i];
        status = buffer_append(text, t->name, strlen(t->name) + 1, err);
        if (!status)
            status = buffer_append(text, &t->size, sizeof t->size, err);
    }
    return status;
}

/* The same names and values again; the tensors' numbers come later. */
static enum status unpack(const struct buffer *text, struct weights *w, struct error *err)
{
    const char *at = text->data, *end = text->data + text->size;
    for (; *at; at += strlen(at) + 1) {
        const char *key = at;
        at += strlen(at) + 1;
        if (weights_set(w, err, key, "%s", at))
            return err->status;
    }
    for (at++; at < end; at += sizeof(size_t)) {
        const char *name = at;
        size_t size;
        at += strlen(at) + 1;
        memcpy(&size, at, sizeof size);
        if (!weights_add(w, name, 1, &size, err))
            return err->status;
    }
    return STATUS_OK;
}

/* Make everybody's weights those of rank 0; elsewhere they are empty yet. */
static enum status share_weights(const struct ranks *k, struct weights *w, struct error *err)
{
    struct partition from_first = partition_to(k, 0, 1);
    struct buffer text = {0};
    enum status status = k->rank ? STATUS_OK : pack(w, &text, err);
    size_t size = text.size;
    ranks_allgather(k, &from_first, sizeof size, &size);
    if (k->rank)
        status = buffer_reserve(&text, size, err);
    status = ranks_agree(k, status, err);
    if (!status) {
        text.size = size;
        from_first = partition_to(k, 0, size);
        ranks_allgather(k, &from_first, 1, text.data);
        status = ranks_agree(k, k->rank ? unpack(&text, w, err) : STATUS_OK, err);
    }
    for (size_t i = 0; i < w->tensors && !status; i++) {
        from_first = partition_to(k, 0, w->tensor[i].size);
        ranks_allgather(k, &from_first, sizeof(float), w->tensor[i].value);
    }
    buffer_release(&text);
    return status;
}

/* What must be the same everywhere: the options, and what the records' kind says. */
static enum status store_kind(const struct session *s, struct weights *w, struct error *err)
{
    const struct netspec *spec = &s->model.spec;
    char classes[RECORD_CLASSES_MAX * (NPY_NAME_MAX + 1)] = "";
    for (size_t k = 0; k < spec->classes; k++) {
        strcat(classes, k ? "," : "");
        strcat(classes, s->model.class[k]);
    }
    if (weights_set(w, err, "classes", "%s", classes) ||
        weights_set(w, err, "input", "%zu,%zu,%zu", spec->shape.height, spec->shape.width,
                    spec->shape.channels))
        return err->status;
    return session_store_recipe(s, w, err);
}

enum status session_compare(struct session *s, struct error *err)
{
    struct weights *w = mem_new(2, sizeof *w, err);
    enum status status = w ? store_kind(s, &w[0], err) : STATUS_MEMORY;
    status = ranks_agree(&s->ranks, status, err);
    if (!status && s->ranks.rank == 0)
        status = store_kind(s, &w[1], err);
    if (!status)
        status = share_weights(&s->ranks, &w[1], err);
    if (!status)
        status = ranks_agree(&s->ranks, compare(&w[0], &w[1], "on rank 0", err), err);
    for (size_t i = 0; w && i < 2; i++)
        weights_release(&w[i]);
    free(w);
    return status;
}

/* Rank 0's checkpoint, for all. Returns where in the streams it was made, too. */
static enum status load_checkpoint(struct session *s, const char *path, struct mark *mark,
                                   struct error *err)
{
    const struct ranks *k = &s->ranks;
    struct weights *w = mem_new(1, sizeof *w, err);
    enum status status = w ? STATUS_OK : STATUS_MEMORY;
    if (!status && k->rank == 0)
        status = weights_read(w, path, CHECKPOINT_MAX, err);
    status = ranks_agree(k, status, err);
    if (!status)
        status = share_weights(k, w, err);
    if (!status) {
        if (load_state(s, w, mark, err))
            status = k->rank ? err->status : error_prefix(err, "%s", path);
        status = ranks_agree(k, status, err);
    }
    if (w)
        weights_release(w);
    free(w);
    return status;
}

enum status session_resume(struct session *s, const char *path, struct error *err)
{
    const struct ranks *k = &s->ranks;
    struct mark mark[TRAIN_SHARDS_MAX];
    struct partition from_first = partition_to(k, 0, 1);
    bool wanted = path, other = false;
    ranks_allgather(k, &from_first, sizeof wanted, &wanted);
    if (!wanted)
        return STATUS_OK;
    if (load_checkpoint(s, path, mark, err))
        return err->status;
    enum status status = STATUS_OK;
    for (size_t i = 0; i < s->feeds && !status; i++) {
        const struct mark *want = &mark[s->streams.first[k->rank] + i];
        struct feed *f = &s->feed[i];
        status = feed_skip(f, want->records, err);
        other = status == STATUS_END || (!status && f->at.hash != want->hash);
        if (other)
            status = error_set(err, STATUS_MISMATCH,
                               "%s: the stream is not the one that the checkpoint was made on",
                               k->rank ? stream_name(f->in) : path);
    }
    s->epoch_start = session_now();
    return ranks_agree(k, status, err);
}
