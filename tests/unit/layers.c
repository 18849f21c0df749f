#include "layers.h"

#include "mem.h"
#include "rng.h"
#include "unit.h"

static float *block(size_t n)
{
    struct error err;
    float *x = mem_new(n, sizeof *x, &err);
    if (!x)
        abort();
    return x;
}

static float *random_block(struct rng *r, size_t n)
{
    float *x = block(n);
    for (size_t i = 0; i < n; i++)
        x[i] = (float)rng_normal(r);
    return x;
}

static float *copy(const float *x, size_t n)
{
    return memcpy(block(n), x, n * sizeof *x);
}

/* The largest difference, as a share of the largest value of b. */
static double difference(const float *a, const float *b, size_t n)
{
    double worst = 0, scale = 1e-30;
    for (size_t i = 0; i < n; i++) {
        worst = fmax(worst, fabs((double)a[i] - (double)b[i]));
        scale = fmax(scale, fabs((double)b[i]));
        if (isnan(a[i]))
            return INFINITY;
    }
    return worst / scale;
}

/* ---- convolution ---- */

struct convolution {
    struct conv s;
    size_t n, xs, ws, ys; /* images; values of x, w, y */
    float *x, *w, *b, *dy;
};

static struct convolution make(struct rng *r, struct conv s, size_t n)
{
    struct convolution c = {
        s, n, n * s.height * s.width * s.in, 9 * s.in * s.out, n * s.height * s.width * s.out, 0, 0,
        0, 0};
    c.x = random_block(r, c.xs);
    c.w = random_block(r, c.ws);
    c.b = random_block(r, s.out);
    c.dy = random_block(r, c.ys);
    return c;
}

static void release(struct convolution *c)
{
    free(c->x);
    free(c->w);
    free(c->b);
    free(c->dy);
}

/* sum of dy times the convolution before max(0, .), from the formula in layers.h, with one value of
   x, w or b moved by h. */
static double moved(const struct convolution *c, int which, size_t at, double h)
{
    const struct conv *s = &c->s;
    double sum = 0;
    for (size_t i = 0; i < c->ys; i++) {
        size_t o = i % s->out, column = i / s->out % s->width;
        size_t row = i / s->out / s->width % s->height, image = i / s->out / s->width / s->height;
        double y = (double)c->b[o] + (which == 2 && at == o ? h : 0);
        for (size_t ij = 0; ij < 9; ij++)
            for (size_t k = 0; k < s->in; k++) {
                long yy = (long)(row + ij / 3) - 1, xx = (long)(column + ij % 3) - 1;
                if (yy < 0 || yy >= (long)s->height || xx < 0 || xx >= (long)s->width)
                    continue;
                size_t p = ((image * s->height + (size_t)yy) * s->width + (size_t)xx) * s->in + k;
                size_t q = (ij * s->in + k) * s->out + o;
                y += ((double)c->x[p] + (which == 0 && at == p ? h : 0)) *
                     ((double)c->w[q] + (which == 1 && at == q ? h : 0));
            }
        sum += y * (double)c->dy[i];
    }
    return sum;
}

/* All is linear in each value, so central differences are exact but for rounding. */
static double slope(const struct convolution *c, int which, size_t at)
{
    return (moved(c, which, at, 0.5) - moved(c, which, at, -0.5));
}

static void naive_against_differences(struct rng *r)
{
    static const struct conv shape[] = {{4, 5, 2, 3}, {1, 1, 1, 1}, {3, 1, 1, 2}, {2, 3, 5, 1}};
    for (size_t t = 0; t < 4; t++) {
        struct convolution c = make(r, shape[t], 2);
        float *dx = block(c.xs), *dw = block(c.ws), *db = block(c.s.out);
        conv_backward_naive(&c.s, c.n, c.x, c.w, c.dy, dx, dw, db);
        for (size_t i = 0; i < c.xs; i++)
            CHECK_NEAR((double)dx[i], slope(&c, 0, i), 1e-4);
        for (size_t i = 0; i < c.ws; i++)
            CHECK_NEAR((double)dw[i], slope(&c, 1, i), 1e-4);
        for (size_t i = 0; i < c.s.out; i++)
            CHECK_NEAR((double)db[i], slope(&c, 2, i), 1e-4);
        free(dx);
        free(dw);
        free(db);
        release(&c);
    }
}

