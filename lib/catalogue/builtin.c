#include "catalogue/builtin.h"

#include <string.h>

const struct builtin_rule builtin_rules[] = {
#include "catalogue/rules.inc" /* made by the Makefile: {"name", "text"}, */
    {NULL, NULL},
};

const char *builtin_find(const char *name)
{
    for (const struct builtin_rule *r = builtin_rules; r->name; r++)
        if (strcmp(r->name, name) == 0)
            return r->text;
    return NULL;
}
