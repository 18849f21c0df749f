#include "figure/triangle.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "image/font.h"
#include "figure/lattice.h"

static const double ROW_HEIGHT = 0.86602540378443864676; /* of cells of width 1: sqrt(3) / 2 */

/* The radius of a window: to the corners of its cell, a hexagon of width 1: 1 / sqrt(3). */
static const double RADIUS = 0.57735026918962576451;

/* How many tenths of a picture's side a thumbnail shows. */
enum { SHOWN = 8 };

/* In pixels, unless the width is given. */
enum { CELL = 32, WIDTH_MIN = 1024, WIDTH_MAX = 8192 };

/* ---- predictions ---- */

static enum status append(struct triangle *t, struct triangle_galaxy *g, const char *id,
                          struct error *err)
{
    g->number = t->n;
    snprintf(g->id, sizeof g->id, "%s", id);
    if (buffer_append(&t->galaxies, g, sizeof *g, err))
        return err->status;
    t->galaxy = (struct triangle_galaxy *)(void *)t->galaxies.data;
    t->n++;
    return STATUS_OK;
}

enum status triangle_add(struct triangle *t, const char *id, const float *probability,
                         struct error *err)
{
    struct triangle_galaxy g = {0};
    memcpy(g.probability, probability, sizeof g.probability);
    return append(t, &g, id, err);
}

enum status triangle_leave_out(struct triangle *t, const char *id, struct error *err)
{
    struct triangle_galaxy g = {.left_out = true};
    t->left_out++;
    return append(t, &g, id, err);
}

static int by_id(const void *a, const void *b)
{
    const struct triangle_galaxy *g = a, *h = b;
    int order = strcmp(g->id, h->id);
    return order ? order : (g->number > h->number) - (g->number < h->number);
}

/* Those with a place, then repeated ones, then those left out. */
static int by_group(const void *a, const void *b)
{
    const struct triangle_galaxy *g = a, *h = b;
    int group = g->repeated ? 1 : 2 * g->left_out, other = h->repeated ? 1 : 2 * h->left_out;
    return group != other ? group - other : by_id(a, b);
}

/* Of galaxies with the same id, which the first sort puts side by side, the first counts. */
static void sort_galaxies(struct triangle *t)
{
    if (!t->n)
        return;
    qsort(t->galaxy, t->n, sizeof *t->galaxy, by_id);
    for (size_t i = 1; i < t->n; i++)
        if (strcmp(t->galaxy[i].id, t->galaxy[i - 1].id) == 0) {
            t->galaxy[i].repeated = true;
            t->repeated++;
            t->left_out -= t->galaxy[i].left_out;
        }
    if (t->repeated || t->left_out)
        qsort(t->galaxy, t->n, sizeof *t->galaxy, by_group);
    t->n -= t->repeated + t->left_out;
}

/* ---- geometry ---- */

/* Where things are in the picture of the whole triangle. The close-up of a vertex enlarges it
   around one point (y, x): what is at p moves to (y, x) + zoom (p - (y, x)). */
struct layout {
    size_t height, width;
    size_t scale; /* of the letters */
    double pad;   /* left and right of the triangle */
    double band;  /* above and below, for the names */
    double pitch; /* from cell to cell */
    double y, x;  /* the outermost point of the window at the vertex */
    double zoom;
};

static struct layout lay_out(const struct triangle *t)
{
    const struct triangle_options *o = &t->options;
    struct layout l = {.zoom = o->corner < 0 ? 1 : o->zoom};
    double rows = (double)t->rows;
    l.width = o->width;
    if (!l.width) {
        l.width = t->rows < WIDTH_MAX / CELL ? t->rows * CELL : WIDTH_MAX;
        l.width = l.width < WIDTH_MIN ? WIDTH_MIN : l.width;
    }
    l.scale = l.width / 400 + 1;
    l.pad = floor((double)l.width / 64);
    l.band = (double)(FONT_LINE + 3) * (double)l.scale;
    l.pitch = ((double)l.width - 2 * l.pad) / (2 * RADIUS + rows - 1);
    double height = l.pitch * (2 * RADIUS + (rows - 1) * ROW_HEIGHT);
    l.height = (size_t)ceil(height + 2 * l.band);
    l.y = o->corner == 0 ? l.band + height : l.band;
    l.x = o->corner == 1 ? l.pad : (double)l.width - l.pad;
    if (o->corner == 0)
        l.x = (double)l.width / 2;
    return l;
}

