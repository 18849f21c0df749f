/*
 * script - values as JavaScript (and JSON) writes them.
 */
#ifndef SCRIPT_H
#define SCRIPT_H

#include "base/mem.h"
#include "base/status.h"

/* Append text in double quotes, as JSON. Bytes that aren't UTF-8 become \udc80 ... \udcff (which
   no text has), so that no two texts become equal and the bytes can be had back. */
enum status script_string(struct buffer *, const char *text, struct error *) MUST_CHECK;

/* Append n texts as a list of such strings. */
enum status script_strings(struct buffer *, char *const *text, size_t n, struct error *) MUST_CHECK;

/* Append n bytes as base64 (RFC 4648) in double quotes. */
enum status script_bytes(struct buffer *, const unsigned char *, size_t n,
                         struct error *) MUST_CHECK;

#endif
