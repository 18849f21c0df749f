/*
 * fits - FITS files that the tests make: headers from lists of cards, and numbers in the order of
 * bytes that FITS has.
 */
#ifndef FITS_H
#define FITS_H

#include <stdarg.h>
#include <stdint.h>

#include "base/mem.h"
#include "image/fitshead.h"
#include "unit.h"

/* Pad with this byte to whole blocks. */
static inline void fits_pad(struct buffer *b, char byte)
{
    struct error err;
    while (b->size % FITS_BLOCK)
        CHECK(!buffer_append(b, &byte, 1, &err));
}

/* Append a header of these cards, which end with NULL; END is added. */
static inline void fits_header(struct buffer *b, ...)
{
    struct error err;
    va_list cards;
    const char *card;
    va_start(cards, b);
    while ((card = va_arg(cards, const char *)))
        CHECK(!buffer_print(b, &err, "%-80s", card));
    va_end(cards);
    CHECK(!buffer_print(b, &err, "%-80s", "END"));
    fits_pad(b, ' ');
}

/* Append a number of so many bytes, the highest first. */
static inline void fits_number(struct buffer *b, int64_t value, unsigned bytes)
{
    struct error err;
    for (unsigned i = bytes; i-- > 0;)
        CHECK(!buffer_append(b, &(char){(char)((uint64_t)value >> 8 * i)}, 1, &err));
}

static inline void fits_float(struct buffer *b, float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    fits_number(b, bits, 4);
}

#endif
