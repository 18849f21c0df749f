/*
 * lookup - values by galaxies' ids, in memory, also where two tables spell an id in two ways.
 *
 * An id that is there exactly is found first. Otherwise the plain spellings decide: without blanks
 * around it, folder, the ending of a picture's name (names_before_ending), zeros
 * after a decimal point, zeros at the front. So 100008, 0100008, 100008.0 and images/100008.jpg are
 * one galaxy, unless two ids of the table have the same plain spelling: then neither is found by
 * it.
 *
 * Memory: for an id its bytes, the value's and 1, and 8 to 16 bytes of a hash table; an id whose
 * plain spelling is another one takes as much once more.
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
    struct lookup_part plain; /* from plain spellings to those in exact; "": more than one */
};

/* Add an id with a value of n bytes. If the id is there already, nothing is added and *there is its
   value; otherwise *there is NULL. STATUS_LIMIT beyond 4 GiB. */
enum status lookup_add(struct lookup *, const char *id, const void *value, size_t n,
                       const void **there, struct error *) MUST_CHECK;

/* The value of an id, not aligned, or NULL. It may be written to. *spelled is the id as it was
   added; spelled may be NULL. */
void *lookup_find(const struct lookup *, const char *id, const char **spelled);

/* Free. */
void lookup_release(struct lookup *);

/* Whether id is a number that a spreadsheet rounded, such as 1.00008E+05: its digits are lost. */
bool lookup_id_is_rounded(const char *id);

#endif
