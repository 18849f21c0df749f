/*
 * like - how pictures must be prepared for weights: as those were that the weights learned from.
 */
#ifndef LIKE_H
#define LIKE_H

#include <stdbool.h>

#include "base/status.h"
#include "image/square.h"

/* Choose what isn't chosen yet of a square, its share and its size, and set *colour, as the weights
   in this file need it. Weights that don't say what their pictures showed leave the share as it is.
   STATUS_MISMATCH if they are for pictures that aren't square. */
enum status like_weights(struct square *, bool *colour, const char *path,
                         struct error *) MUST_CHECK;

#endif
