/* rule: a rule, then a NUL, then a table that it is bound to. What is bound reads rows, and its
   formulas have values. */
#include <math.h>

#include "fuzz.h"
#include "catalogue/rule.h"

static void read_rows(const struct rule *r, struct table *t)
{
    static double value[RULE_COLUMNS_MAX];
    struct error err;
    enum status s;
    while (!(s = table_next(t, &err)) || s == STATUS_FORMAT) {
        if (s || rule_read(r, t, value, &err))
            continue;
        for (size_t k = 0; k < r->classes; k++) {
            const struct rule_class *c = &r->class[k];
            HOLDS(!isnan(rule_value(r, c->votes, value)) && r->step[c->votes.first].kind != '+');
            HOLDS(!c->asked.n || !isnan(rule_value(r, c->asked, value)));
            for (size_t i = 0; i < c->needs; i++)
                HOLDS(!isnan(rule_value(r, c->need[i].value, value)));
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static char text[65536];
    struct rule *rule;
    struct table t;
    struct error err;
    char *path;
    if (size >= sizeof text)
        return 0;
    memcpy(text, data, size);
    text[size] = '\0';
    size_t used = strlen(text) + 1;
    path = fuzz_file(0, data + (used < size ? used : size), used < size ? size - used : 0);
    if (rule_parse(&rule, text, &err)) {
        HOLDS(rule == NULL && err.status != STATUS_OK);
        return 0;
    }
    HOLDS(rule->classes >= 1 && rule->steps >= rule->classes);
    if (!table_open(&t, &path, 1, &err)) {
        struct rule_fit fit;
        rule_try(rule, &t, NULL, &fit);
        HOLDS(fit.fitting == 0 || fit.missing == 0);
        if (!rule_bind(rule, &t, NULL, &err))
            read_rows(rule, &t);
    }
    table_close(&t);
    rule_free(rule);
    return 0;
}
