#include "learn/recipe.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/num.h"
#include "learn/step.h"
#include "net/netspec.h"
#include "stream/record.h"

/* What each preset sets, the default first. A field that is not named is 0. */
static const struct {
    const char *name;
    struct recipe recipe;
} presets[] = {
    {"default",
     {.network = NETSPEC_DEFAULT,
      .batch = 64,
      .learning_rate = 1e-3,
      .learning_rate_end = 1e-5,
      .warmup = 0.02,
      .ema = 0.999,
      .batch_norm = true,
      .label_smoothing = 0.05}},
    {"original",
     {.network = "conv32 pool conv64 pool conv128 pool dense256 dropout0.5 dense128",
      .batch = 64,
      .learning_rate = 1e-3,
      .learning_rate_end = 1e-3}},
};

struct recipe recipe_default(void)
{
    struct recipe o = presets[0].recipe;
    o.shards = 4;
    o.seed = 1;
    return o;
}

bool recipe_preset(struct recipe *o, const char *name)
{
    for (size_t i = 0; i < sizeof presets / sizeof *presets; i++)
        if (strcmp(presets[i].name, name) == 0) {
            struct recipe old = *o;
            *o = presets[i].recipe;
            o->size = old.size;
            o->shards = old.shards;
            o->seed = old.seed;
            o->epochs = old.epochs;
            o->patience = old.patience;
            return true;
        }
    return false;
}

/* ---- options by name ---- */

/* How a field is written: as text, as a whole number, as a number, or as one of two words. */
enum kind { TEXT, WHOLE, REAL, WORD };

/* Every option that the weights depend on, under the name that it has in gz-train(1). */
static const struct field {
    const char *name;
    enum kind kind;
    size_t at; /* const char *, uint64_t, double or bool */
    double least, most;
    const char *word[2]; /* for false and true */
} fields[] = {
#define AT(member) offsetof(struct recipe, member)
    {"network", TEXT, AT(network), 0, 0, {0}},
    {"size", WHOLE, AT(size), 1, RECORD_SIDE_MAX, {0}},
    {"batch", WHOLE, AT(batch), 1, STEP_BATCH_MAX, {0}},
    {"shards", WHOLE, AT(shards), 1, STEP_SHARDS_MAX, {0}},
    {"seed", WHOLE, AT(seed), 0, 0x1p64, {0}},
    {"rate", REAL, AT(learning_rate), 0, 1000, {0}},
    {"rate-end", REAL, AT(learning_rate_end), 0, 1000, {0}},
    {"warmup", REAL, AT(warmup), 0, 0.999, {0}},
    {"weight-decay", REAL, AT(weight_decay), 0, 1000, {0}},
    {"average", REAL, AT(ema), 0, 0.999999, {0}},
    {"smooth", REAL, AT(label_smoothing), 0, 0.999, {0}},
    {"batch-norm", WORD, AT(batch_norm), 0, 0, {"none", "shard"}},
    {"soft", WORD, AT(soft_labels), 0, 0, {"no", "yes"}},
    {"normalise", WORD, AT(per_image), 0, 0, {"mean-std", "per-image"}},
    {"epochs", WHOLE, AT(epochs), 1, UINT32_MAX, {0}},
    {"patience", WHOLE, AT(patience), 1, UINT32_MAX, {0}},
#undef AT
};
enum { FIELDS = sizeof fields / sizeof *fields };

static enum status set_whole(const struct field *f, uint64_t *value, const char *text,
                             struct error *err)
{
    uint64_t most = f->most < 0x1p64 ? (uint64_t)f->most : UINT64_MAX;
    if (num_parse_u64(text, (uint64_t)f->least, most, value))
        return STATUS_OK;
    if (most == UINT64_MAX)
        return error_set(err, STATUS_FORMAT, "%s '%s' is not a whole number from %g", f->name, text,
                         f->least);
    return error_set(err, STATUS_FORMAT, "%s '%s' is not a whole number from %g to %" PRIu64,
                     f->name, text, f->least, most);
}

static enum status set_word(const struct field *f, bool *value, const char *text, struct error *err)
{
    *value = strcmp(text, f->word[1]) == 0;
    if (*value || strcmp(text, f->word[0]) == 0)
        return STATUS_OK;
    return error_set(err, STATUS_FORMAT, "%s '%s' is neither %s nor %s", f->name, text, f->word[1],
                     f->word[0]);
}

static enum status set(const struct field *f, void *value, const char *text, struct error *err)
{
    switch (f->kind) {
    case TEXT: *(const char **)value = text; return STATUS_OK;
    case WHOLE: return set_whole(f, value, text, err);
    case WORD: return set_word(f, value, text, err);
    case REAL: break;
    }
    if (num_parse_real(text, f->least, f->most, value))
        return STATUS_OK;
    return error_set(err, STATUS_FORMAT, "%s '%s' is not a number from %g to %g", f->name, text,
                     f->least, f->most);
}

enum status recipe_set(struct recipe *o, const char *name, const char *text, struct error *err)
{
    for (const struct field *f = fields; f < fields + FIELDS; f++)
        if (strcmp(f->name, name) == 0)
            return set(f, (char *)o + f->at, text, err);
    return error_set(err, STATUS_FORMAT, "there is no option '%s'", name);
}

static enum status store(const struct field *f, const void *value, struct weights *w,
                         struct error *err)
{
    char key[64];
    snprintf(key, sizeof key, "trained.%s", f->name);
    switch (f->kind) {
    case TEXT: return weights_set(w, err, key, "%s", *(const char *const *)value);
    case WHOLE: return weights_set(w, err, key, "%" PRIu64, *(const uint64_t *)value);
    case REAL: return weights_set(w, err, key, "%.17g", *(const double *)value);
    case WORD: break;
    }
    return weights_set(w, err, key, "%s", f->word[*(const bool *)value]);
}

enum status recipe_store(const struct recipe *o, struct weights *w, struct error *err)
{
    enum status status = STATUS_OK;
    for (const struct field *f = fields; f < fields + FIELDS && !status; f++)
        status = store(f, (const char *)o + f->at, w, err);
    return status;
}
