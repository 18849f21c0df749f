/*
 * format - the format of a file, told by its first bytes, whatever its name is.
 *
 * Besides the formats that are read, those are known that people try: to name them is more help
 * than to say that a file is no picture. An archive is none of them (archivefile.h finds out).
 */
#ifndef FORMAT_H
#define FORMAT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"

enum picture_format {
    FORMAT_UNKNOWN,
    FORMAT_JPEG,
    FORMAT_PNG,
    FORMAT_FITS,
    /* Those from here on are known, but not read. */
    FORMAT_BMP,
    FORMAT_GIF,
    FORMAT_TIFF,
    FORMAT_WEBP,
    FORMAT_JPEG2000,
    FORMAT_JPEGXL,
    FORMAT_HEIF, /* HEIC and AVIF */
    FORMAT_PNM,
    FORMAT_HDF5,
    FORMAT_NUMPY,
    FORMAT_PARQUET,
    FORMAT_PDF,
    FORMAT_HTML, /* or XML: what a server sends instead of a picture that isn't there */
    FORMAT_RAR,
    FORMAT_7ZIP,
    FORMAT_GIT_LFS,  /* what Git leaves in the place of a large file */
    FORMAT_TEXT_PNG, /* a PNG whose ends of line were converted */
    /* Those from here on are told by format_guess only. */
    FORMAT_TEXT,
    FORMAT_COMPRESSED,
    FORMAT_ARCHIVE,
    FORMATS
};

/* So many first bytes are enough to tell. */
enum { FORMAT_HEAD = 32 };

/* The format of what begins with these bytes. */
enum picture_format format_of(const void *bytes, size_t size);

/* The format of a whole file, or of what an archive holds. Where format_of finds none, it may be
   text, compressed, or an archive: of a file's first bytes this can't be said, as a tar begins with
   a name, and the last two are read. */
enum picture_format format_guess(const void *bytes, size_t size);

/* Whether so many first bytes are text, in ASCII or UTF-8. */
bool format_is_text(const void *bytes, size_t size);

/* Its name with an article, such as "a TIFF"; for messages. */
const char *format_name(enum picture_format);

/* Whether a format is known, but not read. */
bool format_is_foreign(enum picture_format);

/* Set err to what a user can do about such a format; STATUS_FORMAT. */
enum status format_refuse(enum picture_format, struct error *err);

/* The first place from bytes[i] on where a JPEG or PNG begins; 0 if there is none. */
size_t format_find_start(const void *bytes, size_t i, size_t size);

/* The same for beginnings so long that compressed data don't have them by chance: a PNG, or a JPEG
   with JFIF's or Exif's marker. A search that goes on with more bytes must go back by
   FORMAT_CERTAIN bytes. */
enum { FORMAT_CERTAIN = 10 };
size_t format_find_certain(const void *bytes, size_t i, size_t size);

#endif
