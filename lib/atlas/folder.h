/*
 * folder - a folder that appears under its name whole or not at all.
 *
 * It is made as NAME.part beside NAME, synced, and renamed. A file FOLDER_MARK in it says that it
 * was made here: a folder of that name that is neither empty nor has the mark is never touched,
 * and one that has it is replaced (exchanged in one step where the file system can). What a killed
 * program left in NAME.part is removed by the next one. Two programs can't make the same folder at
 * once: NAME.part is locked (flock).
 *
 * Errors name the folder or the file. Names of files are relative to the folder.
 */
#ifndef FOLDER_H
#define FOLDER_H

#include <stddef.h>

#include "base/status.h"

#define FOLDER_MARK "gz-atlas.txt"

/* All zero but fd = -1 is a valid closed one. */
struct folder {
    char *path, *part; /* owned: the final name, and the name while it is made */
    int fd;            /* of part, locked */
};

/* Begin the folder. STATUS_MISMATCH where path or path.part holds something else, or another
   program makes it now. */
enum status folder_begin(struct folder *, const char *path, struct error *) MUST_CHECK;

/* Make a folder in it. */
enum status folder_make(const struct folder *, const char *name, struct error *) MUST_CHECK;

/* Write n bytes as a new file in it. Several threads can do so at once. */
enum status folder_write(const struct folder *, const char *name, const void *data, size_t n,
                         struct error *) MUST_CHECK;

/* Copy a file from elsewhere into it. */
enum status folder_copy(const struct folder *, const char *name, const char *from,
                        struct error *) MUST_CHECK;

/* Open a file for writing and reading in it that vanishes when it is closed. */
enum status folder_scratch(const struct folder *, int *fd, struct error *) MUST_CHECK;

/* Sync and give the folder its name. Closes it, also on failure, where nothing is left of it. */
enum status folder_commit(struct folder *, struct error *) MUST_CHECK;

/* Leave no trace of a folder that isn't finished. Does nothing after folder_commit. */
void folder_abandon(struct folder *);

#endif
