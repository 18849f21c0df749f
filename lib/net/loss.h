/*
 * loss - softmax and cross-entropy.
 *
 * Logits, probabilities and targets are (N, K): image, class. Targets are shares that sum to 1:
 * one-hot for a class, or the volunteers' votes. Computed in double, so that large logits don't
 * overflow and small probabilities keep their digits.
 */
#ifndef LOSS_H
#define LOSS_H

#include <stddef.h>

/* probability[k] = exp(logit[k] / temperature) / sum over j of the same (Guo et al. 2017, eq. 9),
   for one image. logit and probability may be the same array. */
void softmax(size_t classes, const float *logit, double temperature, float *probability);

/* target[k] = (1 - share) target[k] + share / classes, for one image: label smoothing (Szegedy et
   al. 2016, section 7). */
void smooth_target(size_t classes, double share, float *target);

/* - sum over k of target[k] log softmax(logit)[k], for one image. */
double cross_entropy(size_t classes, const float *logit, const float *target);

/* Its gradient with respect to the logits, times scale: (softmax(logit) - target) scale. */
void cross_entropy_backward(size_t classes, const float *logit, const float *target, double scale,
                            float *gradient);

/*
 * Temperature scaling (Guo et al. 2017, section 4.2), on n images. The class of each is the largest
 * of its target.
 *
 * temperature_loss is the mean of - log softmax(logit / temperature)[class]; temperature_fit the
 * temperature that makes it least, within 1/TEMPERATURE_MOST to TEMPERATURE_MOST. It is 1 where
 * every class is the likeliest: then no temperature is too low.
 */
#define TEMPERATURE_MOST 64.
double temperature_loss(size_t n, size_t classes, const float *logit, const float *target,
                        double temperature);
double temperature_fit(size_t n, size_t classes, const float *logit, const float *target);

/* The index of the largest of n values, the first of equals. */
size_t argmax(size_t n, const float *value);

#endif
