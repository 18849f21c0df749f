#include "learn/recipe.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

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
      .muon = true,
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
            o->labels_from = old.labels_from;
            o->init = old.init;
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

#undef OPTION_STRUCT
#define OPTION_STRUCT struct recipe

const struct option_spec recipe_options[] = {
    {0, "network", "SPEC", "layers (default: " NETSPEC_DEFAULT ")", OPTION_TEXT(network)},
    {0, "init", "FILE", "begin with the layers of these weights, without --batch-norm",
     OPTION_FILE(init), .files = "safetensors"},
    {0, "labels-from", "TEXT", "say in the weights where the labels are from",
     OPTION_TEXT(labels_from)},
    {0, "size", "N", "use the central N x N pixels (default: all)",
     OPTION_WHOLE(size, 1, RECORD_SIDE_MAX)},
    {'b', "batch", "N", "records a step (default: 64)", OPTION_WHOLE(batch, 1, STEP_BATCH_MAX)},
    {0, "shards", "N", "parts of a batch that threads share (default: 4)",
     OPTION_WHOLE(shards, 1, STEP_SHARDS_MAX)},
    {0, "seed", "SEED", "of the first weights and of dropout (default: 1)",
     OPTION_WHOLE(seed, 0, UINT64_MAX)},
    {0, "learning-rate", "RATE", "learning rate at its peak (default: 0.001)",
     OPTION_REAL(learning_rate, 0, 1000)},
    {0, "learning-rate-end", "RATE", "learning rate at the end (default: 0.00001)",
     OPTION_REAL(learning_rate_end, 0, 1000)},
    {0, "warmup", "SHARE", "of training in which the learning rate grows (default: 0.02)",
     OPTION_REAL(warmup, 0, 0.999)},
    {0, "optimiser", "NAME", "muon, with adam for a part of the weights, or adam (default: muon)",
     OPTION_WORD(muon, "adam", "muon")},
    {0, "weight-decay", "X", "decoupled weight decay (default: 0)",
     OPTION_REAL(weight_decay, 0, 1000)},
    {0, "ema", "DECAY", "average the weights over about 1 / (1 - DECAY) steps (default: 0.999)",
     OPTION_REAL(ema, 0, 0.999999)},
    {0, "label-smoothing", "SHARE", "of each target that all classes share evenly (default: 0.05)",
     OPTION_REAL(label_smoothing, 0, 0.999)},
    {0, "batch-norm", "HOW", "of convolutions: shard or none (default: shard)",
     OPTION_WORD(batch_norm, "none", "shard")},
    {0, "soft-labels", NULL, "learn the shares of votes, not the class with most",
     OPTION_FLAG(soft_labels)},
    {0, "normalise", "HOW", "mean-std or per-image (default: mean-std)",
     OPTION_WORD(per_image, "mean-std", "per-image")},
    {'e', "epochs", "N", "epochs to come, where the stream itself doesn't say",
     OPTION_WHOLE(epochs, 1, UINT32_MAX)},
    {0, "patience", "N", "stop after N epochs in a row that were no better",
     OPTION_WHOLE(patience, 1, UINT32_MAX)},
    {.kind = OPTION_END},
};

static enum status store(const struct option_spec *o, const void *member, struct weights *w,
                         struct error *err)
{
    char key[64];
    snprintf(key, sizeof key, "trained.%s", o->name);
    switch (o->kind) {
    case OPTION_WHOLE: return weights_set(w, err, key, "%" PRIu64, *(const uint64_t *)member);
    case OPTION_REAL: return weights_set(w, err, key, "%.17g", *(const double *)member);
    case OPTION_FLAG: return weights_set(w, err, key, "%s", *(const bool *)member ? "yes" : "no");
    case OPTION_WORD: return weights_set(w, err, key, "%s", o->word[*(const bool *)member]);
    default: break;
    }
    const char *text = *(const char *const *)member;
    const char *slash = o->kind == OPTION_FILE && text ? strrchr(text, '/') : NULL;
    return text ? weights_set(w, err, key, "%s", slash ? slash + 1 : text) : STATUS_OK;
}

enum status recipe_store(const struct recipe *o, struct weights *w, struct error *err)
{
    enum status status = STATUS_OK;
    for (const struct option_spec *f = recipe_options; f->kind != OPTION_END && !status; f++)
        status = store(f, (const char *)o + f->at, w, err);
    return status;
}
