/*
 * export - a model as an ONNX file that takes pixels and gives class probabilities, those of
 * predict.h.
 *
 *     pixels -> 0 to 1, (N, C, H, W) -> normalised -> turned -> the layers -> the mean over views
 *            -> divided by the temperature -> softmax -> probabilities (N, classes)
 *
 * The file has all metadata of the weights and, under the keys pixels and views, how it was made.
 */
#ifndef EXPORT_H
#define EXPORT_H

#include <stdbool.h>

#include "base/status.h"
#include "model/model.h"
#include "onnx/onnx.h"

struct onnx_export {
    const struct model *model;
    const struct weights *weights; /* whose metadata are kept */

    /* What pixels are: bytes (N, height, width, channels), as streams have them, or floats from 0
       to 1, (N, channels, height, width), as PyTorch and most networks in ONNX files have them. */
    bool floats;

    unsigned views; /* 1 or 8 (views.h) */
};

/* Make the file's contents, to be released whether or not this fails. STATUS_MISMATCH where the
   pictures have no quarter turns for eight views; what else fails, onnx_write reports. */
enum status onnx_export_run(const struct onnx_export *, struct onnx *, struct error *) MUST_CHECK;

#endif
