/*
 * layer_dropout - inverted dropout (Srivastava et al. 2014).
 */
#ifndef LAYER_DROPOUT_H
#define LAYER_DROPOUT_H

#include <stddef.h>
#include <stdint.h>

/* n floats in place: y[i] becomes 0 with probability rate, else y[i] / (1 - rate). Which become 0
   is drawn from seed alone, so the same call on the gradient is the backward. */
void dropout(size_t n, float rate, uint64_t seed, float *y);

#endif
