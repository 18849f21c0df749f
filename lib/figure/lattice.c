#include "figure/lattice.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/mem.h"

/* Row r holds the cells whose first number is r, from the side of the triangle (r = 0) to the
   vertex; column c is the third number. Row r has side - r cells. */

enum { UNIT = 4096 }; /* units of distance in a cell */

static const uint32_t NONE = UINT32_MAX;

struct point {
    int32_t at[3]; /* in units */
};

struct cell {
    int32_t off[3];   /* its point less its own place, in units; only of use where there is one */
    uint32_t point;   /* its index, or NONE: the cell is free */
    uint32_t partner; /* the neighbour with which an exchange gains most, or NONE */
    uint16_t row, column;
};

struct lattice {
    size_t side, n, cells;
    struct point *point;
    struct cell *cell;
    /* Union-find over the free cells, for each row one entry more than cells: find_free gives, by
       next, the first free column >= i, or the row's length; by previous, 1 + the last free
       column < i, or 0. */
    uint32_t *next, *previous;
    uint32_t *queue[2]; /* cells whose partner must be found again, in this round and the next */
    size_t queued[2];   /* how many */
    bool *is_queued;    /* for the next round */
};

size_t lattice_side(size_t n)
{
    size_t side = (size_t)sqrt(2.0 * (double)n);
    while (side > 0 && side * (side - 1) / 2 >= n)
        side--;
    while (side * (side + 1) / 2 < n)
        side++;
    return side;
}

void lattice_point(const float p[3], size_t side, double at[3])
{
    double sum = (double)p[0] + p[1] + p[2];
    for (int k = 0; k < 3; k++)
        at[k] = sum > 0 ? p[k] / sum * (double)(side - 1) : (double)(side - 1) / 3;
}

static size_t row_start(const struct lattice *l, size_t row)
{
    return row * l->side - row * (row - 1) / 2;
}

static int64_t square(int64_t d)
{
    return d * d;
}

/* Twice the squared distance, in units, of point i from a cell. */
static int64_t distance(const struct lattice *l, uint32_t i, uint32_t row, uint32_t column)
{
    const int32_t *at = l->point[i].at;
    int64_t second = (int64_t)l->side - 1 - row - column;
    return square(UNIT * (int64_t)row - at[0]) + square(UNIT * second - at[1]) +
           square(UNIT * (int64_t)column - at[2]);
}

/* ---- 1: greedy ---- */

/* Follow a row's links from i to the first one that leads to itself, and halve the path for later
   searches. */
static uint32_t find_free(uint32_t *link, uint32_t i)
{
    while (link[i] != i) {
        link[i] = link[link[i]];
        i = link[i];
    }
    return i;
}

struct search {
    uint32_t point, row, column;
    int64_t best;
};

static void consider(const struct lattice *l, struct search *s, uint32_t row, uint32_t column)
{
    int64_t d = distance(l, s->point, row, column);
    if (d < s->best)
        *s = (struct search){s->point, row, column, d};
}

/* Look at the nearest free cells of a row on either side of the point. Returns false if there is no
   such row, or it is too far away, as are then all rows beyond it. */
static bool search_row(const struct lattice *l, struct search *s, int64_t row)
{
    const int32_t *at = l->point[s->point].at;
    if (row < 0 || row >= (int64_t)l->side)
        return false;
    int64_t off = UNIT * row - at[0];
    /* In this row the other two numbers of the nearest place are off by half of it each, so that
       twice the squared distance is at least 1.5 off^2. */
    if (3 * off * off > 2 * s->best)
        return false;
    int64_t length = (int64_t)l->side - row, left = 2 * (int64_t)at[2] - off;
    left = left < 0 ? -1 : left / (2 * UNIT);
    left = left < length ? left : length - 1;
    size_t start = row_start(l, (size_t)row) + (size_t)row;
    uint32_t after = find_free(l->next + start, (uint32_t)(left + 1));
    uint32_t before = find_free(l->previous + start, (uint32_t)(left + 1));
    if (after < length)
        consider(l, s, (uint32_t)row, after);
    if (before > 0)
        consider(l, s, (uint32_t)row, before - 1);
    return true;
}

