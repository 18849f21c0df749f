/*
 * names - a list of file names to work through: operands, and names read from lists.
 *
 * Names from a list are read as they are needed, so a list may be a pipe and have a hundred
 * million names. An empty one is no name.
 */
#ifndef NAMES_H
#define NAMES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/reader.h"
#include "base/status.h"

enum { NAMES_MAX = 4096 }; /* the most bytes of one name, with its NUL */

/* Set the first four fields, zero the rest. */
struct names {
    char *const *operands;
    size_t n;
    const char *list; /* a file of names, "-" for standard input; NULL: none */
    char separator;   /* between the names of the list: '\n' or '\0' */

    size_t next;
    struct reader in; /* the list */
};

/* Copy the next name to name. STATUS_END after the last. */
enum status names_next(struct names *, char name[NAMES_MAX], struct error *) MUST_CHECK;

/* Close the list and free. */
void names_release(struct names *);

/* The id of a picture: the file's name without folder and ending (".jpg", or whatever follows the
   last point, but never all of the name). STATUS_LIMIT where it needs more than room bytes. */
enum status names_id(const char *name, char *id, size_t room, struct error *) MUST_CHECK;

#endif
