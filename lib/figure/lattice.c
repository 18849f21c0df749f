#include "figure/lattice.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/mem.h"

/* Row r holds the cells whose first number is r, from the side of the triangle (r = 0) to the
   vertex; column c is the third number. Row r has side - r cells. */

enum { UNIT = 4096 }; /* steps of distance in a cell */

static const uint32_t NOBODY = UINT32_MAX;

struct want {
    int64_t at[3]; /* in steps */
};

struct cell {
    uint32_t row, column;
    uint32_t owner;   /* a point, or NOBODY */
    uint32_t partner; /* the neighbour with whom a change brings most, or NOBODY */
};

struct lattice {
    size_t side, n, cells;
    struct want *want;
    struct cell *cell;
    uint32_t *next,
        *before;         /* one more a row than cells: ways to the next free cell (see free_from) */
    uint32_t *listed[2]; /* cells whose partner must be found anew, now and in the next round */
    size_t listed_n[2];
    bool *is_listed; /* in the list for the next round */
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

/* Twice the squared distance, in steps, of point i from a cell; 0 for nobody. */
static int64_t distance(const struct lattice *l, uint32_t i, uint32_t row, uint32_t column)
{
    if (i == NOBODY)
        return 0;
    const int64_t *at = l->want[i].at;
    int64_t second = (int64_t)l->side - 1 - row - column;
    return square(UNIT * (int64_t)row - at[0]) + square(UNIT * second - at[1]) +
           square(UNIT * (int64_t)column - at[2]);
}

/* ---- one after the other ---- */

/* Follow the way from i to a free place, or to the end of the row, and make it shorter for those
   who come later: way[i] is i where i is free. */
static uint32_t free_from(uint32_t *way, uint32_t i)
{
    while (way[i] != i) {
        way[i] = way[way[i]];
        i = way[i];
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

/* Look at the free cells of a row on either side of the point. False where the row, and so all
   beyond it, is too far away, or isn't there. */
static bool search_row(const struct lattice *l, struct search *s, int64_t row)
{
    const int64_t *at = l->want[s->point].at;
    if (row < 0 || row >= (int64_t)l->side)
        return false;
    int64_t off = UNIT * row - at[0];
    /* Within a row the distance is least where the other two numbers are off by half of that. */
    if (3 * off * off > 2 * s->best)
        return false;
    int64_t length = (int64_t)l->side - row, left = 2 * at[2] - off;
    left = left < 0 ? -1 : left / (2 * UNIT);
    left = left < length ? left : length - 1;
    /* In `next` the row's end is one place more, in `before` its beginning. */
    size_t start = row_start(l, (size_t)row) + (size_t)row;
    uint32_t right = free_from(l->next + start, (uint32_t)(left + 1));
    uint32_t down = free_from(l->before + start, (uint32_t)(left + 1));
    if (right < length)
        consider(l, s, (uint32_t)row, right);
    if (down > 0)
        consider(l, s, (uint32_t)row, down - 1);
    return true;
}

static void take_nearest(struct lattice *l, uint32_t point)
{
    struct search s = {.point = point, .best = INT64_MAX / 4};
    int64_t row = (l->want[point].at[0] + UNIT / 2) / UNIT;
    bool up = true, down = search_row(l, &s, row);
    for (int64_t step = 1; up || down; step++) {
        up = up && search_row(l, &s, row - step);
        down = down && search_row(l, &s, row + step);
    }
    size_t start = row_start(l, s.row) + s.row;
    l->next[start + s.column] = s.column + 1;
    l->before[start + s.column + 1] = s.column;
    l->cell[row_start(l, s.row) + s.column].owner = point;
}

struct turn {
    int64_t key;
    uint32_t point;
};

static int by_turn(const void *a, const void *b)
{
    const struct turn *s = a, *t = b;
    if (s->key != t->key)
        return s->key < t->key ? 1 : -1;
    return (s->point > t->point) - (s->point < t->point);
}

static enum status take_turns(struct lattice *l, struct error *err)
{
    struct turn *turn = mem_new(l->n, sizeof *turn, err);
    if (!turn)
        return err->status;
    for (uint32_t i = 0; i < l->n; i++) {
        const int64_t *at = l->want[i].at;
        int64_t key = at[0] > at[1] ? at[0] : at[1];
        turn[i] = (struct turn){key > at[2] ? key : at[2], i};
    }
    qsort(turn, l->n, sizeof *turn, by_turn);
    for (size_t i = 0; i < l->n; i++)
        take_nearest(l, turn[i].point);
    free(turn);
    return STATUS_OK;
}

/* ---- neighbours change places ---- */

/* The cell in direction 0-5 of c, or NOBODY beyond the border. */
static uint32_t neighbour(const struct lattice *l, const struct cell *c, int direction)
{
    static const signed char step[6][2] = {{0, 1}, {0, -1}, {1, 0}, {-1, 0}, {1, -1}, {-1, 1}};
    int64_t row = (int64_t)c->row + step[direction][0];
    int64_t column = (int64_t)c->column + step[direction][1];
    if (row < 0 || column < 0 || row + column >= (int64_t)l->side)
        return NOBODY;
    return (uint32_t)(row_start(l, (size_t)row) + (size_t)column);
}

/* What is won if two cells exchange their owners. */
static int64_t gain(const struct lattice *l, const struct cell *a, const struct cell *b)
{
    return distance(l, a->owner, a->row, a->column) + distance(l, b->owner, b->row, b->column) -
           distance(l, a->owner, b->row, b->column) - distance(l, b->owner, a->row, a->column);
}

/* Of two changes that bring the same, the one of the earlier point. Both ends of a pair come to the
   same judgement, so in each round at least one pair agree. */
static bool earlier(uint32_t a, uint32_t b, uint32_t c, uint32_t d)
{
    uint32_t first = a < b ? a : b, second = c < d ? c : d;
    if (first != second)
        return first < second;
    return (a < b ? b : a) < (c < d ? d : c);
}

static void find_partner(struct lattice *l, struct cell *c)
{
    int64_t most = 0;
    c->partner = NOBODY;
    for (int direction = 0; direction < 6; direction++) {
        uint32_t other = neighbour(l, c, direction);
        if (other == NOBODY)
            continue;
        const struct cell *o = &l->cell[other];
        int64_t g = gain(l, c, o);
        if (g > most || (g == most && c->partner != NOBODY &&
                         earlier(c->owner, o->owner, c->owner, l->cell[c->partner].owner))) {
            most = g;
            c->partner = other;
        }
    }
}

static void list(struct lattice *l, int round, uint32_t cell)
{
    if (l->is_listed[cell])
        return;
    l->is_listed[cell] = true;
    l->listed[round][l->listed_n[round]++] = cell;
}

/* Whoever has a new neighbour must look again. */
static void list_around(struct lattice *l, int round, uint32_t cell)
{
    list(l, round, cell);
    for (int direction = 0; direction < 6; direction++) {
        uint32_t other = neighbour(l, &l->cell[cell], direction);
        if (other != NOBODY)
            list(l, round, other);
    }
}

static void exchange(struct lattice *l, uint32_t a, uint32_t b)
{
    uint32_t owner = l->cell[a].owner;
    l->cell[a].owner = l->cell[b].owner;
    l->cell[b].owner = owner;
    l->cell[a].partner = l->cell[b].partner = NOBODY;
}

/* All pairs that are best for each other change places at once. */
static void run_round(struct lattice *l, int now)
{
    int then = 1 - now;
    for (size_t i = 0; i < l->listed_n[now]; i++) {
        l->is_listed[l->listed[now][i]] = false;
        find_partner(l, &l->cell[l->listed[now][i]]);
    }
    l->listed_n[then] = 0;
    for (size_t i = 0; i < l->listed_n[now]; i++) {
        uint32_t a = l->listed[now][i], b = l->cell[a].partner;
        if (b == NOBODY || l->cell[b].partner != a)
            continue;
        exchange(l, a, b);
        list_around(l, then, a);
        list_around(l, then, b);
    }
}

static void improve(struct lattice *l)
{
    int now = 0;
    for (uint32_t i = 0; i < l->cells; i++)
        list(l, now, i);
    for (; l->listed_n[now]; now = 1 - now)
        run_round(l, now);
}

/* ---- the whole ---- */

static enum status init(struct lattice *l, size_t n, size_t side, struct error *err)
{
    *l = (struct lattice){.side = side, .n = n, .cells = side * (side + 1) / 2};
    void **blocks[] = {(void **)&l->want,     (void **)&l->cell,      (void **)&l->next,
                       (void **)&l->before,   (void **)&l->listed[0], (void **)&l->listed[1],
                       (void **)&l->is_listed};
    size_t counts[] = {n, l->cells, l->cells + side, l->cells + side, l->cells, l->cells, l->cells};
    size_t sizes[] = {sizeof *l->want,     sizeof *l->cell,      sizeof *l->next,
                      sizeof *l->before,   sizeof *l->listed[0], sizeof *l->listed[1],
                      sizeof *l->is_listed};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        if (!(*blocks[i] = mem_new(counts[i], sizes[i], err)))
            return err->status;
    for (size_t row = 0; row < side; row++)
        for (size_t column = 0; column <= side - row; column++) {
            size_t place = row_start(l, row) + row + column;
            l->next[place] = l->before[place] = (uint32_t)column;
            if (column < side - row)
                l->cell[row_start(l, row) + column] =
                    (struct cell){(uint32_t)row, (uint32_t)column, NOBODY, NOBODY};
        }
    return STATUS_OK;
}

static void release(struct lattice *l)
{
    free(l->want);
    free(l->cell);
    free(l->next);
    free(l->before);
    free(l->listed[0]);
    free(l->listed[1]);
    free(l->is_listed);
}

static void set_wants(struct lattice *l, const float (*p)[3])
{
    for (size_t i = 0; i < l->n; i++) {
        double at[3];
        lattice_point(p[i], l->side, at);
        for (int k = 0; k < 3; k++)
            l->want[i].at[k] = llround(at[k] * UNIT);
    }
}

static void report(const struct lattice *l, uint32_t (*cell)[3])
{
    for (size_t i = 0; i < l->cells; i++) {
        const struct cell *c = &l->cell[i];
        if (c->owner == NOBODY)
            continue;
        cell[c->owner][0] = c->row;
        cell[c->owner][1] = (uint32_t)(l->side - 1) - c->row - c->column;
        cell[c->owner][2] = c->column;
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
        set_wants(&l, p);
        s = take_turns(&l, err);
    }
    if (!s) {
        improve(&l);
        report(&l, cell);
    }
    release(&l);
    return s;
}
