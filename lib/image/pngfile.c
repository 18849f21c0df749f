#include "image/pngfile.h"

#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include <png.h>
#include <zlib.h>

#include "base/file.h"
#include "base/mem.h"
#include "image/format.h"

enum { BUFFER = 256 * 1024 };

/* ---- chunks ---- */

/* A PNG is a signature and chunks, each of a length, a type of four letters, data and a checksum.
 */
enum { SIGNATURE = 8, BEFORE_DATA = 8, AROUND_DATA = 12, IHDR_DATA = 13 };

static size_t big_endian(const unsigned char *b)
{
    return (size_t)b[0] << 24 | (size_t)b[1] << 16 | (size_t)b[2] << 8 | b[3];
}

static bool is_type(const unsigned char *chunk, const char *type)
{
    return memcmp(chunk + 4, type, 4) == 0;
}

/* Whether a chunk can begin so: a length that a file may have, and letters. */
static bool is_chunk(const unsigned char *chunk)
{
    for (int i = 4; i < 8; i++)
        if ((chunk[i] | 0x20) < 'a' || (chunk[i] | 0x20) > 'z')
            return false;
    return big_endian(chunk) <= PICTURE_FILE_MAX;
}

/* Another picture that begins within the pixels means that this one was cut off there. Other chunks
   may contain pictures. */
static size_t find_within(struct pngfile_search *s, const unsigned char *b, size_t end)
{
    if (!is_type(b + s->chunk, "IDAT"))
        return 0;
    size_t from = s->chunk + BEFORE_DATA;
    if (s->looked > from + FORMAT_CERTAIN)
        from = s->looked - FORMAT_CERTAIN;
    s->looked = end;
    return format_find_certain(b, from, end);
}

size_t pngfile_search(struct pngfile_search *s, const void *bytes, size_t size, size_t *next)
{
    const unsigned char *b = bytes;
    *next = 0;
    if (s->chunk == 0)
        s->chunk = s->before = SIGNATURE;
    while (s->chunk + BEFORE_DATA <= size) {
        if (!is_chunk(b + s->chunk)) {
            *next = format_find_start(b, s->before, size);
            return 0;
        }
        /* Another header: the chunk before it lacks what another picture's signature has filled. */
        if (s->chunk > SIGNATURE && is_type(b + s->chunk, "IHDR")) {
            *next = format_find_start(b, s->chunk - SIGNATURE, size);
            return 0;
        }
        size_t end = s->chunk + AROUND_DATA + big_endian(b + s->chunk);
        *next = find_within(s, b, end < size ? end : size);
        if (*next || end > size)
            return 0;
        if (is_type(b + s->chunk, "IEND")) {
            if (memcmp(b + s->chunk, "\0\0\0\0IEND\xae\x42\x60\x82", AROUND_DATA) == 0)
                return end;
            *next = format_find_start(b, s->chunk, size);
            return 0;
        }
        s->before = s->chunk;
        s->chunk = end;
    }
    return 0;
}

/* Check all chunks on which the pixels depend: those whose type begins with a capital letter, and
   tRNS. Decoding a window doesn't look at those after it. */
static enum status check_chunks(const unsigned char *b, size_t size, struct error *err)
{
    for (size_t at = SIGNATURE; at + AROUND_DATA <= size;) {
        size_t length = big_endian(b + at);
        if (length > size - at - AROUND_DATA)
            break;
        const unsigned char *sum = b + at + BEFORE_DATA + length;
        if (((b[at + 4] & 0x20) == 0 || is_type(b + at, "tRNS")) &&
            crc32(crc32(0, NULL, 0), b + at + 4, (uInt)(4 + length)) != big_endian(sum))
            return error_set(err, STATUS_FORMAT,
                             "damaged: the PNG's chunk at byte %zu has a wrong checksum", at);
        if (is_type(b + at, "IEND"))
            return STATUS_OK;
        at += AROUND_DATA + length;
    }
    return error_set(err, STATUS_FORMAT, "the PNG is cut off: it has no end chunk");
}

