#include "atlas/script.h"

/* How many bytes the UTF-8 character at p has (RFC 3629, section 4); 0 where there is none. */
static size_t character(const unsigned char *p)
{
    size_t n = p[0] < 0x80   ? 1
               : p[0] < 0xc2 ? 0
               : p[0] < 0xe0 ? 2
               : p[0] < 0xf0 ? 3
               : p[0] < 0xf5 ? 4
                             : 0;
    unsigned char low = p[0] == 0xe0 ? 0xa0 : p[0] == 0xf0 ? 0x90 : 0x80;
    unsigned char high = p[0] == 0xed ? 0x9f : p[0] == 0xf4 ? 0x8f : 0xbf;
    if (n > 1 && (p[1] < low || p[1] > high))
        return 0;
    for (size_t i = 2; i < n; i++)
        if ((p[i] & 0xc0) != 0x80)
            return 0;
    return n;
}

enum status script_string(struct buffer *b, const char *text, struct error *err)
{
    enum status s = buffer_print(b, err, "\"");
    for (const unsigned char *p = (const unsigned char *)text; *p && !s;) {
        size_t n = character(p);
        if (n == 0)
            s = buffer_print(b, err, "\\udc%02x", *p);
        else if (*p < ' ' || *p == '"' || *p == '\\')
            s = buffer_print(b, err, "\\u%04x", *p);
        else
            s = buffer_append(b, p, n, err);
        p += n ? n : 1;
    }
    return s ? s : buffer_print(b, err, "\"");
}

enum status script_strings(struct buffer *b, char *const *text, size_t n, struct error *err)
{
    enum status s = buffer_print(b, err, "[");
    for (size_t i = 0; i < n && !s; i++)
        s = i && buffer_print(b, err, ",") ? err->status : script_string(b, text[i], err);
    return s ? s : buffer_print(b, err, "]");
}

enum status script_bytes(struct buffer *b, const unsigned char *p, size_t n, struct error *err)
{
    static const char digit[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    if (buffer_reserve(b, n / 3 * 4 + 8, err))
        return err->status;
    char *out = b->data + b->size;
    *out++ = '"';
    for (size_t i = 0; i < n; i += 3) {
        size_t left = n - i;
        unsigned v = (unsigned)p[i] << 16 | (left > 1 ? (unsigned)p[i + 1] << 8 : 0) |
                     (left > 2 ? p[i + 2] : 0);
        *out++ = digit[v >> 18];
        *out++ = digit[v >> 12 & 63];
        *out++ = left > 1 ? digit[v >> 6 & 63] : '=';
        *out++ = left > 2 ? digit[v & 63] : '=';
    }
    *out++ = '"';
    b->size = (size_t)(out - b->data);
    return STATUS_OK;
}
