#include "atlas/tiles.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "atlas/work.h"
#include "image/canvas.h"
#include "image/jpegfile.h"

enum { SIDE = TILES_SIDE, PIECE = 4 /* tiles that are drawn at once */ };

/* A row of tiles of one level. */
struct strip {
    size_t level, tiles;  /* its number; how many tiles it is wide */
    size_t y, rows;       /* which row it is, of how many */
    unsigned char *rgb;   /* (SIDE, tiles * SIDE, 3) */
    bool *there;          /* whether tile x isn't black */
    struct buffer script; /* the list of its rows so far */
};

struct pyramid {
    const struct tiles *t;
    size_t levels;
    struct strip strip[TILES_LEVELS_MAX];
};

/* A strip's tiles as work for several threads. */
struct strip_work {
    const struct pyramid *p;
    const struct strip *strip;
};

static size_t count_levels(size_t height, size_t width)
{
    size_t levels = 1;
    while (height > (size_t)SIDE << (levels - 1) || width > (size_t)SIDE << (levels - 1))
        levels++;
    return levels;
}

/* ---- drawing the deepest level ---- */

/* What a thread needs to draw a piece. */
struct brush {
    struct canvas canvas;
    struct thumb thumb;
    unsigned char *pixels; /* of a row of cells */
    unsigned char *bytes;  /* a thumbnail */
};

/* No galaxy has light so far from its centre, in pixels. */
static double reach(const struct triangle *t)
{
    return (double)t->side / 2 + 1;
}

/* The whole numbers i >= 0 with low <= start + i * step <= high, below n: first, and how many. */
static size_t find_range(double start, double step, double low, double high, size_t n,
                         size_t *first)
{
    double from = fmax(ceil((low - start) / step), 0);
    double to = fmin(floor((high - start) / step), (double)n - 1);
    *first = (size_t)from;
    return to < from ? 0 : (size_t)(to - from) + 1;
}

/* Draw a thumbnail on the canvas, whose first pixel is (top, left) of the picture. */
static enum status draw_galaxy(struct brush *b, const struct tiles *t, size_t cell,
                               const unsigned char *pixels, int64_t top, int64_t left,
                               struct error *err)
{
    const struct triangle *triangle = t->triangle;
    const struct triangle_galaxy *g = &triangle->galaxy[t->pictures->galaxy[cell] - 1];
    size_t side = triangle->side;
    if (triangle_thumbnail(triangle, &b->thumb, &t->pictures->source, pixels, b->bytes, err))
        return err->status;
    top = llround(g->y - (double)side / 2) - top;
    left = llround(g->x - (double)side / 2) - left;
    canvas_lighten(&b->canvas, top, left, b->bytes, side, side);
    return STATUS_OK;
}

/* Draw the galaxies of one row of cells. */
static enum status draw_cells(struct brush *b, const struct tiles *t, size_t row, int64_t top,
                              int64_t left, struct error *err)
{
    const struct triangle_grid *grid = &t->triangle->grid;
    const struct pictures *p = t->pictures;
    double beyond = reach(t->triangle), low = (double)left - beyond;
    size_t first, n = find_range(grid->left + (double)row / 2 * grid->pitch, grid->pitch, low,
                                 (double)(left + PIECE * SIDE) + beyond, p->rows - row, &first);
    if (n && pictures_get(p, row, first, n, b->pixels, err))
        return err->status;
    for (size_t i = 0; i < n; i++) {
        size_t cell = pictures_cell(p->rows, row, first + i);
        if (p->galaxy[cell] && draw_galaxy(b, t, cell, b->pixels + i * p->bytes, top, left, err))
            return err->status;
    }
    return STATUS_OK;
}

