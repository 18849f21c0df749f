/*
 * tally - what became of each input, as a file of lines: so that others can check that none is
 * lost.
 *
 *     #pictures <TAB> skipped <TAB> input
 *     9998 <TAB> 2 <TAB> shards/0017.tar
 *     0 <TAB> 1 <TAB> missing.jpg
 *
 * The file appears whole, by tally_finish, or not at all.
 */
#ifndef TALLY_H
#define TALLY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/status.h"

/* All zero is a valid one that writes nothing. */
struct tally {
    const char *path; /* not owned */
    struct output out;
    struct buffer text;         /* lines not yet written */
    uint64_t pictures, skipped; /* of the input under way */
};

/* Begin; path NULL: write nothing. */
enum status tally_open(struct tally *, const char *path, struct error *) MUST_CHECK;

/* Count one picture of the input under way. */
void tally_count(struct tally *, bool skipped);

/* The input under way is done; this is its name. */
enum status tally_end(struct tally *, const char *input, struct error *) MUST_CHECK;

/* See that all is written, and give the file its name. */
enum status tally_finish(struct tally *, struct error *) MUST_CHECK;

/* Free; what isn't finished is taken back. */
void tally_release(struct tally *);

#endif
