/*
 * signals - what asks a long run for something, which is done between two steps of it.
 *
 * SIGINT and SIGTERM ask for the end, a second one kills at once; SIGUSR1 asks for a checkpoint.
 * What is ignored when the program starts, as by a shell's background jobs, stays so.
 */
#ifndef SIGNALS_H
#define SIGNALS_H

#include <stdbool.h>

#include "learn/session.h"
#include "base/status.h"

/* Begin: from now on SIGUSR1 is heeded. Gives a descriptor that can be read while there is
   something that signals_wish has not told (see stream_watch). */
enum status signals_open(int *descriptor, struct error *) MUST_CHECK;

/* SIGINT and SIGTERM: heed them, or let them kill, as they do before. */
void signals_heed_ends(bool);

/* What was asked for since the last time; an end stays. */
struct wish signals_wish(void);

#endif
