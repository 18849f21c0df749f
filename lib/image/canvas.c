#include "image/canvas.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "image/shape.h"

enum status canvas_init(struct canvas *c, size_t height, size_t width, struct error *err)
{
    *c = (struct canvas){height, width, NULL};
    if (width > SIZE_MAX / 3)
        return error_set(err, STATUS_LIMIT, "a picture of %zu columns", width);
    c->rgb = mem_new(height, width * 3, err);
    return c->rgb ? STATUS_OK : err->status;
}

void canvas_clear(struct canvas *c)
{
    memset(c->rgb, 0, c->height * c->width * 3);
}

/* The bytes of pixel (y, x), or NULL outside. */
static unsigned char *pixel(const struct canvas *c, int64_t y, int64_t x)
{
    if (y < 0 || x < 0 || (uint64_t)y >= c->height || (uint64_t)x >= c->width)
        return NULL;
    return c->rgb + ((size_t)y * c->width + (size_t)x) * 3;
}

void canvas_blend(struct canvas *c, int64_t y, int64_t x, const unsigned char colour[3],
                  float share)
{
    unsigned char *p = pixel(c, y, x);
    if (!p)
        return;
    for (int k = 0; k < 3; k++)
        p[k] = (unsigned char)((float)p[k] + ((float)colour[k] - (float)p[k]) * share + 0.5f);
}

/* Not rounded, unlike luma(). */
static int brightness(const unsigned char *p)
{
    return LUMA_RED * p[0] + LUMA_GREEN * p[1] + LUMA_BLUE * p[2];
}

void canvas_lighten(struct canvas *c, int64_t y, int64_t x, const unsigned char *rgb, size_t height,
                    size_t width)
{
    for (size_t i = 0; i < height; i++)
        for (size_t j = 0; j < width; j++, rgb += 3) {
            unsigned char *p = pixel(c, y + (int64_t)i, x + (int64_t)j);
            int more = p ? brightness(rgb) - brightness(p) : -1;
            if (more > 0 || (more == 0 && memcmp(rgb, p, 3) > 0))
                memcpy(p, rgb, 3);
        }
}

void canvas_paste(struct canvas *c, int64_t y, int64_t x, const unsigned char *rgb, size_t height,
                  size_t width)
{
    for (size_t i = 0; i < height; i++)
        for (size_t j = 0; j < width; j++, rgb += 3) {
            unsigned char *p = pixel(c, y + (int64_t)i, x + (int64_t)j);
            if (p)
                memcpy(p, rgb, 3);
        }
}

void canvas_release(struct canvas *c)
{
    free(c->rgb);
    *c = (struct canvas){0};
}
