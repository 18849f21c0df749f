/*
 * agreement - whether two descriptions of a run agree: this rank's with rank 0's, or a run's with
 * its checkpoint's. A description is the metadata of weights (weights.h).
 */
#ifndef AGREEMENT_H
#define AGREEMENT_H

#include "base/status.h"
#include "learn/partition.h"
#include "model/weights.h"

/* STATUS_MISMATCH unless each key of mine has the same value in theirs. The error names the option,
   without "trained.", both values, and `where` theirs are: "in the checkpoint". */
enum status agreement_check(const struct weights *mine, const struct weights *theirs,
                            const char *where, struct error *) MUST_CHECK;

/* Collective: agreement_check of every rank's description with rank 0's. */
enum status agreement_check_ranks(const struct ranks *, const struct weights *mine,
                                  struct error *) MUST_CHECK;

/* Collective: give every rank the metadata and tensors that rank 0 has. On other ranks the weights
   are empty before the call. Tensors arrive with one dimension. */
enum status agreement_broadcast(const struct ranks *, struct weights *, struct error *) MUST_CHECK;

#endif
