/* advance: what is learned, at which rate, measured when and ended why. */
#include "learn/advance.h"

#include "learn/result.h"
#include "net/optim.h"
#include "runs.h"

/* With no progress, patience stops; the rest is read, not learned; the weights are the best. */
static void patience(void)
{
    static struct running r;
    struct recipe o = tiny;
    char stream[64];
    size_t steps;
    struct record_type t = pictures_type(SIDE, PIXEL_U1, "progress");
    o.learning_rate = o.learning_rate_end = 0;
    o.patience = 2;
    pictures_path(stream);
    pictures_write(stream, &t, 0, TRAIN, 1, 6);
    CHECK(!begin(&r, &o, stream, valid_path));
    CHECK(step_most(&r, SIZE_MAX, &steps) == STATUS_END);
    CHECK(r.s.stopped && r.s.epoch == 3 && r.s.records == 3 * TRAIN && r.s.kept_epoch == 2);
    end(&r);
    unlink(stream);
}

/* Learning rates: of the field, of the views and --epochs, or the peak. */
static void rates(void)
{
    static struct running r;
    struct recipe o = tiny;
    struct record_type t = pictures_type(SIDE, PIXEL_U1, NULL);
    char stream[64];
    pictures_path(stream);
    pictures_write(stream, &t, 0, 8, 1, 4);
    for (int given = 0; given < 2; given++) {
        o.epochs = given ? 4 : 0;
        CHECK(!begin(&r, &o, stream, NULL));
        for (int e = 0; e < 4; e++) {
            CHECK(!advance(&r.s, &err) && !advance(&r.s, &err) && r.s.report_due);
            double p = given ? fmax(0.1, e / 4.) : 0.1;
            CHECK_NEAR(r.s.report.learning_rate, learning_rate(0.02, 0.001, 0.1, p), 1e-12);
        }
        end(&r);
    }
    CHECK(!begin(&r, &tiny, train_path, NULL) && !advance(&r.s, &err));
    CHECK(r.s.learning_rate == 0);
    CHECK(!advance(&r.s, &err));
    CHECK_NEAR(r.s.learning_rate, learning_rate(0.02, 0.001, 0.1, 8. / (TRAIN * EPOCHS)), 1e-8);
    end(&r);
    unlink(stream);
}

static double entropy(const double p[3])
{
    double sum = 0;
    for (int k = 0; k < 3; k++)
        sum -= p[k] > 0 ? p[k] * log(p[k]) : 0;
    return sum;
}

/* For pictures that are all alike, the prediction becomes the mean target, and the loss its
   entropy: the targets are the class, the votes, and both of them smoothed. */
static void targets(void)
{
    static struct running r;
    struct record_type t = pictures_type(SIDE, PIXEL_U1, NULL);
    unsigned char *record = calloc(1, t.size);
    const float votes[2][3] = {{0.7f, 0.3f, 0}, {0.5f, 0.2f, 0.3f}};
    static const double expected[4][3] = {
        {1, 0, 0}, {0.6, 0.25, 0.15}, {0.8, 0.1, 0.1}, {0.52, 0.275, 0.205}};
    char stream[64];
    pictures_path(stream);
    for (int kind = 0; kind < 4; kind++) {
        struct recipe o = tiny;
        struct stream_writer *out = stream_create(stream, &t, &err);
        size_t steps;
        o.network = "";
        o.learning_rate = 0.05;
        o.soft_labels = kind % 2;
        o.label_smoothing = kind / 2 * 0.3;
        for (int i = 0; i < 1600; i++) {
            picture_make(&t, 2, 1 + (uint32_t)i / 800, record);
            record_set_votes(&t, record, votes[i % 2]);
            CHECK(!stream_write(out, record, &err));
        }
        CHECK(!stream_finish(out, &err));
        CHECK(!begin(&r, &o, stream, NULL) && step_most(&r, SIZE_MAX, &steps) == STATUS_END);
        CHECK_NEAR(r.s.report.loss, entropy(expected[kind]), 0.01);
        end(&r);
    }
    free(record);
    unlink(stream);
}

/* The same of two classes with the weights 3 and 1: the prediction becomes 3/4 and 1/4. */
static void record_weights(void)
{
    static struct running r;
    struct record_type t = pictures_type(SIDE, PIXEL_U1, "weight");
    unsigned char *record = calloc(1, t.size);
    const float votes[2][3] = {{1, 0, 0}, {0, 1, 0}};
    struct recipe o = tiny;
    size_t steps;
    char stream[64];
    pictures_path(stream);
    struct stream_writer *out = stream_create(stream, &t, &err);
    o.network = "";
    o.learning_rate = 0.05;
    o.label_smoothing = 0;
    for (int i = 0; i < 1600; i++) {
        picture_make(&t, 2, 1 + (uint32_t)i / 800, record);
        record_set_votes(&t, record, votes[i % 2]);
        record_set_real(&t, record, "weight", i % 2 ? 1 : 3);
        CHECK(!stream_write(out, record, &err));
    }
    CHECK(!stream_finish(out, &err));
    CHECK(!begin(&r, &o, stream, NULL) && step_most(&r, SIZE_MAX, &steps) == STATUS_END);
    CHECK_NEAR(r.s.report.loss, (3 * -log(0.75) - log(0.25)) / 2, 0.02);
    CHECK_NEAR(r.s.feed[0].used.labels[0], 3 * r.s.feed[0].used.labels[1], 1e-9);
    end(&r);
    free(record);
    unlink(stream);
}

