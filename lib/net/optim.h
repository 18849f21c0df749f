/*
 * optim - steps of the optimiser on one flat block of parameters.
 */
#ifndef OPTIM_H
#define OPTIM_H

#include <stddef.h>
#include <stdint.h>

/* Adam (Kingma and Ba 2015, algorithm 1) with decoupled weight decay (Loshchilov and Hutter 2019,
   algorithm 2). */
struct adam {
    float beta1, beta2, epsilon;
    float weight_decay; /* per step, times the learning rate; 0: plain Adam */
};

/* The papers' values, which are the usual ones: 0.9, 0.999, 1e-8, no decay. */
extern const struct adam adam_default;

/*
 * One step of the parameters [first, first + n). The gradient is the sum of the shards' gradients,
 * added in their order. m and v are the moving averages of the gradient and of its square. step
 * counts from 1. The result is the same however the parameters are divided among calls.
 */
void adam_step(const struct adam *, size_t first, size_t n, float learning_rate, uint64_t step,
               size_t shards, const float *const *gradient, float *m, float *v, float *parameter);

/*
 * One step of an exponential moving average of n values, such as parameters (Polyak and Juditsky
 * 1992 average them evenly):
 *     average = keep average + (1 - keep) value,  keep = min(decay, (1 + step) / (10 + step))
 * The second term makes the average forget the first values, which are far from the later ones,
 * sooner than decay would; TensorFlow's ExponentialMovingAverage does the same. step counts from 1.
 */
void ema_step(double decay, uint64_t step, size_t n, const float *value, float *average);

/*
 * The same for the values [first, first + n), where a value is the sum of value[shard] over all
 * shards. It averages the means and variances of batch normalisation: value[shard] are those that
 * the shard found, times the shard's part of the batch.
 */
void ema_step_sum(double decay, uint64_t step, size_t first, size_t n, size_t shards,
                  const float *const *value, float *average);

/* The learning rate at this progress of training, from 0 at its start to 1 at its end: a linear
   warm-up while progress is below warmup, then half a cosine from peak down to floor (Loshchilov
   and Hutter 2017, eq. 5, one period). */
double learning_rate(double peak, double floor, double warmup, double progress);

#endif
