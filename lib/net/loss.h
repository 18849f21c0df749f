/*
 * loss - softmax and cross-entropy.
 *
 * Logits, probabilities and targets are (N, K): picture, class. Targets sum to 1: they are 1 for
 * the class and 0 for the others, or the volunteers' shares of votes. Everything is computed in
 * double, in such a way that large logits don't overflow and small probabilities keep their digits.
 */
#ifndef LOSS_H
#define LOSS_H

#include <stddef.h>

/* probability[k] = exp(logit[k] / temperature) / sum over j of exp(logit[j] / temperature), for one
   picture (Guo et al. 2017, eq. 9). logit and probability may be the same array. */
void softmax(size_t classes, const float *logit, double temperature, float *probability);

/* The same with each exponential multiplied by weight[k], a positive number. If all weights are 1,
   the probabilities have the same bits as without them. */
void softmax_weighted(size_t classes, const float *logit, double temperature, const double *weight,
                      float *probability);

/* Label smoothing, for one picture (Szegedy et al. 2016, section 7):
   target[k] = (1 - share) target[k] + share / classes. */
void smooth_target(size_t classes, double share, float *target);

/* - sum over k of target[k] log softmax(logit)[k], for one picture. */
double cross_entropy(size_t classes, const float *logit, const float *target);

/* Set gradient to that of the cross-entropy with respect to the logits, times scale:
   (softmax(logit) - target) scale. */
void cross_entropy_backward(size_t classes, const float *logit, const float *target, double scale,
                            float *gradient);

/*
 * Temperature scaling (Guo et al. 2017, section 4.2), on n pictures. The class of each is the one
 * with the largest target.
 *
 * temperature_loss returns the mean of - log softmax(logit / temperature)[class]. temperature_fit
 * returns the temperature from 1/TEMPERATURE_MOST to TEMPERATURE_MOST that makes it smallest. If
 * the class of every picture has the largest logit, any lower temperature would make it smaller,
 * and temperature_fit returns 1.
 */
#define TEMPERATURE_MOST 64.
double temperature_loss(size_t n, size_t classes, const float *logit, const float *target,
                        double temperature);
double temperature_fit(size_t n, size_t classes, const float *logit, const float *target);

/* The index of the largest of n values, the first of equals. */
size_t argmax(size_t n, const float *value);

#endif
