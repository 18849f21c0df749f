/*
 * tally - how many pictures came of each input, as a table of text: a check that none is lost.
 *
 *     #pictures <TAB> skipped <TAB> input
 *     9998 <TAB> 2 <TAB> shards/0017.tar
 *     0 <TAB> 1 <TAB> missing.jpg
 *
 * The file appears when it is complete, by tally_finish.
 */
#ifndef TALLY_H
#define TALLY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/status.h"

/* All zero is a valid tally that writes nothing. */
struct tally {
    const char *path; /* not owned */
    struct output out;
    struct buffer text;         /* lines that are not yet written */
    uint64_t pictures, skipped; /* of the current input so far */
};

/* Begin a table in the file path; write nothing if path is NULL. */
enum status tally_open(struct tally *, const char *path, struct error *) MUST_CHECK;

/* Count one picture of the current input. */
void tally_count(struct tally *, bool skipped);

/* End the current input, which has this name, and begin the next. */
enum status tally_end(struct tally *, const char *input, struct error *) MUST_CHECK;

/* Write what is left, and give the file its name. */
enum status tally_finish(struct tally *, struct error *) MUST_CHECK;

/* Free, and remove a file that is not finished. */
void tally_release(struct tally *);

#endif
