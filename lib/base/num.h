/*
 * num - strict text to number.
 *
 * The whole text must be the number: no spaces, no sign where none is meant, no rest, nothing
 * out of range. Decimals are written with a point whatever the locale (no program here calls
 * setlocale). Each returns whether text was such a number; *value is set only then.
 */
#ifndef NUM_H
#define NUM_H

#include <stdbool.h>
#include <stdint.h>

/* Decimal digits only, min <= *value <= max. */
bool num_parse_u64(const char *text, uint64_t min, uint64_t max, uint64_t *value);

/* A decimal number such as 0.5, -1 or 1e-3, finite, min <= *value <= max. */
bool num_parse_real(const char *text, double min, double max, double *value);

#endif
