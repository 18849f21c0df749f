/*
 * clock - seconds that pass, to tell how fast something goes and how long it will take. No result
 * may depend on them.
 */
#ifndef CLOCK_H
#define CLOCK_H

#include <stdio.h>
#include <time.h>

/* Seconds since some fixed moment. */
static inline double clock_seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* A duration as text, such as "50 s", "12 min" or "3.4 h"; returns text. */
enum { CLOCK_TEXT = 32 };
static inline const char *clock_text(double seconds, char text[CLOCK_TEXT])
{
    if (seconds < 120)
        snprintf(text, CLOCK_TEXT, "%.0f s", seconds);
    else if (seconds < 7200)
        snprintf(text, CLOCK_TEXT, "%.0f min", seconds / 60);
    else
        snprintf(text, CLOCK_TEXT, "%.1f h", seconds / 3600);
    return text;
}

#endif
