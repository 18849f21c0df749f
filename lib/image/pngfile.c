#include "image/pngfile.h"

#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include <png.h>

#include "base/mem.h"
#include "image/pngchunks.h"

struct reading {
    png_structp png;
    png_infop info;
    jmp_buf failed; /* set by decode(), which makes all calls that can fail; on_error jumps there */
    struct error *err;
    const unsigned char *bytes; /* what libpng has not read yet */
    size_t left;
    size_t most; /* so many bytes may still be read; for the last row */
    bool lenient;
    bool rows_begun;
    bool no_memory;
    uint64_t rows; /* read so far, in all passes */
    struct picture_window window;
    size_t channels, depth;        /* as libpng gives rows; one channel for indices of a palette */
    size_t colours;                /* of the palette, or 0 */
    unsigned char palette[256][3]; /* over black */
    unsigned char *picture; /* the rows of the window of an interlaced picture; else one row */
};

static void on_error(png_structp png, png_const_charp text)
{
    struct reading *r = png_get_error_ptr(png);
    if (r->no_memory)
        error_set(r->err, STATUS_MEMORY, "out of memory");
    else
        error_set(r->err, STATUS_FORMAT, "not a valid PNG: %s", text);
    longjmp(r->failed, 1);
}

/* Before the rows a warning means that transparency or header can't be used, or that a palette is
   wrong that isn't needed. Later it is about data after the last row; and before libpng is set up,
   when nothing can jump yet, about memory. */
static void on_warning(png_structp png, png_const_charp text)
{
    struct reading *r = png_get_error_ptr(png);
    if (r->png && !r->lenient && !r->rows_begun && strncmp(text, "PLTE", 4) != 0)
        on_error(png, text);
}

static png_voidp on_malloc(png_structp png, png_alloc_size_t n)
{
    struct reading *r = png_get_mem_ptr(png);
    void *memory = malloc(n);
    r->no_memory |= !memory;
    return memory;
}

static void on_free(png_structp png, png_voidp memory)
{
    (void)png;
    free(memory);
}

static void on_read(png_structp png, png_bytep to, png_size_t n)
{
    struct reading *r = png_get_io_ptr(png);
    if (n > r->left)
        png_error(png, "it is cut off");
    if (n > r->most)
        png_error(png, "it has more data than pixels");
    memcpy(to, r->bytes, n);
    r->bytes += n;
    r->left -= n;
    r->most -= r->most == SIZE_MAX ? 0 : n;
}

/* A value of at most `most` with this alpha, over black, as a byte. */
static inline unsigned char over_black(uint32_t value, uint32_t alpha, uint32_t most)
{
    const uint64_t divisor = (uint64_t)most * (most / 255);
    return (unsigned char)(((uint64_t)value * alpha + divisor / 2) / divisor);
}

static inline uint32_t sample(const unsigned char *at, bool wide)
{
    return wide ? (uint32_t)at[0] << 8 | at[1] : at[0];
}

static inline void pixel_over_black(const unsigned char *in, size_t channels, bool wide,
                                    unsigned char *rgb)
{
    const size_t bytes = wide ? 2 : 1;
    const uint32_t most = wide ? 65535 : 255;
    uint32_t alpha = channels % 2 ? most : sample(in + (channels - 1) * bytes, wide);
    for (size_t k = 0; k < 3; k++)
        rgb[k] = over_black(sample(in + (channels > 2 ? k * bytes : 0), wide), alpha, most);
}

static void store(const unsigned char *rgb, bool gray, unsigned char *out)
{
    if (gray)
        *out = luma(rgb);
    else
        memcpy(out, rgb, 3);
}

/* Convert the window's part of a row. out has 1 channel if gray, else 3. */
static void convert(struct reading *r, const unsigned char *row, bool gray, unsigned char *out)
{
    size_t step = r->channels * r->depth / 8, n = r->window.width, to = gray ? 1 : 3;
    unsigned char rgb[3];
    row += r->window.x * step;
    if (!r->colours && step == to) {
        memcpy(out, row, n * step);
        return;
    }
    for (size_t i = 0; i < n; i++, row += step, out += to) {
        if (r->colours) {
            if (*row >= r->colours && !r->lenient)
                png_error(r->png, "a pixel has a colour outside the palette");
            store(r->palette[*row], gray, out);
            continue;
        }
        if (r->depth == 16)
            pixel_over_black(row, r->channels, true, rgb);
        else
            pixel_over_black(row, r->channels, false, rgb);
        store(rgb, gray, out);
    }
}

static void read_palette(struct reading *r)
{
    png_colorp colour = NULL;
    png_bytep alpha = NULL;
    int n = 0, alphas = 0;
    png_get_PLTE(r->png, r->info, &colour, &n);
    png_get_tRNS(r->png, r->info, &alpha, &alphas, NULL);
    if (n <= 0 || n > 256)
        png_error(r->png, "it has no palette");
    r->colours = (size_t)n;
    for (int i = 0; i < n; i++) {
        unsigned a = i < alphas ? alpha[i] : 255;
        r->palette[i][0] = over_black(colour[i].red, a, 255);
        r->palette[i][1] = over_black(colour[i].green, a, 255);
        r->palette[i][2] = over_black(colour[i].blue, a, 255);
    }
}

/* Read what is before the pixels. libpng then gives rows of whole bytes: indices of a palette, or
   1 to 4 channels of 8 or 16 bits. All chunks that don't change the pixels are skipped: compressed
   texts and profiles may be large. */
