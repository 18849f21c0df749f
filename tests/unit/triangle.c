/* The picture of the triangle: where things are, whatever the order they come in. */
#include "figure/triangle.h"
#include "base/rng.h"
#include "unit.h"

enum { N = 150, SIDE = 16 };

static const char *const names[3] = {"spiral", "edge-on", "round"};

static const struct thumb_source source = {{SIDE, SIDE, 1}, PIXEL_U1};

static float p[N][3];

static struct triangle_options options(size_t width)
{
    return (struct triangle_options){
        .width = width, .corner = -1, .name = {names[0], names[1], names[2]}};
}

/* A round spot in the middle, its brightness that of galaxy i. */
static void draw_spot(size_t i, unsigned char *pixels)
{
    for (size_t k = 0; k < SIDE * SIDE; k++) {
        double y = (double)(k / SIDE) - 7.5, x = (double)(k % SIDE) - 7.5;
        pixels[k] = (unsigned char)((double)(100 + i) * exp(-(y * y + x * x) / 8));
    }
}

static void draw(struct triangle *t, size_t i)
{
    struct error err;
    char id[24];
    unsigned char pixels[SIDE * SIDE];
    snprintf(id, sizeof id, "g%zu", i);
    draw_spot(i, pixels);
    CHECK(triangle_draw(t, id, &source, pixels, &err) == STATUS_OK);
}

/* All n galaxies, added and drawn in the order first, first + step, ... (mod n). */
static struct triangle make(size_t n, size_t step, const struct triangle_options *o)
{
    struct triangle t = {0};
    struct error err;
    char id[24];
    for (size_t i = 0; i < n; i++) {
        snprintf(id, sizeof id, "g%zu", i * step % n);
        CHECK(triangle_add(&t, id, p[i * step % n], &err) == STATUS_OK);
    }
    CHECK(triangle_arrange(&t, o, &err) == STATUS_OK);
    for (size_t i = n; i-- > 0;)
        draw(&t, i * step % n);
    return t;
}

static const struct triangle_galaxy *find(const struct triangle *t, const char *id)
{
    for (size_t i = 0; i < t->n; i++)
        if (strcmp(t->galaxy[i].id, id) == 0)
            return &t->galaxy[i];
    return NULL;
}

static void set_vertices(void)
{
    static const float vertex[3][3] = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
    memcpy(p, vertex, sizeof vertex);
}

/* Half of them at a vertex exactly, the others anywhere. */
static void set_crowd(void)
{
    struct rng r = rng_seed(8);
    for (size_t i = 0; i < N; i++) {
        float x = (float)rng_uniform(&r), y = (1 - x) * (float)rng_uniform(&r);
        memcpy(p[i], (float[3]){x, y, 1 - x - y}, sizeof p[i]);
        if (i % 2)
            memcpy(p[i], (float[3]){i % 3 == 0, i % 3 == 1, i % 3 == 2}, sizeof p[i]);
    }
}

static void test_vertices(void)
{
    struct triangle_options o = options(500);
    unit_test("first class below, second on the left, third on the right, at equal distances");
    set_vertices();
    struct triangle t = make(3, 1, &o);
    const struct triangle_galaxy *low = find(&t, "g0"), *left = find(&t, "g1"),
                                 *right = find(&t, "g2");
    CHECK_NEAR(low->x, 250, 0.5);
    CHECK_NEAR(left->x + right->x, 500, 1);
    CHECK(left->x < low->x && low->y > left->y);
    CHECK_NEAR(left->y, right->y, 0);
    CHECK_NEAR(hypot(low->x - left->x, low->y - left->y), right->x - left->x, 1.5);
    triangle_release(&t);

    unit_test("scattered, the middle of all is the middle of the vertices");
    memcpy(p[3], (float[3]){1 / 3.0f, 1 / 3.0f, 1 / 3.0f}, sizeof p[3]);
    o.scatter = true;
    t = make(4, 1, &o);
    low = find(&t, "g0"), left = find(&t, "g1"), right = find(&t, "g2");
    CHECK_NEAR(find(&t, "g3")->x, (low->x + left->x + right->x) / 3, 1);
    CHECK_NEAR(find(&t, "g3")->y, (low->y + left->y + right->y) / 3, 1);
    triangle_release(&t);
}

