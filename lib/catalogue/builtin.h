/*
 * builtin - the built-in rules: the files of lib/catalogue/rules, which the Makefile compiles into
 * the library.
 */
#ifndef BUILTIN_H
#define BUILTIN_H

#include <stddef.h>

struct builtin_rule {
    const char *name, *text; /* of the file NAME.rule, and what it holds */
};

/* All rules, in the order of their names; a rule without a name ends them. */
extern const struct builtin_rule builtin_rules[];

/* The text of the rule of this name, or NULL. */
const char *builtin_find(const char *name);

#endif
