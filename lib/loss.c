#include "loss.h"

#include <math.h>

size_t argmax(size_t n, const float *value)
{
    size_t best = 0;
    for (size_t i = 1; i < n; i++)
        if (value[i] > value[best])
            best = i;
    return best;
}

/* log of the sum of exp((logit - most) / temperature). The largest logit is taken out, and stays
   out, so that nothing overflows and nothing is lost beside it. */
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
