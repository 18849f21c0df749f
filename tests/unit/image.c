/* image: shrinking is symmetric to the bit and equals a naive area average; orientations a group.
 */
#include "unit.h"

#include <stdint.h>

#include "image/image.h"
#include "base/rng.h"

enum { SIDE = 41, MOST = SIDE * SIDE * 3 };
enum { WIDE = 530, LOW = 16 };

/* Random pixels, as bytes or as floats that are no multiples of anything. */
static void fill(void *pixels, enum pixel type, size_t n, uint64_t seed)
{
    struct rng r = rng_seed(seed);
    for (size_t i = 0; i < n; i++)
        if (type == PIXEL_F4)
            ((float *)pixels)[i] = (float)rng_uniform(&r);
        else
            ((uint8_t *)pixels)[i] = (uint8_t)rng_below(&r, 256);
}

static size_t pixel_bytes(const struct shrink *s, bool out)
{
    size_t channels = out && s->gray ? 1 : s->shape.channels;
    return channels * pixel_value_bytes(s->pixel);
}

static double value(const struct shrink *s, const void *pixels, size_t i)
{
    return s->pixel == PIXEL_F4 ? (double)((const float *)pixels)[i] : ((const uint8_t *)pixels)[i];
}

/* The shares of one axis, from the definition, in double precision. */
static double overlap(double begin, double end, size_t j, size_t side)
{
    double low = (double)j, high = (double)(j + 1);
    if (j == 0)
        low = -1e9;
    if (j == side - 1)
        high = 1e9;
    return fmax(0, fmin(high, end) - fmax(low, begin));
}

static double naive(const struct shrink *s, const void *in, size_t i, size_t j, size_t k)
{
    double step = (double)s->crop / (double)s->size, border = (double)(s->full - s->size) / 2;
    double top = ((double)s->shape.height - (double)s->crop) / 2 + ((double)i - border) * step;
    double left = ((double)s->shape.width - (double)s->crop) / 2 + ((double)j - border) * step,
           sum = 0;
    for (size_t y = 0; y < s->shape.height; y++)
        for (size_t x = 0; x < s->shape.width; x++)
            sum += overlap(top, top + step, y, s->shape.height) *
                   overlap(left, left + step, x, s->shape.width) *
                   value(s, in, (y * s->shape.width + x) * s->shape.channels + k);
    return sum / (step * step);
}

static void check_naive(const struct shrink *s)
{
    static const double luma[3] = {0.299, 0.587, 0.114};
    static float in[WIDE * LOW * 3], out[MOST];
    struct error err;
    bool gray = s->gray && s->shape.channels == 3;
    size_t channels = gray ? 1 : s->shape.channels;
    fill(in, s->pixel, s->shape.height * s->shape.width * s->shape.channels,
         s->shape.height + s->crop);
    CHECK(shrink_check(s, &err) == STATUS_OK);
    shrink_run(s, in, out);
    for (size_t i = 0; i < s->full * s->full * channels; i++) {
        size_t y = i / channels / s->full, x = i / channels % s->full;
        double want = 0;
        for (size_t k = 0; gray && k < 3; k++)
            want += luma[k] * naive(s, in, y, x, k);
        if (!gray)
            want = naive(s, in, y, x, i % channels);
        /* Bytes are rounded to the nearest, floats stored in 24 bits; the luma's weights are
           multiples of 2^-16. */
        double tolerance = s->pixel == PIXEL_F4 ? 1e-7 : 0.5 + 1e-9;
        CHECK_NEAR(value(s, out, i), want,
                   tolerance + (gray ? (s->pixel == PIXEL_F4 ? 2e-5 : 4e-3) : 0));
    }
}

/* height, width, crop, size, full */
static const size_t broad[5] = {LOW, WIDE, LOW, 1,
                                35}; /* more columns than are summed up at once */
static const size_t shapes[][5] = {
    {40, 40, 40, 10, 10}, {41, 41, 40, 10, 10}, {41, 40, 17, 7, 7}, {23, 41, 21, 8, 12},
    {37, 37, 12, 5, 9},   {9, 11, 9, 20, 30},   {41, 41, 41, 1, 1}, {1, 1, 1, 3, 5},
};

/* Bytes and floats, gray, in colour, and made gray. */
static void each_kind(const size_t *n, void (*check)(const struct shrink *))
{
    for (int kind = 0; kind < 6; kind++) {
        struct shrink s = {
            {n[0], n[1], kind / 2 ? 3 : 1}, kind % 2, kind / 2 == 2, n[2], n[3], n[4]};
        check(&s);
    }
}

static void each_shape(void (*check)(const struct shrink *))
{
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
        each_kind(shapes[i], check);
}

