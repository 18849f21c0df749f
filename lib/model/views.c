#include "model/views.h"

#include <math.h>
#include <string.h>

#include "image/image.h"
#include "net/loss.h"

enum { ORIENTATIONS = 8 };

struct views views_of(size_t orientations, bool cyclic)
{
    size_t alike = cyclic ? 4 : 1;
    return (struct views){orientations == ORIENTATIONS ? ORIENTATIONS / alike : 1, alike};
}

size_t views_scratch(const struct input_format *f)
{
    return (ORIENTATIONS + 1) * input_bytes(f);
}

/* Insertion sort of a few pictures by their bytes. */
static void sort(unsigned char **view, size_t n, size_t bytes)
{
    for (size_t i = 1; i < n; i++)
        for (size_t k = i; k > 0 && memcmp(view[k - 1], view[k], bytes) > 0; k--) {
            unsigned char *swap = view[k];
            view[k] = view[k - 1];
            view[k - 1] = swap;
        }
}

void views_load(const struct views *v, const struct input_format *f, const unsigned char *record,
                unsigned char *scratch, float *input)
{
    size_t bytes = input_bytes(f), pixels = f->shape.height * f->shape.width;
    unsigned char *view[ORIENTATIONS];
    input_cut(f, record, scratch);
    if (v->n * v->alike == 1) {
        input_normalise(f, scratch, input);
        return;
    }
    for (size_t i = 0; i < v->n * v->alike; i++) {
        view[i] = scratch + (i + 1) * bytes;
        image_orient(scratch, f->shape.height, bytes / pixels, (unsigned)i, view[i]);
    }
    /* Of orientations that are alike for the network, take the first by its bytes, whichever the
       record has: another one, when it is normalised, may differ in the last bits. */
    for (size_t i = 0; i < v->n; i++) {
        sort(view + i * v->alike, v->alike, bytes);
        view[i] = view[i * v->alike];
    }
    sort(view, v->n, bytes);
    for (size_t i = 0; i < v->n; i++)
        input_normalise(f, view[i], input + i * shape_values(f->shape));
}

/* The standard deviation over the views of one class's probability. */
static float deviation(const struct views *v, size_t classes, const float *logit,
                       double temperature, const double *weight, size_t class)
{
    float p[RECORD_CLASSES_MAX];
    double sum = 0, squares = 0, value[ORIENTATIONS], n = (double)v->n;
    for (size_t i = 0; i < v->n; i++) {
        softmax_weighted(classes, logit + i * classes, temperature, weight, p);
        value[i] = (double)p[class];
        sum += value[i];
    }
    for (size_t i = 0; i < v->n; i++)
        squares += pow(value[i] - sum / n, 2);
    return (float)sqrt(squares / n);
}

float views_probabilities(const struct views *v, size_t classes, const float *logit,
                          double temperature, const double *weight, float *probability)
{
    float mean[RECORD_CLASSES_MAX];
    for (size_t k = 0; k < classes; k++) {
        double sum = 0;
        for (size_t i = 0; i < v->n; i++)
            sum += (double)logit[i * classes + k];
        mean[k] = (float)(sum / (double)v->n);
    }
    softmax_weighted(classes, mean, temperature, weight, probability);
    return deviation(v, classes, logit, temperature, weight, argmax(classes, probability));
}
