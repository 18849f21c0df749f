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

/* log of the sum of exp(logit / temperature); the largest is taken out so that nothing overflows.
 */
static double log_sum_exp(size_t classes, const float *logit, double temperature)
{
    double most = (double)logit[argmax(classes, logit)], sum = 0;
    for (size_t k = 0; k < classes; k++)
        sum += exp(((double)logit[k] - most) / temperature);
    return most / temperature + log(sum);
}

void softmax(size_t classes, const float *logit, double temperature, float *probability)
{
    double all = log_sum_exp(classes, logit, temperature);
    for (size_t k = 0; k < classes; k++)
        probability[k] = (float)exp((double)logit[k] / temperature - all);
}

double cross_entropy(size_t classes, const float *logit, const float *target)
{
    double all = log_sum_exp(classes, logit, 1), loss = 0;
    for (size_t k = 0; k < classes; k++)
        loss += (double)target[k] * (all - (double)logit[k]);
    return loss;
}

void cross_entropy_backward(size_t classes, const float *logit, const float *target, double scale,
                            float *gradient)
{
    double all = log_sum_exp(classes, logit, 1);
    for (size_t k = 0; k < classes; k++)
        gradient[k] = (float)((exp((double)logit[k] - all) - (double)target[k]) * scale);
}
