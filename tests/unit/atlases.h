/*
 * atlases - what the tests of the atlas share: a triangle of galaxies, each in its cell, with
 * pictures, and a folder to write to.
 *
 * Galaxy i has the id "g" and i. Every fifth has no picture, so its cell stays empty.
 */
#ifndef ATLASES_H
#define ATLASES_H

#include <sys/stat.h>
#include <unistd.h>

#include "atlas/folder.h"
#include "atlas/pictures.h"
#include "base/file.h"
#include "base/rng.h"
#include "figure/triangle.h"
#include "unit.h"

struct atlases {
    struct triangle triangle;
    struct pictures pictures;
    struct folder folder;
};

/* Go to a new folder below /tmp; atlases_leave removes it and returns main's exit status. */
static inline void atlases_enter(void)
{
    char room[] = "/tmp/atlases-XXXXXX";
    if (!mkdtemp(room) || chdir(room))
        exit(1);
}

static inline int atlases_leave(void)
{
    int status = unit_end();
    return system("rm -rf -- \"$PWD\"") ? 1 : status;
}

static inline bool atlases_has_picture(size_t i)
{
    return i % 5 != 4;
}

/* An empty file that vanishes when it is closed. */
static inline int atlases_scratch(void)
{
    char path[] = "scratch-XXXXXX";
    int fd = mkstemp(path);
    CHECK(fd >= 0 && unlink(path) == 0);
    return fd;
}

/* Noise, and a spot in the middle whose colour is the galaxy's own. */
static inline void atlases_draw(const struct thumb_source *source, size_t i, unsigned char *pixels)
{
    struct shape s = source->shape;
    struct rng r = rng_seed(i);
    for (size_t k = 0; k < shape_values(s); k++) {
        double y = (double)(k / s.channels / s.width) - (double)s.height / 2;
        double x = (double)(k / s.channels % s.width) - (double)s.width / 2;
        double spot = exp(-8 * (y * y + x * x) / (double)(s.height * s.width));
        double value = 0.1 * rng_uniform(&r) + 0.3 * spot * (1 + (double)(i * (k % 3 + 1) % 7) / 4);
        if (source->pixel == PIXEL_U1)
            pixels[k] = (unsigned char)(255 * value);
        else
            memcpy(pixels + k * sizeof(float), &(float){(float)value}, sizeof(float));
    }
}

/* Galaxy i's probabilities: anywhere in the triangle. */
static inline void atlases_probability(size_t i, float p[3])
{
    struct rng r = rng_seed(1000 + i);
    double a = rng_uniform(&r), b = rng_uniform(&r);
    p[0] = (float)fmin(a, b);
    p[1] = (float)fabs(a - b);
    p[2] = 1 - p[0] - p[1];
}

/* A triangle of n galaxies, in a picture of this width, or 0: any; rows as for the triangle. */
static inline struct triangle atlases_triangle(size_t n, size_t width, size_t rows)
{
    struct error err;
    struct triangle t = {0};
    struct triangle_options o = {.corner = -1, .width = width, .rows = rows};
    for (size_t i = 0; i < n; i++) {
        char id[24];
        float p[3];
        snprintf(id, sizeof id, "g%zu", i);
        atlases_probability(i, p);
        CHECK(!triangle_add(&t, id, p, &err));
    }
    CHECK(!triangle_place(&t, &o, &err));
    return t;
}

/* Begin the folder, and put in the pictures of the galaxies of a->triangle. */
static inline void atlases_draw_all(struct atlases *a, const char *name,
                                    const struct thumb_source *source)
{
    struct error err;
    unsigned char *pixels = calloc(shape_values(source->shape), pixel_value_bytes(source->pixel));
    CHECK(!folder_begin(&a->folder, name, &err));
    CHECK(!pictures_init(&a->pictures, atlases_scratch(), source, a->triangle.rows, &err));
    for (size_t i = 0; i < a->triangle.n; i++) {
        struct triangle_galaxy *g = &a->triangle.galaxy[i];
        if (!atlases_has_picture(g->number))
            continue;
        g->drawn = true;
        a->triangle.drawn++;
        atlases_draw(source, g->number, pixels);
        CHECK(!pictures_put(&a->pictures, g->row, g->column, i, pixels, &err));
    }
    free(pixels);
}

/* An atlas of n galaxies with their pictures, in a new folder of this name. */
static inline struct atlases atlases_make(const char *name, size_t n, size_t width, size_t rows,
                                          const struct thumb_source *source)
{
    struct atlases a = {.triangle = atlases_triangle(n, width, rows)};
    atlases_draw_all(&a, name, source);
    return a;
}

static inline void atlases_release(struct atlases *a)
{
    folder_abandon(&a->folder);
    pictures_release(&a->pictures);
    triangle_release(&a->triangle);
}

/* A file of the folder that is being made; empty if there is none. */
static inline struct buffer atlases_read(const struct atlases *a, const char *name)
{
    struct error err;
    struct buffer b = {0};
    char path[256];
    int fd;
    snprintf(path, sizeof path, "%s/%s", a->folder.part, name);
    if (access(path, F_OK) == 0 && CHECK(!file_open(path, &fd, &err))) {
        CHECK(!file_read_all(fd, &b, 1 << 26, &err));
        file_close(fd);
    }
    return b;
}

static inline bool atlases_equal(const struct buffer *b, const char *want)
{
    bool same = b->size == strlen(want) && memcmp(b->data, want, b->size) == 0;
    if (!same)
        printf("# %.*s, not %s\n", (int)b->size, b->data, want);
    return same;
}

#endif
