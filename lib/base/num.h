/*
 * num - numbers from text, strictly.
 *
 * The whole text must be the number, within its limits: spaces before it or any characters after it
 * are refused. The decimal point is a point in every locale, as no program here calls setlocale.
 * Each function returns whether text is such a number, and sets *value only then.
 */
#ifndef NUM_H
#define NUM_H

#include <stdbool.h>
#include <stdint.h>

/* A whole number of decimal digits, without a sign; min <= *value <= max. */
bool num_parse_u64(const char *text, uint64_t min, uint64_t max, uint64_t *value);

/* A decimal number such as 0.5, -1 or 1e-3; finite, min <= *value <= max. */
bool num_parse_real(const char *text, double min, double max, double *value);

#endif
