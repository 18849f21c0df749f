/*
 * lattice - who stands where when everybody wants a place in the same triangle.
 *
 * The triangle is filled by rows of cells, n cells to a side, n (n + 1) / 2 in all, each touching
 * six others. A cell is three whole numbers >= 0 that sum to n - 1, its distances from the three
 * sides: at vertex k, number k is n - 1. Three probabilities that sum to 1 are a point of the same
 * triangle, n - 1 times as large. Distances are counted in 2^-12 cells, as whole numbers.
 *
 * How they are assigned, and why. Most galaxies want the same few cells at the vertices.
 *  1. One after the other, those nearest to a vertex first, each takes the free cell nearest to
 *     where it wants to be. So the sure ones surround the vertices in the order of their
 *     sureness, and the doubtful ones stand between; in another order step 2 takes ten times as
 *     long and some end up farther off. Each row knows its next free cell to either side
 *     (union-find), rows are looked at outwards until none can be nearer: n^1.5 steps in all, where
 *     a search cell by cell takes n^2.
 *  2. That leaves the last ones with what is left, far away. So neighbours change places, or move
 *     to a free cell, as long as that makes the sum of squared distances smaller: in each round
 *     all pairs for whom no other change brings more. Lines of galaxies so move up by one cell each
 *     instead of one by the length of the line. It ends, as the sum can't shrink for ever; it comes
 *     near the optimal assignment, which would take n^3 steps (Kuhn 1955).
 *
 * Every decision compares whole numbers, and equal ones by the points' order. So the result is the
 * same on every machine, and exchanging classes exchanges the numbers of all cells (but where two
 * free cells are equally near).
 */
#ifndef LATTICE_H
#define LATTICE_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

enum { LATTICE_SIDE_MAX = 16384 };

/* The fewest cells a side for n points. */
size_t lattice_side(size_t n);

/* A point's three numbers in a triangle of this side, not rounded. p need not sum to 1 exactly. */
void lattice_point(const float p[3], size_t side, double at[3]);

/* Give each of n points (n, 3) a cell of its own, (n, 3). STATUS_LIMIT where there are fewer cells
   than points or side is above LATTICE_SIDE_MAX. Takes 24 bytes a cell and 40 a point meanwhile. */
enum status lattice_assign(const float (*p)[3], size_t n, size_t side, uint32_t (*cell)[3],
                           struct error *) MUST_CHECK;

#endif
