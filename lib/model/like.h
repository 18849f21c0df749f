/*
 * like - prepare pictures for weights in the same way as those that the weights learned from.
 */
#ifndef LIKE_H
#define LIKE_H

#include <stdbool.h>

#include "base/status.h"
#include "image/square.h"

/* Set the share and the size of a square, unless they are chosen already, and *colour, to what the
   weights in this file need. Weights without a field of view leave the share as it is.
   STATUS_MISMATCH if the weights are for pictures that aren't square. */
enum status like_weights(struct square *, bool *colour, const char *path,
                         struct error *) MUST_CHECK;

#endif
