/* The assignment of cells, by its laws and against the best one found by trying all. */
#include "figure/lattice.h"
#include "base/rng.h"
#include "unit.h"

enum { MOST = 3000 };

static float p[MOST][3], q[MOST][3];
static uint32_t cell[MOST][3], other[MOST][3];

/* Probabilities as a network gives them: most near a vertex, with six decimals. */
static void draw_points(size_t n, double sureness)
{
    struct rng r = rng_seed(5);
    for (size_t i = 0; i < n; i++) {
        double e[3], sum = 0;
        size_t class = rng_below(&r, 3);
        for (size_t k = 0; k < 3; k++)
            sum += e[k] = exp(2 * rng_normal(&r) + (k == class ? sureness : 0));
        for (size_t k = 0; k < 3; k++)
            p[i][k] = (float)(round(e[k] / sum * 1e6) / 1e6);
    }
}

static bool assign(const float (*from)[3], size_t n, size_t side, uint32_t (*to)[3])
{
    struct error err;
    memset(to, 0xff, n * sizeof *to);
    return CHECK(lattice_assign(from, n, side, to, &err) == STATUS_OK);
}

static void check_cells(size_t n, size_t side)
{
    bool *taken = calloc(side * side, sizeof *taken);
    for (size_t i = 0; i < n; i++) {
        const uint32_t *c = cell[i];
        if (!CHECK(c[0] < side && c[1] < side && c[2] < side && c[0] + c[1] + c[2] == side - 1))
            continue;
        CHECK(!taken[c[0] * side + c[2]]);
        taken[c[0] * side + c[2]] = true;
    }
    free(taken);
}

static double cost(const float point[3], const uint32_t c[3], size_t side)
{
    double at[3], sum = 0;
    lattice_point(point, side, at);
    for (size_t k = 0; k < 3; k++)
        sum += (at[k] - c[k]) * (at[k] - c[k]);
    return sum;
}

static void test_side(void)
{
    unit_test("as few rows as hold all");
    CHECK(lattice_side(0) == 0);
    for (size_t n = 1; n < 5000; n++) {
        size_t s = lattice_side(n);
        CHECK(s * (s + 1) / 2 >= n && s * (s - 1) / 2 < n);
    }
    CHECK(lattice_side(30000) == 245);
}

static void test_exact(void)
{
    enum { SIDE = 12 };
    size_t n = 0;
    unit_test("who wants the middle of a free cell gets it");
    for (uint32_t a = 0; a < SIDE; a++)
        for (uint32_t b = 0; a + b < SIDE; b++, n++) {
            uint32_t wanted[3] = {a, b, SIDE - 1 - a - b};
            for (size_t k = 0; k < 3; k++)
                p[n][k] = (float)wanted[k] / (SIDE - 1);
            if (assign((const float(*)[3])p + n, 1, SIDE, cell))
                CHECK(memcmp(cell[0], wanted, sizeof wanted) == 0);
        }
    unit_test("and so do all at once");
    if (assign((const float(*)[3])p, n, SIDE, cell))
        for (size_t i = 0; i < n; i++)
            CHECK(cost(p[i], cell[i], SIDE) < 1e-6);
}

static void test_own_cell(void)
{
    unit_test("a crowd: everybody has a cell, in the triangle, and nobody else has it");
    draw_points(MOST, 6);
    if (assign((const float(*)[3])p, MOST, lattice_side(MOST), cell))
        check_cells(MOST, lattice_side(MOST));
    /* Where the doubtful choose first, somebody goes farther. */
    unit_test("nobody is sent farther than half the triangle's side");
    for (size_t i = 0; i < MOST; i++)
        CHECK(sqrt(cost(p[i], cell[i], lattice_side(MOST)) / 2) < (double)lattice_side(MOST) / 2);
    unit_test("also where all want the same one");
    for (size_t i = 0; i < 1000; i++)
        memcpy(p[i], (float[3]){0, 1, 0}, sizeof p[i]);
    if (assign((const float(*)[3])p, 1000, lattice_side(1000) + 20, cell))
        check_cells(1000, lattice_side(1000) + 20);
    double far = 0;
    for (size_t i = 0; i < 1000; i++)
        far = fmax(far, cost(p[i], cell[i], lattice_side(1000) + 20) / 2);
    /* 1000 cells of area sqrt(3)/2 fill a sector of pi/6 with radius 40.7. */
    CHECK_NEAR(sqrt(far), sqrt(1000 * sqrt(3) / 2 * 12 / (2 * M_PI)), 2);
}

