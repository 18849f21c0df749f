#include "net/layers.h"

#include "net/kernels.h"
#include "base/mem.h"
#include "base/rng.h"
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
    float *y; /* what the naive twin makes of it, and argmax */
    uint8_t *argmax;
};

static struct convolution make(struct rng *r, struct conv s, size_t n)
{
    struct convolution c = {.s = s,
                            .n = n,
                            .xs = n * s.height * s.width * s.in,
                            .ws = 9 * s.in * s.out,
                            .ys = n * conv_values(&s)};
    c.x = random_block(r, c.xs);
    c.w = random_block(r, c.ws);
    c.b = random_block(r, s.out);
    c.dy = random_block(r, c.ys);
    c.y = block(c.ys);
    c.argmax = (uint8_t *)block(c.ys);
    conv_forward_naive(&s, n, c.x, c.w, c.b, c.y, c.argmax);
    return c;
}

static void release(struct convolution *c)
{
    free(c->x);
    free(c->w);
    free(c->b);
    free(c->dy);
    free(c->y);
    free(c->argmax);
}

enum moved { NOTHING, AN_X, A_WEIGHT, A_BIAS };

/* b + x * w at one place, from the formula in conv.h, with one value of x, w or b moved by h. */
static double sum_at(const struct convolution *c, size_t image, size_t row, size_t column, size_t o,
                     enum moved moved, size_t at, double h)
{
    const struct conv *s = &c->s;
    double y = (double)c->b[o] + (moved == A_BIAS && at == o ? h : 0);
    for (size_t ij = 0; ij < 9; ij++)
        for (size_t k = 0; k < s->in; k++) {
            long yy = (long)(row + ij / 3) - 1, xx = (long)(column + ij % 3) - 1;
            if (yy < 0 || yy >= (long)s->height || xx < 0 || xx >= (long)s->width)
                continue;
            size_t p = ((image * s->height + (size_t)yy) * s->width + (size_t)xx) * s->in + k;
            size_t q = (ij * s->in + k) * s->out + o;
            y += ((double)c->x[p] + (moved == AN_X && at == p ? h : 0)) *
                 ((double)c->w[q] + (moved == A_WEIGHT && at == q ? h : 0));
        }
    return y;
}

/* The sum of dy times y, where ReLU and pooling choose as they did without the move. */
static double total(const struct convolution *c, enum moved moved, size_t at, double h)
{
    size_t rows = conv_rows(&c->s), columns = conv_columns(&c->s);
    double sum = 0;
    for (size_t i = 0; i < c->ys; i++) {
        size_t o = i % c->s.out, column = i / c->s.out % columns;
        size_t row = i / c->s.out / columns % rows, image = i / c->s.out / columns / rows;
        if (c->s.pool) {
            row = 2 * row + c->argmax[i] / 2;
            column = 2 * column + c->argmax[i] % 2;
        }
        if (c->y[i] > 0 || c->s.linear)
            sum += sum_at(c, image, row, column, o, moved, at, h) * (double)c->dy[i];
    }
    return sum;
}

/* All is linear in each value, so central differences are exact but for rounding. */
static double slope(const struct convolution *c, enum moved moved, size_t at)
{
    return total(c, moved, at, 0.5) - total(c, moved, at, -0.5);
}

static void naive_against_differences(struct rng *r)
{
    static const struct conv shape[] = {{4, 5, 2, 3, false, false}, {1, 1, 1, 1, false, false},
                                        {3, 1, 1, 2, false, false}, {2, 3, 5, 1, false, false},
                                        {4, 5, 2, 3, true, false},  {2, 2, 1, 1, true, false},
                                        {7, 4, 1, 2, true, false},  {1, 3, 2, 2, true, false},
                                        {4, 5, 2, 3, false, true},  {7, 4, 1, 2, true, true}};
    for (size_t t = 0; t < sizeof shape / sizeof *shape; t++) {
        struct convolution c = make(r, shape[t], 2);
        float *dx = block(c.xs), *dw = block(c.ws), *db = block(c.s.out);
        conv_backward_naive(&c.s, c.n, c.x, c.w, c.y, c.argmax, c.dy, dx, dw, db);
        for (size_t i = 0; i < c.xs; i++)
            CHECK_NEAR((double)dx[i], slope(&c, AN_X, i), 1e-4);
        for (size_t i = 0; i < c.ws; i++)
            CHECK_NEAR((double)dw[i], slope(&c, A_WEIGHT, i), 1e-4);
        for (size_t i = 0; i < c.s.out; i++)
            CHECK_NEAR((double)db[i], slope(&c, A_BIAS, i), 1e-4);
        free(dx);
        free(dw);
        free(db);
        release(&c);
    }
}

/* Every value is the largest of its sums and, unless linear, 0; the argmax is where that stands. */
static void naive_forward(struct rng *r, struct conv s)
{
    struct convolution c = make(r, s, 2);
    size_t low = 0, rows = conv_rows(&s), columns = conv_columns(&s), squares = s.pool ? 4 : 1;
    for (size_t i = 0; i < c.ys; i++) {
        size_t o = i % s.out, column = i / s.out % columns;
        size_t row = i / s.out / columns % rows, image = i / s.out / columns / rows;
        double most = s.linear ? -INFINITY : 0;
        for (size_t q = 0; q < squares; q++) {
            double sum =
                s.pool ? sum_at(&c, image, 2 * row + q / 2, 2 * column + q % 2, o, NOTHING, 0, 0)
                       : sum_at(&c, image, row, column, o, NOTHING, 0, 0);
            most = fmax(most, sum);
            if (s.pool && (c.y[i] > 0 || s.linear) && c.argmax[i] == q)
                CHECK_NEAR(sum, (double)c.y[i], 1e-5);
        }
        CHECK_NEAR((double)c.y[i], most, 1e-5);
        low += s.linear ? most < 0 : most == 0;
    }
    CHECK(low > 0 && low < c.ys);
    release(&c);
}

