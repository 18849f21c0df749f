/*
 * source - where pictures come from: files by name, or JPEG data on standard input.
 *
 * Taking the next item is cheap and done in order; loading its bytes may then be done by many
 * threads at once, each with another item.
 */
#ifndef SOURCE_H
#define SOURCE_H

#include <stdbool.h>
#include <stdint.h>

#include "jpegfile.h"
#include "mem.h"
#include "names.h"
#include "record.h"
#include "status.h"

struct source {
    bool from_stdin;    /* now JPEG data on standard input, several pictures in a row */
    struct names names; /* then these; set up by the caller, released by the caller. A name "-" is
                           standard input again */

    struct buffer waiting; /* read from standard input and not used, from byte `at` on */
    size_t at;
    struct jpeg_search search; /* for the end of the picture that begins there */
    uint64_t count;
    bool ended;
};

struct source_item {
    char name[NAMES_MAX]; /* for messages */
    char id[RECORD_ID_MAX + 1];
    struct buffer jpeg; /* owned; kept for the next item */
    bool loaded;
    struct error err; /* its status is not STATUS_OK where the item can't be used */
};

/* The next picture; those on standard input get the ids stdin-1, stdin-2, ... STATUS_END after the
   last. What is wrong with just this item goes to item->err; what ends the run is returned. */
enum status source_next(struct source *, struct source_item *, struct error *) MUST_CHECK;

/* Have the item's bytes in item->jpeg. Sets item->err. */
void source_load(struct source_item *);

/* Free what was read from standard input. */
void source_release(struct source *);

#endif