/* ---- reading ---- */

struct reading {
    png_structp png;
    png_infop info;
    jmp_buf failed; /* where on_read_error jumps to, as in struct pngfile */
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

static void on_read_error(png_structp png, png_const_charp text)
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
static void on_read_warning(png_structp png, png_const_charp text)
{
    struct reading *r = png_get_error_ptr(png);
    if (r->png && !r->lenient && !r->rows_begun && strncmp(text, "PLTE", 4) != 0)
        on_read_error(png, text);
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
    png_set_crc_action(r->png, PNG_CRC_QUIET_USE, PNG_CRC_QUIET_USE); /* see check_chunks */
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

/* The header must come first. */
static enum status check_header(const unsigned char *b, size_t size,
                                const struct picture_options *o, struct picture_window *w,
                                size_t *height, struct error *err)
{
    const unsigned char *header = b + SIGNATURE;
    if (format_of(b, size) != FORMAT_PNG)
        return error_set(err, STATUS_FORMAT, "not a PNG");
    if (size < SIGNATURE + AROUND_DATA + IHDR_DATA)
        return error_set(err, STATUS_FORMAT, "the PNG is cut off in its header");
    if (big_endian(header) != IHDR_DATA || !is_type(header, "IHDR"))
        return error_set(err, STATUS_FORMAT, "not a valid PNG: it doesn't begin with a header");
    *height = big_endian(header + BEFORE_DATA + 4);
    return picture_window(o, *height, big_endian(header + BEFORE_DATA), w, err);
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
    size_t height = 0;
    p->shape = (struct shape){0};
    r.lenient = o->lenient;
    if (check_header(png, size, o, &r.window, &height, err) ||
        (!o->lenient && check_chunks(png, size, err)))
        return err->status;
    r.png = png_create_read_struct_2(PNG_LIBPNG_VER_STRING, &r, on_read_error, on_read_warning, &r,
                                     on_malloc, on_free);
    r.info = r.png ? png_create_info_struct(r.png) : NULL;
    enum status s =
        r.info ? decode(&r, height, o->gray, p) : error_set(err, STATUS_MEMORY, "out of memory");
    png_destroy_read_struct(&r.png, &r.info, NULL);
    free(r.picture);
    return s;
}

/* ---- writing ---- */

/* On an error libpng calls on_error, which must not return: it jumps to the setjmp in run(), which
   makes all calls of libpng. */
struct pngfile {
    png_structp png;
    png_infop info;
    jmp_buf failed;
    struct error err; /* why it jumped; its status is STATUS_OK before */
    struct output out;
    char *name; /* for messages */
    struct buffer pending;
    size_t height, width;
    size_t left;              /* rows that are still to be written */
    const unsigned char *rgb; /* the rows that write_rows writes */
    size_t rows;
};

static void on_error(png_structp png, png_const_charp text)
{
    struct pngfile *p = png_get_error_ptr(png);
    if (!p->err.status)
        error_set(&p->err, STATUS_FORMAT, "can't make a PNG: %s", text);
    longjmp(p->failed, 1);
}

static void on_warning(png_structp png, png_const_charp text)
{
    (void)png;
    (void)text;
}

static enum status flush(struct pngfile *p, struct error *err)
{
    size_t n = p->pending.size;
    p->pending.size = 0;
    return file_write(p->out.fd, p->pending.data, n, err);
}

/* libpng writes small pieces: a system call for each would cost more than the compression. */
static void on_write(png_structp png, png_bytep bytes, png_size_t n)
{
    struct pngfile *p = png_get_io_ptr(png);
    if (buffer_append(&p->pending, bytes, n, &p->err) ||
        (p->pending.size >= BUFFER && flush(p, &p->err)))
        png_error(png, "");
}

static void on_flush(png_structp png)
{
    (void)png;
}

static enum status run(struct pngfile *p, void (*step)(struct pngfile *), struct error *err)
{
    p->err.status = STATUS_OK;
    if (setjmp(p->failed) == 0) {
        step(p);
        return STATUS_OK;
    }
    *err = p->err;
    return error_prefix(err, "%s", p->name);
}

static void begin(struct pngfile *p)
{
    png_set_write_fn(p->png, p, on_write, on_flush);
    png_set_user_limits(p->png, PNGFILE_SIDE_MAX, PNGFILE_SIDE_MAX);
    png_set_IHDR(p->png, p->info, (png_uint_32)p->width, (png_uint_32)p->height, 8,
                 PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
                 PNG_FILTER_TYPE_DEFAULT);
    /* These are for small galaxies on a dark sky: to try all filters on every row and to compress
       more takes half as long again and saves one percent. */
    png_set_filter(p->png, PNG_FILTER_TYPE_BASE, PNG_FILTER_PAETH);
    png_set_compression_level(p->png, 4);
    png_write_info(p->png, p->info);
}

static void write_rows(struct pngfile *p)
{
    for (size_t i = 0; i < p->rows; i++)
        png_write_row(p->png, p->rgb + i * p->width * 3);
}

static void end(struct pngfile *p)
{
    png_write_end(p->png, NULL);
}

static void release(struct pngfile *p)
{
    png_destroy_write_struct(&p->png, &p->info);
    output_abandon(&p->out);
    buffer_release(&p->pending);
    free(p->name);
    free(p);
}

static enum status open_both(struct pngfile *p, const char *path, struct error *err)
{
    p->name = mem_string(output_name(path), err);
    if (!p->name)
        return err->status;
    p->png = png_create_write_struct(PNG_LIBPNG_VER_STRING, p, on_error, on_warning);
    p->info = p->png ? png_create_info_struct(p->png) : NULL;
    if (!p->info)
        return error_set(err, STATUS_MEMORY, "out of memory");
    if (output_open(&p->out, path, err))
        return error_prefix(err, "%s", p->name);
    return run(p, begin, err);
}

struct pngfile *pngfile_create(const char *path, size_t height, size_t width, struct error *err)
{
    if (!height || !width || height > PNGFILE_SIDE_MAX || width > PNGFILE_SIDE_MAX) {
        error_set(err, STATUS_LIMIT, "a picture of %zux%zu pixels (sides are 1 to %d)", width,
                  height, PNGFILE_SIDE_MAX);
        return NULL;
    }
    struct pngfile *p = mem_new(1, sizeof *p, err);
    if (!p)
        return NULL;
    p->height = p->left = height;
    p->width = width;
    p->out.fd = -1;
    if (open_both(p, path, err)) {
        release(p);
        return NULL;
    }
    return p;
}

enum status pngfile_write(struct pngfile *p, const unsigned char *rgb, size_t rows,
                          struct error *err)
{
    p->rgb = rgb;
    p->rows = rows < p->left ? rows : p->left;
    p->left -= p->rows;
    return run(p, write_rows, err);
}

enum status pngfile_finish(struct pngfile *p, struct error *err)
{
    enum status s = STATUS_OK;
    if (p->left) /* libpng doesn't check this */
        error_set(err, s = STATUS_INCOMPLETE, "%s: %zu rows are missing", p->name, p->left);
    if (!s)
        s = run(p, end, err);
    if (!s && (flush(p, err) || output_commit(&p->out, err)))
        s = error_prefix(err, "%s", p->name);
    release(p);
    return s;
}

void pngfile_abandon(struct pngfile *p)
{
    if (p)
        release(p);
}

enum status pngfile_save(const char *path, const unsigned char *rgb, size_t height, size_t width,
                         struct error *err)
{
    struct pngfile *p = pngfile_create(path, height, width, err);
    if (!p)
        return err->status;
    if (pngfile_write(p, rgb, height, err)) {
        pngfile_abandon(p);
        return err->status;
    }
    return pngfile_finish(p, err);
}

const char *pngfile_library(void)
{
    return "libpng " PNG_LIBPNG_VER_STRING;
}
