/*
 * lattice - give each of n points in a triangle a cell of its own, near the point.
 *
 * The triangle is filled with rows of cells, `side` cells along each side of the triangle and
 * side (side + 1) / 2 in all. An inner cell has six neighbours. A cell is given by three whole
 * numbers >= 0 that sum to side - 1, its distances from the three sides: at vertex k, number k is
 * side - 1. Three probabilities that sum to 1, times side - 1, are a point of the same triangle.
 *
 * Most galaxies belong in the same few cells at the vertices. The assignment with the smallest
 * sum of squared distances takes n^3 steps (Kuhn 1955, "The Hungarian method for the assignment
 * problem"). This one comes near it in two parts:
 *
 *  1. Greedy: points are taken in the order of their distance from the nearest vertex, and each
 *     gets the free cell nearest to it. So galaxies surround the vertices in the order of their
 *     confidence. In another order, part 2 takes ten times as long and some points end up farther
 *     away. In each row, union-find gives the next free cell on either side; rows are searched
 *     outwards until none can have a nearer cell. That is n^1.5 steps in all, where a search cell
 *     by cell takes n^2.
 *  2. Local search: part 1 leaves the last points far away. So two neighbouring cells, one of which
 *     may be free, exchange their points if that makes the sum of squared distances smaller. In
 *     each round, all pairs of cells are exchanged that gain most from each other. Instead of one
 *     point moving along a whole queue of others, the queue moves by one cell. It ends, since the
 *     sum can't become smaller for ever.
 *
 * Distances are whole numbers, in units of 2^-12 of a cell, and the order of the points decides
 * between equal ones. So the result is the same on every machine, and permuting the classes
 * permutes the numbers of all cells (except where two free cells are equally near).
 */
#ifndef LATTICE_H
#define LATTICE_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

enum { LATTICE_SIDE_MAX = 16384 };

/* The smallest side whose triangle has n cells. */
size_t lattice_side(size_t n);

/* The point of three probabilities in a triangle of this side, not rounded. p is scaled to sum to
   1; if its sum is 0, the point is the centre. */
void lattice_point(const float p[3], size_t side, double at[3]);

/* Give each of n points p (n, 3), as probabilities, a cell of its own: cell (n, 3). STATUS_LIMIT if
   there are more points than cells, or side is above LATTICE_SIDE_MAX. Takes 41 bytes a cell and 20
   a point while it runs. */
enum status lattice_assign(const float (*p)[3], size_t n, size_t side, uint32_t (*cell)[3],
                           struct error *) MUST_CHECK;

#endif
