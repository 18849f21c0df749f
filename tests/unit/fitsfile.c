/* fitsfile: every type of number, scaling, BLANK, the order of rows and planes, cropping, and files
   that lie. */
#include "fits.h"

#include "image/fitsfile.h"

enum { HEIGHT = 5, WIDTH = 4, VALUES = HEIGHT * WIDTH };

static const struct picture_options raw = {.gray = true,
                                           .max_pixels = 1000,
                                           .floats = true,
                                           /* Values 0 to 100 become 0 to 1. */
                                           .fits = {.scales = 1,
                                                    .scale = {1},
                                                    .ranged = true,
                                                    .high = 100,
                                                    .curved = true,
                                                    .curve = STRETCH_LINEAR}};

/* A picture whose value is x + 10 y, y from the bottom, in numbers of this BITPIX. */
static void make(struct buffer *b, int bitpix, size_t planes, const char *card)
{
    char text[FITS_CARD], naxis[FITS_CARD];
    b->size = 0;
    snprintf(text, sizeof text, "BITPIX  = %d", bitpix);
    snprintf(naxis, sizeof naxis, "NAXIS3  = %zu", planes);
    fits_header(b, "SIMPLE  =                    T", text, planes ? "NAXIS   = 3" : "NAXIS   = 2",
                "NAXIS1  = 4", "NAXIS2  = 5", planes ? naxis : "COMMENT", card, NULL);
    for (size_t p = 0; p < (planes ? planes : 1); p++)
        for (int i = 0; i < VALUES; i++) {
            int value = i % WIDTH + 10 * (i / WIDTH) + (int)p;
            double d = value;
            int64_t bits;
            memcpy(&bits, &d, sizeof bits);
            if (bitpix == -32)
                fits_float(b, (float)value);
            else
                fits_number(b, bitpix == -64 ? bits : value, (unsigned)abs(bitpix) / 8);
        }
    fits_pad(b, '\0');
}

struct result {
    struct picture_data p;
    struct error err;
};

static enum status decode(const struct buffer *b, const struct picture_options *o, struct result *r)
{
    return fits_decode(b->data, b->size, o, &r->p, &r->err);
}

static float value(const struct result *r, size_t i)
{
    return pixel_value(PIXEL_F4, r->p.pixels.data, i);
}

/* Whether the result is the picture of make, times scale and plus zero, all over 100. */
static bool is_picture(const struct result *r, double scale, double zero)
{
    bool same =
        r->p.shape.height == HEIGHT && r->p.shape.width == WIDTH && r->p.shape.channels == 1;
    for (int i = 0; same && i < VALUES; i++) {
        double want = (scale * (i % WIDTH + 10 * (HEIGHT - 1 - i / WIDTH)) + zero) / 100;
        want = want < 0 ? 0 : want > 1 ? 1 : want;
        same = fabs((double)value(r, (size_t)i) - want) < 1e-6;
    }
    return same;
}

static void check_types(struct buffer *b, struct result *r)
{
    const int types[] = {8, 16, 32, 64, -32, -64};
    unit_test("every BITPIX, scaled or not; the last row of FITS is on top");
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        make(b, types[i], 0, "COMMENT");
        CHECK(!decode(b, &raw, r) && is_picture(r, 1, 0));
        make(b, types[i], 0, "BZERO   = 50.0");
        CHECK(!decode(b, &raw, r) && is_picture(r, 1, 50));
        make(b, types[i], 0, "BSCALE  = -0.5");
        CHECK(!decode(b, &raw, r) && is_picture(r, -0.5, 0));
        b->size = FITS_BLOCK + VALUES * (size_t)abs(types[i]) / 8;
        CHECK(!decode(b, &raw, r) && is_picture(r, -0.5, 0));
    }
    unit_test("BLANK is black");
    make(b, 16, 0, "BLANK   = 43");
    CHECK(!decode(b, &raw, r) && value(r, 3) == 0 && value(r, 2) > 0.4F);
    unit_test("NaN and infinities");
    make(b, -32, 0, "COMMENT");
    memcpy(b->data + FITS_BLOCK, "\x7f\xc0\0\0\x7f\x80\0\0\xff\x80\0\0", 12);
    CHECK(!decode(b, &raw, r) && value(r, 16) == 0 && value(r, 17) == 1 && value(r, 18) == 0);
}

