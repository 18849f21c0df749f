/*
 * kernels - which set of kernels (kernel_set.h) runs.
 *
 * Each process takes the fastest set that its processor can run, or the one that the environment
 * variable GZ_KERNELS names. GZ_KERNELS is ignored if unknown or unsupported. Results of two sets
 * agree but for rounding. With one set, the same arguments give the same bits, and an image's
 * values depend neither on other images nor on its place among them.
 */
#ifndef KERNELS_H
#define KERNELS_H

#include <stddef.h>

#include "net/kernel_set.h"

/* The set that runs in this process. */
const struct kernels *kernels(void);

/* Set number i, from 0, of those that the processor can run, the fastest first; NULL after the
   last, which is "plain". */
const struct kernels *kernels_number(size_t i);

#endif
