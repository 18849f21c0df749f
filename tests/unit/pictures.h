/*
 * pictures - small labelled pictures that a network can tell apart, and streams of them: what the
 * tests of the learning half share.
 *
 * Picture number i is of class i % 3: a lying bar, a standing bar, a disc; noise beside. Its id is
 * "g" and i.
 */
#ifndef PICTURES_H
#define PICTURES_H

#include <unistd.h>

#include "stream/record.h"
#include "base/rng.h"
#include "stream/stream.h"
#include "unit.h"

enum { PICTURES_CLASSES = 3 };

/* (side, side, 1) bytes or floats with votes; also a field before the pixels, where extra isn't
   NULL, of 32-bit floats. */
static inline struct record_type pictures_type(size_t side, enum pixel pixel, const char *extra)
{
    struct record_type t;
    struct error err;
    CHECK(!record_type_init(&t, pixel, side, side, 1, &err));
    CHECK(!record_type_set_votes(&t, PICTURES_CLASSES,
                                 (const char *const[]){"lying", "standing", "disc"}, &err));
    CHECK(!extra || !record_type_add(&t, extra, "<f4", &err));
    return t;
}

static inline void picture_make(const struct record_type *t, size_t i, uint32_t view,
                                unsigned char *record)
{
    char id[24];
    struct error err;
    struct rng r = rng_seed(i);
    size_t class = i % PICTURES_CLASSES;
    double middle = (double)(t->shape.height - 1) / 2 + rng_normal(&r) / 2,
           width = (double)t->shape.height / 8;
    float votes[PICTURES_CLASSES] = {0.05f, 0.05f, 0.05f};
    memset(record, 0, t->size);
    snprintf(id, sizeof id, "g%zu", i);
    votes[class] = 0.9f;
    CHECK(!record_set_id(t, record, id, &err));
    record_set_view(t, record, view);
    record_set_votes(t, record, votes);
    for (size_t y = 0; y < t->shape.height; y++)
        for (size_t x = 0; x < t->shape.width; x++) {
            double a = fabs((double)y - middle), b = fabs((double)x - middle);
            bool lit = class == 0 ? a < width : class == 1 ? b < width : hypot(a, b) < 2 * width;
            float value = (float)((lit ? 0.7 : 0.1) + 0.2 * rng_uniform(&r));
            unsigned char byte = (unsigned char)(255 * value);
            unsigned char *to = record_pixels_out(t, record);
            if (t->pixel == PIXEL_U1)
                to[y * t->shape.width + x] = byte;
            else
                memcpy(to + (y * t->shape.width + x) * sizeof value, &value, sizeof value);
        }
}

/* A temporary file's name; the caller removes it. */
static inline void pictures_path(char path[64])
{
    snprintf(path, 64, "/tmp/gz-unit-pictures.XXXXXX");
    close(mkstemp(path));
}

/* Write epochs times n pictures, from number first on, as views from, from + 1, ... */
static inline void pictures_write(const char *path, const struct record_type *t, size_t first,
                                  size_t n, uint32_t from, uint32_t epochs)
{
    struct error err;
    struct stream_writer *out = stream_create(path, t, &err);
    unsigned char *record = calloc(1, t->size);
    for (uint32_t e = 0; e < epochs; e++)
        for (size_t i = 0; i < n; i++) {
            picture_make(t, first + i, from + e, record);
            record_set_real(t, record, "progress", (float)(e * n + i) / (float)(epochs * n));
            CHECK(!stream_write(out, record, &err));
        }
    CHECK(!stream_finish(out, &err));
    free(record);
}

#endif
