/* AVX2 with FMA. GCC can change the instruction set within a file, and then defines __AVX2__ and
   the like anew; other compilers can't, and have the plain set only. */
#if defined(__x86_64__) && !defined(__clang__)
#pragma GCC target("arch=x86-64-v3")
#define KERNELS      kernels_v3
#define KERNELS_NAME "x86-64-v3"
#include "net/kernels_all.h"
#else
typedef int nothing_here;
#endif
