/*
 * base64 - read what script_bytes writes (RFC 4648), so that tests see the bytes.
 */
#ifndef BASE64_H
#define BASE64_H

#include "base/mem.h"
#include "unit.h"

/* Append the bytes that n digits stand for. */
static inline void base64_read(const char *text, size_t n, struct buffer *out)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    struct error err;
    CHECK(n % 4 == 0);
    for (size_t i = 0; i + 4 <= n; i += 4) {
        unsigned v = 0;
        size_t bytes = text[i + 2] == '=' ? 1 : text[i + 3] == '=' ? 2 : 3;
        for (size_t k = 0; k < 4; k++) {
            const char *at = memchr(digits, text[i + k], sizeof digits - 1);
            CHECK(at || (k > bytes && text[i + k] == '='));
            v = v << 6 | (at ? (unsigned)(at - digits) : 0);
        }
        char byte[3] = {(char)(v >> 16 & 255), (char)(v >> 8 & 255), (char)(v & 255)};
        CHECK(!buffer_append(out, byte, bytes, &err));
    }
}

#endif
