/* result: the temperature is fitted for the weights that are written. */
#include "learn/result.h"

#include "net/loss.h"
#include "runs.h"

/* The temperature is of the weights that are written: the last, or with patience the best. */
static void calibrated(uint64_t patience)
{
    static struct running r;
    struct recipe o = tiny;
    struct calibration c;
    float logit[VALID * PICTURES_CLASSES];
    size_t steps;
    o.learning_rate = o.learning_rate_end = 0.3;
    o.seed = 1; /* with which the best epoch is an early one */
    o.patience = patience;
    CHECK(!begin(&r, &o, train_path, valid_path) && step_most(&r, SIZE_MAX, &steps) == STATUS_END);
    CHECK(!result_calibrate(&r.s, &c, &err));
    CHECK(c.epoch == r.s.kept_epoch - 1 && (c.epoch < EPOCHS) == (patience > 0));
    CHECK(
        !evaluate_logits(&r.s.model.spec, r.s.kept_parameter, &r.s.validation.own, 1, logit, &err));
    const float *target = (const float *)(const void *)r.s.validation.own.target.data;
    CHECK(c.temperature == temperature_fit(VALID, PICTURES_CLASSES, logit, target));
    CHECK(c.before == temperature_loss(VALID, PICTURES_CLASSES, logit, target, 1));
    CHECK(c.after < c.before && c.temperature != 1 && r.s.model.temperature == c.temperature);
    end(&r);
    CHECK(!begin(&r, &o, train_path, NULL) && step_most(&r, SIZE_MAX, &steps) == STATUS_END);
    CHECK(!result_calibrate(&r.s, &c, &err) && c.temperature == 1 && c.epoch == EPOCHS);
    end(&r);
}

int main(void)
{
    runs_begin();
    unit_test("the temperature is that of the weights that are written");
    calibrated(0);
    calibrated(EPOCHS);
    runs_end();
    return unit_end();
}
