/*
 * source - the pictures of files, of archives, and of standard input, one after the other.
 *
 * A file or standard input that doesn't begin as a picture (format.h) is an archive
 * (archivefile.h). A compressed file is pictures in a row, mostly one. If it is damaged, or its
 * beginning can't be unpacked and its name is that of a picture, it is a picture that can't be
 * used. The next item is taken by one thread, which opens files and reads archives and
 * standard input. After that many threads at a time may load the bytes of files, each of another
 * item.
 */
#ifndef SOURCE_H
#define SOURCE_H

#include <stdbool.h>
#include <stdint.h>

#include "image/archivefile.h"
#include "image/picturefile.h"
#include "base/mem.h"
#include "base/reader.h"
#include "stream/names.h"
#include "stream/record.h"
#include "base/status.h"

/* Pictures in a row. */
struct row {
    struct reader in;             /* their bytes */
    struct picture_search search; /* for the end of the next one */
    uint64_t count;               /* pictures so far */
    bool is_file; /* what follows the last picture is ignored, as in a file that isn't compressed */
};

struct source {
    /* Set by the caller: */
    bool from_stdin;    /* begin with standard input: an archive, or pictures in a row */
    struct names names; /* then these files; "-" is standard input. Released by the caller */

    /* All zero at first: */
    struct row row;              /* standard input */
    struct archivefile *archive; /* the archive that is being read, or NULL */
    int fd;                      /* its file */
    char name[NAMES_MAX];        /* the name of that */
    uint64_t members;            /* its pictures so far */
    struct row unpacked;         /* what it unpacks, if it is only a compressed file */
};

/* The most bytes of a picture's name, which is "archive: member" in an archive. */
enum { SOURCE_NAME_MAX = 2 * NAMES_MAX };

struct source_item {
    bool picture; /* false: there is no picture, only the end of an archive or of standard input */
    bool last;    /* the input ends with this item: a file, an archive, or standard input */
    char name[SOURCE_NAME_MAX]; /* of the picture, for messages; of the input, if that ends */
    char id[RECORD_ID_MAX + 1];
    struct buffer bytes; /* owned; used again for the next item */
    int fd;           /* owned; source_load reads the rest of the file from it. 0: there is none */
    struct error err; /* if its status is not STATUS_OK, the picture can't be used */
};

/* Take the next item. STATUS_END after the last. The ids of pictures in a row on standard input are
   stdin-1, stdin-2 and so on, and those in a compressed file NAME, NAME-2 and so on. If only this
   picture can't be used, item->err is set; a failure is returned if standard input or an archive
   can't be read on. */
enum status source_next(struct source *, struct source_item *, struct error *) MUST_CHECK;

/* Read the whole picture to item->bytes. A failure is in item->err. */
void source_load(struct source_item *);

/* Free an item's contents. */
void source_item_release(struct source_item *);

/* Close all inputs but the names, and free. */
void source_release(struct source *);

#endif
