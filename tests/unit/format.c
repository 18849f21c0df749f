/* format: each format by its first bytes and no fewer; what may look like one; where pictures
 * begin. */
#include "unit.h"

#include "image/format.h"

/* Bytes of a format, and how many of them it takes. */
struct sample {
    enum picture_format format;
    size_t needed, size;
    const char *bytes;
};

#define SAMPLE(format, needed, bytes)                                                              \
    {                                                                                              \
        format, needed, sizeof bytes - 1, bytes                                                    \
    }

static const struct sample samples[] = {
    SAMPLE(FORMAT_JPEG, 2, "\xff\xd8\xff\xe0\0\x10JFIF"),
    SAMPLE(FORMAT_PNG, 8, "\x89PNG\r\n\x1a\n\0\0\0\rIHDR"),
    SAMPLE(FORMAT_FITS, 9, "SIMPLE  =                    T"),
    SAMPLE(FORMAT_BMP, 18, "BM\x9a\x10\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\x20"),
    SAMPLE(FORMAT_BMP, 18, "BM\x9a\x10\0\0\0\0\0\0\x1a\0\0\0\x0c\0\0\0\x20"),
    SAMPLE(FORMAT_GIF, 6, "GIF89a\x10\0\x10\0"),
    SAMPLE(FORMAT_GIF, 6, "GIF87a\x10\0\x10\0"),
    SAMPLE(FORMAT_TIFF, 4, "II*\0\x08\0\0\0"),
    SAMPLE(FORMAT_TIFF, 4, "MM\0*\0\0\0\x08"),
    SAMPLE(FORMAT_TIFF, 4, "II+\0\x08\0\0\0"),
    SAMPLE(FORMAT_TIFF, 4, "MM\0+\0\x08\0\0"),
    SAMPLE(FORMAT_WEBP, 12, "RIFF\x24\0\0\0WEBPVP8 "),
    SAMPLE(FORMAT_JPEG2000, 12, "\0\0\0\x0cjP  \r\n\x87\n\0\0\0\x14"),
    SAMPLE(FORMAT_JPEG2000, 4, "\xff\x4f\xff\x51\0\x2f"),
    SAMPLE(FORMAT_JPEGXL, 12, "\0\0\0\x0cJXL \r\n\x87\n\0\0\0\x14"),
    SAMPLE(FORMAT_JPEGXL, 2, "\xff\x0a\x7f"),
    SAMPLE(FORMAT_HEIF, 12,
           "\0\0\0\x20"
           "ftypavif\0\0\0\0"),
    SAMPLE(FORMAT_HEIF, 11,
           "\0\0\0\x18"
           "ftypheic\0\0\0\0"),
    SAMPLE(FORMAT_PNM, 4, "P6\n424 424\n255\n"),
    SAMPLE(FORMAT_PNM, 4, "P5 #"),
    SAMPLE(FORMAT_PNM, 4, "P7\nWIDTH 4\n"),
    SAMPLE(FORMAT_HDF5, 8, "\x89HDF\r\n\x1a\n\0"),
    SAMPLE(FORMAT_NUMPY, 6, "\x93NUMPY\x01\0v\0"),
    SAMPLE(FORMAT_PARQUET, 4, "PAR1\x15\x04"),
    SAMPLE(FORMAT_PDF, 5, "%PDF-1.7\n"),
    SAMPLE(FORMAT_HTML, 9, "<!DOCTYPE html>"),
    SAMPLE(FORMAT_HTML, 9, "\n \t <html lang"),
    SAMPLE(FORMAT_HTML, 8, "\xef\xbb\xbf<?xml version"),
    SAMPLE(FORMAT_RAR, 6, "Rar!\x1a\x07\x01\0"),
    SAMPLE(FORMAT_7ZIP, 6, "7z\xbc\xaf\x27\x1c\0\x04"),
    SAMPLE(FORMAT_HTML, 4, "<!-- served -->"),
    SAMPLE(FORMAT_GIT_LFS, 23, "version https://git-lfs.github.com/spec/v1\n"),
    SAMPLE(FORMAT_TEXT_PNG, 7, "\x89PNG\n\x1a\n\0\0\0"),
    SAMPLE(FORMAT_TEXT_PNG, 10, "\x89PNG\r\r\n\x1a\r\n\0\0\0"),
};
enum { SAMPLES = sizeof samples / sizeof *samples };

/* The format of these bytes, with nothing after them that could be read by mistake. */
static enum picture_format alone(const char *bytes, size_t size)
{
    char *copy = malloc(size ? size : 1);
    memcpy(copy, bytes, size);
    enum picture_format format = format_of(copy, size);
    free(copy);
    return format;
}

static void test_samples(void)
{
    bool seen[FORMATS] = {[FORMAT_UNKNOWN] = true};
    for (size_t i = 0; i < SAMPLES; i++) {
        const struct sample *s = &samples[i];
        bool all = s->needed <= FORMAT_HEAD;
        for (size_t n = 0; n <= s->size; n++)
            all &= alone(s->bytes, n) == (n < s->needed ? FORMAT_UNKNOWN : s->format);
        if (!CHECK(all))
            printf("# sample %zu: %s\n", i, format_name(s->format));
        seen[s->format] = true;
    }
    for (size_t i = 0; i < FORMAT_TEXT; i++)
        CHECK(seen[i]);
}

