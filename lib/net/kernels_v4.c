/* AVX-512. Only GCC changes its instruction set, and what it says of it to the sources, within a
 * file. */
#if defined(__x86_64__) && !defined(__clang__)
#pragma GCC target("arch=x86-64-v4")
#define KERNELS      kernels_v4
#define KERNELS_NAME "x86-64-v4"
#include "net/kernels_all.h"
#else
typedef int nothing_here;
#endif