static void read_header(struct reading *r)
{
    png_set_read_fn(r->png, r, on_read);
    png_set_user_limits(r->png, PICTURE_SIDE_MAX, PICTURE_SIDE_MAX);
    png_set_keep_unknown_chunks(r->png, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
    png_set_chunk_malloc_max(r->png, PICTURE_FILE_MAX);               /* for their length, too */
    png_set_crc_action(r->png, PNG_CRC_QUIET_USE, PNG_CRC_QUIET_USE); /* see pngchunks_check */
    if (r->lenient)
        png_set_compression_buffer_size(r->png, 64); /* the last piece of a cut file is lost */
    png_read_info(r->png, r->info);
    if (png_get_color_type(r->png, r->info) == PNG_COLOR_TYPE_PALETTE) {
        read_palette(r);
        png_set_packing(r->png);
    } else
        png_set_expand(r->png);
}

/* After the last row libpng decompresses what is left. That may be a thousand times as much as
   there are bytes, so limit these. */
static void expect_last_row(struct reading *r)
{
    size_t row = png_get_rowbytes(r->png, r->info);
    r->most = 2 * row + (1 << 16);
}

/* Read the rows of the picture up to the last of the window. */
static void read_rows(struct reading *r, int passes, size_t height, bool gray, unsigned char *out)
{
    const struct picture_window *w = &r->window;
    size_t bytes = png_get_rowbytes(r->png, r->info), out_row = w->width * (gray ? 1 : 3);
    r->rows_begun = true;
    for (int pass = 0; pass < passes; pass++)
        for (size_t y = 0; y < height; y++) {
            bool last = pass == passes - 1, inside = y >= w->y && y < w->y + w->height;
            if (last && y >= w->y + w->height)
                return;
            if (last && y == height - 1)
                expect_last_row(r);
            unsigned char *row = r->picture + (passes > 1 && inside ? (y - w->y) * bytes : 0);
            png_read_row(r->png, NULL, inside ? row : NULL);
            r->rows++;
            if (last && inside)
                convert(r, row, gray, out + (y - w->y) * out_row);
        }
}

/* Convert what has come of an interlaced picture before it was cut off. */
static void rescue(struct reading *r, bool gray, unsigned char *out)
{
    const struct picture_window *w = &r->window;
    size_t bytes = png_get_rowbytes(r->png, r->info), out_row = w->width * (gray ? 1 : 3);
    for (size_t y = 0; y < w->height; y++)
        convert(r, r->picture + y * bytes, gray, out + y * out_row);
}

/* Room for the result, all black, and for the rows that libpng writes to. */
static enum status reserve(struct reading *r, bool interlaced, size_t values, struct buffer *pixels,
                           struct error *err)
{
    size_t row = png_get_rowbytes(r->png, r->info);
    r->picture = mem_new(interlaced ? r->window.height : 1, row, err);
    pixels->size = 0;
    if (!r->picture || buffer_reserve(pixels, values, err))
        return err->status;
    memset(pixels->data, 0, values);
    pixels->size = values;
    return STATUS_OK;
}

/* Decode after the header was checked. A picture that was cut off is taken as it is, if lenient. */
static enum status decode(struct reading *r, size_t height, bool gray, struct picture_data *p)
{
    volatile int passes = 1;
    volatile enum status s = STATUS_OK;
    struct shape shape = {r->window.height, r->window.width, gray ? 1 : 3};
    if (setjmp(r->failed) == 0) {
        read_header(r);
        passes = png_set_interlace_handling(r->png);
        png_read_update_info(r->png, r->info);
        r->channels = png_get_channels(r->png, r->info);
        r->depth = png_get_bit_depth(r->png, r->info);
        s = reserve(r, passes > 1, shape_values(shape), &p->pixels, r->err);
        if (!s)
            read_rows(r, passes, height, gray, (unsigned char *)p->pixels.data);
    } else if (!r->lenient || r->no_memory || r->rows == 0)
        s = r->err->status;
    else {
        r->err->status = STATUS_OK; /* the caller may look at this only */
        if (passes > 1)
            rescue(r, gray, (unsigned char *)p->pixels.data);
    }
    if (s)
        return s;
    p->shape = shape;
    p->pixel = PIXEL_U1;
    p->fov = r->window.fov;
    return STATUS_OK;
}

enum status pngfile_decode(const void *png, size_t size, const struct picture_options *o,
                           struct picture_data *p, struct error *err)
{
    struct reading r = {.err = err, .bytes = png, .left = size, .most = SIZE_MAX};
    size_t height, width;
    p->shape = (struct shape){0};
    r.lenient = o->lenient;
    /* Decoding a window doesn't look at the chunks after it, so all are checked before. */
    if (pngchunks_sides(png, size, &height, &width, err) ||
        picture_window(o, height, width, &r.window, err) ||
        (!o->lenient && pngchunks_check(png, size, err)))
        return err->status;
    r.png = png_create_read_struct_2(PNG_LIBPNG_VER_STRING, &r, on_error, on_warning, &r, on_malloc,
                                     on_free);
    r.info = r.png ? png_create_info_struct(r.png) : NULL;
    enum status s =
        r.info ? decode(&r, height, o->gray, p) : error_set(err, STATUS_MEMORY, "out of memory");
    png_destroy_read_struct(&r.png, &r.info, NULL);
    free(r.picture);
    return s;
}

const char *pngfile_library(void)
{
    return "libpng " PNG_LIBPNG_VER_STRING;
}