static void check_planes(struct buffer *b, struct result *r)
{
    struct picture_options o = raw;
    o.gray = false;
    unit_test("planes become red, green and blue");
    make(b, -32, 3, "COMMENT");
    CHECK(!decode(b, &o, r) && r->p.shape.channels == 3);
    CHECK_NEAR(value(r, 0), 0.42, 1e-6);
    CHECK_NEAR(value(r, 2), 0.40, 1e-6);
    o.fits.bands = 3;
    o.fits.plane[0] = 0;
    o.fits.plane[1] = 4;
    o.fits.plane[2] = 2;
    CHECK(decode(b, &o, r) == STATUS_MISMATCH);
    make(b, 8, 5, "COMMENT");
    CHECK(!decode(b, &o, r));
    CHECK_NEAR(value(r, 0), 0.40, 1e-6);
    CHECK_NEAR(value(r, 1), 0.44, 1e-6);
    o.gray = true;
    CHECK(!decode(b, &o, r) && r->p.shape.channels == 1);
    CHECK_NEAR(value(r, 0), 0.299 * 0.40 + 0.587 * 0.44 + 0.114 * 0.42, 1e-6);
    CHECK(decode(b, &raw, r) == STATUS_MISMATCH && strstr(r->err.text, "5 planes"));
    make(b, 8, 1, "COMMENT");
    CHECK(!decode(b, &raw, r) && is_picture(r, 1, 0));

    unit_test("8 bits are a picture as it is shown");
    o = (struct picture_options){.max_pixels = 1000};
    make(b, 8, 3, "COMMENT");
    CHECK(!decode(b, &o, r));
    CHECK(r->p.pixels.data[0] == 40 && r->p.pixels.data[1] == 41 && r->p.pixels.data[2] == 42);

    unit_test("bands grz have the scales of DECaLS");
    make(b, -32, 3, "BANDS   = 'grz     '");
    CHECK(!decode(b, &o, r));
    double low = asinh(-0.5), high = asinh(300);
    CHECK((unsigned char)r->p.pixels.data[3 * (VALUES - WIDTH)] ==
          (int)(255 * (asinh(2 / 0.019) - low) / (high - low) + 0.5));
    CHECK(r->p.pixels.data[3 * (VALUES - WIDTH) + 2] ==
          (int)(255 * (asinh(0) - low) / (high - low) + 0.5));
}

static void check_crop(struct buffer *b, struct result *r)
{
    struct picture_options o = {.max_pixels = 1000, .crop = 3};
    struct result whole = {0};
    unit_test("a crop is the centre of the whole");
    make(b, -32, 3, "COMMENT");
    CHECK(!decode(b, &o, r) && r->p.shape.height == 3 && r->p.shape.width == 3);
    o.crop = 0;
    CHECK(!decode(b, &o, &whole));
    for (size_t y = 0; y < 3; y++)
        CHECK(memcmp(r->p.pixels.data + 9 * y, whole.p.pixels.data + 3 * WIDTH * (y + 1), 9) == 0);
    o.crop = 5;
    CHECK(decode(b, &o, r) == STATUS_MISMATCH);
    buffer_release(&whole.p.pixels);
}

static void check_limits(struct buffer *b, struct result *r)
{
    struct picture_options o = raw;
    unit_test("limits and damage");
    o.max_pixels = VALUES - 1;
    make(b, 16, 0, "COMMENT");
    CHECK(decode(b, &o, r) == STATUS_LIMIT && strstr(r->err.text, "--max-pixels"));
    CHECK(r->p.shape.height == 0);
    size_t whole = b->size;
    for (b->size = 0; b->size < FITS_BLOCK + 2 * VALUES; b->size += 20)
        CHECK(decode(b, &raw, r) != STATUS_OK);
    b->size = whole;
    CHECK(!decode(b, &raw, r));
    make(b, 16, 0, "DATASUM = '12345   '");
    CHECK(decode(b, &raw, r) == STATUS_FORMAT && strstr(r->err.text, "DATASUM"));
    o = raw;
    o.lenient = true;
    CHECK(!decode(b, &o, r) && is_picture(r, 1, 0));
    unit_test("of a picture that is cut off, the rows that are there are taken");
    make(b, -64, 200, "COMMENT");
    o.fits.bands = 1;
    o.fits.plane[0] = 80;
    b->size = FITS_BLOCK + (80 * VALUES + 2 * WIDTH) * 8;
    CHECK(!decode(b, &o, r) && value(r, 0) == 0 && value(r, VALUES - WIDTH) > 0.5F);
}

int main(void)
{
    struct buffer b = {0};
    struct result r = {0};
    if (fitsfile_library()) {
        check_types(&b, &r);
        check_planes(&b, &r);
        check_crop(&b, &r);
        check_limits(&b, &r);
    } else {
        unit_test("without cfitsio a FITS is refused by name");
        make(&b, 8, 0, "COMMENT");
        CHECK(decode(&b, &raw, &r) == STATUS_FORMAT && strstr(r.err.text, "cfitsio"));
    }
    buffer_release(&b);
    buffer_release(&r.p.pixels);
    return unit_end();
}