static void test_sure_ones(void)
{
    enum { N = 1000 };
    size_t side = lattice_side(N) + 20;
    struct rng r = rng_seed(11);
    unit_test("in a crowd, the surer the nearer to the vertex");
    for (size_t i = 0; i < N; i++) {
        float rest = (float)(0.2 * rng_uniform(&r)), share = (float)rng_uniform(&r);
        memcpy(p[i], (float[3]){1 - rest, rest * share, rest * (1 - share)}, sizeof p[i]);
    }
    if (!assign((const float(*)[3])p, N, side, cell))
        return;
    size_t right = 0, pairs = 0;
    for (size_t i = 0; i < N; i++)
        for (size_t j = 0; j < i; j++) {
            double near = cost((float[3]){1, 0, 0}, cell[i], side);
            double far = cost((float[3]){1, 0, 0}, cell[j], side);
            if (fabs(near - far) < 200 || fabsf(p[i][0] - p[j][0]) < 0.02f)
                continue;
            pairs++;
            right += (near < far) == (p[i][0] > p[j][0]);
        }
    CHECK(pairs > 100000);
    CHECK((double)right > 0.97 * (double)pairs);
}

static void test_order(void)
{
    enum { N = 1500 };
    size_t order[N], side = lattice_side(N);
    unit_test("the order of the points means nothing");
    draw_points(N, 1);
    for (size_t i = 0; i < N; i++)
        order[i] = i * 677 % N; /* 677 and N have no common divisor: each comes once */
    for (size_t i = 0; i < N; i++)
        memcpy(q[i], p[order[i]], sizeof q[i]);
    if (assign((const float(*)[3])p, N, side, cell) && assign((const float(*)[3])q, N, side, other))
        for (size_t i = 0; i < N; i++)
            CHECK(memcmp(other[i], cell[order[i]], sizeof other[i]) == 0);
}

