#include "base/option.h"

#include <inttypes.h>
#include <string.h>

#include "base/num.h"

static enum status set_whole(const struct option_spec *o, void *member, const char *text,
                             struct error *err)
{
    uint64_t value;
    if (num_parse_u64(text, o->least, o->most, &value)) {
        unsigned small = (unsigned)value;
        memcpy(member, o->size == sizeof small ? (void *)&small : &value, o->size);
        return STATUS_OK;
    }
    if (o->most == UINT64_MAX)
        return error_set(err, STATUS_FORMAT, "--%s '%s' is not a whole number from %" PRIu64,
                         o->name, text, o->least);
    return error_set(err, STATUS_FORMAT,
                     "--%s '%s' is not a whole number from %" PRIu64 " to %" PRIu64, o->name, text,
                     o->least, o->most);
}

static enum status set_real(const struct option_spec *o, double *member, const char *text,
                            struct error *err)
{
    if (num_parse_real(text, o->low, o->high, member))
        return STATUS_OK;
    return error_set(err, STATUS_FORMAT, "--%s '%s' is not a number from %g to %g", o->name, text,
                     o->low, o->high);
}

static enum status set_word(const struct option_spec *o, bool *member, const char *text,
                            struct error *err)
{
    if (strcmp(text, o->word[0]) != 0 && strcmp(text, o->word[1]) != 0)
        return error_set(err, STATUS_FORMAT, "--%s '%s' is neither %s nor %s", o->name, text,
                         o->word[0], o->word[1]);
    *member = strcmp(text, o->word[1]) == 0;
    return STATUS_OK;
}

enum status option_set(const struct option_spec *o, void *options, const char *text,
                       struct error *err)
{
    void *member = (char *)options + o->at;
    const char *wrong = NULL;
    switch (o->kind) {
    case OPTION_FLAG: *(bool *)member = true; break;
    case OPTION_UNSET: *(bool *)member = false; break;
    case OPTION_TEXT:
    case OPTION_FILE: memcpy(member, &text, sizeof text); break;
    case OPTION_WHOLE: return set_whole(o, member, text, err);
    case OPTION_REAL: return set_real(o, member, text, err);
    case OPTION_WORD: return set_word(o, member, text, err);
    default: wrong = o->call(options, text);
    }
    return wrong ? error_set(err, STATUS_FORMAT, "--%s '%s' %s", o->name, text, wrong) : STATUS_OK;
}
