/*
 * ready - weights that come with the toolchain and are called by name: see gz-ready(7).
 *
 * A folder holds them. Its file NAME.safetensors is what the name NAME means.
 */
#ifndef READY_H
#define READY_H

#include <stddef.h>

#include "base/mem.h"
#include "base/status.h"

/* Find the file of the weights that somebody has given, and write its path to path, which has room
   for so many bytes. It is `given` itself where that has a slash, is "-", or is a file; otherwise
   it is the file of the ready weights with this name in folder. Where neither is there,
   STATUS_SYSTEM: the text begins with the name, and lists the ready weights that there are. */
enum status ready_find(const char *given, const char *folder, char *path, size_t room,
                       struct error *) MUST_CHECK;

/* Append the names of all ready weights in folder to names, in alphabetical order, a NUL after
   each. A folder that doesn't exist has none. */
enum status ready_list(const char *folder, struct buffer *names, struct error *) MUST_CHECK;

/* The file of the ready weights NAME in folder. */
void ready_path(const char *folder, const char *name, char *path, size_t room);

#endif