static void test_symmetry(void)
{
    static const size_t permutation[5][3] = {{0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
    enum { N = 600 };
    size_t side = lattice_side(N) + 6;
    unit_test("exchanging classes exchanges the cells' numbers");
    draw_points(N, 1);
    for (size_t m = 0; m < 5; m++) {
        for (size_t i = 0; i < N; i++)
            for (size_t k = 0; k < 3; k++)
                q[i][k] = p[i][permutation[m][k]];
        if (!assign((const float(*)[3])p, N, side, cell) ||
            !assign((const float(*)[3])q, N, side, other))
            continue;
        for (size_t i = 0; i < N; i++)
            for (size_t k = 0; k < 3; k++)
                CHECK(other[i][k] == cell[i][permutation[m][k]]);
    }
}

static bool are_neighbours(const uint32_t a[3], const uint32_t b[3])
{
    long sum = 0;
    for (size_t k = 0; k < 3; k++)
        sum += labs((long)a[k] - (long)b[k]);
    return sum == 2;
}

static void test_settled(void)
{
    enum { N = 1200 };
    size_t side = lattice_side(N);
    unit_test("no two neighbours would rather change places");
    draw_points(N, 1);
    if (!assign((const float(*)[3])p, N, side, cell))
        return;
    for (size_t i = 0; i < N; i++)
        for (size_t j = 0; j < i; j++)
            if (are_neighbours(cell[i], cell[j]))
                CHECK(cost(p[i], cell[i], side) + cost(p[j], cell[j], side) <=
                      cost(p[i], cell[j], side) + cost(p[j], cell[i], side) + 0.02);
}

/* The least sum of costs of galaxies i ... 5 in the cells of a triangle of side 3 not yet taken. */
static double best(size_t i, unsigned taken)
{
    double least = i == 6 ? 0 : 1e9;
    for (uint32_t c = 0; c < 6 && i < 6; c++) {
        uint32_t row = c < 3 ? 0 : c < 5 ? 1 : 2, column = c < 3 ? c : c < 5 ? c - 3 : 0;
        if (!(taken & 1u << c))
            least = fmin(least, cost(p[i], (uint32_t[3]){row, 2 - row - column, column}, 3) +
                                    best(i + 1, taken | 1u << c));
    }
    return least;
}

static void test_best(void)
{
    double sum = 0, least = 0;
    struct rng r = rng_seed(3);
    unit_test("near the best assignment, found by trying all");
    for (size_t trial = 0; trial < 200; trial++) {
        for (size_t i = 0; i < 6; i++) {
            double x = rng_uniform(&r), y = rng_uniform(&r) * (1 - x);
            memcpy(p[i], (float[3]){(float)x, (float)y, (float)(1 - x - y)}, sizeof p[i]);
        }
        if (!assign((const float(*)[3])p, 6, 3, cell))
            return;
        double one = best(0, 0);
        least += one;
        for (size_t i = 0; i < 6; i++)
            sum += cost(p[i], cell[i], 3);
    }
    CHECK(sum >= least - 1e-3);
    CHECK(sum <= 1.05 * least);
}

/* FNV-1a of the cells, by Fowler, Noll and Vo. */
static uint64_t hash_cells(size_t n)
{
    uint64_t h = 0xcbf29ce484222325;
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < 3; k++)
            h = (h ^ cell[i][k]) * 0x100000001b3;
    return h;
}

/* Pictures that users keep depend on it. The numbers are those of the first version, which computed
   all distances anew. */
static void test_same_places(void)
{
    unit_test("the places are those of the first version");
    draw_points(MOST, 3);
    if (assign((const float(*)[3])p, MOST, lattice_side(MOST), cell))
        CHECK(hash_cells(MOST) == 0x2d65cc89b532b00b);
    unit_test("also where many galaxies have the same point, and where there is room");
    for (size_t i = 500; i < MOST; i++)
        memcpy(p[i], p[i % 500], sizeof p[i]);
    if (assign((const float(*)[3])p, MOST, lattice_side(MOST) + 9, cell))
        CHECK(hash_cells(MOST) == 0x329d221207d432c1);
}

/* Points in few places make exchanges with equal gains, and cells equally near: which goes first
   changes the places. (The order of the directions doesn't: goes_before has decided by then.) */
static void test_ties(void)
{
    enum { N = 600, STEPS = 10 };
    struct rng r = rng_seed(5);
    unit_test("ties are broken as ever");
    for (size_t i = 0; i < N; i++) {
        size_t a = rng_below(&r, STEPS + 1), b = rng_below(&r, STEPS + 1 - a);
        size_t share[3] = {a, b, STEPS - a - b};
        for (size_t k = 0; k < 3; k++)
            p[i][k] = (float)share[k] / STEPS;
    }
    if (assign((const float(*)[3])p, N, lattice_side(N) + 3, cell))
        CHECK(hash_cells(N) == 0x88b6d00111f52447);
}

static void test_refusal(void)
{
    struct error err;
    unit_test("too few cells are refused");
    draw_points(4, 1);
    CHECK(lattice_assign((const float(*)[3])p, 4, 2, cell, &err) == STATUS_LIMIT);
    CHECK(lattice_assign((const float(*)[3])p, 4, LATTICE_SIDE_MAX + 1, cell, &err) ==
          STATUS_LIMIT);
    CHECK(lattice_assign((const float(*)[3])p, 0, 0, cell, &err) == STATUS_OK);
}

int main(void)
{
    test_side();
    test_exact();
    test_own_cell();
    test_sure_ones();
    test_order();
    test_symmetry();
    test_settled();
    test_best();
    test_same_places();
    test_ties();
    test_refusal();
    return unit_end();
}
