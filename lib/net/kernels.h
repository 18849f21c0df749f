/*
 * kernels - choose the set of kernels (kernel_set.h) that runs.
 *
 * It is the fastest set that the processor can run, or the one that the environment variable
 * GZ_KERNELS names. GZ_KERNELS is ignored if unknown or unsupported. The results of two sets differ
 * by rounding. With one set, the same arguments give the same bits; and what the product and the
 * forward functions compute for one image depends neither on other images nor on its place among
 * them.
 */
#ifndef KERNELS_H
#define KERNELS_H

#include "net/kernel_set.h"

/* The set that runs in this process. */
const struct kernel_set *kernels(void);

/* Set number i, from 0, of those that the processor can run, the fastest first; NULL after the
   last, which is "plain". */
const struct kernel_set *kernels_number(size_t i);

#endif
