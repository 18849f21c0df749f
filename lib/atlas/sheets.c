#include "atlas/sheets.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "atlas/work.h"
#include "image/jpegfile.h"

enum {
    MCU = 16 /* the side of a block of a JPEG with 4:2:0 colour */,
    SHEET_SIDE = 2048,
    MOST = 16
};

struct sheets sheets_plan(struct shape s)
{
    struct sheets plan = {.block = MOST,
                          .height = (s.height + MCU - 1) / MCU * MCU,
                          .width = (s.width + MCU - 1) / MCU * MCU};
    size_t side = plan.height > plan.width ? plan.height : plan.width;
    while (plan.block > 1 && plan.block * side > SHEET_SIDE)
        plan.block /= 2;
    return plan;
}

struct sheet_work {
    const struct pictures *p;
    const struct folder *folder;
    struct sheets plan;
    size_t across; /* sheets on a side of the triangle */
};

/* Value i of a picture as a byte; 0 for what isn't a number. */
static unsigned char to_byte(enum pixel type, const unsigned char *pixels, size_t i)
{
    float value = pixel_value(type, pixels, i);
    if (type == PIXEL_U1)
        return pixels[i];
    return (unsigned char)(value > 0 ? fminf(value, 1) * 255 + 0.5f : 0);
}

/* Put a picture on the sheet with its first pixel at out, whose rows have `row` bytes. */
static void put_picture(const struct sheet_work *w, const unsigned char *pixels, unsigned char *out,
                        size_t row)
{
    const struct shape s = w->p->source.shape;
    for (size_t y = 0; y < w->plan.height; y++)
        for (size_t x = 0; x < w->plan.width; x++) {
            size_t from_y = y < s.height ? y : s.height - 1, from_x = x < s.width ? x : s.width - 1;
            size_t from = (from_y * s.width + from_x) * s.channels;
            for (size_t k = 0; k < s.channels; k++)
                out[y * row + x * s.channels + k] = to_byte(w->p->source.pixel, pixels, from + k);
        }
}

/* Fill the sheet with the pictures of its cells; *any says whether there is one. */
static enum status fill_sheet(const struct sheet_work *w, size_t sheet_y, size_t sheet_x,
                              unsigned char *rgb, unsigned char *pixels, bool *any,
                              struct error *err)
{
    const struct pictures *p = w->p;
    size_t block = w->plan.block, channels = p->source.shape.channels;
    size_t row_bytes = block * w->plan.width * channels;
    *any = false;
    for (size_t y = 0; y < block; y++) {
        size_t row = sheet_y * block + y, column = sheet_x * block;
        if (row + column >= p->rows)
            break;
        size_t left = p->rows - row - column, n = left < block ? left : block;
        if (pictures_get(p, row, column, n, pixels, err))
            return err->status;
        for (size_t x = 0; x < n; x++) {
            if (!p->galaxy[pictures_cell(p->rows, row, column + x)])
                continue;
            *any = true;
            put_picture(w, pixels + x * p->bytes,
                        rgb + y * w->plan.height * row_bytes + x * w->plan.width * channels,
                        row_bytes);
        }
    }
    return STATUS_OK;
}

static enum status write_sheet(void *context, size_t i, struct error *err)
{
    const struct sheet_work *w = context;
    size_t y = i / w->across, x = i % w->across, block = w->plan.block;
    size_t height = block * w->plan.height, width = block * w->plan.width;
    size_t channels = w->p->source.shape.channels;
    struct buffer jpeg = {0};
    char name[64];
    bool any = false;
    if ((y + x) * block >= w->p->rows)
        return STATUS_OK;
    unsigned char *rgb = mem_new(height, width * channels, err);
    unsigned char *pixels = rgb ? mem_new(block, w->p->bytes, err) : NULL;
    enum status s = pixels ? fill_sheet(w, y, x, rgb, pixels, &any, err) : err->status;
    snprintf(name, sizeof name, "sheets/%zu-%zu.jpg", y, x);
    if (!s && any)
        s = jpeg_encode(rgb, height, width, channels, SHEETS_QUALITY, &jpeg, err);
    if (!s && any)
        s = folder_write(w->folder, name, jpeg.data, jpeg.size, err);
    buffer_release(&jpeg);
    free(rgb);
    free(pixels);
    return s;
}

enum status sheets_write(const struct pictures *p, const struct folder *folder, unsigned jobs,
                         struct error *err)
{
    struct sheet_work w = {p, folder, sheets_plan(p->source.shape), 0};
    w.across = (p->rows + w.plan.block - 1) / w.plan.block;
    if (folder_make(folder, "sheets", err))
        return err->status;
    return work_all(jobs, w.across * w.across, write_sheet, &w, err);
}