static void test_order(void)
{
    struct triangle_options o = options(600);
    set_crowd();
    for (int scatter = 0; scatter < 2; scatter++) {
        unit_test(scatter ? "nor with --scatter" : "the order of lines and pictures means nothing");
        o.scatter = scatter;
        struct triangle t = make(N, 1, &o), u = make(N, 47, &o);
        size_t bytes = t.canvas.height * t.canvas.width * 3;
        CHECK(t.canvas.height == u.canvas.height);
        CHECK(memcmp(t.canvas.rgb, u.canvas.rgb, bytes) == 0);
        triangle_release(&t);
        triangle_release(&u);
    }
}

static void test_mirror(void)
{
    struct triangle_options o = options(600);
    unit_test("exchanging the upper classes mirrors the picture's places");
    set_crowd();
    for (size_t i = 1; i < N; i += 2) /* ties are no matter of symmetry */
        memcpy(p[i], (float[3]){(float)i / 200, (float)(i * i % 47) / 200, 0}, sizeof p[i]);
    o.rows = 40;
    struct triangle t = make(N, 1, &o);
    for (size_t i = 0; i < N; i++) {
        float kept = p[i][1];
        p[i][1] = p[i][2];
        p[i][2] = kept;
    }
    struct triangle u = make(N, 1, &o);
    for (size_t i = 0; i < N; i++) {
        CHECK_NEAR(t.galaxy[i].x + u.galaxy[i].x, 600, 1);
        CHECK_NEAR(t.galaxy[i].y, u.galaxy[i].y, 0);
    }
    triangle_release(&t);
    triangle_release(&u);
}

/* The brightest pixel of the square around a galaxy, as far as that is in the picture. */
static unsigned brightest(const struct triangle *t, const struct triangle_galaxy *g, double *y,
                          double *x)
{
    double half = (double)t->side / 2;
    unsigned most = 0;
    for (double i = g->y - half + 0.5; i < g->y + half; i++)
        for (double j = g->x - half + 0.5; j < g->x + half; j++) {
            if (i < 0 || j < 0 || i > (double)t->canvas.height || j > (double)t->canvas.width)
                continue;
            unsigned here = t->canvas.rgb[((size_t)i * t->canvas.width + (size_t)j) * 3];
            if (here > most) {
                most = here;
                *y = i;
                *x = j;
            }
        }
    return most;
}

static void test_light(void)
{
    struct triangle_options o = options(800);
    unit_test("the light is where the places say, and nobody's is hidden");
    set_crowd();
    struct triangle t = make(N, 1, &o);
    for (size_t i = 0; i < N; i++) {
        double y = 0, x = 0;
        CHECK(brightest(&t, &t.galaxy[i], &y, &x) > 200);
        CHECK(hypot(y - t.galaxy[i].y, x - t.galaxy[i].x) < (double)t.side / 8);
        for (size_t j = 0; j < i; j++)
            CHECK(hypot(t.galaxy[i].y - t.galaxy[j].y, t.galaxy[i].x - t.galaxy[j].x) >
                  0.8 * (double)t.side);
    }
    triangle_release(&t);
}

/* Whether a letter's pixel lies in the square around some galaxy. */
static bool names_cover(const struct triangle *t)
{
    double y, x;
    for (size_t i = 0; i < t->n; i++)
        if (brightest(t, &t->galaxy[i], &y, &x) > 0)
            return true;
    return false;
}