/* Fast against naive, forward and backward; gradients of parameters are added to what is there. */
static void fast_against_naive(struct rng *r, struct conv s, size_t n)
{
    struct convolution c = make(r, s, n);
    float *y = block(c.ys), *y2 = block(c.ys), *scratch = random_block(r, conv_scratch(&s));
    conv_forward(&s, n, c.x, c.w, c.b, y, scratch);
    conv_forward_naive(&s, n, c.x, c.w, c.b, y2);
    CHECK_NEAR(difference(y, y2, c.ys), 0, 3e-5);

    float *dw = random_block(r, c.ws), *db = random_block(r, s.out);
    float *dw2 = copy(dw, c.ws), *db2 = copy(db, s.out), *dw3 = copy(dw, c.ws),
          *db3 = copy(db, s.out);
    float *dx = random_block(r, c.xs), *dx2 = block(c.xs);
    conv_backward(&s, n, c.x, c.w, c.dy, dx, dw, db, scratch);
    conv_backward_naive(&s, n, c.x, c.w, c.dy, dx2, dw2, db2);
    conv_backward(&s, n, c.x, c.w, c.dy, NULL, dw3, db3, scratch);
    CHECK_NEAR(difference(dx, dx2, c.xs), 0, 3e-5);
    CHECK_NEAR(difference(dw, dw2, c.ws), 0, 3e-5);
    CHECK_NEAR(difference(db, db2, s.out), 0, 3e-5);
    CHECK_NEAR(difference(dw3, dw2, c.ws), 0, 3e-5);
    CHECK_NEAR(difference(db3, db2, s.out), 0, 3e-5);
    float *all[] = {y, y2, scratch, dw, db, dw2, db2, dw3, db3, dx, dx2};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        free(all[i]);
    release(&c);
}

static void all_channels(struct rng *r)
{
    static const size_t in[] = {1, 3, 4, 5, 16, 32, 19}, out[] = {1, 16, 19, 32};
    static const size_t side[][2] = {{7, 9}, {1, 1}, {8, 8}, {2, 13}, {5, 1}};
    for (size_t i = 0; i < 7; i++)
        for (size_t o = 0; o < 4; o++)
            for (size_t s = 0; s < 5; s++)
                fast_against_naive(r, (struct conv){side[s][0], side[s][1], in[i], out[o]},
                                   1 + (i + o + s) % 3);
}

static void naive_relu(struct rng *r)
{
    struct convolution c = make(r, (struct conv){5, 5, 2, 3}, 1);
    float *y = block(c.ys);
    size_t zeros = 0, above = 0;
    conv_forward_naive(&c.s, 1, c.x, c.w, c.b, y);
    for (size_t i = 0; i < c.ys; i++) {
        zeros += y[i] == 0;
        above += y[i] > 0;
    }
    CHECK(zeros + above == c.ys && zeros > 5 && above > 5);
    free(y);
    release(&c);
}

/* ---- pooling ---- */

static void pooling(struct rng *r, size_t n, size_t height, size_t width, size_t channels)
{
    size_t row = width * channels, oh = height / 2, ow = width / 2;
    float *x = random_block(r, n * height * row), *y = block(n * oh * ow * channels);
    float *dy = random_block(r, n * oh * ow * channels), *dx = random_block(r, n * height * row);
    /* Coarse values, so that there are ties. */
    for (size_t i = 0; i < n * height * row; i++)
        x[i] = roundf(x[i]);
    pool_forward(n, height, width, channels, x, y);
    pool_backward(n, height, width, channels, x, y, dy, dx);
    for (size_t image = 0; image < n; image++)
        for (size_t i = 0; i < height; i++)
            for (size_t j = 0; j < width; j++)
                for (size_t c = 0; c < channels; c++) {
                    size_t at = (image * height + i) * row + j * channels + c;
                    size_t to = ((image * oh + i / 2) * ow + j / 2) * channels + c;
                    if (i / 2 >= oh || j / 2 >= ow) {
                        CHECK(dx[at] == 0);
                        continue;
                    }
                    CHECK(x[at] <= y[to]);
                    if (i % 2 || j % 2)
                        continue;
                    /* The square's four gradients: all but one are 0, the one is at a largest. */
                    size_t four[] = {at, at + channels, at + row, at + row + channels}, given = 0;
                    for (int q = 0; q < 4; q++)
                        if (dx[four[q]] != 0) {
                            given++;
                            CHECK(dx[four[q]] == dy[to] && x[four[q]] == y[to]);
                        }
                    CHECK(given == 1);
                }
    free(x);
    free(y);
    free(dy);
    free(dx);
}

/* ---- dense, ReLU, dropout ---- */

