/* Whatever instruction set the compiler takes without being told. */
#define KERNELS      kernels_plain
#define KERNELS_NAME "plain"
#include "net/kernels_all.h"
