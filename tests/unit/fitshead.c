/* fitshead: the size of the data follows from the header, lies are refused, and a file's end is
   found wherever its bytes are cut. */
#include "fits.h"

#define PRIMARY "SIMPLE  =                    T"

/* Read a header of one image with these three cards. */
static enum status read(struct fits_hdu *u, const char *bitpix, const char *naxis, const char *axis)
{
    struct buffer b = {0};
    struct error err;
    fits_header(&b, PRIMARY, bitpix, naxis, axis, "NAXIS2  = 5", NULL);
    enum status s = fits_hdu_read(u, b.data, b.size, &err);
    buffer_release(&b);
    return s;
}

static void check_sizes(void)
{
    struct fits_hdu u;
    unit_test("the size of the data is that of equation 1");
    CHECK(!read(&u, "BITPIX  =                  -32", "NAXIS   =                    2",
                "NAXIS1  =                    7 / columns"));
    CHECK(u.kind == FITS_IMAGE && u.bitpix == -32 && u.naxis == 2);
    CHECK(u.axis[0] == 7 && u.axis[1] == 5);
    CHECK(u.header == FITS_BLOCK && u.data == 4 * 35 && fits_hdu_size(&u) == 2 * FITS_BLOCK);
    CHECK(!read(&u, "BITPIX  = 64", "NAXIS   = 0", "NAXIS1  = 7"));
    CHECK(u.kind == FITS_OTHER && u.data == 0 && fits_hdu_size(&u) == FITS_BLOCK);
    CHECK(!read(&u, "BITPIX  = 16", "NAXIS   = 2", "NAXIS1  = 0"));
    CHECK(u.kind == FITS_OTHER && u.data == 0);
}

static void check_lies(void)
{
    struct fits_hdu u;
    unit_test("what makes no sense is refused");
    CHECK(read(&u, "BITPIX  = 17", "NAXIS   = 2", "NAXIS1  = 7") == STATUS_FORMAT);
    CHECK(read(&u, "BITPIX  = 8.5", "NAXIS   = 2", "NAXIS1  = 7") == STATUS_FORMAT);
    CHECK(read(&u, "BITPIX  = 8", "NAXIS   = -2", "NAXIS1  = 7") == STATUS_FORMAT);
    CHECK(read(&u, "BITPIX  = 8", "NAXIS   = 999", "NAXIS1  = 7") == STATUS_LIMIT);
    CHECK(read(&u, "BITPIX  = 8", "NAXIS   = 2", "NAXIS1  = -7") == STATUS_FORMAT);
    CHECK(read(&u, "BITPIX  = 8", "NAXIS   = 2", "NAXIS1  = 999999999999999999") == STATUS_FORMAT);
    CHECK(read(&u, "BITPIX  = 8", "NAXIS   = 2", "NAXIS1  = 99999999999999999999") ==
          STATUS_FORMAT);
    CHECK(read(&u, "BITPIX  = 8", "NAXIS   = 3", "NAXIS1  = 7") == STATUS_FORMAT);
    CHECK(read(&u, "COMMENT", "NAXIS   = 2", "NAXIS1  = 7") == STATUS_FORMAT);
}

static void check_end(void)
{
    struct buffer b = {0};
    struct error err;
    struct fits_hdu u;
    int number;
    size_t at;
    fits_header(&b, PRIMARY, "BITPIX  = 8", "NAXIS   = 0", "EXTEND  = T", NULL);
    fits_header(&b, "XTENSION= 'BINTABLE'", "BITPIX  = 8", "NAXIS   = 2", "NAXIS1  = 10",
                "NAXIS2  = 3", "PCOUNT  = 2871", "GCOUNT  = 1", NULL);
    CHECK(!buffer_print(&b, &err, "%2901s", ""));
    fits_pad(&b, '\0');
    fits_header(&b, "XTENSION= 'IMAGE   '", "BITPIX  = 16", "NAXIS   = 2", "NAXIS1  = 2",
                "NAXIS2  = 2", "BANDS   = 'grz     '           / in this order", "BZERO   = 32768",
                NULL);
    CHECK(!buffer_print(&b, &err, "%8s", ""));
    fits_pad(&b, '\0');

    unit_test("the first array is found behind a table");
    CHECK(!fits_find_array(&u, b.data, b.size, &number, &at, &err));
    CHECK(number == 3 && at == 5 * FITS_BLOCK - FITS_BLOCK);
    CHECK(strcmp(u.bands, "grz") == 0 && u.scaled && !u.summed && u.bitpix == 16);
    CHECK(fits_find_array(&u, b.data, 2 * FITS_BLOCK, &number, &at, &err) != STATUS_OK);
    CHECK(fits_find_array(&u, b.data, FITS_BLOCK, &number, &at, &err) == STATUS_FORMAT);

    unit_test("the end of a file is found, however it comes");
    size_t whole = b.size;
    fits_header(&b, PRIMARY, "BITPIX  = 8", "NAXIS   = 0", NULL);
    for (size_t step = 1; step < 6000; step += 997) {
        struct fits_search s = {0};
        size_t have = 0, found = 0;
        while (!found && have < b.size) {
            have = have + step < b.size ? have + step : b.size;
            found = fits_search(&s, b.data, have);
            CHECK(found == 0 || (found == whole && have >= whole + 8));
        }
        CHECK(found == whole);
    }
    CHECK(fits_search(&(struct fits_search){0}, b.data, whole) == 0);
    buffer_release(&b);
}

int main(void)
{
    check_sizes();
    check_lies();
    check_end();
    return unit_end();
}
