/*
 * unit - what a unit test in C needs. Each file here is a program that checks one module and ends
 * with unit_end(): it prints TAP ("ok 1 - name"), its exit status says whether all was well.
 */
#ifndef UNIT_H
#define UNIT_H

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Begin a named test; what was checked since is reported under the name before. */
void unit_test(const char *name);

/* Print the last test's line and the plan; returns main's exit status. */
int unit_end(void);

/* A check within the test: says where and what if it fails, and goes on. */
#define CHECK(condition) unit_check((condition), __FILE__, __LINE__, #condition)

/* |a - b| <= tolerance, and both are numbers. */
#define CHECK_NEAR(a, b, tolerance)                                                                \
    unit_check_near((a), (b), (tolerance), __FILE__, __LINE__, #a " ~ " #b)

/* The largest difference between n values; infinite where one is no number. */
double unit_gap(const float *a, const float *b, size_t n);

bool unit_check(bool ok, const char *file, int line, const char *what);
bool unit_check_near(double a, double b, double tolerance, const char *file, int line,
                     const char *what);

#endif
