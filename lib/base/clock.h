/*
 * clock - seconds that pass, to tell how fast something goes. No result may depend on them.
 */
#ifndef CLOCK_H
#define CLOCK_H

#include <time.h>

/* Seconds since some fixed moment. */
static inline double clock_seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

#endif