static enum status brush_init(struct brush *b, const struct tiles *t, struct error *err)
{
    const struct triangle *triangle = t->triangle;
    size_t most = (size_t)((PIECE * SIDE + 2 * reach(triangle)) / triangle->grid.pitch) + 2;
    b->pixels = mem_new(most, t->pictures->bytes, err);
    b->bytes = b->pixels ? mem_new(triangle->side * triangle->side, 3, err) : NULL;
    return b->bytes ? canvas_init(&b->canvas, SIDE, PIECE * SIDE, err) : err->status;
}

static void brush_release(struct brush *b)
{
    free(b->pixels);
    free(b->bytes);
    canvas_release(&b->canvas);
    thumb_release(&b->thumb);
}

/* Draw PIECE tiles, the i-th ones of the strip. What two pieces have in common is drawn twice: each
   thread has pixels of its own. */
static enum status draw_piece(void *context, size_t i, struct error *err)
{
    const struct strip_work *w = context;
    const struct strip *s = w->strip;
    const struct tiles *t = w->p->t;
    const struct triangle_grid *grid = &t->triangle->grid;
    struct brush b = {0};
    int64_t top = (int64_t)(s->y * SIDE), left = (int64_t)(i * PIECE * SIDE);
    double beyond = reach(t->triangle);
    size_t first, n = find_range(grid->top, grid->pitch * sqrt(3) / 2, (double)top - beyond,
                                 (double)(top + SIDE) + beyond, t->triangle->rows, &first);
    enum status status = brush_init(&b, t, err);
    for (size_t row = first; !status && row < first + n; row++)
        status = draw_cells(&b, t, row, top, left, err);
    size_t width = 3 * s->tiles * SIDE, start = 3 * (size_t)left;
    size_t bytes = width - start < 3 * PIECE * SIDE ? width - start : 3 * PIECE * SIDE;
    for (size_t y = 0; !status && y < SIDE; y++)
        memcpy(s->rgb + y * width + start, b.canvas.rgb + y * 3 * PIECE * SIDE, bytes);
    brush_release(&b);
    return status;
}

/* ---- writing ---- */

static bool is_black(const unsigned char *bytes, size_t n)
{
    return n == 0 || (bytes[0] == 0 && memcmp(bytes, bytes + 1, n - 1) == 0);
}

static enum status write_tile(void *context, size_t x, struct error *err)
{
    const struct strip_work *w = context;
    const struct strip *s = w->strip;
    struct buffer jpeg = {0};
    char name[64];
    unsigned char *rgb = mem_new(SIDE * SIDE, 3, err);
    if (!rgb)
        return err->status;
    for (size_t y = 0; y < SIDE; y++)
        memcpy(rgb + y * 3 * SIDE, s->rgb + 3 * (y * s->tiles + x) * SIDE, 3 * SIDE);
    s->there[x] = !is_black(rgb, 3 * SIDE * SIDE);
    snprintf(name, sizeof name, "tiles/%zu/%zu-%zu.jpg", s->level, s->y, x);
    enum status status = STATUS_OK;
    if (s->there[x])
        status = jpeg_encode(rgb, SIDE, SIDE, 3, TILES_QUALITY, &jpeg, err);
    if (s->there[x] && !status)
        status = folder_write(w->p->t->folder, name, jpeg.data, jpeg.size, err);
    buffer_release(&jpeg);
    free(rgb);
    return status;
}

/* Append the list of the strip's runs. */
static enum status list_tiles(struct strip *s, struct error *err)
{
    const char *comma = "";
    if (buffer_print(&s->script, err, s->y ? ",[" : "["))
        return err->status;
    for (size_t x = 0, end; x < s->tiles; x = end + 1) {
        for (end = x; end < s->tiles && s->there[end]; end++)
            ;
        if (end == x)
            continue;
        if (buffer_print(&s->script, err, "%s%zu,%zu", comma, x, end - 1))
            return err->status;
        comma = ",";
    }
    return buffer_print(&s->script, err, "]");
}

