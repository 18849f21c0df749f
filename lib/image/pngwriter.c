#include "image/pngwriter.h"

#include <setjmp.h>
#include <stdlib.h>

#include <png.h>

#include "base/file.h"
#include "base/mem.h"

enum { BUFFER = 256 * 1024 };

/* On an error libpng calls on_error, which must not return: it jumps to the setjmp in run(), which
   makes all calls of libpng. */
struct pngwriter {
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
    struct pngwriter *p = png_get_error_ptr(png);
    if (!p->err.status)
        error_set(&p->err, STATUS_FORMAT, "can't make a PNG: %s", text);
    longjmp(p->failed, 1);
}

static void on_warning(png_structp png, png_const_charp text)
{
    (void)png;
    (void)text;
}

static enum status flush(struct pngwriter *p, struct error *err)
{
    size_t n = p->pending.size;
    p->pending.size = 0;
    return file_write(p->out.fd, p->pending.data, n, err);
}

/* libpng writes small pieces: a system call for each would cost more than the compression. */
static void on_write(png_structp png, png_bytep bytes, png_size_t n)
{
    struct pngwriter *p = png_get_io_ptr(png);
    if (buffer_append(&p->pending, bytes, n, &p->err) ||
        (p->pending.size >= BUFFER && flush(p, &p->err)))
        png_error(png, "");
}

static void on_flush(png_structp png)
{
    (void)png;
}

static enum status run(struct pngwriter *p, void (*step)(struct pngwriter *), struct error *err)
{
    p->err.status = STATUS_OK;
    if (setjmp(p->failed) == 0) {
        step(p);
        return STATUS_OK;
    }
    *err = p->err;
    return error_prefix(err, "%s", p->name);
}

static void begin(struct pngwriter *p)
{
    png_set_write_fn(p->png, p, on_write, on_flush);
    png_set_user_limits(p->png, PNGWRITER_SIDE_MAX, PNGWRITER_SIDE_MAX);
    png_set_IHDR(p->png, p->info, (png_uint_32)p->width, (png_uint_32)p->height, 8,
                 PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
                 PNG_FILTER_TYPE_DEFAULT);
    /* These are for small galaxies on a dark sky: to try all filters on every row and to compress
       more takes half as long again and saves one percent. */
    png_set_filter(p->png, PNG_FILTER_TYPE_BASE, PNG_FILTER_PAETH);
    png_set_compression_level(p->png, 4);
    png_write_info(p->png, p->info);
}

static void write_rows(struct pngwriter *p)
{
    for (size_t i = 0; i < p->rows; i++)
        png_write_row(p->png, p->rgb + i * p->width * 3);
}

static void end(struct pngwriter *p)
{
    png_write_end(p->png, NULL);
}

static void release(struct pngwriter *p)
{
    png_destroy_write_struct(&p->png, &p->info);
    output_abandon(&p->out);
    buffer_release(&p->pending);
    free(p->name);
    free(p);
}

static enum status open_both(struct pngwriter *p, const char *path, struct error *err)
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

struct pngwriter *pngwriter_create(const char *path, size_t height, size_t width, struct error *err)
{
    if (!height || !width || height > PNGWRITER_SIDE_MAX || width > PNGWRITER_SIDE_MAX) {
        error_set(err, STATUS_LIMIT, "a picture of %zux%zu pixels (sides are 1 to %d)", width,
                  height, PNGWRITER_SIDE_MAX);
        return NULL;
    }
    struct pngwriter *p = mem_new(1, sizeof *p, err);
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

enum status pngwriter_write(struct pngwriter *p, const unsigned char *rgb, size_t rows,
                            struct error *err)
{
    p->rgb = rgb;
    p->rows = rows < p->left ? rows : p->left;
    p->left -= p->rows;
    return run(p, write_rows, err);
}

enum status pngwriter_finish(struct pngwriter *p, struct error *err)
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

void pngwriter_abandon(struct pngwriter *p)
{
    if (p)
        release(p);
}

enum status pngwriter_save(const char *path, const unsigned char *rgb, size_t height, size_t width,
                           struct error *err)
{
    struct pngwriter *p = pngwriter_create(path, height, width, err);
    if (!p)
        return err->status;
    if (pngwriter_write(p, rgb, height, err)) {
        pngwriter_abandon(p);
        return err->status;
    }
    return pngwriter_finish(p, err);
}
