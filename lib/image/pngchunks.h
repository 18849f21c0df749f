/*
 * pngchunks - the chunks of a PNG, read without libpng: its sides, its checksums, and where it
 * ends. No other file uses zlib.
 *
 * A PNG is a signature of 8 bytes and chunks (PNG Specification, third edition, 2025, sections 5.2
 * and 5.3). A chunk is the length of its data as 4 bytes, the highest first; its type, 4 letters;
 * the data; and the CRC-32 of type and data. The first chunk is the header, IHDR, the last is IEND.
 * Nothing here trusts a length, and no memory is allocated.
 */
#ifndef PNGCHUNKS_H
#define PNGCHUNKS_H

#include <stddef.h>

#include "base/status.h"

/* Read the picture's sides from the header. STATUS_FORMAT if these bytes don't begin with a PNG's
   signature and whole header. The sides are whatever the header says: up to 2^32 - 1, or 0. */
enum status pngchunks_sides(const void *bytes, size_t size, size_t *height, size_t *width,
                            struct error *) MUST_CHECK;

/* Check the checksums of all chunks on which the pixels depend, and that the end chunk is there.
   STATUS_FORMAT if not. */
enum status pngchunks_check(const void *bytes, size_t size, struct error *) MUST_CHECK;

/* Find the end of the PNG that begins at bytes[0], as picture_search does (picturefile.h). */
struct pngchunks_search {
    size_t chunk;  /* where the chunk begins that goes beyond the bytes so far */
    size_t before; /* where the chunk before it began */
    size_t looked; /* no picture begins within the chunk before this byte */
};
size_t pngchunks_search(struct pngchunks_search *, const void *bytes, size_t size, size_t *next);

#endif
