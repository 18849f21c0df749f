#include "net/layer_conv.h"

#include "floats.h"
#include "net/kernels.h"

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
    c.x = floats_random(r, c.xs);
    c.w = floats_random(r, c.ws);
    c.b = floats_random(r, s.out);
    c.dy = floats_random(r, c.ys);
    c.y = floats_new(c.ys);
    c.argmax = (uint8_t *)floats_new(c.ys);
    conv_forward_naive(&s, n, c.x, c.w, c.b, c.y, c.argmax);
    return c;
}

static void release(struct convolution *c)
{
    floats_free((float *[]){c->x, c->w, c->b, c->dy, c->y, NULL});
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
        float *dx = floats_new(c.xs), *dw = floats_new(c.ws), *db = floats_new(c.s.out);
        conv_backward_naive(&c.s, c.n, c.x, c.w, c.y, c.argmax, c.dy, dx, dw, db);
        for (size_t i = 0; i < c.xs; i++)
            CHECK_NEAR((double)dx[i], slope(&c, AN_X, i), 1e-4);
        for (size_t i = 0; i < c.ws; i++)
            CHECK_NEAR((double)dw[i], slope(&c, A_WEIGHT, i), 1e-4);
        for (size_t i = 0; i < c.s.out; i++)
            CHECK_NEAR((double)db[i], slope(&c, A_BIAS, i), 1e-4);
        floats_free((float *[]){dx, dw, db, NULL});
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
    float *y = floats_random(r, c.ys), *scratch = floats_random(r, conv_scratch(&s));
    uint8_t *argmax = (uint8_t *)floats_random(r, c.ys);
    conv_forward(&s, n, c.x, c.w, c.b, y, NULL, scratch);
    CHECK_NEAR(floats_difference(y, c.y, c.ys), 0, 5e-5);
    conv_forward(&s, n, c.x, c.w, c.b, y, argmax, scratch);
    CHECK_NEAR(floats_difference(y, c.y, c.ys), 0, 5e-5);
    for (size_t i = 0; s.pool && i < c.ys; i++)
        CHECK((c.y[i] <= 0 && !s.linear) || argmax[i] == c.argmax[i]);

    float *dw = floats_random(r, c.ws), *db = floats_random(r, s.out), *dw2 = floats_new(c.ws),
          *db2 = floats_new(s.out), *dw3 = floats_random(r, c.ws), *db3 = floats_random(r, s.out);
    float *dx = floats_random(r, c.xs), *dx2 = floats_new(c.xs);
    conv_backward(&s, n, c.x, c.w, c.y, c.argmax, c.dy, dx, dw, db, scratch);
    conv_backward_naive(&s, n, c.x, c.w, c.y, c.argmax, c.dy, dx2, dw2, db2);
    conv_backward(&s, n, c.x, c.w, c.y, c.argmax, c.dy, NULL, dw3, db3, scratch);
    CHECK_NEAR(floats_difference(dx, dx2, c.xs), 0, 5e-5);
    CHECK_NEAR(floats_difference(dw, dw2, c.ws), 0, 5e-5);
    CHECK_NEAR(floats_difference(db, db2, s.out), 0, 5e-5);
    CHECK_NEAR(floats_difference(dw3, dw2, c.ws), 0, 5e-5);
    CHECK_NEAR(floats_difference(db3, db2, s.out), 0, 5e-5);
    floats_free((float *[]){y, scratch, dw, db, dw2, db2, dw3, db3, dx, dx2, NULL});
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
    return unit_end();
}
