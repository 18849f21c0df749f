/*
 * names - the names of files to work on: operands, then names read from a list.
 *
 * The list is read as names are needed, so that it may be a pipe and have a hundred million names.
 * Empty names are ignored.
 */
#ifndef NAMES_H
#define NAMES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/reader.h"
#include "base/status.h"

enum { NAMES_MAX = 4096 }; /* the most bytes of a name, with its NUL */

/* The caller sets the first four fields; the others are all zero. */
struct names {
    char *const *operands;
    size_t n;
    const char *list; /* the file that holds the list, "-" for standard input; NULL: none */
    char separator;   /* between the names of the list: '\n' or '\0' */

    size_t next;      /* operand */
    struct reader in; /* the list */
};

/* Copy the next name to name. STATUS_END after the last. */
enum status names_next(struct names *, char name[NAMES_MAX], struct error *) MUST_CHECK;

/* Close the list and free. */
void names_release(struct names *);

/* How many bytes of a picture's name come before its ending: ".fits", ".fit", ".fts", ".jpg",
   ".jpeg" or ".png", or one of these with ".fz", ".gz", ".bz2", ".xz" or ".zst" after it, in any
   case. All of them if it has no such ending. */
size_t names_before_ending(const char *name);

/* Whether a name has such an ending. */
bool names_is_picture(const char *name);

/* Set id to that of a picture: the file's name without its folder and without its ending (".jpg",
   or whatever begins with the last point, unless that is the first character). A compressed picture
   has two (names_before_ending). STATUS_LIMIT if the id needs more than room bytes, its NUL
   included. */
enum status names_id(const char *name, char *id, size_t room, struct error *) MUST_CHECK;

#endif
