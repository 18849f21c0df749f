#include "image/pngchunks.h"

#include <stdbool.h>
#include <string.h>

#include <zlib.h>

#include "image/format.h"
#include "image/picture.h"

/* In bytes: of a chunk, what is before its data, and around them. */
enum { SIGNATURE = 8, BEFORE_DATA = 8, AROUND_DATA = 12, IHDR_DATA = 13 };

static size_t big_endian(const unsigned char *b)
{
    return (size_t)b[0] << 24 | (size_t)b[1] << 16 | (size_t)b[2] << 8 | b[3];
}

static bool is_type(const unsigned char *chunk, const char *type)
{
    return memcmp(chunk + 4, type, 4) == 0;
}

/* Whether a chunk can begin so: a length that a file may have, and letters. */
static bool is_chunk(const unsigned char *chunk)
{
    for (int i = 4; i < 8; i++)
        if ((chunk[i] | 0x20) < 'a' || (chunk[i] | 0x20) > 'z')
            return false;
    return big_endian(chunk) <= PICTURE_FILE_MAX;
}

enum status pngchunks_sides(const void *bytes, size_t size, size_t *height, size_t *width,
                            struct error *err)
{
    const unsigned char *header = (const unsigned char *)bytes + SIGNATURE;
    if (format_of(bytes, size) != FORMAT_PNG)
        return error_set(err, STATUS_FORMAT, "not a PNG");
    if (size < SIGNATURE + AROUND_DATA + IHDR_DATA)
        return error_set(err, STATUS_FORMAT, "the PNG is cut off in its header");
    if (big_endian(header) != IHDR_DATA || !is_type(header, "IHDR"))
        return error_set(err, STATUS_FORMAT, "not a valid PNG: it doesn't begin with a header");
    *width = big_endian(header + BEFORE_DATA);
    *height = big_endian(header + BEFORE_DATA + 4);
    return STATUS_OK;
}

/* The pixels depend on chunks whose type begins with a capital letter, and on tRNS. */
enum status pngchunks_check(const void *bytes, size_t size, struct error *err)
{
    const unsigned char *b = bytes;
    for (size_t at = SIGNATURE; at + AROUND_DATA <= size;) {
        size_t length = big_endian(b + at);
        if (length > size - at - AROUND_DATA)
            break;
        const unsigned char *sum = b + at + BEFORE_DATA + length;
        if (((b[at + 4] & 0x20) == 0 || is_type(b + at, "tRNS")) &&
            crc32(crc32(0, NULL, 0), b + at + 4, (uInt)(4 + length)) != big_endian(sum))
            return error_set(err, STATUS_FORMAT,
                             "damaged: the PNG's chunk at byte %zu has a wrong checksum", at);
        if (is_type(b + at, "IEND"))
            return STATUS_OK;
        at += AROUND_DATA + length;
    }
    return error_set(err, STATUS_FORMAT, "the PNG is cut off: it has no end chunk");
}

/* ---- the end ---- */

/* Another picture that begins within the pixels means that this one was cut off there. Other chunks
   may contain pictures. */
static size_t find_within(struct pngchunks_search *s, const unsigned char *b, size_t end)
{
    if (!is_type(b + s->chunk, "IDAT"))
        return 0;
    size_t from = s->chunk + BEFORE_DATA;
    if (s->looked > from + FORMAT_CERTAIN)
        from = s->looked - FORMAT_CERTAIN;
    s->looked = end;
    return format_find_certain(b, from, end);
}

size_t pngchunks_search(struct pngchunks_search *s, const void *bytes, size_t size, size_t *next)
{
    const unsigned char *b = bytes;
    *next = 0;
    if (s->chunk == 0)
        s->chunk = s->before = SIGNATURE;
    while (s->chunk + BEFORE_DATA <= size) {
        if (!is_chunk(b + s->chunk)) {
            *next = format_find_start(b, s->before, size);
            return 0;
        }
        /* Another header: the chunk before it lacks what another picture's signature has filled. */
        if (s->chunk > SIGNATURE && is_type(b + s->chunk, "IHDR")) {
            *next = format_find_start(b, s->chunk - SIGNATURE, size);
            return 0;
        }
        size_t end = s->chunk + AROUND_DATA + big_endian(b + s->chunk);
        *next = find_within(s, b, end < size ? end : size);
        if (*next || end > size)
            return 0;
        if (is_type(b + s->chunk, "IEND")) {
            if (memcmp(b + s->chunk, "\0\0\0\0IEND\xae\x42\x60\x82", AROUND_DATA) == 0)
                return end;
            *next = format_find_start(b, s->chunk, size);
            return 0;
        }
        s->before = s->chunk;
        s->chunk = end;
    }
    return 0;
}
