/*
 * pngs - what the tests of PNG share: a file's bytes, and a small PNG.
 */
#ifndef PNGS_H
#define PNGS_H

#include <unistd.h>

#include "base/file.h"
#include "base/rng.h"
#include "image/pngwriter.h"
#include "unit.h"

enum { PNGS_HEIGHT = 9, PNGS_WIDTH = 7 };

static inline struct buffer pngs_read(const char *path)
{
    struct error err;
    struct buffer b = {0};
    int fd;
    if (CHECK(file_open(path, &fd, &err) == STATUS_OK))
        CHECK(file_read_all(fd, &b, 1 << 24, &err) == STATUS_OK);
    file_close(fd);
    return b;
}

/* Random pixels, always the same. */
static inline void pngs_noise(unsigned char *pixels, size_t n)
{
    struct rng r = rng_seed(4);
    for (size_t i = 0; i < n; i++)
        pixels[i] = (unsigned char)rng_below(&r, 256);
}

/* A PNG of PNGS_HEIGHT x PNGS_WIDTH such pixels in colour. */
static inline struct buffer pngs_small(void)
{
    struct error err;
    unsigned char pixels[PNGS_HEIGHT * PNGS_WIDTH * 3];
    char path[] = "/tmp/pngs-XXXXXX";
    close(mkstemp(path));
    pngs_noise(pixels, sizeof pixels);
    CHECK(!pngwriter_save(path, pixels, PNGS_HEIGHT, PNGS_WIDTH, &err));
    struct buffer png = pngs_read(path);
    unlink(path);
    return png;
}

#endif