/* Shrinking the turned picture gives the shrunken picture, turned. */
static void check_symmetry(const struct shrink *s)
{
    static float in[MOST], turned[MOST], out[MOST], out_turned[MOST], want[MOST];
    struct shrink q = *s;
    q.shape.width = q.shape.height =
        s->shape.height < s->shape.width ? s->shape.height : s->shape.width;
    fill(in, q.pixel, q.shape.height * q.shape.width * q.shape.channels, q.crop);
    shrink_run(&q, in, out);
    for (unsigned o = 0; o < 8; o++) {
        image_orient(in, q.shape.height, pixel_bytes(&q, false), o, turned);
        shrink_run(&q, turned, out_turned);
        image_orient(out, q.full, pixel_bytes(&q, true), o, want);
        CHECK(memcmp(out_turned, want, q.full * q.full * pixel_bytes(&q, true)) == 0);
    }
}

/* The same for oblong pictures, which image_orient doesn't know: mirrored both ways by hand. */
static void check_oblong(const struct shrink *s)
{
    static unsigned char in[MOST * 4], mirrored[MOST * 4], out[MOST * 4], again[MOST * 4];
    size_t bytes = pixel_bytes(s, false), n = s->shape.height * s->shape.width,
           m = s->full * s->full;
    fill(in, s->pixel, n * s->shape.channels, s->crop);
    for (size_t i = 0; i < n; i++)
        memcpy(mirrored + i * bytes, in + (n - 1 - i) * bytes, bytes);
    shrink_run(s, in, out);
    shrink_run(s, mirrored, again);
    bytes = pixel_bytes(s, true);
    for (size_t i = 0; i < m; i++)
        CHECK(memcmp(again + i * bytes, out + (m - 1 - i) * bytes, bytes) == 0);
}

static void check_margin(const struct shrink *s)
{
    static float in[MOST], out[MOST], wide[4 * MOST], centre[MOST];
    struct shrink narrow = *s, margin = *s;
    narrow.full = s->size;
    margin.full = shrink_margin(s->size);
    fill(in, s->pixel, s->shape.height * s->shape.width * s->shape.channels, s->crop);
    shrink_run(&narrow, in, out);
    shrink_run(&margin, in, wide);
    size_t bytes = pixel_bytes(s, true);
    image_centre(wide, margin.full, margin.full, bytes, s->size, s->size, centre);
    CHECK(memcmp(centre, out, s->size * s->size * bytes) == 0);
}

static void test_identity(void)
{
    static float in[MOST], out[MOST];
    for (int kind = 0; kind < 2; kind++) {
        struct shrink s = {{SIDE, SIDE, 3}, kind, false, SIDE, SIDE, SIDE};
        fill(in, kind, MOST, 1);
        /* Floats that gz programs make: bytes over 255, and any of at most 29 binary places. */
        for (size_t i = 0; kind && i < MOST; i++)
            in[i] = i % 2 ? (float)(4 + i % 252) / 255 : (float)floor(in[i] * 0x1p24) * 0x1p-24f;
        shrink_run(&s, in, out);
        CHECK(memcmp(in, out, MOST * (kind ? sizeof *in : 1)) == 0);
    }
}

static void test_odd_floats(void)
{
    float in[4] = {NAN, -INFINITY, INFINITY, -1}, out[4], one;
    struct shrink s = {{2, 2, 1}, PIXEL_F4, false, 2, 2, 2};
    shrink_run(&s, in, out);
    CHECK(out[0] == 0 && out[1] == 0 && out[2] == 1 && out[3] == 0);
    s.size = s.full = 1;
    shrink_run(&s, in, &one);
    CHECK(one == 0.25f);
}

/* Nothing overflows where sums are largest: white stays white. */
static void test_largest(void)
{
    enum { LONG = 65535 };
    struct error err;
    float *in = malloc(LONG * sizeof *in), out[1];
    uint8_t white[3] = {255, 255, 255}, gray;
    struct shrink one = {{1, 1, 3}, PIXEL_U1, true, 1, 1, 1};
    shrink_run(&one, white, &gray);
    CHECK(gray == 255);
    for (size_t i = 0; i < LONG; i++)
        in[i] = 1;
    struct shrink s = {{255, 257, 1}, PIXEL_F4, false, 255, 1, 1};
    shrink_run(&s, in, out);
    CHECK(out[0] == 1);
    s.crop = 256;
    CHECK(shrink_check(&s, &err) == STATUS_MISMATCH);
    s.crop = 0;
    CHECK(shrink_check(&s, &err) == STATUS_MISMATCH);
    s = (struct shrink){{9, 9, 1}, PIXEL_U1, false, 9, 0, 0};
    CHECK(shrink_check(&s, &err) == STATUS_LIMIT);
    s.size = s.full = IMAGE_SHRINK_MAX + 1;
    CHECK(shrink_check(&s, &err) == STATUS_LIMIT);
    free(in);
}

