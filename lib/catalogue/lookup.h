/*
 * lookup - a table in memory that finds a value by a galaxy's id, even if the id is spelled in
 * another way than in the table.
 *
 * If an id is in the table exactly as it is asked for, that is the one. Otherwise plain spellings
 * are compared. The plain spelling of an id leaves out blanks around it, its folder, the ending of
 * a picture's name (names_before_ending), and of a number zeros after the decimal point and at the
 * front. So 100008, 0100008, 100008.0 and images/100008.jpg are one galaxy. If several ids of the
 * table have the same plain spelling, it finds the one that is spelled plainly itself, if there is
 * one, else none.
 *
 * Memory: for an id its bytes, those of the value and 1, and 8 to 16 bytes of a hash table. An id
 * that isn't spelled plainly takes about twice as much.
 */
#ifndef LOOKUP_H
#define LOOKUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/mem.h"
#include "base/status.h"

/* Private: entries of an id, its NUL and its value, found by a hash table. */
struct lookup_part {
    struct buffer entries;
    uint32_t *slot; /* where in entries each begins, + 1; 0: a free slot */
    size_t slots;   /* 0, or a power of two, more than twice the entries */
    size_t n;
};

/* All zero is a valid empty one. */
struct lookup {
    struct lookup_part exact;
    struct lookup_part plain; /* for a plain spelling the id in exact; "" if there are several */
};

/* Add an id with a value of n bytes. If the id is there already, nothing is added and *there is its
   value; otherwise *there is NULL. STATUS_LIMIT if ids and values take more than 4 GiB. */
enum status lookup_add(struct lookup *, const char *id, const void *value, size_t n,
                       const void **there, struct error *) MUST_CHECK;

/* The value of an id, or NULL. It isn't aligned, and may be written to. *spelled is the id as it
   was added; spelled may be NULL. */
void *lookup_find(const struct lookup *, const char *id, const char **spelled);

/* Free. */
void lookup_release(struct lookup *);

/* Whether id is a number that a spreadsheet rounded, such as 1.00008E+05 or 1e5: its digits are
   lost. */
bool lookup_id_is_rounded(const char *id);

/* Whether id is a number in quotes of another program: ="17" or '17 of a spreadsheet, b'17' of
   Python, or '17'. */
bool lookup_id_is_quoted(const char *id);

#endif
