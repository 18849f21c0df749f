/* augment: the laws of its header. */
#include "stream/augment.h"

#include "image/image.h"
#include "pictures.h"

enum { SIDE = 16 };

static struct error err;

/* A record of random pixels in sides by sides; floats or bytes, 1 or 3 channels. */
static unsigned char *random_record(struct record_type *t, enum pixel pixel, size_t height,
                                    size_t width, size_t channels, uint64_t seed)
{
    struct rng r = rng_seed(seed);
    CHECK(!record_type_init(t, pixel, height, width, channels, &err));
    unsigned char *record = calloc(1, t->size);
    CHECK(!record_set_id(t, record, "g1", &err));
    for (size_t i = 0; i < height * width * channels; i++) {
        float f = (float)rng_uniform(&r);
        unsigned char *p = record_pixels_out(t, record);
        if (pixel == PIXEL_U1)
            p[i] = (unsigned char)(255 * f);
        else
            memcpy(p + i * sizeof f, &f, sizeof f);
    }
    return record;
}

static void identity(enum pixel pixel, size_t height, size_t width, size_t channels, size_t size)
{
    struct record_type t;
    unsigned char *record = random_record(&t, pixel, height, width, channels, 4);
    size_t bytes = channels * (pixel == PIXEL_U1 ? 1 : 4);
    unsigned char *centre = calloc(size * size, bytes), *view = calloc(size * size, bytes);
    struct augment a = {.size = size, .seed = 3};
    image_centre(record_pixels(&t, record), height, width, bytes, size, size, centre);
    for (uint32_t v = 1; v < 4; v++) {
        augment_view(&a, &t, record, v, view);
        CHECK(memcmp(view, centre, size * size * bytes) == 0);
    }
    free(record);
    free(centre);
    free(view);
}

/* Views with flips alone are the four mirror images, all of them, about equally often. */
static void flips(void)
{
    enum { VIEWS = 400 };
    struct record_type t;
    unsigned char *record = random_record(&t, PIXEL_U1, SIDE, SIDE, 3, 5);
    unsigned char mirror[4][SIDE * SIDE * 3], view[SIDE * SIDE * 3];
    static const unsigned orientation[] = {0, 4, 2, 6}; /* 4, 2: left to right, both */
    struct augment a = {.size = SIDE, .flip = true, .seed = 3};
    size_t seen[4] = {0};
    for (int k = 0; k < 4; k++)
        image_orient(record_pixels(&t, record), SIDE, 3, orientation[k], mirror[k]);
    for (uint32_t v = 1; v <= VIEWS; v++) {
        int k = 0;
        augment_view(&a, &t, record, v, view);
        while (k < 4 && memcmp(view, mirror[k], sizeof view) != 0)
            k++;
        CHECK(k < 4);
        seen[k % 4]++;
    }
    for (int k = 0; k < 4; k++)
        CHECK(seen[k] > VIEWS / 4 - 50 && seen[k] < VIEWS / 4 + 50);
    free(record);
}

/* The draw depends on (seed, id, view) alone: not on other fields, calls before, or the record's
   kind. */
static void draws(void)
{
    struct record_type t, plain;
    unsigned char *record = random_record(&plain, PIXEL_U1, SIDE, SIDE, 1, 6);
    unsigned char first[SIDE * SIDE], again[SIDE * SIDE];
    struct augment a = {SIDE, true, true, 2, 0.2, 0.3, 9};
    augment_view(&a, &plain, record, 5, first);
    augment_view(&a, &plain, record, 6, again);
    CHECK(memcmp(first, again, sizeof first) != 0);
    augment_view(&a, &plain, record, 5, again);
    CHECK(memcmp(first, again, sizeof first) == 0);

    t = pictures_type(SIDE, PIXEL_U1, "progress");
    unsigned char *other = calloc(1, t.size);
    picture_make(&t, 1, 77, other);
    memcpy(record_pixels_out(&t, other), record_pixels(&plain, record), SIDE * SIDE);
    augment_view(&a, &t, other, 5, again);
    CHECK(memcmp(first, again, sizeof first) == 0);
    CHECK(!record_set_id(&t, other, "g2", &err));
    augment_view(&a, &t, other, 5, again);
    CHECK(memcmp(first, again, sizeof first) != 0);
    a.seed++;
    augment_view(&a, &plain, record, 5, again);
    CHECK(memcmp(first, again, sizeof first) != 0);
    free(record);
    free(other);
}

