#include "net/loss.h"

#include <math.h>

size_t argmax(size_t n, const float *value)
{
    size_t best = 0;
    for (size_t i = 1; i < n; i++)
        if (value[i] > value[best])
            best = i;
    return best;
}

/* log of the sum over k of exp((logit[k] - most) / temperature), where most is the largest logit.
   It is subtracted, here and by the callers, so that nothing overflows and no digits are lost. */
static double log_sum_exp(size_t classes, const float *logit, double temperature, double *most)
{
    double sum = 0;
    *most = (double)logit[argmax(classes, logit)];
    for (size_t k = 0; k < classes; k++)
        sum += exp(((double)logit[k] - *most) / temperature);
    return log(sum);
}

void softmax(size_t classes, const float *logit, double temperature, float *probability)
{
    double most, all = log_sum_exp(classes, logit, temperature, &most);
    for (size_t k = 0; k < classes; k++)
        probability[k] = (float)exp(((double)logit[k] - most) / temperature - all);
}

void softmax_weighted(size_t classes, const float *logit, double temperature, const double *weight,
                      float *probability)
{
    double sum = 0, most = (double)logit[argmax(classes, logit)];
    for (size_t k = 0; k < classes; k++)
        sum += weight[k] * exp(((double)logit[k] - most) / temperature);
    double all = log(sum);
    for (size_t k = 0; k < classes; k++)
        probability[k] = (float)(weight[k] * exp(((double)logit[k] - most) / temperature - all));
}

void smooth_target(size_t classes, double share, float *target)
{
    for (size_t k = 0; k < classes; k++)
        target[k] = (float)((1 - share) * (double)target[k] + share / (double)classes);
}

double cross_entropy(size_t classes, const float *logit, const float *target)
{
    double most, all = log_sum_exp(classes, logit, 1, &most), loss = 0;
    for (size_t k = 0; k < classes; k++)
        loss += (double)target[k] * (all - ((double)logit[k] - most));
    return loss;
}

void cross_entropy_backward(size_t classes, const float *logit, const float *target, double scale,
                            float *gradient)
{
    double most, all = log_sum_exp(classes, logit, 1, &most);
    for (size_t k = 0; k < classes; k++)
        gradient[k] = (float)((exp((double)logit[k] - most - all) - (double)target[k]) * scale);
}

/* ---- temperature ---- */

double temperature_loss(size_t n, size_t classes, const float *logit, const float *target,
                        double temperature)
{
    double sum = 0, most;
    for (size_t i = 0; i < n; i++, logit += classes, target += classes) {
        double all = log_sum_exp(classes, logit, temperature, &most);
        sum += all - ((double)logit[argmax(classes, target)] - most) / temperature;
    }
    return n ? sum / (double)n : 0;
}

/* The derivative of the sum of all losses with respect to 1 / temperature: the mean logit under
   softmax minus the logit of the class. It rises with 1 / temperature, in which the loss is
   convex. */
static double slope(size_t n, size_t classes, const float *logit, const float *target,
                    double inverse)
{
    double all = 0;
    for (size_t i = 0; i < n; i++, logit += classes, target += classes) {
        double most = (double)logit[argmax(classes, logit)], sum = 0, weighted = 0;
        for (size_t k = 0; k < classes; k++) {
            double z = (double)logit[k] - most, e = exp(z * inverse);
            sum += e;
            weighted += e * z;
        }
        all += weighted / sum - ((double)logit[argmax(classes, target)] - most);
    }
    return all;
}

double temperature_fit(size_t n, size_t classes, const float *logit, const float *target)
{
    double low = -log(TEMPERATURE_MOST), high = -low;
    size_t wrong = 0;
    for (size_t i = 0; i < n; i++)
        wrong += argmax(classes, logit + i * classes) != argmax(classes, target + i * classes);
    if (wrong == 0 || slope(n, classes, logit, target, 1) == 0)
        return 1;
    /* Bisection on the logarithm: 60 halvings reach the precision of a double. */
    for (int i = 0; i < 60; i++) {
        double middle = (low + high) / 2;
        if (slope(n, classes, logit, target, exp(-middle)) > 0)
            low = middle;
        else
            high = middle;
    }
    return exp((low + high) / 2);
}
