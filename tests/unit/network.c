#include "net/network.h"

#include "floats.h"
#include "net/infer.h"
#include "net/layer_norm.h"

/* Normal floats of this standard deviation. */
static float *random_block(struct rng *r, size_t n, double deviation)
{
    float *x = floats_random(r, n);
    for (size_t i = 0; i < n; i++)
        x[i] *= (float)deviation;
    return x;
}

/* ---- the network again, in double and without haste ---- */

static double conv_sum(const struct layer *l, const double *x, const double *w, size_t row,
                       size_t column, size_t o)
{
    double sum = 0;
    for (size_t i = 0; i < 3; i++)
        for (size_t j = 0; j < 3; j++) {
            size_t y = row + i - 1, z = column + j - 1;
            for (size_t k = 0; y < l->height && z < l->width && k < l->channels; k++)
                sum += x[(y * l->width + z) * l->channels + k] *
                       w[((i * 3 + j) * l->channels + k) * l->out + o];
        }
    return sum;
}

/* One image through layer l; linear: without ReLU; keep: what dropout multiplies with. */
static void reference_layer(const struct layer *l, bool linear, const double *p, const double *keep,
                            const double *x, double *y)
{
    const double *w = p + l->weight_at, *b = p + l->bias_at;
    for (size_t i = 0; i < layer_out(l); i++) {
        size_t o = i % l->out, column = i / l->out % l->out_width, row = i / l->out / l->out_width;
        size_t corner = (2 * row * l->width + 2 * column) * l->out + o, wide = l->width * l->out;
        double sum = 0;
        switch (l->kind) {
        case LAYER_CONV:
            sum = b[o] + conv_sum(l, x, w, row, column, o);
            sum = linear ? sum : fmax(0, sum);
            break;
        case LAYER_POOL:
            sum = fmax(fmax(x[corner], x[corner + l->out]),
                       fmax(x[corner + wide], x[corner + wide + l->out]));
            break;
        case LAYER_DENSE:
            for (size_t k = 0; k < layer_in(l); k++)
                sum += x[k] * w[k * l->out + o];
            sum += b[o];
            sum = linear ? sum : fmax(0, sum);
            break;
        case LAYER_DROPOUT: sum = x[i] * keep[i]; break;
        case LAYER_CYCLIC: break; /* of several images: reference_cycle */
        }
        y[i] = sum;
    }
}

enum { MOST = 4096, PICTURES = 3, IMAGES = 4 * PICTURES, CLASSES = 4 };

/* Normalise channel o of n images, (n, MOST), and add b, in which another bias was before. */
static void reference_norm(size_t n, size_t values, size_t channels, size_t o, double b, double *x)
{
    double sum = 0, squares = 0, all = (double)(n * values / channels);
    for (size_t image = 0; image < n; image++)
        for (size_t i = o; i < values; i += channels)
            sum += x[image * MOST + i];
    for (size_t image = 0; image < n; image++)
        for (size_t i = o; i < values; i += channels)
            squares += pow(x[image * MOST + i] - sum / all, 2);
    for (size_t image = 0; image < n; image++)
        for (size_t i = o; i < values; i += channels) {
            double *v = &x[image * MOST + i];
            *v = fmax(0, (*v - sum / all) / sqrt(squares / all + (double)NORM_EPSILON) + b);
        }
}

/* Value i of a picture that was turned so often by 90 degrees, clockwise. */
static float turned(const struct netspec *s, const float *picture, size_t turns, size_t i)
{
    size_t k = i % s->shape.channels, column = i / s->shape.channels % s->shape.width;
    size_t row = i / s->shape.channels / s->shape.width;
    for (; turns > 0; turns--) {
        size_t old_row = s->shape.width - 1 - column;
        column = row;
        row = old_row;
    }
    return picture[(row * s->shape.width + column) * s->shape.channels + k];
}

/* Of each four images one. */
static void reference_cycle(size_t pictures, size_t values, const double *x, double *y)
{
    for (size_t i = 0; i < pictures; i++)
        for (size_t v = 0; v < values; v++) {
            y[i * MOST + v] = 0;
            for (size_t k = 0; k < 4; k++)
                y[i * MOST + v] += x[(4 * i + k) * MOST + v] / 4;
        }
}