static void assign_nearest(struct lattice *l, uint32_t point)
{
    struct search s = {.point = point, .best = INT64_MAX / 4};
    int64_t row = (l->point[point].at[0] + UNIT / 2) / UNIT;
    bool up = true, down = search_row(l, &s, row);
    for (int64_t step = 1; up || down; step++) {
        up = up && search_row(l, &s, row - step);
        down = down && search_row(l, &s, row + step);
    }
    size_t start = row_start(l, s.row) + s.row;
    l->next[start + s.column] = s.column + 1;
    l->previous[start + s.column + 1] = s.column;
    l->cell[row_start(l, s.row) + s.column].point = point;
}

struct order {
    int32_t key; /* the largest of a point's three numbers */
    uint32_t point;
};

static int by_key(const void *a, const void *b)
{
    const struct order *s = a, *t = b;
    if (s->key != t->key)
        return s->key < t->key ? 1 : -1;
    return (s->point > t->point) - (s->point < t->point);
}

static enum status assign_greedily(struct lattice *l, struct error *err)
{
    struct order *order = mem_new(l->n, sizeof *order, err);
    if (!order)
        return err->status;
    for (uint32_t i = 0; i < l->n; i++) {
        const int32_t *at = l->point[i].at;
        int32_t key = at[0] > at[1] ? at[0] : at[1];
        order[i] = (struct order){key > at[2] ? key : at[2], i};
    }
    qsort(order, l->n, sizeof *order, by_key);
    for (size_t i = 0; i < l->n; i++)
        assign_nearest(l, order[i].point);
    free(order);
    return STATUS_OK;
}

/* ---- 2: local search ---- */

/* A step in direction d adds 1 to the first of a cell's numbers that step[d] names, and takes 1
   from the second. Direction d ^ 1 leads back. */
enum { DIRECTIONS = 6 };
static const unsigned char step[DIRECTIONS][2] = {{2, 1}, {1, 2}, {0, 1}, {1, 0}, {0, 2}, {2, 0}};

/* The cell in a direction of one, or NONE beyond the border. */
static uint32_t neighbour(const struct lattice *l, uint32_t cell, int direction)
{
    const struct cell *c = &l->cell[cell];
    unsigned char up = step[direction][0], down = step[direction][1];
    uint32_t length = (uint32_t)l->side - c->row; /* of its row */
    uint32_t number[3] = {c->row, length - 1 - c->column, c->column};
    if (number[down] == 0)
        return NONE;
    uint32_t other = cell + (up == 2) - (down == 2); /* in the same row */
    return up == 0 ? other + length : down == 0 ? other - length - 1 : other;
}

/* By how much the sum of distances falls if a cell's point moves in a direction, in units of
   4 UNIT: 2 |off|^2 - 2 |off - s|^2 = 4 off s - 2 |s|^2, where s is the step, UNIT in one number
   and -UNIT in another. An exchange gains what its two moves gain. */
static int32_t move_gain(const struct cell *c, int direction)
{
    return c->point == NONE ? 0 : c->off[step[direction][0]] - c->off[step[direction][1]] - UNIT;
}

/* Of two exchanges with the same gain, that of points a and b goes before that of c and d if it has
   the earlier point. Since this doesn't depend on which cell of a pair asks, each round has at
   least one pair of cells that are each other's partners. */
static bool goes_before(uint32_t a, uint32_t b, uint32_t c, uint32_t d)
{
    uint32_t first = a < b ? a : b, second = c < d ? c : d;
    if (first != second)
        return first < second;
    return (a < b ? b : a) < (c < d ? d : c);
}

static void find_partner(struct lattice *l, uint32_t cell)
{
    struct cell *c = &l->cell[cell];
    int32_t most = 0;
    c->partner = NONE;
    for (int direction = 0; direction < DIRECTIONS; direction++) {
        uint32_t other = neighbour(l, cell, direction);
        if (other == NONE)
            continue;
        const struct cell *o = &l->cell[other];
        int32_t g = move_gain(c, direction) + move_gain(o, direction ^ 1);
        if (g > most || (g == most && c->partner != NONE &&
                         goes_before(c->point, o->point, c->point, l->cell[c->partner].point))) {
            most = g;
            c->partner = other;
        }
    }
}

static void enqueue(struct lattice *l, int round, uint32_t cell)
{
    if (l->is_queued[cell])
        return;
    l->is_queued[cell] = true;
    l->queue[round][l->queued[round]++] = cell;
}

/* Cells with a new neighbour must find their partner again. */
static void enqueue_around(struct lattice *l, int round, uint32_t cell)
{
    enqueue(l, round, cell);
    for (int direction = 0; direction < DIRECTIONS; direction++) {
        uint32_t other = neighbour(l, cell, direction);
        if (other != NONE)
            enqueue(l, round, other);
    }
}

