/* jpegfile: cropping gives the bytes of a whole decoding, gray is the luma, damage is noticed. */
#include "unit.h"

#include <stdint.h>

#include <jpeglib.h>

#include "image/format.h"
#include "image/jpegfile.h"
#include "base/rng.h"

/* A picture of noise over a gradient, encoded with these sampling factors of the luma. */
struct sample {
    size_t height, width;
    int channels, across, down;
    bool progressive;
};

static void fill(unsigned char *pixels, size_t height, size_t width, size_t channels)
{
    struct rng r = rng_seed(height * 1000 + width);
    for (size_t i = 0; i < height * width * channels; i++) {
        size_t slope = (i / channels % width + i / channels / width) % 128;
        pixels[i] = (unsigned char)(slope + rng_below(&r, 128));
    }
}

static void encode(const struct sample *s, struct buffer *jpeg)
{
    struct error err;
    struct jpeg_compress_struct info;
    struct jpeg_error_mgr manager;
    unsigned char *bytes = NULL, *pixels = malloc(s->height * s->width * 3);
    unsigned long size = 0;
    fill(pixels, s->height, s->width, (size_t)s->channels);
    info.err = jpeg_std_error(&manager);
    jpeg_create_compress(&info);
    jpeg_mem_dest(&info, &bytes, &size);
    info.image_width = (JDIMENSION)s->width;
    info.image_height = (JDIMENSION)s->height;
    info.input_components = s->channels;
    info.in_color_space = s->channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
    jpeg_set_defaults(&info);
    jpeg_set_quality(&info, 90, TRUE);
    info.comp_info[0].h_samp_factor = s->across;
    info.comp_info[0].v_samp_factor = s->down;
    if (s->progressive)
        jpeg_simple_progression(&info);
    jpeg_start_compress(&info, TRUE);
    while (info.next_scanline < info.image_height) {
        JSAMPROW row = pixels + info.next_scanline * s->width * (size_t)s->channels;
        jpeg_write_scanlines(&info, &row, 1);
    }
    jpeg_finish_compress(&info);
    jpeg_destroy_compress(&info);
    jpeg->size = 0;
    CHECK(buffer_append(jpeg, bytes, size, &err) == STATUS_OK);
    free(bytes);
    free(pixels);
}

static const struct picture_options plain = {.max_pixels = 1 << 24};

/* Whether the central crop x crop pixels of whole are those of part. */
static bool is_centre(const struct picture_data *whole, const struct picture_data *part,
                      size_t crop)
{
    size_t y = (whole->shape.height - crop) / 2, x = (whole->shape.width - crop) / 2,
           c = whole->shape.channels;
    if (part->shape.height != crop || part->shape.width != crop || part->shape.channels != c)
        return false;
    for (size_t i = 0; i < crop; i++)
        if (memcmp(whole->pixels.data + ((y + i) * whole->shape.width + x) * c,
                   part->pixels.data + i * crop * c, crop * c) != 0)
            return false;
    return true;
}

static void check_crops(const struct sample *s, const struct buffer *jpeg, bool gray)
{
    struct error err;
    struct picture_data whole = {0}, part = {0};
    struct picture_options o = plain;
    size_t shorter = s->height < s->width ? s->height : s->width;
    o.gray = gray;
    CHECK(jpeg_decode(jpeg->data, jpeg->size, &o, &whole, &err) == STATUS_OK);
    for (size_t crop = 1; crop <= shorter; crop += crop + 2 < shorter ? 1 + shorter / 10 : 1) {
        o.crop = crop;
        CHECK(jpeg_decode(jpeg->data, jpeg->size, &o, &part, &err) == STATUS_OK);
        if (!CHECK(is_centre(&whole, &part, crop)))
            printf("# crop %zu of %zux%zu, %d channels, %dx%d, progressive %d, gray %d\n", crop,
                   s->width, s->height, s->channels, s->across, s->down, s->progressive, gray);
    }
    buffer_release(&whole.pixels);
    buffer_release(&part.pixels);
}

/* The factors of 4:4:4, 4:2:2, 4:4:0, 4:2:0, 4:1:1 and two that nobody uses. */
static const int factors[][2] = {{1, 1}, {2, 1}, {1, 2}, {2, 2}, {4, 1}, {1, 4}, {4, 2}};

static void test_crop(void)
{
    static const size_t sizes[][2] = {{424, 424}, {131, 97}, {96, 160}, {255, 257}, {33, 200}};
    struct buffer jpeg = {0};
    for (size_t f = 0; f < sizeof factors / sizeof *factors; f++)
        for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
            for (int progressive = 0; progressive < 2; progressive++) {
                struct sample s = {sizes[i][0],   sizes[i][1],   3,
                                   factors[f][0], factors[f][1], progressive};
                encode(&s, &jpeg);
                check_crops(&s, &jpeg, false);
                check_crops(&s, &jpeg, true);
            }
    struct sample gray = {231, 199, 1, 1, 1, false};
    encode(&gray, &jpeg);
    check_crops(&gray, &jpeg, true);
    check_crops(&gray, &jpeg, false);
    buffer_release(&jpeg);
}