/* Where the weight of a pair of blobs lies tells the angle: one bright, one dim, so that all of
   the circle is told apart. */
static double angle_of(const float *p, size_t side)
{
    double y = 0, x = 0, middle = (double)(side - 1) / 2;
    for (size_t i = 0; i < side * side; i++) {
        y += (double)p[i] * ((double)(i / side) - middle);
        x += (double)p[i] * ((double)(i % side) - middle);
    }
    return atan2(y, x);
}

static void angles(void)
{
    enum { BIG = 32, VIEWS = 3600, BINS = 36 };
    struct record_type t;
    unsigned char *record = random_record(&t, PIXEL_F4, BIG, BIG, 1, 6);
    static float pixels[BIG * BIG], view[BIG * BIG];
    size_t bin[BINS] = {0};
    double chi = 0, expected = (double)VIEWS / BINS;
    for (int i = 0; i < BIG * BIG; i++)
        pixels[i] = (float)exp(-(pow(i / BIG - 15.5, 2) + pow(i % BIG - 23.5, 2)) / 8);
    memcpy(record_pixels_out(&t, record), pixels, sizeof pixels);
    for (int flip = 0; flip < 2; flip++) {
        struct augment a = {.size = BIG, .rotate = true, .flip = flip, .seed = 2};
        memset(bin, 0, sizeof bin);
        for (uint32_t v = 1; v <= VIEWS; v++) {
            augment_view(&a, &t, record, v, (unsigned char *)view);
            double turn = (angle_of(view, BIG) + M_PI) / (2 * M_PI);
            bin[(int)(turn * BINS) % BINS]++;
        }
        chi = 0;
        for (int i = 0; i < BINS; i++)
            chi += pow((double)bin[i] - expected, 2) / expected;
        CHECK(chi < 66.6); /* 35 degrees of freedom: 1 in 1000 */
    }
    free(record);
}

/* A round galaxy stays what it is, but for the interpolation. */
static void round_stays(void)
{
    struct record_type t;
    unsigned char *record = random_record(&t, PIXEL_F4, 47, 47, 1, 6);
    float view[33 * 33], same[33 * 33], pixel;
    for (int i = 0; i < 47 * 47; i++) {
        pixel = (float)exp(-(pow(i / 47 - 23, 2) + pow(i % 47 - 23, 2)) / 50);
        memcpy(record_pixels_out(&t, record) + 4 * i, &pixel, 4);
    }
    image_centre(record_pixels(&t, record), 47, 47, 4, 33, 33, same);
    struct augment a = {.size = 33, .rotate = true, .flip = true, .seed = 2};
    for (uint32_t v = 1; v < 50; v++) {
        augment_view(&a, &t, record, v, (unsigned char *)view);
        for (int i = 0; i < 33 * 33; i++)
            CHECK_NEAR((double)view[i], (double)same[i], 0.01);
    }
    free(record);
}

/* Sky of 100 within the frame that the result needs and 200 in the margin around: with the margin
   the corners show it, without nothing but 100 is ever there. */