/* at: three numbers as in lattice.h. */
static void find_centre(const struct layout *l, const double at[3], double *y, double *x)
{
    double py = l->band + l->pitch * (RADIUS + at[0] * ROW_HEIGHT);
    double px = l->pad + l->pitch * (RADIUS + at[2] + at[0] / 2);
    *y = l->y + l->zoom * (py - l->y);
    *x = l->x + l->zoom * (px - l->x);
}

/* The centre that is nearest to this one if a thumbnail begins at a whole pixel. */
static double snap(double centre, size_t side)
{
    double half = (double)side / 2;
    return round(centre - half) + half;
}

static void place(struct triangle *t, const struct layout *l, struct triangle_galaxy *g,
                  const double at[3])
{
    find_centre(l, at, &g->y, &g->x);
    g->y = snap(g->y, t->side);
    g->x = snap(g->x, t->side);
}

static void place_points(struct triangle *t, const struct layout *l)
{
    double at[3];
    for (size_t i = 0; i < t->n; i++) {
        lattice_point(t->galaxy[i].probability, t->rows, at);
        place(t, l, &t->galaxy[i], at);
    }
}

static enum status place_cells(struct triangle *t, const struct layout *l, struct error *err)
{
    float(*p)[3] = mem_new(t->n, sizeof *p, err);
    uint32_t(*cell)[3] = p ? mem_new(t->n, sizeof *cell, err) : NULL;
    enum status s = cell ? STATUS_OK : err->status;
    for (size_t i = 0; !s && i < t->n; i++)
        memcpy(p[i], t->galaxy[i].probability, sizeof p[i]);
    if (!s)
        s = lattice_assign((const float(*)[3])p, t->n, t->rows, cell, err);
    for (size_t i = 0; !s && i < t->n; i++) {
        place(t, l, &t->galaxy[i],
              (double[3]){(double)cell[i][0], (double)cell[i][1], (double)cell[i][2]});
        t->galaxy[i].row = cell[i][0];
        t->galaxy[i].column = cell[i][2];
    }
    free(p);
    free(cell);
    return s;
}

/* ---- drawing ---- */

/* 1 in the middle; from 0.7 of the radius on it falls to 0. */
static enum status make_window(struct triangle *t, double radius, struct error *err)
{
    t->side = radius < 0.5 ? 1 : (size_t)lround(2 * radius);
    t->window = mem_new(t->side * t->side, sizeof *t->window, err);
    if (!t->window)
        return err->status;
    double middle = ((double)t->side - 1) / 2;
    for (size_t i = 0; i < t->side; i++)
        for (size_t j = 0; j < t->side; j++) {
            double r = hypot((double)i - middle, (double)j - middle) / radius;
            double fall = fmin(fmax((r - 0.7) / 0.3, 0), 1);
            t->window[i * t->side + j] = (float)(0.5 + 0.5 * cos(M_PI * fall));
        }
    return STATUS_OK;
}

/* The name of a class outside its vertex, no wider than width pixels. */
static void draw_name(struct triangle *t, const struct layout *l, int class, size_t width)
{
    static const unsigned char colour[3] = {205, 205, 200};
    char text[NPY_NAME_MAX * 4 + 1];
    size_t scale = l->scale;
    while (scale > 1 && font_width(t->options.name[class], scale) > width)
        scale--;
    font_shorten(text, sizeof text, t->options.name[class], scale, width);
    size_t used = font_width(text, scale);
    double x = class == 0   ? ((double)l->width - (double)used) / 2
               : class == 1 ? l->pad
                            : (double)l->width - l->pad - (double)used;
    double y = class == 0 ? (double)l->height - l->band + 4 * (double)l->scale
                          : l->band - (double)(FONT_HEIGHT + 4) * (double)l->scale;
    font_draw(&t->canvas, lround(y), lround(x), text, scale, colour);
}

static void draw_names(struct triangle *t, const struct layout *l)
{
    size_t whole = l->width - 2 * (size_t)l->pad, half = whole / 2 - l->scale;
    for (int class = 0; class < TRIANGLE_CLASSES; class ++)
        if (t->options.corner < 0 || t->options.corner == class)
            draw_name(t, l, class, class == 0 || t->options.corner == class ? whole : half);
}

size_t triangle_width(size_t n, size_t pitch)
{
    double width = (double)pitch * (2 * RADIUS + (double)lattice_side(n ? n : 1) - 1);
    size_t w = (size_t)ceil(width * 64 / 62);
    return w < TRIANGLE_WIDTH_MIN ? TRIANGLE_WIDTH_MIN : w;
}

