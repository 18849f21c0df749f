/* The instruction set that the compiler uses by default. */
#define KERNELS      kernels_plain
#define KERNELS_NAME "plain"
#include "net/kernels_all.h"