/* Give a cell this point, or make it free. */
static void put(struct lattice *l, struct cell *c, uint32_t point)
{
    c->point = point;
    c->partner = NONE;
    if (point == NONE)
        return;
    const int32_t *at = l->point[point].at;
    int32_t number[3] = {c->row, (int32_t)l->side - 1 - c->row - c->column, c->column};
    for (int k = 0; k < 3; k++)
        c->off[k] = at[k] - UNIT * number[k];
}

static void exchange(struct lattice *l, uint32_t a, uint32_t b)
{
    uint32_t point = l->cell[a].point;
    put(l, &l->cell[a], l->cell[b].point);
    put(l, &l->cell[b], point);
}

/* Exchange the points of all pairs of cells that are each other's partners. */
static void run_round(struct lattice *l, int now)
{
    int then = 1 - now;
    for (size_t i = 0; i < l->queued[now]; i++) {
        l->is_queued[l->queue[now][i]] = false;
        find_partner(l, l->queue[now][i]);
    }
    l->queued[then] = 0;
    for (size_t i = 0; i < l->queued[now]; i++) {
        uint32_t a = l->queue[now][i], b = l->cell[a].partner;
        if (b == NONE || l->cell[b].partner != a)
            continue;
        exchange(l, a, b);
        enqueue_around(l, then, a);
        enqueue_around(l, then, b);
    }
}

static void improve(struct lattice *l)
{
    int now = 0;
    for (uint32_t i = 0; i < l->cells; i++) {
        put(l, &l->cell[i], l->cell[i].point);
        enqueue(l, now, i);
    }
    for (; l->queued[now]; now = 1 - now)
        run_round(l, now);
}

/* ---- the whole ---- */

static enum status init(struct lattice *l, size_t n, size_t side, struct error *err)
{
    *l = (struct lattice){.side = side, .n = n, .cells = side * (side + 1) / 2};
    size_t links = l->cells + side;
    l->point = mem_new(n, sizeof *l->point, err);
    l->cell = l->point ? mem_new(l->cells, sizeof *l->cell, err) : NULL;
    l->is_queued = l->cell ? mem_new(l->cells, sizeof *l->is_queued, err) : NULL;
    l->next = l->is_queued ? mem_new(2 * (links + l->cells), sizeof *l->next, err) : NULL;
    if (!l->next)
        return err->status;
    l->previous = l->next + links;
    l->queue[0] = l->previous + links;
    l->queue[1] = l->queue[0] + l->cells;
    for (size_t row = 0; row < side; row++)
        for (size_t column = 0; column <= side - row; column++) {
            size_t place = row_start(l, row) + row + column;
            l->next[place] = l->previous[place] = (uint32_t)column;
            if (column < side - row)
                l->cell[row_start(l, row) + column] = (struct cell){.point = NONE,
                                                                    .partner = NONE,
                                                                    .row = (uint16_t)row,
                                                                    .column = (uint16_t)column};
        }
    return STATUS_OK;
}

static void release(struct lattice *l)
{
    free(l->point);
    free(l->cell);
    free(l->is_queued);
    free(l->next);
}

static void set_points(struct lattice *l, const float (*p)[3])
{
    for (size_t i = 0; i < l->n; i++) {
        double at[3];
        lattice_point(p[i], l->side, at);
        for (int k = 0; k < 3; k++)
            l->point[i].at[k] = (int32_t)lround(at[k] * UNIT);
    }
}

static void write_cells(const struct lattice *l, uint32_t (*cell)[3])
{
    for (size_t i = 0; i < l->cells; i++) {
        const struct cell *c = &l->cell[i];
        if (c->point == NONE)
            continue;
        cell[c->point][0] = c->row;
        cell[c->point][1] = (uint32_t)(l->side - 1) - c->row - c->column;
        cell[c->point][2] = c->column;
    }
}

enum status lattice_assign(const float (*p)[3], size_t n, size_t side, uint32_t (*cell)[3],
                           struct error *err)
{
    struct lattice l;
    if (side > LATTICE_SIDE_MAX || n > side * (side + 1) / 2)
        return error_set(err, STATUS_LIMIT, "%zu galaxies in a triangle of %zu rows", n, side);
    enum status s = init(&l, n, side, err);
    if (!s) {
        set_points(&l, p);
        s = assign_greedily(&l, err);
    }
    if (!s) {
        improve(&l);
        write_cells(&l, cell);
    }
    release(&l);
    return s;
}