static void dense(struct rng *r, size_t n, size_t in, size_t out)
{
    float *x = random_block(r, n * in), *w = random_block(r, in * out), *b = random_block(r, out);
    float *y = random_block(r, n * out), *dy = random_block(r, n * out), *dx = block(n * in);
    float *dw = random_block(r, in * out), *db = random_block(r, out);
    float *dw0 = copy(dw, in * out), *db0 = copy(db, out);
    double tolerance = 1e-5 * (double)(n + in + out);
    dense_forward(n, in, out, x, w, b, y);
    dense_backward(n, in, out, x, w, dy, dx, dw, db);
    for (size_t i = 0; i < n; i++)
        for (size_t o = 0; o < out; o++) {
            double sum = (double)b[o];
            for (size_t k = 0; k < in; k++)
                sum += (double)x[i * in + k] * (double)w[o * in + k];
            CHECK_NEAR((double)y[i * out + o], sum, tolerance);
        }
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < in; k++) {
            double sum = 0;
            for (size_t o = 0; o < out; o++)
                sum += (double)dy[i * out + o] * (double)w[o * in + k];
            CHECK_NEAR((double)dx[i * in + k], sum, tolerance);
        }
    for (size_t o = 0; o < out; o++) {
        double sum = (double)db0[o];
        for (size_t i = 0; i < n; i++)
            sum += (double)dy[i * out + o];
        CHECK_NEAR((double)db[o], sum, tolerance);
        for (size_t k = 0; k < in; k++) {
            sum = (double)dw0[o * in + k];
            for (size_t i = 0; i < n; i++)
                sum += (double)dy[i * out + o] * (double)x[i * in + k];
            CHECK_NEAR((double)dw[o * in + k], sum, tolerance);
        }
    }
    float *again = copy(dw0, in * out), *bias = copy(db0, out);
    dense_backward(n, in, out, x, w, dy, NULL, again, bias);
    CHECK(memcmp(again, dw, in * out * sizeof *dw) == 0);
    float *all[] = {x, w, b, y, dy, dx, dw, db, dw0, db0, again, bias};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        free(all[i]);
}

static void relu(void)
{
    float y[19], dy[19];
    for (int i = 0; i < 19; i++) {
        y[i] = (float)(i - 9) / 2;
        dy[i] = (float)i + 1;
    }
    relu_forward(19, y);
    relu_backward(19, y, dy);
    for (int i = 0; i < 19; i++) {
        CHECK(y[i] == (i > 9 ? (float)(i - 9) / 2 : 0));
        CHECK(dy[i] == (i > 9 ? (float)i + 1 : 0));
    }
}

static void drop(struct rng *r)
{
    enum { N = 40000 };
    float *x = random_block(r, N), *y = copy(x, N), *again = copy(x, N), *other = copy(x, N);
    float *g = block(N);
    for (size_t i = 0; i < N; i++)
        g[i] = 1;
    dropout(N, 0.25f, 7, y);
    dropout(N, 0.25f, 7, again);
    dropout(N, 0.25f, 8, other);
    dropout(N, 0.25f, 7, g);
    size_t kept = 0;
    double mean = 0;
    for (size_t i = 0; i < N; i++) {
        CHECK(y[i] == 0 || fabsf(y[i] - x[i] / 0.75f) < 1e-5f);
        CHECK((y[i] != 0) == (g[i] != 0)); /* the gradient takes the same way */
        kept += g[i] != 0;
        mean += (double)g[i] / N;
    }
    CHECK(memcmp(y, again, N * sizeof *y) == 0 && memcmp(y, other, N * sizeof *y) != 0);
    CHECK_NEAR((double)kept / N, 0.75, 0.01);
    CHECK_NEAR(mean, 1, 0.015);
    memcpy(y, x, N * sizeof *x);
    dropout(N, 0, 7, y);
    CHECK(memcmp(x, y, N * sizeof *x) == 0);
    float *all[] = {x, y, again, other, g};
    for (int i = 0; i < 5; i++)
        free(all[i]);
}

int main(void)
{
    struct rng r = rng_seed(11);
    unit_test("naive convolution backwards: central differences of the formula");
    naive_against_differences(&r);
    unit_test("naive convolution ends with max(0, .)");
    naive_relu(&r);
    unit_test("fast convolution is the naive one: channels 1, 3, 4, 5, 16, 32, 19; odd sizes");
    all_channels(&r);
    unit_test("fast convolution of more tiles than are worked on together");
    fast_against_naive(&r, (struct conv){32, 36, 8, 5}, 3);
    unit_test("pooling: largest values, one gradient a square, odd rows and columns left out");
    pooling(&r, 2, 8, 8, 3);
    pooling(&r, 3, 7, 9, 17);
    pooling(&r, 1, 2, 3, 1);
    unit_test("dense layers, forwards and backwards");
    dense(&r, 1, 1, 1);
    dense(&r, 3, 17, 5);
    dense(&r, 64, 33, 3);
    unit_test("ReLU: 0 stays 0, and gives no gradient");
    relu();
    unit_test("dropout: drawn from the seed alone, mean kept, backwards the same");
    drop(&r);
    return unit_end();
}
