#include "learn/agreement.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "learn/ranks.h"

enum status agreement_check(const struct weights *mine, const struct weights *theirs,
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

/* ---- what rank 0 has, for all ---- */

/* Append to text the keys and values of the metadata, an empty key, then the names and sizes of the
   tensors. Each string ends with its NUL. */
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

/* Make the metadata and the tensors again, whose values come later. */
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

enum status agreement_broadcast(const struct ranks *k, struct weights *w, struct error *err)
{
    struct partition from_zero = partition_to(k, 0, 1);
    struct buffer text = {0};
    enum status status = k->rank ? STATUS_OK : pack(w, &text, err);
    size_t size = text.size;
    ranks_allgather(k, &from_zero, sizeof size, &size);
    if (k->rank)
        status = buffer_reserve(&text, size, err);
    status = ranks_agree(k, status, err);
    if (!status) {
        text.size = size;
        from_zero = partition_to(k, 0, size);
        ranks_allgather(k, &from_zero, 1, text.data);
        status = ranks_agree(k, k->rank ? unpack(&text, w, err) : STATUS_OK, err);
    }
    for (size_t i = 0; i < w->tensors && !status; i++) {
        from_zero = partition_to(k, 0, w->tensor[i].size);
        ranks_allgather(k, &from_zero, sizeof(float), w->tensor[i].value);
    }
    buffer_release(&text);
    return status;
}

/* Copy the metadata of one into another, which is empty. */
static enum status copy_metadata(const struct weights *from, struct weights *to, struct error *err)
{
    for (size_t i = 0; i < from->entries; i++)
        if (weights_set(to, err, from->metadata[i].key, "%s", from->metadata[i].value))
            return err->status;
    return STATUS_OK;
}

enum status agreement_check_ranks(const struct ranks *k, const struct weights *mine,
                                  struct error *err)
{
    struct weights *theirs = weights_new(err);
    enum status status = theirs ? STATUS_OK : STATUS_MEMORY;
    if (!status && k->rank == 0)
        status = copy_metadata(mine, theirs, err);
    status = ranks_agree(k, status, err);
    if (!status)
        status = agreement_broadcast(k, theirs, err);
    if (!status)
        status = ranks_agree(k, agreement_check(mine, theirs, "on rank 0", err), err);
    weights_free(theirs);
    return status;
}
