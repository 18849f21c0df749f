/*
 * option - settings by name: a table that says what each is called, what its value must be, and
 * which member of a struct holds it.
 *
 * A table is an array of rows that ends with a row OPTION_END. A row reads
 *
 *     {'s', "size", "N", "side of the square (default: 64)", OPTION_WHOLE(size, 1, 1024)},
 *
 * with the option's letter (0: none) and name, the name that the help gives its value (NULL: it
 * takes none), the help, and one of the macros below, which names the member. The macros check the
 * member's type. It is a member of `struct options`, as each program calls its own; a table for
 * another struct defines OPTION_STRUCT anew before it begins.
 *
 * cmd/options.h reads the command line with such a table and prints it as help. Others may walk
 * through it as well: to write the values down, say, or to complete a command line.
 */
#ifndef OPTION_H
#define OPTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/status.h"

enum option_kind {
    OPTION_END,   /* the end of the table */
    OPTION_MORE,  /* the table goes on with that at `more`, for a struct within the struct */
    OPTION_FLAG,  /* sets a bool to true; takes no value */
    OPTION_UNSET, /* sets a bool to false; takes no value */
    OPTION_TEXT,  /* a char * or const char *, which becomes the text itself, not a copy */
    OPTION_FILE,  /* the same; the text is the name of a file */
    OPTION_WHOLE, /* an unsigned integer of 4 or 8 bytes, within limits */
    OPTION_REAL,  /* a double, within limits */
    OPTION_WORD,  /* a bool: the first of two words means false, the second true */
    OPTION_CALL,  /* a function takes the text; the words, where there are any, are examples */

    /* These mean something on a command line only. */
    OPTION_HELP,
    OPTION_VERSION,
    OPTION_QUIET,
    OPTION_COMPLETE, /* print what can stand on the command line, for completion by a shell */
    OPTION_ALIAS,    /* another spelling of the option whose name is in `help` */
    OPTION_OLD       /* a former name or letter; `help` says what to write now */
};

struct option_spec {
    char letter;
    const char *name, *value, *help;
    enum option_kind kind;
    bool required;        /* a text without a default */
    size_t at, size;      /* of the member: its offset, and the bytes of a whole number */
    uint64_t least, most; /* whole numbers */
    double low, high;     /* real numbers */
    const char *word[2];
    /* Take the text. Returns NULL, or what is wrong with it, such as "is not a date". */
    const char *(*call)(void *options, const char *text);
    const struct option_spec *more;
    const char *files; /* of OPTION_FILE: the endings of such files, as "csv tsv" (NULL: any) */
    /* Of OPTION_FILE: print names that mean files, too, each with a tab and its help; or NULL. */
    void (*complete)(FILE *);
};

#define OPTION_STRUCT         struct options
#define OPTION_MEMBER(member) (((OPTION_STRUCT *)0)->member)
/* The offset of a member. The check is compiled, for its warnings, and not evaluated. */
#define OPTION_AT(member, check) (offsetof(OPTION_STRUCT, member) + 0 * sizeof(check))
#define OPTION_BOOL(member)      OPTION_AT(member, (bool *)0 == &OPTION_MEMBER(member))
#define OPTION_CHARS(member)     OPTION_AT(member, (const char *)0 == OPTION_MEMBER(member))

#define OPTION_FLAG(member)      .kind = OPTION_FLAG, .at = OPTION_BOOL(member)
#define OPTION_UNSET(member)     .kind = OPTION_UNSET, .at = OPTION_BOOL(member)
#define OPTION_TEXT(member)      .kind = OPTION_TEXT, .at = OPTION_CHARS(member)
#define OPTION_FILE(member)      .kind = OPTION_FILE, .at = OPTION_CHARS(member)
#define OPTION_WHOLE(member, min, max)                                                             \
    .kind = OPTION_WHOLE, .at = OPTION_AT(member, ~OPTION_MEMBER(member)),                         \
    .size = sizeof OPTION_MEMBER(member), .least = (min), .most = (max)
#define OPTION_REAL(member, min, max)                                                              \
    .kind = OPTION_REAL, .at = OPTION_AT(member, (double *)0 == &OPTION_MEMBER(member)),           \
    .low = (min), .high = (max)
#define OPTION_WORD(member, no, yes)                                                               \
    .kind = OPTION_WORD, .at = OPTION_BOOL(member), .word = {no, yes}
#define OPTION_CALL(function)      .kind = OPTION_CALL, .call = (function)
#define OPTION_MORE(member, table) .kind = OPTION_MORE, .at = OPTION_AT(member, 0), .more = (table)

/* Set the option's member from text (of a flag: NULL). The text of STATUS_FORMAT is, for example,
   "--size '0' is not a whole number from 1 to 1024"; nothing is changed then. */
enum status option_set(const struct option_spec *, void *options, const char *text,
                       struct error *) MUST_CHECK;

#endif
