/*
 * kernels_all - all kernels, compiled for the instruction set of the file that includes this, which
 * has defined KERNELS, the name of its table, and KERNELS_NAME.
 */
#ifdef KERNELS

#include "net/direct.h"
#include "net/kernel_set.h"
#include "net/product.h"
#include "net/winograd.h"

const struct kernels KERNELS = {.name = KERNELS_NAME,
                                .product = product,
                                .direct_forward = direct_forward,
                                .direct_backward = direct_backward,
                                .winograd_forward = winograd_forward,
                                .winograd_backward = winograd_backward};

#endif
