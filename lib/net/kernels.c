#include "net/kernels.h"

#include <stdlib.h>
#include <string.h>

const struct kernel_set *kernels_number(size_t i)
{
#if defined(__x86_64__) && !defined(__clang__)
    /* Those parts of x86-64-v4 and -v3 that loops of floats use. */
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
        __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") && i-- == 0)
        return &kernels_v4;
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
        __builtin_cpu_supports("bmi2") && i-- == 0)
        return &kernels_v3;
#endif
    return i == 0 ? &kernels_plain : NULL;
}

const struct kernel_set *kernels(void)
{
    const char *name = getenv("GZ_KERNELS");
    const struct kernel_set *k = NULL;
    for (size_t i = 0; name && (k = kernels_number(i)) && strcmp(k->name, name) != 0; i++)
        ;
    return k ? k : kernels_number(0);
}