/* Fast against naive, forward and backward. What stands in the gradients before doesn't count. */
static void fast_against_naive(struct rng *r, struct conv s, size_t n)
{
    struct convolution c = make(r, s, n);
    float *y = random_block(r, c.ys), *scratch = random_block(r, conv_scratch(&s));
    uint8_t *argmax = (uint8_t *)random_block(r, c.ys);
    conv_forward(&s, n, c.x, c.w, c.b, y, NULL, scratch);
    CHECK_NEAR(difference(y, c.y, c.ys), 0, 5e-5);
    conv_forward(&s, n, c.x, c.w, c.b, y, argmax, scratch);
    CHECK_NEAR(difference(y, c.y, c.ys), 0, 5e-5);
    for (size_t i = 0; s.pool && i < c.ys; i++)
        CHECK((c.y[i] <= 0 && !s.linear) || argmax[i] == c.argmax[i]);

    float *dw = random_block(r, c.ws), *db = random_block(r, s.out), *dw2 = block(c.ws),
          *db2 = block(s.out), *dw3 = random_block(r, c.ws), *db3 = random_block(r, s.out);
    float *dx = random_block(r, c.xs), *dx2 = block(c.xs);
    conv_backward(&s, n, c.x, c.w, c.y, c.argmax, c.dy, dx, dw, db, scratch);
    conv_backward_naive(&s, n, c.x, c.w, c.y, c.argmax, c.dy, dx2, dw2, db2);
    conv_backward(&s, n, c.x, c.w, c.y, c.argmax, c.dy, NULL, dw3, db3, scratch);
    CHECK_NEAR(difference(dx, dx2, c.xs), 0, 5e-5);
    CHECK_NEAR(difference(dw, dw2, c.ws), 0, 5e-5);
    CHECK_NEAR(difference(db, db2, s.out), 0, 5e-5);
    CHECK_NEAR(difference(dw3, dw2, c.ws), 0, 5e-5);
    CHECK_NEAR(difference(db3, db2, s.out), 0, 5e-5);
    float *all[] = {y, scratch, dw, db, dw2, db2, dw3, db3, dx, dx2};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        free(all[i]);
    free(argmax);
    release(&c);
}

static void all_channels(struct rng *r, bool pool, bool linear)
{
    static const size_t in[] = {1, 3, 4, 5, 16, 32, 19}, out[] = {1, 16, 19, 32};
    static const size_t side[][2] = {{7, 9}, {1, 1}, {8, 8}, {2, 13}, {5, 1}};
    for (size_t i = 0; i < 7; i++)
        for (size_t o = 0; o < 4; o++)
            for (size_t s = 0; s < 5; s++)
                fast_against_naive(
                    r, (struct conv){side[s][0], side[s][1], in[i], out[o], pool, linear},
                    1 + (i + o + s) % 3);
}

/* More tiles than are worked on together at the end. */
static void fast_kernels(struct rng *r, const char *name)
{
    setenv("GZ_KERNELS", name, 1);
    CHECK(strcmp(kernels()->name, name) == 0);
    for (int way = 0; way < 4; way++) {
        bool pool = way % 2, linear = way / 2;
        all_channels(r, pool, linear);
        fast_against_naive(r, (struct conv){32, 36, 8, 5, pool, linear}, 3);
    }
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
    double tolerance = 1e-5 * (double)(n + in + out);
    dense_forward(n, in, out, x, w, b, y);
    dense_backward(n, in, out, x, w, dy, dx, dw, db);
    for (size_t i = 0; i < n; i++)
        for (size_t o = 0; o < out; o++) {
            double sum = (double)b[o];
            for (size_t k = 0; k < in; k++)
                sum += (double)x[i * in + k] * (double)w[k * out + o];
            CHECK_NEAR((double)y[i * out + o], sum, tolerance);
        }
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < in; k++) {
            double sum = 0;
            for (size_t o = 0; o < out; o++)
                sum += (double)dy[i * out + o] * (double)w[k * out + o];
            CHECK_NEAR((double)dx[i * in + k], sum, tolerance);
        }
    for (size_t o = 0; o < out; o++) {
        double sum = 0;
        for (size_t i = 0; i < n; i++)
            sum += (double)dy[i * out + o];
        CHECK_NEAR((double)db[o], sum, tolerance);
        for (size_t k = 0; k < in; k++) {
            sum = 0;
            for (size_t i = 0; i < n; i++)
                sum += (double)dy[i * out + o] * (double)x[i * in + k];
            CHECK_NEAR((double)dw[k * out + o], sum, tolerance);
        }
    }
    float *again = random_block(r, in * out), *bias = random_block(r, out);
    dense_backward(n, in, out, x, w, dy, NULL, again, bias);
    CHECK(memcmp(again, dw, in * out * sizeof *dw) == 0);
    float *all[] = {x, w, b, y, dy, dx, dw, db, again, bias};
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
    unit_test("naive convolution: the largest of 0 and the sums, and which it is");
    for (int linear = 0; linear < 2; linear++) {
        naive_forward(&r, (struct conv){5, 5, 2, 3, false, linear});
        naive_forward(&r, (struct conv){7, 6, 2, 3, true, linear});
    }
    unit_test("fast convolution, each instruction set: the naive one, on odd channels and sizes");
    for (size_t i = 0; kernels_number(i); i++)
        fast_kernels(&r, kernels_number(i)->name);
    unsetenv("GZ_KERNELS");
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