static void test_names(void)
{
    unit_test("names cover no galaxy, in the whole and in the corners");
    set_crowd();
    for (int corner = -1; corner < 3; corner++) {
        struct triangle t = {0};
        struct error err;
        struct triangle_options o = options(300);
        o.corner = corner;
        o.zoom = corner == 2 ? 40 : 4;
        o.name[1] = "a class with a very long name indeed, which is shortened";
        char id[24];
        for (size_t i = 0; i < N; i++) {
            snprintf(id, sizeof id, "g%zu", i);
            CHECK(triangle_add(&t, id, p[i], &err) == STATUS_OK);
        }
        CHECK(triangle_arrange(&t, &o, &err) == STATUS_OK);
        size_t ink = 0;
        for (size_t i = 0; i < t.canvas.height * t.canvas.width * 3; i++)
            ink += t.canvas.rgb[i] > 0;
        CHECK(ink > 100);
        CHECK(!names_cover(&t));
        triangle_release(&t);
    }
}

static void test_corner(void)
{
    unit_test("a corner close up: distances are larger by the zoom, the vertex stays near");
    set_crowd();
    struct triangle_options o = options(600);
    struct triangle whole = make(N, 1, &o);
    for (int corner = 0; corner < 3; corner++) {
        o.corner = corner;
        o.zoom = 3;
        struct triangle t = make(N, 1, &o);
        CHECK_NEAR((double)t.side, 3 * (double)whole.side, 2);
        for (size_t i = 1; i < N; i++)
            CHECK_NEAR(t.galaxy[i].x - t.galaxy[0].x, 3 * (whole.galaxy[i].x - whole.galaxy[0].x),
                       4);
        size_t in = 0;
        for (size_t i = 0; i < N; i++)
            in += t.galaxy[i].x > 0 && t.galaxy[i].x < 600 && t.galaxy[i].y > 0 &&
                  t.galaxy[i].y < (double)t.canvas.height;
        CHECK(in >= N / 9 && in < N / 2);
        struct buffer index = {0};
        struct error err;
        CHECK(triangle_index(&t, &index, &err) == STATUS_OK);
        size_t lines = 0;
        for (size_t i = 0; i < index.size; i++)
            lines += index.data[i] == '\n';
        CHECK(lines == in + 1);
        buffer_release(&index);
        triangle_release(&t);
    }
    triangle_release(&whole);
}

static void test_mismatch(void)
{
    struct triangle t = {0};
    struct error err;
    struct triangle_options o = options(200);
    unsigned char pixels[SIDE * SIDE] = {0};
    unit_test("of two lines of an id the first counts");
    set_vertices();
    CHECK(triangle_add(&t, "b", p[1], &err) == STATUS_OK);
    CHECK(triangle_add(&t, "a", p[0], &err) == STATUS_OK);
    CHECK(triangle_add(&t, "b", p[2], &err) == STATUS_OK);
    CHECK(triangle_arrange(&t, &o, &err) == STATUS_OK);
    CHECK(t.n == 2 && t.repeated == 1 && t.galaxy[2].repeated && t.galaxy[2].probability[2] == 1);
    CHECK(find(&t, "b")->probability[1] == 1);
    unit_test("a stranger isn't drawn, nor anybody twice");
    CHECK(triangle_draw(&t, "c", &source, pixels, &err) == STATUS_MISMATCH);
    CHECK(triangle_draw(&t, "b", &source, pixels, &err) == STATUS_OK);
    CHECK(triangle_draw(&t, "b", &source, pixels, &err) == STATUS_MISMATCH);
    CHECK(t.drawn == 1);
    triangle_release(&t);
    unit_test("too few rows are refused");
    CHECK(triangle_add(&t, "b", p[1], &err) == STATUS_OK);
    CHECK(triangle_add(&t, "a", p[0], &err) == STATUS_OK);
    o.rows = 1;
    CHECK(triangle_arrange(&t, &o, &err) == STATUS_LIMIT);
    triangle_release(&t);
}

int main(void)
{
    test_vertices();
    test_order();
    test_mirror();
    test_light();
    test_names();
    test_corner();
    test_mismatch();
    return unit_end();
}
