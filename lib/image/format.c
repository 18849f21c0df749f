#include "image/format.h"

#include <stdint.h>
#include <string.h>
#include <strings.h>

/* The bytes of a format at this place of a file. HTML and XML are told apart below. */
struct signature {
    enum picture_format format;
    size_t at, length;
    const char *bytes;
};

#define SIGNATURE(format, at, bytes)                                                               \
    {                                                                                              \
        format, at, sizeof bytes - 1, bytes                                                        \
    }

static const struct signature signatures[] = {
    SIGNATURE(FORMAT_JPEG, 0, "\xff\xd8"),
    SIGNATURE(FORMAT_PNG, 0, "\x89PNG\r\n\x1a\n"),
    SIGNATURE(FORMAT_FITS, 0, "SIMPLE  ="),
    SIGNATURE(FORMAT_GIF, 0, "GIF87a"),
    SIGNATURE(FORMAT_GIF, 0, "GIF89a"),
    SIGNATURE(FORMAT_TIFF, 0, "II*\0"),
    SIGNATURE(FORMAT_TIFF, 0, "MM\0*"),
    SIGNATURE(FORMAT_TIFF, 0, "II+\0"), /* BigTIFF */
    SIGNATURE(FORMAT_TIFF, 0, "MM\0+"),
    SIGNATURE(FORMAT_WEBP, 8, "WEBP"),
    SIGNATURE(FORMAT_JPEG2000, 0, "\0\0\0\x0cjP  \r\n\x87\n"),
    SIGNATURE(FORMAT_JPEG2000, 0, "\xff\x4f\xff\x51"),
    SIGNATURE(FORMAT_JPEGXL, 0, "\0\0\0\x0cJXL \r\n\x87\n"),
    SIGNATURE(FORMAT_JPEGXL, 0, "\xff\x0a"),
    SIGNATURE(FORMAT_HEIF, 4, "ftypavif"),
    SIGNATURE(FORMAT_HEIF, 4, "ftypavis"),
    SIGNATURE(FORMAT_HEIF, 4, "ftyphei"),
    SIGNATURE(FORMAT_HEIF, 4, "ftyphev"),
    SIGNATURE(FORMAT_HEIF, 4, "ftypmif1"),
    SIGNATURE(FORMAT_HEIF, 4, "ftypmsf1"),
    SIGNATURE(FORMAT_HDF5, 0, "\x89HDF\r\n\x1a\n"),
    SIGNATURE(FORMAT_NUMPY, 0, "\x93NUMPY"),
    SIGNATURE(FORMAT_PARQUET, 0, "PAR1"),
    SIGNATURE(FORMAT_PDF, 0, "%PDF-"),
    SIGNATURE(FORMAT_RAR, 0, "Rar!\x1a\x07"),
    SIGNATURE(FORMAT_7ZIP, 0, "7z\xbc\xaf\x27\x1c"),
    SIGNATURE(FORMAT_GIT_LFS, 0, "version https://git-lfs"),
    SIGNATURE(FORMAT_TEXT_PNG, 0, "\x89PNG\n\x1a\n"),       /* from Windows to Unix */
    SIGNATURE(FORMAT_TEXT_PNG, 0, "\x89PNG\r\r\n\x1a\r\n"), /* from Unix to Windows */
};

/* What an archive may hold that isn't read there. */
static const struct signature members[] = {
    SIGNATURE(FORMAT_COMPRESSED, 0, "\x1f\x8b\x08"), /* gzip */
    SIGNATURE(FORMAT_COMPRESSED, 0, "BZh"),
    SIGNATURE(FORMAT_COMPRESSED, 0, "\xfd\x37zXZ"),
    SIGNATURE(FORMAT_COMPRESSED, 0, "\x28\xb5\x2f\xfd"), /* zstd */
    SIGNATURE(FORMAT_ARCHIVE, 0, "PK\3\4"),
    SIGNATURE(FORMAT_ARCHIVE, 0, "PK\5\6"),
    SIGNATURE(FORMAT_ARCHIVE, 257, "ustar"),
};

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const char *const names[FORMATS] = {
    [FORMAT_UNKNOWN] = "not a picture",
    [FORMAT_JPEG] = "a JPEG",
    [FORMAT_PNG] = "a PNG",
    [FORMAT_FITS] = "a FITS file",
    [FORMAT_BMP] = "a BMP",
    [FORMAT_GIF] = "a GIF",
    [FORMAT_TIFF] = "a TIFF",
    [FORMAT_WEBP] = "a WebP",
    [FORMAT_JPEG2000] = "a JPEG 2000",
    [FORMAT_JPEGXL] = "a JPEG XL",
    [FORMAT_HEIF] = "an AVIF or HEIC",
    [FORMAT_PNM] = "a PNM (PBM, PGM, PPM or PAM)",
    [FORMAT_HDF5] = "an HDF5 file",
    [FORMAT_NUMPY] = "a NumPy array",
    [FORMAT_PARQUET] = "a Parquet table",
    [FORMAT_PDF] = "a PDF",
    [FORMAT_HTML] = "an HTML or XML page",
    [FORMAT_RAR] = "a RAR archive",
    [FORMAT_7ZIP] = "a 7-Zip archive",
    [FORMAT_GIT_LFS] = "a Git LFS pointer",
    [FORMAT_TEXT_PNG] = "a PNG that a transfer as text has changed",
    [FORMAT_TEXT] = "text, not a picture",
    [FORMAT_COMPRESSED] = "compressed within the archive",
    [FORMAT_ARCHIVE] = "an archive within an archive",
};

/* "BM" alone may be the beginning of a name in a tar. After it a BMP has the size of the file, four
   zeros, the place of the pixels, and the size of the next header. */
