/*
 * optim - steps of the optimiser on one flat block of parameters.
 */
#ifndef OPTIM_H
#define OPTIM_H

#include <stddef.h>
#include <stdint.h>

/* Adam (Kingma and Ba 2015, algorithm 1), with decoupled weight decay (Loshchilov and Hutter 2019,
   algorithm 2). */
struct adam {
    float beta1, beta2, epsilon;
    float weight_decay; /* per step, times the learning rate; 0: plain Adam */
};

/* The values of the papers, as everybody uses them: 0.9, 0.999, 1e-8, no decay. */
extern const struct adam adam_default;

/*
 * One step for the parameters [first, first + n): the gradient is the sum of the shards' gradients,
 * added in their order; m and v are the running moments; step counts from 1. Any partition of the
 * parameters into calls gives the same numbers.
 */
void adam_step(const struct adam *, size_t first, size_t n, float learning_rate, uint64_t step,
               size_t shards, const float *const *gradient, float *m, float *v, float *parameter);

/*
 * One step of the averaged parameters (Polyak and Juditsky 1992), as an exponential moving average:
 *     average = keep average + (1 - keep) parameter,  keep = min(decay, (1 + step) / (10 + step))
 * The second term lets go of the first steps, far from the goal, sooner than decay would; so does
 * TensorFlow's ExponentialMovingAverage. step counts from 1.
 */
void ema_step(double decay, uint64_t step, size_t n, const float *parameter, float *average);

/*
 * One step of running statistics, which are no parameters: where adam_step has a gradient, the
 * blocks have each its share of what was found this time, and of the sum ema_step takes.
 */
void ema_step_sum(double decay, uint64_t step, size_t first, size_t n, size_t shards,
                  const float *const *found, float *running);

/* The learning rate as training goes: after a linear warm-up over the first share `warmup` of all,
   half a cosine from peak down to floor (Loshchilov and Hutter 2017, eq. 5, one period).
   progress: 0 at the start of training, 1 at its end. */
double learning_rate(double peak, double floor, double warmup, double progress);

#endif