/* Records that can't be learned from are named with file, number and id. */
static void unusable(void)
{
    static struct running r;
    struct record_type t = pictures_type(SIDE, PIXEL_F4, "weight");
    unsigned char *record = calloc(1, t.size);
    static const float votes[][3] = {
        {0.5f, 0.4f, 0}, {2, -1, 0}, {NAN, 1, 0}, {0, 0, 0}, {0.9f, 0.05f, 0.05f}};
    char stream[64], where[128];
    pictures_path(stream);
    for (size_t bad = 0; bad < 8; bad++) {
        struct stream_writer *out = stream_create(stream, &t, &err);
        const float odd = bad % 2 ? 1e30f : NAN;
        for (size_t i = 0; i < 9; i++) {
            picture_make(&t, i, 1, record);
            if (i == 6)
                record_set_votes(&t, record, votes[bad < 4 ? bad : 4]);
            record_set_real(&t, record, "weight", i == 6 && bad >= 6 ? odd : 1);
            if (i == 6 && (bad == 4 || bad == 5))
                memcpy(record_pixels_out(&t, record) + 4 * 37, &odd, 4);
            CHECK(!stream_write(out, record, &err));
        }
        CHECK(!stream_finish(out, &err));
        snprintf(where, sizeof where, "%s: record 7 (g6): ", stream);
        CHECK(begin(&r, &tiny, stream, NULL) == STATUS_FORMAT && strstr(err.text, where));
        CHECK(begin(&r, &tiny, train_path, stream) == STATUS_FORMAT && strstr(err.text, where));
    }
    pictures_write(stream, &t, 0, 0, 1, 1);
    CHECK(begin(&r, &tiny, train_path, stream) == STATUS_INCOMPLETE && strstr(err.text, stream));
    free(record);
    unlink(stream);
}

/* A rate so high that training explodes is an error, and no weights are written. */
static void explosion(void)
{
    static struct running r;
    struct recipe o = tiny;
    size_t steps;
    o.learning_rate = o.learning_rate_end = 1e30;
    o.warmup = 0;
    CHECK(!begin(&r, &o, train_path, valid_path));
    CHECK(step_most(&r, SIZE_MAX, &steps) == STATUS_FORMAT && strstr(err.text, "learning rate"));
    end(&r);
}

/* The average, from the parameters after each step, is what is measured and written: that of the
   last epoch, or with patience that of the best one. */
static void averaged(uint64_t patience_too)
{
    static struct running r;
    static struct model m;
    struct recipe o = tiny;
    struct evaluation e;
    float logit[VALID * PICTURES_CLASSES];
    o.ema = 0.8;
    o.patience = patience_too;
    CHECK(!begin(&r, &o, train_path, valid_path));
    size_t n = r.s.model.spec.parameters, bests = 0;
    float *average = memcpy(malloc(n * 4), r.s.step.parameter, n * 4);
    for (uint64_t t = 0; !advance(&r.s, &err);) {
        if (!r.s.report_due) {
            ema_step(0.8, ++t, n, r.s.step.parameter, average);
            continue;
        }
        CHECK(!evaluate_logits(&r.s.model.spec, average, &r.s.validation.own, 1, logit, &err));
        e = evaluate(VALID, PICTURES_CLASSES, logit, dataset_targets(&r.s.validation.own));
        CHECK(e.correct == r.s.report.valid.correct && e.loss == r.s.report.valid.loss);
        bool kept = memcmp(r.s.kept_parameter, average, n * 4) == 0;
        CHECK(kept == (r.s.report.best || !o.patience));
        bests += r.s.report.best;
    }
    CHECK((bests > 0) == (o.patience > 0) && (bests < EPOCHS));
    end(&r);
    /* Without validation, the last average. */
    CHECK(!begin(&r, &o, train_path, NULL) && step_most(&r, SIZE_MAX, &bests) == STATUS_END);
    CHECK(!result_write(&r.s, weights, "test", &err) && !model_read(&m, weights, &err));
    CHECK(memcmp(m.parameter, average, n * 4) == 0);
    model_release(&m);
    end(&r);
    free(average);
}

int main(void)
{
    runs_begin();
    unit_test("the average of the steps' weights is what is measured, kept and written");
    averaged(0);
    averaged(EPOCHS);
    unit_test("patience stops learning, and the rest of the stream is read");
    patience();
    unit_test("learning rates follow the progress, the epochs, or stay at the peak");
    rates();
    unit_test("targets: the loss becomes the entropy of class, votes, and both smoothed");
    targets();
    unit_test("a record of weight 3 counts as three");
    record_weights();
    unit_test("records that cannot be learned from are named");
    unusable();
    unit_test("a loss that explodes is an error");
    explosion();
    runs_end();
    return unit_end();
}
