#include "model/like.h"

#include <math.h>

#include "model/model.h"

enum status like_weights(struct square *q, bool *colour, const char *path, struct error *err)
{
    struct model m;
    if (model_read(&m, path, err))
        return err->status;
    struct shape shape = m.spec.shape;
    double fov = m.fov;
    model_release(&m);
    if (shape.height != shape.width)
        return error_set(err, STATUS_MISMATCH, "%s: weights for pictures of %zux%zu, not square",
                         path, shape.height, shape.width);
    if (!q->size)
        q->size = shape.height;
    if (q->share <= 0 && !q->crop)
        q->share = fmin(fov, 1);
    *colour = shape.channels == 3;
    return STATUS_OK;
}
