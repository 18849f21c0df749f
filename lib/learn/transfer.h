/*
 * transfer - beginning with the layers of other weights (transfer learning).
 *
 * The convolutions and dense layers of a network that has learned from other galaxies, or for other
 * classes, are a better beginning than random numbers. Weights have the batch normalisation merged
 * into them, so what begins with them learns without it. The normalisation of the inputs, and their
 * field of view, are taken from the weights.
 */
#ifndef TRANSFER_H
#define TRANSFER_H

#include "base/status.h"
#include "model/model.h"

/* Read the weights to begin with. STATUS_MISMATCH unless they have the layers and the input of this
   network. The caller releases them (model_release). On failure there is nothing to release. */
enum status transfer_read(struct model *, const struct netspec *, const char *path,
                          struct error *) MUST_CHECK;

/* Copy the parameters of all layers into the block of the network `to`. Those of the last layer
   stay as they are, unless both networks have the same classes in the same order. */
void transfer_layers(const struct model *from, const struct model *to, float *parameter);

#endif