/* Half of a strip's size, into the upper or the lower half of the one above. */
static void halve(const struct strip *from, struct strip *to)
{
    size_t width = 3 * from->tiles * SIDE, to_width = 3 * to->tiles * SIDE;
    unsigned char *out = to->rgb + (from->y % 2) * (SIDE / 2) * to_width;
    for (size_t y = 0; y < SIDE / 2; y++, out += to_width) {
        const unsigned char *a = from->rgb + 2 * y * width, *b = a + width;
        for (size_t x = 0; x < from->tiles * SIDE / 2; x++, a += 6, b += 6)
            for (size_t k = 0; k < 3; k++)
                out[3 * x + k] = (unsigned char)((a[k] + a[k + 3] + b[k] + b[k + 3] + 2) / 4);
    }
}

/* Write the strip of a level, and those above that are complete with it; make it empty again. */
static enum status finish_strip(struct pyramid *p, size_t level, struct error *err)
{
    struct strip *s = &p->strip[level];
    struct strip_work w = {p, s};
    if (work_all(p->t->jobs, s->tiles, write_tile, &w, err) || list_tiles(s, err))
        return err->status;
    if (level) {
        halve(s, s - 1);
        if ((s->y % 2 || s->y + 1 == s->rows) && finish_strip(p, level - 1, err))
            return err->status;
    }
    memset(s->rgb, 0, 3 * SIDE * SIDE * s->tiles);
    s->y++;
    return STATUS_OK;
}

/* ---- the pyramid ---- */

static enum status make_strips(struct pyramid *p, struct error *err)
{
    const struct canvas *c = &p->t->triangle->canvas;
    size_t tiles = (c->width + SIDE - 1) / SIDE, rows = (c->height + SIDE - 1) / SIDE;
    char name[32];
    for (size_t level = p->levels; level-- > 0; tiles = (tiles + 1) / 2, rows = (rows + 1) / 2) {
        struct strip *s = &p->strip[level];
        *s = (struct strip){.level = level, .tiles = tiles, .rows = rows};
        s->rgb = mem_new(tiles * SIDE, SIDE * 3, err);
        s->there = s->rgb ? mem_new(tiles, sizeof *s->there, err) : NULL;
        snprintf(name, sizeof name, "tiles/%zu", level);
        if (!s->there || folder_make(p->t->folder, name, err))
            return err->status;
    }
    return STATUS_OK;
}

static enum status make_levels(struct pyramid *p, struct error *err)
{
    struct strip *deepest = &p->strip[p->levels - 1];
    struct strip_work w = {p, deepest};
    while (deepest->y < deepest->rows) {
        if (work_all(p->t->jobs, (deepest->tiles + PIECE - 1) / PIECE, draw_piece, &w, err) ||
            finish_strip(p, p->levels - 1, err))
            return err->status;
        p->t->progress(p->t->triangle->drawn * deepest->y / deepest->rows, p->t->triangle->drawn);
    }
    return STATUS_OK;
}

static enum status list_levels(const struct pyramid *p, struct buffer *out, struct error *err)
{
    for (size_t level = 0; level < p->levels; level++) {
        const struct buffer *b = &p->strip[level].script;
        if (buffer_print(out, err, level ? ",[" : "[[") ||
            buffer_append(out, b->data, b->size, err) || buffer_print(out, err, "]"))
            return err->status;
    }
    return buffer_print(out, err, "]");
}

enum status tiles_write(const struct tiles *t, struct buffer *out, struct error *err)
{
    const struct canvas *c = &t->triangle->canvas;
    struct pyramid *p = mem_new(1, sizeof *p, err);
    if (!p)
        return err->status;
    p->t = t;
    p->levels = count_levels(c->height, c->width);
    enum status s = folder_make(t->folder, "tiles", err);
    if (!s)
        s = make_strips(p, err);
    if (!s)
        s = make_levels(p, err);
    if (!s)
        s = list_levels(p, out, err);
    for (size_t level = 0; level < p->levels; level++) {
        free(p->strip[level].rgb);
        free(p->strip[level].there);
        buffer_release(&p->strip[level].script);
    }
    free(p);
    return s;
}