static void test_margin_size(void)
{
    CHECK(shrink_margin(64) == 92); /* 64 x 1.41421 = 90.5, even */
    CHECK(shrink_margin(1) == 3 && shrink_margin(2) == 4 && shrink_margin(5) == 9);
    for (size_t n = 1; n < 700; n++) {
        size_t full = shrink_margin(n);
        CHECK(full * full >= 2 * n * n && (full - n) % 2 == 0 &&
              (double)full < 1.4143 * (double)n + 2);
    }
}

/* Orientations by what they do to a picture of four letters, and as a group. */
static void test_orient(void)
{
    /* ab/cd: turned clockwise it is ca/db. 4 is mirrored, 5 mirrored and then turned. */
    static const char *golden[6] = {"abcd", "cadb", "dcba", "bdac", "badc", "dbca"};
    char out[4];
    for (unsigned o = 0; o < 6; o++) {
        image_orient("abcd", 2, 1, o, out);
        CHECK(memcmp(out, golden[o], 4) == 0);
    }
    uint16_t in[25], once[25], twice[25], want[25];
    for (uint16_t i = 0; i < 25; i++)
        in[i] = i;
    unsigned found = 0;
    for (unsigned a = 0; a < 8; a++)
        for (unsigned b = 0; b < 8; b++) {
            image_orient(in, 5, sizeof *in, a, once);
            image_orient(once, 5, sizeof *in, b, twice);
            unsigned product = 0, matches = 0;
            for (unsigned c = 0; c < 8; c++) {
                image_orient(in, 5, sizeof *in, c, want);
                if (memcmp(want, twice, sizeof want) == 0)
                    product = c, matches++;
            }
            CHECK(matches == 1);
            found += product == 0;
            if (a < 4 && b < 4)
                CHECK(product == (a + b) % 4);
            if (a >= 4 && a == b)
                CHECK(product == 0); /* a mirroring undoes itself */
        }
    CHECK(found == 8); /* each has one inverse */
}

/* Of a byte picture and the same in floats, these not aligned. */
static void test_sample(void)
{
    static const uint8_t in[12] = {0, 100, 10, 110, 20, 120, 30, 130, 40, 140, 50, 150};
    unsigned char floats[1 + 12 * sizeof(float)];
    for (size_t i = 0; i < 12; i++) {
        float f = in[i];
        memcpy(floats + 1 + i * sizeof f, &f, sizeof f);
    }
    const struct picture kinds[2] = {{in, {2, 3, 2}, PIXEL_U1}, {floats + 1, {2, 3, 2}, PIXEL_F4}};
    for (int kind = 0; kind < 2; kind++) {
        const struct picture *p = &kinds[kind];
        float v[2];
        image_sample(p, 0.5, 0.5, v); /* the centre of the first pixel */
        CHECK(v[0] == 0 && v[1] == 100);
        image_sample(p, 1, 1.5, v); /* the middle between (0, 1) and (1, 1) */
        CHECK(v[0] == 25 && v[1] == 125);
        image_sample(p, 0.75, 2.25, v); /* 1/4 down, 3/4 right of (0, 1) */
        CHECK_NEAR(v[0], 17.5 + 0.25 * 30, 1e-5);
        image_sample(p, -7, 99, v);
        CHECK(v[0] == 20 && v[1] == 120);
        image_sample(p, 99, -7, v);
        CHECK(v[0] == 30 && v[1] == 130);
    }
}

/* The centre of an oblong picture, rows and columns apart. */
static void test_centre(void)
{
    char out[9] = "";
    image_centre("abcdefghijklmnopqrst", 4, 5, 1, 2, 3, out);
    CHECK(strcmp(out, "ghilmn") == 0);
    image_centre("abcdefghijklmnopqrst", 2, 5, 2, 2, 1, out);
    CHECK(memcmp(out, "efop", 4) == 0);
}

int main(void)
{
    unit_test("shrinking is the area average");
    each_shape(check_naive);
    each_kind(broad, check_naive);
    unit_test("shrinking has all eight symmetries, to the bit");
    each_shape(check_symmetry);
    unit_test("shrinking an oblong picture turned by half is the turned result");
    each_shape(check_oblong);
    unit_test("the centre of a margin is the picture without");
    each_shape(check_margin);
    unit_test("shrinking to the same size is the identity");
    test_identity();
    unit_test("floats that are none, or out of range");
    test_odd_floats();
    unit_test("white stays white, wrong shapes are refused");
    test_largest();
    unit_test("a margin is the diagonal, of the same parity");
    test_margin_size();
    unit_test("orientations are the group of the square");
    test_orient();
    unit_test("the centre of a picture");
    test_centre();
    unit_test("bilinear samples, worked out by hand");
    test_sample();
    return unit_end();
}
