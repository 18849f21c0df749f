/*
 * layer_cyclic - cyclic pooling (Dieleman, De Fauw and Kavukcuoglu 2016, arXiv:1602.02660): the
 * network sees a picture in its four quarter turns, and the results are averaged.
 */
#ifndef LAYER_CYCLIC_H
#define LAYER_CYCLIC_H

#include <stddef.h>

/* The quarter turns of n pictures: x (n, side, side, channels) to y (n, 4, side, side, channels),
   of which turn k is by k times 90 degrees clockwise. */
void cyclic_turn(size_t n, size_t side, size_t channels, const float *x, float *y);

/* The mean over the four turns: x (n, 4, values) to y (n, values). If the turns of a picture are
   rotated by one (k + 1 modulo 4 in the place of k), y has the same bits. */
void cyclic_forward(size_t n, size_t values, const float *x, float *y);

/* The gradient: dy (n, values) to dx (n, 4, values). */
void cyclic_backward(size_t n, size_t values, const float *dy, float *dx);

#endif