/* Every sample with one of its needed bytes changed to a letter that no format has there. */
static void test_others(void)
{
    static const char *const others[] = {"",       "B",     "BM",        "BMP1.png\0\0\0\0\0\0\0\0",
                                         "P5",     "P8\n4", "P6\nx",     "P7\nX",
                                         "GIF89/", "RIFF",  "<!doctop>", "SIMPLE = T"};
    for (size_t i = 0; i < SAMPLES; i++) {
        char bytes[64];
        const struct sample *s = &samples[i];
        memcpy(bytes, s->bytes, s->size);
        bytes[s->needed - 1] = '~';
        CHECK(alone(bytes, s->size) != s->format);
    }
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        CHECK(alone(others[i], strlen(others[i])) == FORMAT_UNKNOWN);
    /* The header of a tar, whose first member's name begins so. */
    char tar[512] = "BM1.png";
    memcpy(tar + 257, "ustar", 5);
    CHECK(alone(tar, sizeof tar) == FORMAT_UNKNOWN);
}

static void test_guesses(void)
{
    static const struct sample guesses[] = {
        SAMPLE(FORMAT_TEXT, 1, "{\"error\": 404}\r\n"),
        SAMPLE(FORMAT_TEXT, 1, "503 Dienst nicht verf\xc3\xbcgbar"),
        SAMPLE(FORMAT_TEXT, 1, "<svg xmlns"),
        SAMPLE(FORMAT_COMPRESSED, 3, "\x1f\x8b\x08\0"),
        SAMPLE(FORMAT_COMPRESSED, 3, "BZh9"),
        SAMPLE(FORMAT_COMPRESSED, 5, "\xfd\x37zXZ\0"),
        SAMPLE(FORMAT_COMPRESSED, 4, "\x28\xb5\x2f\xfd"),
        SAMPLE(FORMAT_ARCHIVE, 4, "PK\3\4\x14"),
        SAMPLE(FORMAT_ARCHIVE, 4, "PK\5\6\0"),
        SAMPLE(FORMAT_GIF, 6, "GIF89a\x10\0\x10\0"),
        SAMPLE(FORMAT_UNKNOWN, 0, "text\1"),
        SAMPLE(FORMAT_UNKNOWN, 0, "\xc3\xbc\xc3\xbc"),
        SAMPLE(FORMAT_UNKNOWN, 0, ""),
    };
    for (size_t i = 0; i < sizeof guesses / sizeof *guesses; i++) {
        const struct sample *s = &guesses[i];
        CHECK(format_guess(s->bytes, s->size) == s->format);
        CHECK(s->format < FORMAT_TEXT || format_of(s->bytes, s->size) == FORMAT_UNKNOWN);
    }
    char tar[512] = "a/galaxy.png";
    memcpy(tar + 257, "ustar", 5);
    CHECK(format_guess(tar, sizeof tar) == FORMAT_ARCHIVE);
}

static void test_refusals(void)
{
    struct error err;
    for (enum picture_format f = FORMAT_BMP; f < FORMATS; f++) {
        const char *name = format_name(f);
        CHECK(format_is_foreign(f) && (f >= FORMAT_TEXT || strncmp(name, "a", 1) == 0));
        CHECK(format_refuse(f, &err) == STATUS_FORMAT && err.status == STATUS_FORMAT);
        CHECK(strncmp(err.text, name, strlen(name)) == 0 && strlen(err.text) > strlen(name) + 8);
    }
    CHECK(!format_is_foreign(FORMAT_UNKNOWN) && !format_is_foreign(FORMAT_JPEG) &&
          !format_is_foreign(FORMAT_PNG) && !format_is_foreign(FORMAT_FITS));
    CHECK(format_refuse(FORMAT_UNKNOWN, &err) == STATUS_FORMAT);
    CHECK(strcmp(err.text, "not a picture") == 0);
}

static void test_starts(void)
{
    static const char row[] = "..\xff\xd8\xff....\x89PNG\r\n\x1a\n....\xff\xd8\xff\xe1..Exif..";
    enum { JPEG = 2, PNG = 9, EXIF = 21, SIZE = sizeof row - 1 };
    CHECK(format_find_start(row, 0, SIZE) == JPEG);
    CHECK(format_find_start(row, JPEG, SIZE) == JPEG);
    CHECK(format_find_start(row, JPEG + 1, SIZE) == PNG);
    CHECK(format_find_start(row, PNG + 1, SIZE) == EXIF);
    CHECK(format_find_start(row, EXIF + 1, SIZE) == 0);
    CHECK(format_find_start(row, JPEG + 1, PNG + 7) == 0 &&
          format_find_start(row, SIZE, SIZE) == 0);
    /* The JPEG without a marker isn't certain. */
    CHECK(format_find_certain(row, 0, SIZE) == PNG);
    CHECK(format_find_certain(row, PNG + 1, SIZE) == EXIF);
    CHECK(format_find_certain(row, PNG + 1, EXIF + FORMAT_CERTAIN - 1) == 0);
    CHECK(format_find_certain(row, PNG + 1, EXIF + FORMAT_CERTAIN) == EXIF);
}

int main(void)
{
    unit_test("each format is told by its first bytes, and not by fewer");
    test_samples();
    unit_test("what is like a format is none");
    test_others();
    unit_test("of a whole file, text and archives are told, too");
    test_guesses();
    unit_test("a format that isn't read is named, with advice");
    test_refusals();
    unit_test("where the next picture begins");
    test_starts();
    return unit_end();
}
