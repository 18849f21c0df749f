/*
 * pngfile - PNG out: the only door to libpng.
 *
 * Pictures of 8-bit R, G, B are written row by row, so that memory is a few rows however large the
 * picture is. A file appears under its name whole or not at all (file.h). There is no time in it
 * and no name of a program: the same pixels always give the same bytes, with one libpng and zlib.
 *
 * Errors name the file. After the first failure only pngfile_abandon may follow.
 */
#ifndef PNGFILE_H
#define PNGFILE_H

#include <stddef.h>

#include "base/status.h"

enum { PNGFILE_SIDE_MAX = 1 << 20 /* the most rows or columns */ };

struct pngfile;

/* Begin a picture on path (NULL or "-": standard output). NULL on failure; STATUS_LIMIT where a
   side is 0 or above PNGFILE_SIDE_MAX. */
struct pngfile *pngfile_create(const char *path, size_t height, size_t width,
                               struct error *) MUST_CHECK;

/* Write the next rows: (rows, width, 3) bytes. Rows beyond the last are left out. */
enum status pngfile_write(struct pngfile *, const unsigned char *rgb, size_t rows,
                          struct error *) MUST_CHECK;

/* End the picture, see that it arrived, and free; also on failure, where no file is left.
   STATUS_INCOMPLETE where rows are missing. */
enum status pngfile_finish(struct pngfile *, struct error *) MUST_CHECK;

/* Leave no trace of a file that isn't finished, and free. NULL is fine. */
void pngfile_abandon(struct pngfile *);

/* Write a whole picture: (height, width, 3) bytes. */
enum status pngfile_save(const char *path, const unsigned char *rgb, size_t height, size_t width,
                         struct error *) MUST_CHECK;

#endif
