/*
 * checkpoint - the state of a run in a file, between any two steps.
 *
 * A run that is resumed on the same streams with the same recipe, by any number of ranks, ends with
 * the same weights, to the last bit, as one that was never interrupted. The file is in the format
 * of weights.h; its blocks of parameters have the order of memory, so it is for this program only.
 */
#ifndef CHECKPOINT_H
#define CHECKPOINT_H

#include "base/status.h"
#include "learn/state.h"

/* Collective: write the state to rank 0's path. The file is the old one or the new one, never a
   part of it. */
enum status checkpoint_write(struct state *, const char *path, struct error *) MUST_CHECK;

/* Collective: continue where the checkpoint at rank 0's path was written; with path NULL on rank 0
   nothing is done. Call it right after state_init, on the same streams. STATUS_MISMATCH names what
   differs: an option, or the stream. */
enum status checkpoint_resume(struct state *, const char *path, struct error *) MUST_CHECK;

#endif
