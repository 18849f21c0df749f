/*
 * pngwriter - writing PNG: pictures of 8-bit R, G, B, row by row, so that memory is a few rows,
 * however large the picture is.
 *
 * A file appears under its name only when it is complete (file.h). It doesn't contain the time or
 * the name of a program: with one version of libpng and zlib, the same pixels always give the same
 * bytes.
 *
 * Errors name the file. After pngwriter_write has failed, only pngwriter_abandon may be called.
 */
#ifndef PNGWRITER_H
#define PNGWRITER_H

#include <stddef.h>

#include "base/status.h"

enum { PNGWRITER_SIDE_MAX = 1 << 20 /* the most rows or columns */ };

struct pngwriter;

/* Begin a picture in the file path, or on standard output where path is NULL or "-". NULL on
   failure; STATUS_LIMIT if a side is 0 or above PNGWRITER_SIDE_MAX. */
struct pngwriter *pngwriter_create(const char *path, size_t height, size_t width,
                                   struct error *) MUST_CHECK;

/* Write the next rows: (rows, width, 3) bytes. Rows after the picture's last row are ignored. */
enum status pngwriter_write(struct pngwriter *, const unsigned char *rgb, size_t rows,
                            struct error *) MUST_CHECK;

/* End the picture and free the writer, whether this succeeds or fails; if it fails, the file is
   removed. STATUS_INCOMPLETE if rows are missing. */
enum status pngwriter_finish(struct pngwriter *, struct error *) MUST_CHECK;

/* Remove the unfinished file, and free. The argument may be NULL. */
void pngwriter_abandon(struct pngwriter *);

/* Write a whole picture: (height, width, 3) bytes. */
enum status pngwriter_save(const char *path, const unsigned char *rgb, size_t height, size_t width,
                           struct error *) MUST_CHECK;

#endif
