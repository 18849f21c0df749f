/*
 * result - what a run ends with: the weights file, with a temperature fitted on the validation set.
 *
 * Both functions are collective and come after the last step.
 */
#ifndef RESULT_H
#define RESULT_H

#include <stdint.h>

#include "base/status.h"
#include "learn/state.h"

/* What the temperature did to the loss on the validation set (loss.h). */
struct calibration {
    uint64_t epoch;       /* of the weights that result_write writes */
    double temperature;   /* 1 without a validation set */
    double before, after; /* the loss with temperature 1 and with this one */
};

/* Fit the temperature on the validation set, and keep it in the state's model for result_write. */
enum status result_calibrate(struct state *, struct calibration *, struct error *) MUST_CHECK;

/* Write state_result as weights to rank 0's path, with the description of the run. NULL or "-" is
   standard output. version is that of the program. */
enum status result_write(const struct state *, const char *path, const char *version,
                         struct error *) MUST_CHECK;

#endif
