/*
 * signals - what asks a long run for something, which is done between two steps of it.
 *
 * SIGINT and SIGTERM ask for the end, a second one kills at once; SIGUSR1 asks for a checkpoint.
 * What is ignored when the program starts, as by a shell's background jobs, stays so.
 */
#ifndef SIGNALS_H
#define SIGNALS_H

#include <stdbool.h>

#include "learn/state.h"
#include "base/status.h"

/* Begin: from now on SIGUSR1 is caught. Gives a descriptor that can be read while there is
   something that signals_request has not told (see stream_watch). */
enum status signals_open(int *descriptor, struct error *) MUST_CHECK;

/* Catch SIGINT and SIGTERM (true), or restore what they do by default. */
void signals_catch_ends(bool);

/* What was asked for since the last time; an end stays. */
struct request signals_request(void);

#endif