/* Sort the galaxies and find everybody's place; the layout is left in l. */
static enum status place_all(struct triangle *t, const struct triangle_options *o, struct layout *l,
                             struct error *err)
{
    t->options = *o;
    sort_galaxies(t);
    t->rows = o->rows ? o->rows : lattice_side(t->n ? t->n : 1);
    *l = lay_out(t);
    t->grid = (struct triangle_grid){.pitch = l->pitch * l->zoom};
    find_centre(l, (double[3]){0, 0, 0}, &t->grid.top, &t->grid.left);
    t->canvas = (struct canvas){.height = l->height, .width = l->width};
    if (make_window(t, RADIUS * l->pitch * l->zoom, err))
        return err->status;
    if (!o->scatter)
        return place_cells(t, l, err);
    place_points(t, l);
    return STATUS_OK;
}

enum status triangle_place(struct triangle *t, const struct triangle_options *o, struct error *err)
{
    struct layout l;
    return place_all(t, o, &l, err);
}

enum status triangle_arrange(struct triangle *t, const struct triangle_options *o,
                             struct error *err)
{
    struct layout l;
    if (place_all(t, o, &l, err) || canvas_init(&t->canvas, l.height, l.width, err))
        return err->status;
    t->bytes = mem_new(t->side * t->side, 3, err);
    if (!t->bytes)
        return err->status;
    draw_names(t, &l);
    return STATUS_OK;
}

static int compare_id(const void *id, const void *galaxy)
{
    return strcmp(id, ((const struct triangle_galaxy *)galaxy)->id);
}

/* Whether the centre of a galaxy is in the picture, or outside by less than margin pixels. */
static bool is_visible(const struct triangle *t, const struct triangle_galaxy *g, double margin)
{
    return g->y > -margin && g->x > -margin && g->y < (double)t->canvas.height + margin &&
           g->x < (double)t->canvas.width + margin;
}

enum status triangle_thumbnail(const struct triangle *t, struct thumb *thumb,
                               const struct thumb_source *source, const void *pixels,
                               unsigned char *bytes, struct error *err)
{
    size_t shorter = shape_shorter(source->shape);
    size_t square = (shorter * SHOWN + 9) / 10;
    if (!thumb->rgb && thumb_init(thumb, source, square, square, t->side, t->side, err))
        return err->status;
    thumb_make(thumb, pixels);
    thumb_stretch(thumb);
    for (size_t i = 0; i < t->side * t->side; i++)
        for (size_t k = 0; k < 3; k++)
            thumb->rgb[3 * i + k] *= t->window[i];
    thumb_bytes(thumb, bytes);
    return STATUS_OK;
}

struct triangle_galaxy *triangle_find(const struct triangle *t, const char *id)
{
    return bsearch(id, t->galaxy, t->n, sizeof *t->galaxy, compare_id);
}

bool triangle_leaves_out(const struct triangle *t, const char *id)
{
    return bsearch(id, t->galaxy + t->n + t->repeated, t->left_out, sizeof *t->galaxy, compare_id);
}

struct triangle_galaxy *triangle_take(struct triangle *t, const char *id, struct error *err)
{
    struct triangle_galaxy *g = triangle_find(t, id);
    if (g && !g->drawn) {
        g->drawn = true;
        t->drawn++;
        return g;
    }
    error_set(err, STATUS_MISMATCH,
              g ? "another picture of this galaxy is drawn already"
                : "no prediction for this galaxy");
    return NULL;
}

enum status triangle_draw(struct triangle *t, const char *id, const struct thumb_source *source,
                          const void *pixels, struct error *err)
{
    const struct triangle_galaxy *g = triangle_take(t, id, err);
    if (!g)
        return err->status;
    if (!is_visible(t, g, (double)t->side / 2))
        return STATUS_OK;
    if (triangle_thumbnail(t, &t->thumb, source, pixels, t->bytes, err))
        return err->status;
    int64_t top = llround(g->y - (double)t->side / 2), left = llround(g->x - (double)t->side / 2);
    canvas_lighten(&t->canvas, top, left, t->bytes, t->side, t->side);
    return STATUS_OK;
}

enum status triangle_index(const struct triangle *t, struct buffer *out, struct error *err)
{
    enum status s = buffer_print(out, err, "#id\tx\ty\tsize\n");
    for (size_t i = 0; i < t->n && !s; i++) {
        const struct triangle_galaxy *g = &t->galaxy[i];
        if (g->drawn && is_visible(t, g, 0))
            s = buffer_print(out, err, "%s\t%.1f\t%.1f\t%zu\n", g->id, g->x, g->y, t->side);
    }
    return s;
}

void triangle_release(struct triangle *t)
{
    buffer_release(&t->galaxies);
    free(t->window);
    free(t->bytes);
    canvas_release(&t->canvas);
    thumb_release(&t->thumb);
    *t = (struct triangle){0};
}