static bool is_bmp(const unsigned char *b, size_t size)
{
    return size >= 18 && memcmp(b, "BM", 2) == 0 && memcmp(b + 6, "\0\0\0\0", 4) == 0 &&
           (b[14] == 12 || (b[14] >= 40 && b[14] <= 124)) && memcmp(b + 15, "\0\0\0", 3) == 0;
}

/* P1 to P7, white space, and a number, a comment, or the first word of a PAM. */
static bool is_pnm(const unsigned char *b, size_t size)
{
    return size >= 4 && b[0] == 'P' && b[1] >= '1' && b[1] <= '7' &&
           (b[2] == '\n' || b[2] == ' ' || b[2] == '\r' || b[2] == '\t') &&
           ((b[3] >= '0' && b[3] <= '9') || b[3] == '#' || (b[1] == '7' && b[3] == 'W'));
}

static bool is_page(const char *text, size_t size)
{
    static const char *const begins[] = {"<!doctype", "<html", "<?xml", "<head", "<body", "<!--"};
    if (size >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
        text += 3;
        size -= 3;
    }
    while (size && strchr(" \t\r\n", *text) && *text) {
        text++;
        size--;
    }
    for (size_t i = 0; i < COUNT(begins); i++) {
        size_t n = strlen(begins[i]);
        if (size >= n && strncasecmp(text, begins[i], n) == 0)
            return true;
    }
    return false;
}

/* The format of the first of n signatures that fits. */
static enum picture_format find_signature(const struct signature *s, size_t n, const char *b,
                                          size_t size)
{
    for (; n > 0; s++, n--)
        if (size >= s->at + s->length && memcmp(b + s->at, s->bytes, s->length) == 0)
            return s->format;
    return FORMAT_UNKNOWN;
}

enum picture_format format_of(const void *bytes, size_t size)
{
    enum picture_format format = find_signature(signatures, COUNT(signatures), bytes, size);
    if (format)
        return format;
    if (is_bmp(bytes, size))
        return FORMAT_BMP;
    if (is_pnm(bytes, size))
        return FORMAT_PNM;
    return is_page(bytes, size) ? FORMAT_HTML : FORMAT_UNKNOWN;
}

enum picture_format format_guess(const void *bytes, size_t size)
{
    enum picture_format format = format_of(bytes, size);
    if (!format)
        format = find_signature(members, COUNT(members), bytes, size);
    return !format && format_is_text(bytes, size) ? FORMAT_TEXT : format;
}

bool format_is_text(const void *bytes, size_t size)
{
    enum { ENOUGH = 512 };
    const unsigned char *b = bytes;
    size_t n = size < ENOUGH ? size : ENOUGH, foreign = 0;
    for (size_t i = 0; i < n; i++) {
        if (b[i] == 0x7f || (b[i] < ' ' && (b[i] == '\0' || !strchr("\t\n\f\r", b[i]))))
            return false;
        foreign += b[i] > 0x7f;
    }
    return n > 0 && foreign <= n / 2;
}

const char *format_name(enum picture_format format)
{
    return names[format];
}

bool format_is_foreign(enum picture_format format)
{
    return format >= FORMAT_BMP;
}

enum status format_refuse(enum picture_format format, struct error *err)
{
    const char *name = names[format];
    switch (format) {
    case FORMAT_UNKNOWN: return error_set(err, STATUS_FORMAT, "not a picture");
    case FORMAT_HTML:
        return error_set(err, STATUS_FORMAT, "%s, perhaps a server's error message", name);
    case FORMAT_NUMPY:
        return error_set(err, STATUS_FORMAT, "%s; for a stream of its pictures see gz-stream(5)",
                         name);
    case FORMAT_GIT_LFS:
        return error_set(err, STATUS_FORMAT, "%s, not the file itself; get it with git lfs pull",
                         name);
    case FORMAT_TEXT_PNG:
        return error_set(err, STATUS_FORMAT, "%s; transfer it again, as binary", name);
    case FORMAT_TEXT: return error_set(err, STATUS_FORMAT, "%s; perhaps a server's message", name);
    case FORMAT_COMPRESSED:
    case FORMAT_ARCHIVE: return error_set(err, STATUS_FORMAT, "%s; unpack it", name);
    case FORMAT_RAR:
    case FORMAT_7ZIP:
        return error_set(err, STATUS_FORMAT, "%s, which this program does not read; unpack it",
                         name);
    default: return error_set(err, STATUS_FORMAT, "%s; convert it, see gz-decode(1)", name);
    }
}

static size_t find(const char *b, size_t i, size_t size, const char *what, size_t n)
{
    const char *found = i < size ? memmem(b + i, size - i, what, n) : NULL;
    return found ? (size_t)(found - b) : 0;
}

size_t format_find_start(const void *bytes, size_t i, size_t size)
{
    size_t jpeg = find(bytes, i, size, "\xff\xd8\xff", 3);
    size_t png = find(bytes, i, jpeg ? jpeg : size, "\x89PNG\r\n\x1a\n", 8);
    return png ? png : jpeg;
}

size_t format_find_certain(const void *bytes, size_t i, size_t size)
{
    const char *b = bytes;
    size_t png = find(b, i, size, "\x89PNG\r\n\x1a\n", 8), end = png ? png : size;
    for (size_t at = find(b, i, end, "\xff\xd8\xff", 3); at;
         at = find(b, at + 1, end, "\xff\xd8\xff", 3))
        if (at + 10 <= end &&
            (memcmp(b + at + 6, "JFIF", 4) == 0 || memcmp(b + at + 6, "Exif", 4) == 0))
            return at;
    return png;
}
