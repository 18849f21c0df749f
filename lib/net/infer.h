/*
 * infer - apply a trained network to pictures.
 *
 * A picture's logits have the same bits, whichever and however many pictures are computed with it,
 * and in whatever place. With a cyclic layer, its quarter turns have the same bits, too.
 */
#ifndef INFER_H
#define INFER_H

#include "base/status.h"
#include "net/netspec.h"

enum { INFER_BLOCK = 64 /* most pictures in one call */ };

/* Memory to apply a network; much less than a workspace (network.h). */
struct infer {
    const struct netspec *spec;
    float *memory; /* owned: all of the below */
    float *input;  /* (INFER_BLOCK, height, width, channels), to be filled before infer_logits */
    float *logit;  /* (INFER_BLOCK, classes), its result */
    float *activation[2]; /* input and output of a layer before the first dense one, for a group */
    float *dense[2];      /* those of a layer from the first dense one on, for all pictures */
    float *turns;         /* with a cyclic layer: the quarter turns of a group of pictures */
    float *scratch;
};

enum status infer_init(struct infer *, const struct netspec *, struct error *) MUST_CHECK;
void infer_release(struct infer *);

/* Set logit to those of the first n <= INFER_BLOCK pictures in input. There is no dropout, and no
   batch normalisation: parameter (spec->parameters) has it merged in (network_merge_norm). */
void infer_logits(struct infer *, const float *parameter, size_t n);

#endif
