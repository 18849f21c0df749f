/* input: the centre of a record, as bytes or floats, becomes (x - mean) / std. */
#include "model/input.h"

#include "base/rng.h"
#include "pictures.h"

enum { HEIGHT = 6, WIDTH = 8, CHANNELS = 3, VALUES = HEIGHT * WIDTH * CHANNELS };

static struct error err;
static struct record_type u1, f4;
static unsigned char *bytes, *floats; /* the same picture as either kind of record */

/* Bytes k of 255, and the floats k / 255. */
static void make_records(void)
{
    struct rng r = rng_seed(11);
    CHECK(!record_type_init(&u1, PIXEL_U1, HEIGHT, WIDTH, CHANNELS, &err));
    CHECK(!record_type_init(&f4, PIXEL_F4, HEIGHT, WIDTH, CHANNELS, &err));
    bytes = calloc(1, u1.size);
    floats = calloc(1, f4.size);
    for (size_t i = 0; i < VALUES; i++) {
        unsigned char k = (unsigned char)rng_below(&r, 256);
        float x = (float)k / 255;
        record_pixels_out(&u1, bytes)[i] = k;
        memcpy(record_pixels_out(&f4, floats) + 4 * i, &x, 4);
    }
}

/* Row i, column j, channel k of the centre stands in the record this far from its middle. */
static double pixel(const struct input_format *f, size_t i, size_t j, size_t k)
{
    size_t row = (HEIGHT - f->shape.height) / 2 + i, column = (WIDTH - f->shape.width) / 2 + j;
    return record_pixels(&u1, bytes)[(row * WIDTH + column) * CHANNELS + k] / 255.;
}

static void centre_and_formula(void)
{
    for (size_t h = 2; h <= HEIGHT; h += 2)
        for (size_t w = 2; w <= WIDTH; w += 2) {
            struct input_format f = {&u1, {h, w, CHANNELS}, {NORMALISE_MEAN_STD, 0.4, 0.3}, 0};
            unsigned char cut[VALUES * 4];
            float a[VALUES], b[VALUES];
            CHECK(!input_check(&f, &err) && input_bytes(&f) == h * w * CHANNELS);
            input_cut(&f, bytes, cut);
            input_normalise(&f, cut, a);
            for (size_t v = 0; v < h * w * CHANNELS; v++) {
                size_t i = v / (w * CHANNELS), j = v / CHANNELS % w, k = v % CHANNELS;
                CHECK_NEAR((double)a[v], (pixel(&f, i, j, k) - 0.4) / 0.3, 1e-6);
            }
            f.type = &f4;
            CHECK(input_bytes(&f) == 4 * h * w * CHANNELS);
            input_cut(&f, floats, cut);
            input_normalise(&f, cut, b);
            CHECK(memcmp(a, b, h * w * CHANNELS * sizeof *a) == 0);
        }
}

/* By its own moments, a picture has mean 0 and standard deviation 1; a flat one is all 0. */
static void per_image(void)
{
    struct input_format f = {&u1, {HEIGHT, WIDTH, CHANNELS}, {NORMALISE_PER_IMAGE, 0, 1}, 0};
    float a[VALUES];
    double sum = 0, squares = 0;
    input_normalise(&f, record_pixels(&u1, bytes), a);
    for (size_t i = 0; i < VALUES; i++) {
        sum += (double)a[i];
        squares += (double)a[i] * (double)a[i];
    }
    CHECK_NEAR(sum / VALUES, 0, 1e-6);
    CHECK_NEAR(squares / VALUES, 1, 1e-5);
    unsigned char flat[VALUES];
    memset(flat, 77, sizeof flat);
    input_normalise(&f, flat, a);
    for (size_t i = 0; i < VALUES; i++)
        CHECK_NEAR((double)a[i], 0, 1e-3);
}