/* Gray is the luma that the file holds; the luma of the colour made from it is within a level. */
static void test_gray(void)
{
    struct sample s = {120, 88, 3, 2, 2, false};
    struct error err;
    struct buffer jpeg = {0};
    struct picture_data colour = {0}, gray = {0};
    struct picture_options o = plain;
    encode(&s, &jpeg);
    CHECK(jpeg_decode(jpeg.data, jpeg.size, &o, &colour, &err) == STATUS_OK);
    o.gray = true;
    CHECK(jpeg_decode(jpeg.data, jpeg.size, &o, &gray, &err) == STATUS_OK);
    CHECK(colour.shape.channels == 3 && gray.shape.channels == 1);
    for (size_t i = 0; i < s.height * s.width; i++) {
        const unsigned char *p = (const unsigned char *)colour.pixels.data + 3 * i;
        /* Where a channel was cut at 0 or 255 the colour isn't that of the file any more. */
        bool cut = false;
        for (int k = 0; k < 3; k++)
            cut |= p[k] == 0 || p[k] == 255;
        if (!cut)
            CHECK_NEAR(0.299 * p[0] + 0.587 * p[1] + 0.114 * p[2],
                       (unsigned char)gray.pixels.data[i], 1.0);
    }
    buffer_release(&colour.pixels);
    buffer_release(&gray.pixels);
    buffer_release(&jpeg);
}

/* Cut anywhere but in the end marker's padding, with and without crop, gray or not. */
static void test_cuts(bool progressive)
{
    struct sample s = {64, 80, 3, 2, 2, progressive};
    struct error err;
    struct buffer jpeg = {0};
    struct picture_data p = {0};
    encode(&s, &jpeg);
    for (size_t size = 0; size < jpeg.size; size += 1 + size / 400)
        for (int kind = 0; kind < 4; kind++) {
            struct picture_options o = {
                .crop = kind & 1 ? 8 : 0, .gray = kind & 2, .max_pixels = 1 << 24};
            CHECK(jpeg_decode(jpeg.data, size, &o, &p, &err) == STATUS_FORMAT);
            CHECK(p.shape.height == 0 && !strchr(err.text, '\n') && err.text[0]);
            o.lenient = true;
            if (jpeg_decode(jpeg.data, size, &o, &p, &err) == STATUS_OK)
                CHECK(p.shape.height == (o.crop ? 8 : 64) && p.shape.channels == (o.gray ? 1 : 3));
        }
    buffer_release(&p.pixels);
    buffer_release(&jpeg);
}

static void test_limits(void)
{
    struct sample s = {40, 50, 3, 1, 1, true};
    struct error err;
    struct buffer jpeg = {0}, many = {0};
    struct picture_data p = {0};
    struct picture_options o = {.max_pixels = 2000};
    encode(&s, &jpeg);
    CHECK(jpeg_decode(jpeg.data, jpeg.size, &o, &p, &err) == STATUS_OK);
    o.max_pixels = 1999;
    CHECK(jpeg_decode(jpeg.data, jpeg.size, &o, &p, &err) == STATUS_LIMIT);
    CHECK(strstr(err.text, "50x40 pixels are more than 1999") != NULL);
    o = plain;
    o.crop = 41;
    CHECK(jpeg_decode(jpeg.data, jpeg.size, &o, &p, &err) == STATUS_MISMATCH);

    /* The last scan (it ends with the end marker) a hundred times over. */
    size_t scan = jpeg.size;
    while (
        !((unsigned char)jpeg.data[scan - 2] == 0xff && (unsigned char)jpeg.data[scan - 1] == 0xda))
        scan--;
    CHECK(buffer_append(&many, jpeg.data, scan - 2, &err) == STATUS_OK);
    for (int i = 0; i < 100; i++)
        CHECK(buffer_append(&many, jpeg.data + scan - 2, jpeg.size - scan, &err) == STATUS_OK);
    CHECK(buffer_append(&many, "\xff\xd9", 2, &err) == STATUS_OK);
    o = (struct picture_options){.max_pixels = 2000, .lenient = true};
    CHECK(jpeg_decode(many.data, many.size, &o, &p, &err) == STATUS_LIMIT);
    CHECK(strstr(err.text, "more than 100 scans") != NULL);
    buffer_release(&many);
    buffer_release(&jpeg);
    buffer_release(&p.pixels);
}

/* A progressive colour picture without subsampling is the one that needs most memory. */
static void test_largest(void)
{
    struct sample s = {3840, 3072, 3, 1, 1, true};
    struct error err;
    struct buffer jpeg = {0};
    struct picture_data p = {0};
    encode(&s, &jpeg);
    struct picture_options o = {.max_pixels = 3840 * 3072, .crop = 16};
    if (!CHECK(jpeg_decode(jpeg.data, jpeg.size, &o, &p, &err) == STATUS_OK))
        printf("# %s\n", err.text);
    buffer_release(&jpeg);
    buffer_release(&p.pixels);
}