static void corners(void)
{
    struct record_type wide, narrow;
    size_t full = shrink_margin(SIDE);
    unsigned char view[SIDE * SIDE];
    unsigned char *with = random_record(&wide, PIXEL_U1, full, full, 1, 1);
    unsigned char *without = random_record(&narrow, PIXEL_U1, SIDE, SIDE, 1, 1);
    size_t edge = (full - SIDE) / 2, margin_seen = 0;
    memset(record_pixels_out(&wide, with), 200, full * full);
    memset(record_pixels_out(&narrow, without), 100, SIDE * SIDE);
    for (size_t i = 0; i < SIDE; i++)
        memset(record_pixels_out(&wide, with) + (i + edge) * full + edge, 100, SIDE);
    struct augment a = {.size = SIDE, .rotate = true, .flip = true, .seed = 7};
    for (uint32_t v = 1; v < 100; v++) {
        augment_view(&a, &narrow, without, v, view);
        for (size_t i = 0; i < sizeof view; i++)
            CHECK(view[i] == 100);
        augment_view(&a, &wide, with, v, view);
        margin_seen += view[0] > 190;
        for (size_t i = 0; i < sizeof view; i++)
            CHECK(view[i] >= 100 && view[i] <= 200);
    }
    CHECK(margin_seen > 50);
    free(with);
    free(without);
}

/* No corner of any turn reaches beyond the margin: real sky of one brightness, beyond it another.
 */
static void margin_is_enough(void)
{
    for (size_t size = 15; size < 70; size += 7) {
        size_t full = shrink_margin(size), more = full + 20, edge = 10;
        struct record_type t;
        unsigned char *record = random_record(&t, PIXEL_U1, more, more, 1, 1);
        unsigned char *view = calloc(size, size);
        memset(record_pixels_out(&t, record), 0, more * more);
        for (size_t i = 0; i < full; i++)
            memset(record_pixels_out(&t, record) + (i + edge) * more + edge, 50, full);
        struct augment a = {.size = size, .rotate = true, .flip = true, .seed = 7};
        for (uint32_t v = 1; v < 200; v++) {
            augment_view(&a, &t, record, v, view);
            for (size_t i = 0; i < size * size; i++)
                CHECK(view[i] == 50);
        }
        free(record);
        free(view);
    }
}

/* A dot in the middle moves by at most the shift; a disc of known area grows by at most the zoom.
 */
static void shift_and_zoom(void)
{
    enum { BIG = 64 };
    struct record_type t;
    unsigned char *record = random_record(&t, PIXEL_F4, BIG, BIG, 1, 1);
    static float pixels[BIG * BIG], view[BIG * BIG];
    double most_y = 0, least_area = INFINITY, most_area = 0;
    for (int i = 0; i < BIG * BIG; i++)
        pixels[i] = hypot(i / BIG - 31.5, i % BIG - 31.5) < 12;
    memcpy(record_pixels_out(&t, record), pixels, sizeof pixels);
    struct augment a = {.size = BIG, .shift = 3, .zoom = 0.25, .seed = 7};
    for (uint32_t v = 1; v < 300; v++) {
        double area = 0, y = 0;
        augment_view(&a, &t, record, v, (unsigned char *)view);
        for (int i = 0; i < BIG * BIG; i++) {
            area += (double)view[i];
            y += (double)view[i] * (i / BIG - 31.5);
        }
        most_y = fmax(most_y, fabs(y / area));
        least_area = fmin(least_area, area / (M_PI * 144));
        most_area = fmax(most_area, area / (M_PI * 144));
    }
    CHECK(most_y > 2.5 && most_y < 3 * 1.25 + 0.1);
    CHECK(least_area > 0.62 && least_area < 0.68 && most_area > 1.5 && most_area < 1.6);
    free(record);
}

/* The factor of each view, seen from a picture of one value: within its limits, its logarithm
   uniform; the same for bytes, rounded, and for all channels; nothing is brighter than white. */