/* sum over pictures and classes of weight times logit. keep: (layers, images, MOST). */
static double reference(const struct netspec *s, const double *p, size_t pictures,
                        const float *input, const double *keep, const float *weight, double *logits)
{
    static double block[2][IMAGES * MOST];
    double sum = 0, *x = block[0], *y = block[1];
    size_t values = layer_in(&s->layer[0]), images = s->layer[0].images;
    const struct layer *normed = NULL;
    for (size_t i = 0; i < pictures * images; i++)
        for (size_t k = 0; k < values; k++)
            x[i * MOST + k] = (double)turned(s, input + i / images * values, i % images, k);
    for (size_t i = 0; i < s->layers; i++) {
        const struct layer *l = &s->layer[i];
        size_t n = pictures * l->images;
        bool last = i + 1 == s->layers;
        normed = l->running_at ? l : normed;
        for (size_t image = 0; image < n; image++)
            reference_layer(l, last || l->running_at, p, keep + (i * IMAGES + image) * MOST,
                            x + image * MOST, y + image * MOST);
        if (l->kind == LAYER_CYCLIC)
            reference_cycle(pictures, layer_in(l), x, y);
        if (normed && (last || s->layer[i + 1].kind != LAYER_POOL || l != normed)) {
            for (size_t o = 0; o < normed->out; o++)
                reference_norm(n, layer_out(l), normed->out, o, p[normed->bias_at + o], y);
            normed = NULL;
        }
        double *swap = x;
        x = y;
        y = swap;
    }
    for (size_t i = 0; i < pictures * s->classes; i++) {
        logits[i] = x[i / s->classes * MOST + i % s->classes];
        sum += (double)weight[i] * logits[i];
    }
    return sum;
}

/* What each dropout layer multiplied with, seen from its input and output. */
static void find_dropout(const struct netspec *s, const struct workspace *p, size_t pictures,
                         double *keep)
{
    for (size_t i = 0; i < s->layers; i++) {
        size_t values = layer_out(&s->layer[i]), n = pictures * s->layer[i].images;
        const float *x = i ? p->out[i - 1] : p->input;
        for (size_t k = 0; s->layer[i].kind == LAYER_DROPOUT && k < n * values; k++)
            keep[(i * IMAGES + k / values) * MOST + k % values] =
                x[k] != 0 ? (double)p->out[i][k] / (double)x[k] : 0;
    }
}

/* ---- forward and backward against it ---- */

static void gradients(struct rng *r, bool norm, const char *text, size_t height, size_t width,
                      size_t channels)
{
    struct netspec s;
    struct workspace p;
    struct error err;
    CHECK(!netspec_parse(&s, text, height, width, channels, CLASSES, &err));
    if (norm)
        netspec_add_norm(&s);
    CHECK(!workspace_init(&p, &s, PICTURES + 2, &err));
    float *parameter = random_block(r, s.parameters, 0.3);
    float *input = random_block(r, PICTURES * layer_in(&s.layer[0]), 1);
    float *weight = random_block(r, PICTURES * CLASSES, 1);
    float *gradient = random_block(r, s.block_size, 1); /* what stands there doesn't count */
    double *q = mem_new(s.parameters, sizeof *q, &err), logits[PICTURES * CLASSES];
    double *keep = mem_new(s.layers * IMAGES * MOST, sizeof *keep, &err);
    const float *got = network_forward(&p, parameter, PICTURES, input, 99);
    find_dropout(&s, &p, PICTURES, keep);
    for (size_t i = 0; i < s.parameters; i++)
        q[i] = (double)parameter[i];
    reference(&s, q, PICTURES, input, keep, weight, logits);
    for (size_t i = 0; i < PICTURES * CLASSES; i++)
        CHECK_NEAR((double)got[i], logits[i], 1e-4 * (1 + fabs(logits[i])));

    network_backward(&p, parameter, weight, gradient);
    /* A sample of the parameters is enough where there are many, and all biases of the last. */
    size_t step = s.parameters / 400 + 1;
    double scale = 0, worst = 0;
    for (size_t i = 0; i < s.parameters; i += i + CLASSES < s.parameters ? step : 1) {
        double h = 1e-6, value = q[i];
        q[i] = value + h;
        double up = reference(&s, q, PICTURES, input, keep, weight, logits);
        q[i] = value - h;
        double slope = (up - reference(&s, q, PICTURES, input, keep, weight, logits)) / (2 * h);
        q[i] = value;
        scale = fmax(scale, fabs(slope));
        worst = fmax(worst, fabs((double)gradient[i] - slope));
    }
    CHECK(scale > 0);
    CHECK_NEAR(worst / scale, 0, 1e-4);
    floats_free((float *[]){parameter, input, weight, gradient, NULL});
    free(q);
    free(keep);
    workspace_release(&p);
}

/* With normalisation by the means and variances of a batch merged in, the network gives that batch
   what training gave it. */
