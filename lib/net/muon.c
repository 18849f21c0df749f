#include "net/muon.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "base/simd.h"
#include "net/gemm.h"

const struct muon muon_default = {0.95f, 0.2f, 0};

enum { ITERATIONS = 5 };

/* A singular value s becomes newton[0] s + newton[1] s^3 + newton[2] s^5. */
static const float newton[] = {3.4445f, -4.7750f, 2.0315f};

static size_t min(size_t a, size_t b)
{
    return a < b ? a : b;
}

static size_t max(size_t a, size_t b)
{
    return a > b ? a : b;
}

/* The update, its product with a square matrix, and two square matrices. */
size_t muon_scratch(size_t rows, size_t columns)
{
    size_t side = min(rows, columns);
    return 2 * rows * columns + 2 * side * side;
}

static double frobenius_norm(size_t n, const float *x)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += (double)x[i] * (double)x[i];
    return sqrt(sum);
}

/* y = a y + b x for n values. */
CLONES static void mix(size_t n, float a, float b, const float *x, float *y)
{
    for (size_t i = 0; i < n; i++)
        y[i] = a * y[i] + b * x[i];
}

/* x = x (a + b G + c G^2) with the Gram matrix G = x^T x; of a matrix that is wider than tall,
   (a + b G + c G^2) x with G = x x^T, which is the smaller one. */
static void iterate(size_t rows, size_t columns, float *x, float *scratch)
{
    size_t side = min(rows, columns), all = side * side;
    bool wide = rows < columns;
    float *gram = scratch, *polynomial = gram + all, *product = polynomial + all;
    gemm(!wide, wide, side, side, max(rows, columns), x, columns, x, columns, gram, side);
    gemm(false, false, side, side, side, gram, side, gram, side, polynomial, side);
    mix(all, newton[2], newton[1], gram, polynomial);
    if (wide)
        gemm(false, false, rows, columns, side, polynomial, side, x, columns, product, columns);
    else
        gemm(false, false, rows, columns, side, x, columns, polynomial, side, product, columns);
    mix(rows * columns, newton[0], 1, product, x);
}

void muon_orthogonalise(size_t rows, size_t columns, float *x, float *scratch)
{
    size_t n = rows * columns;
    double norm = frobenius_norm(n, x);
    if (norm <= 0)
        return;
    for (size_t i = 0; i < n; i++)
        x[i] = (float)((double)x[i] / norm);
    for (int i = 0; i < ITERATIONS; i++)
        iterate(rows, columns, x, scratch);
}

/* Move the momentum, and set update to what is to be orthogonalised (Nesterov's momentum). */
CLONES static void move(float momentum, size_t n, size_t shards, const float *const *gradient,
                        float *m, float *update)
{
    memcpy(update, gradient[0], n * sizeof *update);
    for (size_t s = 1; s < shards; s++)
        for (size_t i = 0; i < n; i++)
            update[i] += gradient[s][i];
    for (size_t i = 0; i < n; i++) {
        m[i] = momentum * m[i] + (1 - momentum) * update[i];
        update[i] = momentum * m[i] + (1 - momentum) * update[i];
    }
}

void muon_step(const struct muon *o, size_t rows, size_t columns, float rate, size_t shards,
               const float *const *gradient, float *m, float *parameter, float *scratch)
{
    size_t n = rows * columns;
    float *update = scratch;
    float length = o->length * sqrtf((float)max(rows, columns));
    move(o->momentum, n, shards, gradient, m, update);
    muon_orthogonalise(rows, columns, update, scratch + n);
    mix(n, 1 - rate * o->weight_decay, -rate * length, update, parameter);
}