/* The length of a JPEG of which all bytes are there at once. */
static size_t jpeg_length(const void *bytes, size_t size, size_t *next)
{
    struct jpeg_search fresh = {0};
    return jpeg_search(&fresh, bytes, size, next);
}

static void test_length(void)
{
    struct sample s = {24, 24, 3, 2, 2, false};
    struct error err;
    struct buffer one = {0}, two = {0};
    size_t next;
    encode(&s, &one);
    for (size_t size = 2; size < one.size; size++)
        CHECK(jpeg_length(one.data, size, &next) == 0 && next == 0);
    CHECK(jpeg_length(one.data, one.size, &next) == one.size);
    for (size_t cut = 4; cut < one.size; cut++) {
        /* What is cut off ends where the whole one behind it begins, also within a segment. */
        two.size = 0;
        CHECK(buffer_append(&two, one.data, cut, &err) == STATUS_OK);
        CHECK(buffer_append(&two, one.data, one.size, &err) == STATUS_OK);
        size_t length = jpeg_length(two.data, two.size, &next);
        /* APP0 may hold pictures of its own, so a cut in it shows only behind it: but for two. */
        if (cut != 4 && cut != 18 && !CHECK(length == 0 && next == cut))
            printf("# cut at %zu of %zu: length %zu, next %zu\n", cut, one.size, length, next);
    }
    buffer_release(&one);
    buffer_release(&two);
}

static void test_encode(void)
{
    struct error err;
    struct buffer first = {0}, again = {0};
    struct picture_data p = {0};
    struct picture_options o = plain;
    unsigned char pixels[24 * 16 * 3];
    for (size_t i = 0; i < sizeof pixels; i++)
        pixels[i] = (unsigned char)(i / 3 % 24 * 8); /* gray, so that the chroma costs nothing */
    CHECK(jpeg_encode(pixels, 16, 24, 3, 100, &first, &err) == STATUS_OK);
    CHECK(jpeg_encode(pixels, 16, 24, 3, 100, &again, &err) == STATUS_OK);
    CHECK(first.size == again.size && memcmp(first.data, again.data, first.size) == 0);
    CHECK(jpeg_decode(first.data, first.size, &o, &p, &err) == STATUS_OK);
    CHECK(p.shape.height == 16 && p.shape.width == 24 && p.shape.channels == 3 &&
          p.pixels.size == sizeof pixels);
    for (size_t i = 0; i < sizeof pixels; i++)
        CHECK_NEAR(pixels[i], (unsigned char)p.pixels.data[i], 2);
    CHECK(jpeg_encode(pixels, 0, 24, 3, 100, &again, &err) != STATUS_OK);
    buffer_release(&first);
    buffer_release(&again);
    buffer_release(&p.pixels);
}

/* Bytes that were looked at aren't looked at again, or a long picture would take for ever. */
static void test_search(void)
{
    struct error err;
    struct buffer jpeg = {0};
    struct jpeg_search s = {0};
    size_t next, start;
    unsigned char pixels[64 * 64];
    fill(pixels, 64, 64, 1);
    CHECK(!jpeg_encode(pixels, 64, 64, 1, 90, &jpeg, &err));
    start = jpeg.size - 2;
    for (size_t i = 0; i < 1000; i++)
        CHECK(!buffer_append(&jpeg, i % 3 ? "\xff\0" : "ab", 2, &err));
    jpeg.data[start] = 'c'; /* in place of the end */
    for (size_t have = start; have <= jpeg.size; have += 100) {
        CHECK(jpeg_search(&s, jpeg.data, have, &next) == 0 && next == 0);
        CHECK(s.at + 1 + FORMAT_CERTAIN >= have && s.scan && s.scans == 1);
    }
    /* Behind a segment that no marker follows there may be another picture, far away. */
    s = (struct jpeg_search){0};
    memcpy(jpeg.data + 20, "no", 2);
    for (size_t have = start; have <= jpeg.size; have += 100) {
        CHECK(jpeg_search(&s, jpeg.data, have, &next) == 0 && next == 0);
        CHECK(s.segment + 3 >= have);
    }
    CHECK(!buffer_append(&jpeg, "\xff\xd8\xff", 3, &err));
    CHECK(jpeg_search(&s, jpeg.data, jpeg.size, &next) == 0 && next == jpeg.size - 3);
    buffer_release(&jpeg);
}

int main(void)
{
    unit_test("a crop has the bytes of the whole");
    test_crop();
    unit_test("gray is the luma of colour, within a level");
    test_gray();
    unit_test("a baseline file cut anywhere is refused, cropped or not");
    test_cuts(false);
    unit_test("a progressive file cut anywhere is refused, cropped or not");
    test_cuts(true);
    unit_test("pixels, crop and scans have limits");
    test_limits();
    unit_test("any picture within the limit can be decoded");
    test_largest();
    unit_test("the end of a picture is found, and the one behind a cut");
    test_length();
    unit_test("a picture that comes in pieces is looked at once");
    test_search();
    unit_test("encoding is repeatable and near");
    test_encode();
    return unit_end();
}