static void merge(struct rng *r, const char *text, size_t height, size_t width)
{
    struct netspec s;
    struct workspace p;
    struct infer f;
    struct error err;
    CHECK(!netspec_parse(&s, text, height, width, 1, CLASSES, &err));
    netspec_add_norm(&s);
    CHECK(!workspace_init(&p, &s, PICTURES, &err) && !infer_init(&f, &s, &err));
    float *block = random_block(r, s.block_size, 0.3),
          *parameter = random_block(r, s.parameters, 1);
    float *weight = random_block(r, PICTURES * CLASSES, 1),
          *gradient = random_block(r, s.block_size, 1);
    for (size_t i = 0; i < PICTURES * height * width; i++)
        f.input[i] = (float)rng_normal(r);
    const float *logit = network_forward(&p, block, PICTURES, f.input, 1);
    for (size_t i = 0; i < PICTURES * CLASSES; i++)
        weight[i] = logit[i];
    float *kept = floats_copy(logit, PICTURES * CLASSES);
    network_backward(&p, block, weight, gradient);
    memcpy(block + s.parameters, gradient + s.parameters,
           (s.block_size - s.parameters) * sizeof *block);
    network_merge_norm(&s, block, parameter);
    infer_logits(&f, parameter, PICTURES);
    for (size_t i = 0; i < PICTURES * CLASSES; i++)
        CHECK_NEAR((double)f.logit[i], (double)kept[i], 1e-4 * (1 + fabs((double)kept[i])));
    floats_free((float *[]){block, parameter, weight, gradient, kept, NULL});
    workspace_release(&p);
    infer_release(&f);
}

/* He's variances: 2 / inputs, 1 / inputs for the last layer; biases 0. */
static void first_weights(void)
{
    struct netspec s;
    struct error err;
    CHECK(!netspec_parse(&s, "conv64 pool conv64 pool dense200", 16, 16, 3, 5, &err));
    float *p = mem_new(s.parameters, sizeof *p, &err);
    network_init_parameters(&s, 1, p);
    for (size_t i = 0; i < s.layers; i++) {
        const struct layer *l = &s.layer[i];
        double inputs = l->kind == LAYER_CONV ? 9. * (double)l->channels : (double)layer_in(l);
        double squares = 0, sum = 0;
        for (size_t k = 0; k < l->weights; k++) {
            sum += (double)p[l->weight_at + k];
            squares += pow((double)p[l->weight_at + k], 2);
        }
        double n = (double)l->weights, variance = (i + 1 == s.layers ? 1 : 2) / inputs;
        if (l->weights) {
            CHECK_NEAR(squares / n / variance, 1, 6 / sqrt(n));
            CHECK_NEAR(sum / n / sqrt(variance), 0, 4 / sqrt(n));
        }
        for (size_t k = 0; k < l->biases; k++)
            CHECK(p[l->bias_at + k] == 0);
    }
    free(p);
}

int main(void)
{
    struct rng r = rng_seed(21);
    unit_test("first weights have He's variances");
    first_weights();
    unit_test("forward is the network in double; backward is its finite differences");
    gradients(&r, false, "conv4 pool dense5 dropout0.5 dense4", 6, 6, 1);
    gradients(&r, false, "conv3 conv5 pool", 7, 9, 3);
    gradients(&r, false, "", 3, 3, 1);
    gradients(&r, false, "dense6 dense5", 2, 5, 3);
    gradients(&r, false, "pool conv6 dropout0.3 pool dense3", 8, 9, 2);
    gradients(&r, false, "conv17 pool conv19 pool dense7", 9, 8, 1);
    gradients(&r, false, "dropout0.4 conv8 conv4 dropout0.2", 5, 5, 5);
    gradients(&r, false, "conv4 pool dense6 cyclic dense5", 6, 6, 2);
    gradients(&r, false, "dropout0.3 dense6 dropout0.5 dense4 cyclic dropout0.5", 5, 5, 1);
    gradients(&r, false, "conv3 pool conv4 dense5 cyclic", 7, 7, 3);
    unit_test("so they are with batch normalisation");
    gradients(&r, true, "conv4 pool dense5 dropout0.5 dense4", 6, 6, 1);
    gradients(&r, true, "conv3 conv5 pool", 7, 9, 3);
    gradients(&r, true, "pool conv6 dropout0.3 pool dense3", 8, 9, 2);
    gradients(&r, true, "conv17 pool conv35 pool dense7", 9, 8, 1);
    gradients(&r, true, "conv8 conv4", 5, 5, 5);
    gradients(&r, true, "conv4 pool conv5 dense6 cyclic dense5", 6, 6, 2);
    unit_test("with normalisation merged in, a network gives a batch the same logits");
    merge(&r, "conv8 pool conv16 pool dense32 dense16", 12, 12);
    merge(&r, "conv5 conv7 pool", 7, 9);
    merge(&r, "conv5 pool conv7 dense8 cyclic dense4", 6, 6);
    return unit_end();
}
