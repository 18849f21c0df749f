/* AVX2 with FMA. Only GCC changes its instruction set, and what it says of it to the sources,
 * within a file. */
#if defined(__x86_64__) && !defined(__clang__)
#pragma GCC target("arch=x86-64-v3")
#define KERNELS      kernels_v3
#define KERNELS_NAME "x86-64-v3"
#include "net/kernels_all.h"
#else
typedef int nothing_here;
#endif