static void brightness(void)
{
    enum { VIEWS = 4000, BINS = 20 };
    struct record_type t, bytes;
    unsigned char *record = random_record(&t, PIXEL_F4, 3, 3, 3, 1);
    unsigned char *byte_record = random_record(&bytes, PIXEL_U1, 3, 3, 3, 1), byte[3];
    const float value[3] = {0.1f, 0.3f, 0.7f};
    float view[3];
    size_t bin[BINS] = {0};
    double chi = 0;
    for (size_t i = 0; i < 27; i++) {
        memcpy(record_pixels_out(&t, record) + 4 * i, &value[i % 3], 4);
        record_pixels_out(&bytes, byte_record)[i] = (unsigned char)(10 + 60 * (i % 3));
    }
    struct augment a = {1, true, true, 0, 0, 1, 8};
    for (uint32_t v = 1; v <= VIEWS; v++) {
        augment_view(&a, &t, record, v, (unsigned char *)view);
        augment_view(&a, &bytes, byte_record, v, byte);
        double gain = (double)view[0] / 0.1, log_gain = log2(gain);
        CHECK(log_gain > -1 - 1e-6 && log_gain < 1 + 1e-6);
        CHECK_NEAR((double)view[1], 0.3 * gain, 1e-6);
        CHECK_NEAR((double)view[2], fmin(1, 0.7 * gain), 1e-6);
        for (int k = 0; k < 3; k++)
            CHECK_NEAR(byte[k], fmin(255, (10 + 60 * k) * gain), 0.5 + 1e-4);
        bin[(int)fmin(BINS - 1, fmax(0, (log_gain + 1) / 2 * BINS))]++;
    }
    for (int i = 0; i < BINS; i++)
        chi += pow((double)bin[i] - (double)VIEWS / BINS, 2) / ((double)VIEWS / BINS);
    CHECK(chi < 43.8); /* 19 degrees of freedom: 1 in 1000 */
    free(record);
    free(byte_record);
}

/* Asking for one thing draws all others as before. */
static void brightness_alone(void)
{
    struct record_type t;
    unsigned char *record = random_record(&t, PIXEL_F4, SIDE, SIDE, 1, 1);
    float plain[SIDE * SIDE], bright[SIDE * SIDE];
    struct augment a = {SIDE, true, true, 2, 0.2, 0, 8}, b = a;
    b.brightness = 0.5;
    for (uint32_t v = 1; v <= 20; v++) {
        augment_view(&a, &t, record, v, (unsigned char *)plain);
        augment_view(&b, &t, record, v, (unsigned char *)bright);
        double gain = 0;
        for (size_t i = 0; i < SIDE * SIDE; i++)
            if (bright[i] < 1)
                gain = (double)bright[i] / (double)plain[i];
        CHECK(fabs(log(gain)) <= log(1.5) + 1e-6);
        for (size_t i = 0; i < SIDE * SIDE; i++)
            CHECK_NEAR((double)bright[i], fmin(1, (double)plain[i] * gain), 1e-5);
    }
    free(record);
}

int main(void)
{
    unit_test("without turning and mirroring: the record's centre, to the bit");
    identity(PIXEL_U1, 16, 16, 1, 16);
    identity(PIXEL_U1, 23, 23, 3, 15);
    identity(PIXEL_F4, 24, 30, 1, 16);
    identity(PIXEL_F4, 9, 9, 3, 1);
    unit_test("mirroring alone: the four mirror images, to the bit");
    flips();
    unit_test("a draw depends on seed, id and view alone");
    draws();
    unit_test("the angle is uniform");
    angles();
    unit_test("a round galaxy stays nearly the same");
    round_stays();
    unit_test("real sky comes in from the margin, without one the edge goes on");
    corners();
    unit_test("the margin of gz-prep is enough for every angle");
    margin_is_enough();
    unit_test("shift and zoom stay within their limits and reach them");
    shift_and_zoom();
    unit_test("brightness: a factor, log-uniform within its limits, rounded and clipped at white");
    brightness();
    unit_test("brightness leaves the other draws as they are");
    brightness_alone();
    return unit_end();
}
