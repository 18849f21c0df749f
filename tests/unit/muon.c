#include "net/muon.h"

#include "base/rng.h"
#include "unit.h"

enum { MOST = 96 * 40, SCRATCH = 3 * MOST + 2 * 40 * 40 };

static float scratch[SCRATCH];

static void random_matrix(struct rng *r, size_t n, float *x)
{
    for (size_t i = 0; i < n; i++)
        x[i] = (float)rng_normal(r);
}

static void transpose(size_t rows, size_t columns, const float *x, float *y)
{
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < columns; j++)
            y[j * rows + i] = x[i * columns + j];
}

static double norm(size_t n, const double *x)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += x[i] * x[i];
    return sqrt(sum);
}

/* x (rows, columns) as Jordan's page has it, in double: a matrix that is taller than wide is
   transposed first, which is left to the caller. */
static void reference(size_t rows, size_t columns, double *x)
{
    static double gram[40 * 40], square[40 * 40], product[MOST];
    double length = norm(rows * columns, x);
    for (size_t i = 0; i < rows * columns; i++)
        x[i] /= length;
    for (int step = 0; step < 5; step++) {
        for (size_t i = 0; i < rows * rows; i++) {
            gram[i] = 0;
            for (size_t k = 0; k < columns; k++)
                gram[i] += x[i / rows * columns + k] * x[i % rows * columns + k];
        }
        for (size_t i = 0; i < rows * rows; i++) {
            square[i] = 0;
            for (size_t k = 0; k < rows; k++)
                square[i] += gram[i / rows * rows + k] * gram[k * rows + i % rows];
        }
        for (size_t i = 0; i < rows * columns; i++) {
            product[i] = 0;
            for (size_t k = 0; k < rows; k++)
                product[i] += (-4.7750 * gram[i / columns * rows + k] +
                               2.0315 * square[i / columns * rows + k]) *
                              x[k * columns + i % columns];
        }
        for (size_t i = 0; i < rows * columns; i++)
            x[i] = 3.4445 * x[i] + product[i];
    }
}

static void against_reference(struct rng *r, size_t rows, size_t columns)
{
    static float x[MOST], y[MOST];
    static double expected[MOST];
    random_matrix(r, rows * columns, x);
    for (size_t i = 0; i < rows * columns; i++)
        expected[i] = (double)x[i];
    reference(rows, columns, expected);
    transpose(rows, columns, x, y);
    muon_orthogonalise(rows, columns, x, scratch);
    for (size_t i = 0; i < rows * columns; i++)
        CHECK_NEAR((double)x[i], expected[i], 2e-5);
    /* The transpose of a matrix gives the transpose of the result. */
    muon_orthogonalise(columns, rows, y, scratch);
    for (size_t i = 0; i < rows * columns; i++)
        CHECK_NEAR((double)y[i % columns * rows + i / columns], expected[i], 2e-5);
}

/* |x v| / |v| is from 0.68 to 1.21 for every v, where x (rows, columns) is not wider than tall. */
static void singular_values(struct rng *r, size_t rows, size_t columns)
{
    static float x[MOST];
    static double v[40], product[96];
    random_matrix(r, rows * columns, x);
    /* The columns have lengths of 1 to a hundredth. */
    for (size_t i = 0; i < rows * columns; i++)
        x[i] *= powf(10, -2 * (float)(i % columns) / (float)columns);
    muon_orthogonalise(rows, columns, x, scratch);
    for (int t = 0; t < 200; t++) {
        for (size_t j = 0; j < columns; j++)
            v[j] = t < (int)columns ? j == (size_t)t : rng_normal(r);
        for (size_t i = 0; i < rows; i++) {
            product[i] = 0;
            for (size_t j = 0; j < columns; j++)
                product[i] += (double)x[i * columns + j] * v[j];
        }
        double stretch = norm(rows, product) / norm(columns, v);
        CHECK(stretch > 0.68 && stretch < 1.21);
    }
}

/* Three steps, written down in double around the iteration above. */
static void steps(struct rng *r, size_t rows, size_t columns, float decay)
{
    enum { SHARDS = 3 };
    static float gradient[SHARDS][MOST], m[MOST], w[MOST];
    static double mean[MOST], update[MOST], expected[MOST];
    const float *const block[] = {gradient[0], gradient[1], gradient[2]};
    size_t n = rows * columns;
    struct muon o = {0.9f, 0.3f, decay};
    random_matrix(r, n, w);
    for (size_t i = 0; i < n; i++) {
        mean[i] = 0;
        m[i] = 0;
        expected[i] = (double)w[i];
    }
    for (int t = 0; t < 3; t++) {
        for (int k = 0; k < SHARDS; k++)
            random_matrix(r, n, gradient[k]);
        for (size_t i = 0; i < n; i++) {
            double g = (double)gradient[0][i] + (double)gradient[1][i] + (double)gradient[2][i];
            mean[i] = 0.9 * mean[i] + 0.1 * g;
            update[i] = 0.9 * mean[i] + 0.1 * g;
        }
        reference(rows, columns, update);
        for (size_t i = 0; i < n; i++)
            expected[i] -=
                0.02 * ((double)decay * expected[i] + 0.3 * sqrt((double)columns) * update[i]);
        muon_step(&o, rows, columns, 0.02f, SHARDS, block, m, w, scratch);
    }
    for (size_t i = 0; i < n; i++)
        CHECK_NEAR((double)w[i], expected[i], 1e-5);
}

int main(void)
{
    struct rng r = rng_seed(11);
    unit_test("orthogonalised as by loops in double, and the transpose likewise");
    against_reference(&r, 1, 1);
    against_reference(&r, 1, 30);
    against_reference(&r, 9, 32);
    against_reference(&r, 40, 40);
    against_reference(&r, 40, 96);
    unit_test("singular values become 0.68 to 1.21");
    singular_values(&r, 96, 40);
    singular_values(&r, 30, 30);
    unit_test("a matrix of zeros stays");
    static float zero[6 * 5];
    muon_orthogonalise(6, 5, zero, scratch);
    for (size_t i = 0; i < 30; i++)
        CHECK(zero[i] == 0);
    unit_test("three steps, of three shards, without decay and with it");
    steps(&r, 30, 40, 0);
    steps(&r, 30, 40, 0.5f);
    return unit_end();
}
