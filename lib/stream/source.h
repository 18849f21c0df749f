/*
 * source - where pictures come from: files by name, archives of them, or either on standard input.
 *
 * A file, or standard input, is an archive (archivefile.h) unless it begins as a JPEG does. Taking
 * the next item is done in order: it opens files, and reads archives and standard input. Loading
 * the bytes of a file may then be done by many threads at once, each with another item.
 */
#ifndef SOURCE_H
#define SOURCE_H

#include <stdbool.h>
#include <stdint.h>

#include "image/archivefile.h"
#include "image/jpegfile.h"
#include "base/mem.h"
#include "base/reader.h"
#include "stream/names.h"
#include "stream/record.h"
#include "base/status.h"

struct source {
    bool from_stdin; /* now standard input: an archive, or JPEG data, several pictures in a row */
    struct names names; /* then these; set up by the caller, released by the caller. A name "-" is
                           standard input again */

    struct reader in;          /* standard input, while pictures in a row are read from it */
    struct jpeg_search search; /* for the end of the next picture */
    uint64_t count;            /* of those handed out */

    struct archivefile *archive; /* now this one; NULL: none. Its file, and that file's name: */
    int fd;
    char name[NAMES_MAX];
    uint64_t members; /* of it, handed out */
};

/* What a picture's name takes at most: "archive: member". */
enum { SOURCE_NAME_MAX = 2 * NAMES_MAX };

struct source_item {
    bool picture; /* there is one; else this only marks the end of what gave several */
    bool last;    /* of its file, archive, or standard input */
    char name[SOURCE_NAME_MAX]; /* for messages; the input's own name with the last */
    char id[RECORD_ID_MAX + 1];
    struct buffer jpeg; /* owned; kept for the next item */
    int fd;             /* more than jpeg has is to be loaded from here; owned. 0: all is loaded */
    struct error err;   /* its status is not STATUS_OK where the item can't be used */
};

/* The next picture; those in a row on standard input get the ids stdin-1, stdin-2, ... STATUS_END
   after the last. What is wrong with just this item goes to item->err; what ends the run (standard
   input or an archive that can't be read on) is returned. */
enum status source_next(struct source *, struct source_item *, struct error *) MUST_CHECK;

/* Have the item's bytes in item->jpeg. Sets item->err. */
void source_load(struct source_item *);

/* Free an item's contents. */
void source_item_release(struct source_item *);

/* Close what is open, and free what was read. */
void source_release(struct source *);

#endif
