/*
 * signals - signals that ask a long run to end or to write a checkpoint. The run does so between
 * two of its steps.
 *
 * SIGINT and SIGTERM ask for the end, and a second one kills at once. SIGUSR1 asks for a
 * checkpoint. A signal that is ignored when the program starts, as in a shell's background jobs,
 * stays ignored.
 */
#ifndef SIGNALS_H
#define SIGNALS_H

#include <stdbool.h>

#include "learn/state.h"
#include "base/status.h"

/* Begin: from now on SIGUSR1 is caught. *descriptor becomes readable when a signal asks for
   something, and stays so until signals_request is called (see stream_watch). */
enum status signals_open(int *descriptor, struct error *) MUST_CHECK;

/* Catch SIGINT and SIGTERM (true), or restore what they do by default. */
void signals_catch_ends(bool);

/* What was asked for since the last call. A request for the end is returned by all later calls,
   too. */
struct request signals_request(void);

#endif
