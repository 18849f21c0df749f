/*
 * kernels_all - define one set of kernels (kernel_set.h).
 *
 * A file that includes this has chosen an instruction set, and has defined KERNELS, the name of the
 * set in C, and KERNELS_NAME, its name for users.
 */
#ifdef KERNELS

#include "net/direct.h"
#include "net/kernel_set.h"
#include "net/product.h"
#include "net/winograd.h"

const struct kernel_set KERNELS = {.name = KERNELS_NAME,
                                   .product = product,
                                   .direct_forward = direct_forward,
                                   .direct_backward = direct_backward,
                                   .winograd_forward = winograd_forward,
                                   .winograd_backward = winograd_backward};

#endif