/* Moments of two halves, merged, are those of the whole. */
static void moments(void)
{
    struct input_format whole = {&u1, {HEIGHT, WIDTH, CHANNELS}, {NORMALISE_MEAN_STD, 0, 1}, 0};
    struct input_format half = whole;
    struct moments all = {0}, first = {0}, second = {0}, none = {0};
    const unsigned char *pixels = record_pixels(&u1, bytes);
    double sum = 0, squares = 0;
    half.shape.height /= 2;
    moments_add(&all, &whole, pixels);
    moments_add(&first, &half, pixels);
    moments_add(&second, &half, pixels + VALUES / 2);
    moments_merge(&first, &second);
    for (size_t i = 0; i < VALUES; i++)
        sum += pixels[i] / 255.;
    for (size_t i = 0; i < VALUES; i++)
        squares += pow(pixels[i] / 255. - sum / VALUES, 2);
    CHECK_NEAR(moments_mean(&all), sum / VALUES, 1e-7);
    CHECK_NEAR(moments_std(&all), sqrt(squares / VALUES), 1e-6);
    CHECK_NEAR(moments_mean(&first), moments_mean(&all), 1e-12);
    CHECK_NEAR(moments_std(&first), moments_std(&all), 1e-9);
    CHECK(moments_mean(&none) == 0 && moments_std(&none) == 1);
}

static void refused(void)
{
    const struct shape bad[] = {{HEIGHT + 2, WIDTH, CHANNELS},
                                {HEIGHT, WIDTH + 2, CHANNELS},
                                {HEIGHT - 1, WIDTH, CHANNELS},
                                {HEIGHT, WIDTH - 1, CHANNELS},
                                {HEIGHT, WIDTH, 1}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct input_format f = {&u1, bad[i], {NORMALISE_MEAN_STD, 0, 1}, 0};
        CHECK(input_check(&f, &err) == STATUS_MISMATCH && strstr(err.text, "6x8x3"));
    }
}

/* What the centre shows is the record's field of view by the shares of the sides; 5 % are forgiven.
 */
static void fields_of_view(void)
{
    struct record_type t = u1;
    CHECK(!record_type_add(&t, "fov", "<f4", &err));
    unsigned char *record = calloc(1, t.size);
    struct input_format f = {&t, {3, 4, CHANNELS}, {NORMALISE_MEAN_STD, 0, 1}, 0.25};
    const struct {
        float fov;
        enum status status;
    } row[] = {{0.5f, STATUS_OK},
               {0.524f, STATUS_OK},
               {0.476f, STATUS_OK},
               {0.526f, STATUS_MISMATCH},
               {0.474f, STATUS_MISMATCH},
               {1, STATUS_MISMATCH},
               {0, STATUS_OK},
               {NAN, STATUS_OK}};
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        record_set_real(&t, record, "fov", row[i].fov);
        CHECK(row[i].fov > 0 ? fabs(input_fov(&f, record) - (double)row[i].fov / 2) < 1e-7
                             : input_fov(&f, record) == 0);
        CHECK(input_check_fov(&f, record, &err) == row[i].status);
    }
    CHECK(strstr(err.text, "0.5 ") && strstr(err.text, "0.25 "));
    f.fov = 0;
    CHECK(!input_check_fov(&f, record, &err));
    f = (struct input_format){&u1, {3, 4, CHANNELS}, {NORMALISE_MEAN_STD, 0, 1}, 0.25};
    CHECK(input_fov(&f, bytes) == 0 && !input_check_fov(&f, bytes, &err));
    free(record);
}

int main(void)
{
    make_records();
    unit_test("the central pixels, normalised by the formula, of bytes as of floats");
    centre_and_formula();
    unit_test("per-image: mean 0 and standard deviation 1");
    per_image();
    unit_test("moments of two halves are those of the whole");
    moments();
    unit_test("shapes that do not fit are refused");
    refused();
    unit_test("pictures that show more or less of the sky than wanted are refused");
    fields_of_view();
    free(bytes);
    free(floats);
    return unit_end();
}
