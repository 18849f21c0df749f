#include "image/jpegfile.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>
#include <jerror.h>

#include "image/format.h"

/* On an error libjpeg calls on_error, which must not return: it jumps to the setjmp in the function
   that called libjpeg. */
struct guard {
    struct jpeg_error_mgr manager; /* first, so that libjpeg's pointer is ours */
    jmp_buf out;
    bool lenient;
    struct error *err;
};

static void on_error(j_common_ptr info)
{
    struct guard *g = (struct guard *)info->err;
    char text[JMSG_LENGTH_MAX];
    if (info->err->msg_code == JERR_OUT_OF_MEMORY)
        error_set(g->err, STATUS_MEMORY, "out of memory");
    else if (info->err->msg_code == JERR_NO_BACKING_STORE)
        error_set(g->err, STATUS_LIMIT, "needs more memory than its pixels (see --max-pixels)");
    else {
        info->err->format_message(info, text);
        error_set(g->err, STATUS_FORMAT, "not a valid JPEG: %s", text);
    }
    longjmp(g->out, 1);
}

/* Level -1 is a warning that the data is damaged: an error, unless lenient. */
static void on_message(j_common_ptr info, int level)
{
    struct guard *g = (struct guard *)info->err;
    if (level < 0 && !g->lenient)
        on_error(info);
}

static struct jpeg_error_mgr *guard_init(struct guard *g, bool lenient, struct error *err)
{
    struct jpeg_error_mgr *manager = jpeg_std_error(&g->manager);
    manager->error_exit = on_error;
    manager->emit_message = on_message;
    g->lenient = lenient;
    g->err = err;
    return manager;
}

/* ---- markers ---- */

enum { SOI = 0xd8, EOI = 0xd9, SOS = 0xda, RST0 = 0xd0, RST7 = 0xd7, TEM = 0x01 };
enum { APP0 = 0xe0, APP15 = 0xef, COM = 0xfe };

/* Go to the next marker. Returns false where there is none yet, or another picture begins before
   it: that is then at *next. */
static bool find_marker(struct jpeg_search *s, const unsigned char *b, size_t size, size_t *next)
{
    /* If no marker follows a segment, the picture was cut off within it, and the bytes of what came
       next were counted as the rest of the segment. */
    if (!s->scan && b[s->at] != 0xff) {
        *next = format_find_start(b, s->segment, size);
        s->segment = size - 2; /* for the next call */
        return false;
    }
    const unsigned char *ff = memchr(b + s->at, 0xff, size - 1 - s->at);
    size_t end = ff ? (size_t)(ff - b) : size;
    if (s->scan && end - s->at >= FORMAT_CERTAIN &&
        (*next = format_find_certain(b, s->at, end)) != 0)
        return false;
    if (ff)
        s->at = end;
    else if (size - 1 > s->at + FORMAT_CERTAIN)
        s->at = size - 1 - FORMAT_CERTAIN;
    return ff != NULL;
}

/* Pass the segment that the marker begins. Returns false where it isn't whole yet, or a picture
   begins within it, so that this one was cut off there: that is then at *next. But the segments of
   applications may contain a thumbnail. */
static bool pass_segment(struct jpeg_search *s, const unsigned char *b, size_t size, size_t *next)
{
    size_t start = s->at + 2;
    unsigned char marker = b[s->at + 1];
    if (start + 1 >= size)
        return false;
    size_t end = start + ((size_t)b[start] << 8 | b[start + 1]);
    if ((marker < APP0 || marker > APP15) && marker != COM)
        *next = format_find_start(b, start - 1, end + 2 < size ? end + 2 : size);
    if (*next || end + 2 > size)
        return false;
    s->at = end;
    s->segment = start;
    s->scan = marker == SOS;
    s->scans += s->scan;
    return true;
}

/* Whether a marker stands alone, without a segment. */
static bool is_alone(unsigned char marker)
{
    return marker == 0 || marker == TEM || (marker >= RST0 && marker <= RST7);
}

size_t jpeg_search(struct jpeg_search *s, const void *bytes, size_t size, size_t *next)
{
    const unsigned char *b = bytes;
    *next = 0;
    if (s->at == 0)
        s->at = s->segment = 2;
    while (s->at + 1 < size && find_marker(s, b, size, next)) {
        unsigned char marker = b[s->at + 1];
        if (marker == EOI)
            return s->at + 2;
        if (marker == SOI) {
            *next = s->at;
            return 0;
        }
        if (marker == 0xff)
            s->at++;
        else if (is_alone(marker))
            s->at += 2;
        else if (!pass_segment(s, b, size, next))
            return 0;
    }
    return 0;
}

/* ---- decoding ---- */

/* libjpeg-turbo writes an aligned row of colour pixels directly to memory, not to the caches.
   Reading it back from there would take a third of the decoding time. So rows are not aligned
   to 16. */
enum { UNALIGNED = 8 };

static enum status check_header(const struct jpeg_decompress_struct *info,
                                const struct picture_options *o, struct picture_window *w,
                                struct error *err)
{
    if (picture_window(o, info->image_height, info->image_width, w, err))
        return err->status;
    if (info->arith_code)
        return error_set(err, STATUS_FORMAT, "JPEG with arithmetic coding is not supported");
    if (info->jpeg_color_space == JCS_CMYK || info->jpeg_color_space == JCS_YCCK)
        return error_set(err, STATUS_FORMAT, "a CMYK JPEG; convert it, see gz-decode(1)");
    if (info->num_components != 1 && info->num_components != 3)
        return error_set(err, STATUS_FORMAT, "JPEG of %d components is neither gray nor colour",
                         info->num_components);
    return STATUS_OK;
}

static enum status refuse_scans(struct error *err)
{
    return error_set(err, STATUS_LIMIT, "JPEG of more than %d scans", JPEG_SCANS_MAX);
}

static void on_progress(j_common_ptr info)
{
    if (((j_decompress_ptr)info)->input_scan_number > JPEG_SCANS_MAX) {
        struct guard *g = (struct guard *)info->err;
        refuse_scans(g->err);
        longjmp(g->out, 1);
    }
}

/*
 * The distance along one axis of the farthest pixels on which a pixel depends. `most` is the
 * largest sampling factor along the axis. Where a component has fewer samples than pixels, as
 * colour mostly has, upsampling uses neighbouring samples. An incomplete progressive picture is
 * smoothed by libjpeg, which uses the two next blocks.
 */
static size_t neighbours(const struct jpeg_decompress_struct *info, int most)
{
    int components = info->out_color_space == JCS_GRAYSCALE ? 1 : info->num_components;
    size_t far = info->progressive_mode ? 2 * DCTSIZE * (size_t)most : 0;
    for (int i = 0; i < components; i++)
        if (info->comp_info[i].h_samp_factor != info->max_h_samp_factor ||
            info->comp_info[i].v_samp_factor != info->max_v_samp_factor)
            return far + 2 * DCTSIZE;
    return far;
}

/*
 * Restrict decoding to the columns of w and to the neighbours on which these depend, as libjpeg
 * treats the first and last column as the edge of the picture. *left is the first column.
 */
static void crop_columns(struct jpeg_decompress_struct *info, const struct picture_window *w,
                         JDIMENSION *left)
{
    size_t context = neighbours(info, info->max_h_samp_factor);
    JDIMENSION x = w->x > context ? (JDIMENSION)(w->x - context) : 0;
    JDIMENSION end = (JDIMENSION)(w->x + w->width + context);
    if (end > info->output_width)
        end = info->output_width;
    JDIMENSION width = end - x;
    *left = 0;
    if (width == info->output_width)
        return;
    *left = x;
    jpeg_crop_scanline(info, left, &width);
}

/* Read the rows of w into pixels. row has room for a row as libjpeg decodes it. */
static void read_rows(struct jpeg_decompress_struct *info, const struct picture_window *w,
                      JDIMENSION left, unsigned char *pixels, unsigned char *row)
{
    /* Skip rows only where no row of w depends on them. */
    size_t context = 2 * neighbours(info, info->max_v_samp_factor);
    size_t channels = (size_t)info->output_components, bytes = w->width * channels;
    if (w->y > context)
        jpeg_skip_scanlines(info, (JDIMENSION)(w->y - context));
    while (info->output_scanline < w->y)
        jpeg_read_scanlines(info, &row, 1);
    for (size_t y = 0; y < w->height; y++) {
        jpeg_read_scanlines(info, &row, 1);
        memcpy(pixels + y * bytes, row + (w->x - left) * channels, bytes);
    }
}

/* Decode after jpeg_read_header. On an error libjpeg jumps out of this function. */
static enum status decode_window(struct jpeg_decompress_struct *info, bool gray,
                                 const struct picture_window *w, struct picture_data *p,
                                 struct buffer *row, struct error *err)
{
    JDIMENSION left;
    info->out_color_space = gray ? JCS_GRAYSCALE : JCS_RGB;
    jpeg_start_decompress(info);
    struct shape shape = {w->height, w->width, (size_t)info->output_components};
    row->size = p->pixels.size = 0;
    if (buffer_reserve(row, UNALIGNED + info->output_width * shape.channels, err) ||
        buffer_reserve(&p->pixels, shape_values(shape), err))
        return err->status;
    crop_columns(info, w, &left);
    read_rows(info, w, left, (unsigned char *)p->pixels.data,
              (unsigned char *)row->data + UNALIGNED);
    p->shape = shape;
    p->fov = w->fov;
    p->pixel = PIXEL_U1;
    p->pixels.size = shape_values(shape);
    if (info->output_scanline == info->output_height)
        jpeg_finish_decompress(info);
    return STATUS_OK;
}

static enum status check_begin(const unsigned char *jpeg, size_t size, struct error *err)
{
    if (size < 2 || jpeg[0] != 0xff || jpeg[1] != SOI)
        return error_set(err, STATUS_FORMAT, "not a JPEG");
    return STATUS_OK;
}

/* Look at the markers first. Decoding a window doesn't notice that the picture is cut off after it,
   so search for the end marker. Each scan of a progressive picture costs as much as a whole one,
   so limit them. */
static enum status check_markers(const unsigned char *jpeg, size_t size, bool *whole,
                                 struct error *err)
{
    size_t next;
    struct jpeg_search s = {0};
    *whole = jpeg_search(&s, jpeg, size, &next) > 0;
    return s.scans > JPEG_SCANS_MAX ? refuse_scans(err) : STATUS_OK;
}

enum status jpeg_decode(const void *jpeg, size_t size, const struct picture_options *o,
                        struct picture_data *p, struct error *err)
{
    /* libjpeg holds a progressive picture as up to 3 coefficients a pixel, each of 2 bytes. */
    const uint64_t least_memory = 64 * 1024 * 1024, memory = 8 * o->max_pixels;
    struct jpeg_decompress_struct info = {0};
    struct jpeg_progress_mgr progress = {.progress_monitor = on_progress};
    struct guard guard;
    struct picture_window w;
    struct buffer row = {0};
    p->shape = (struct shape){0};
    bool whole;
    if (check_begin(jpeg, size, err) || check_markers(jpeg, size, &whole, err))
        return err->status;
    info.err = guard_init(&guard, o->lenient, err);
    /* After a jump only err, info and row are used. These are in memory and not in registers, since
       their addresses were taken. */
    volatile enum status s = STATUS_FORMAT;
    if (setjmp(guard.out) == 0) {
        jpeg_create_decompress(&info);
        info.progress = &progress;
        info.mem->max_memory_to_use = (long)(memory > least_memory ? memory : least_memory);
        jpeg_mem_src(&info, jpeg, size);
        jpeg_read_header(&info, TRUE);
        s = check_header(&info, o, &w, err);
        if (!s)
            s = decode_window(&info, o->gray, &w, p, &row, err);
        if (!s && !o->lenient && !whole)
            s = error_set(err, STATUS_FORMAT, "the JPEG is cut off: it has no end marker");
    } else
        s = err->status;
    if (s)
        p->shape = (struct shape){0};
    jpeg_destroy_decompress(&info);
    buffer_release(&row);
    return s;
}

/* ---- encoding ---- */

/* The most bytes that a JPEG of this size can have: 3 for each pixel of whole blocks (as TJBUFSIZE
   of libjpeg-turbo says for 4:2:0; 2 for gray), and its headers. */
static size_t largest(size_t height, size_t width)
{
    return ((height + 15) / 16 * 16) * ((width + 15) / 16 * 16) * 3 + 2048;
}

enum status jpeg_encode(const unsigned char *pixels, size_t height, size_t width, size_t channels,
                        int quality, struct buffer *out, struct error *err)
{
    struct jpeg_compress_struct info = {0};
    struct guard guard;
    unsigned long size = largest(height, width);
    /* With this room libjpeg need not grow the memory: where it can't, it loses track of it. */
    if (buffer_reserve(out, size, err))
        return err->status;
    unsigned char *jpeg = (unsigned char *)out->data + out->size;
    info.err = guard_init(&guard, true, err);
    volatile bool failed = true;
    if (setjmp(guard.out) == 0) {
        jpeg_create_compress(&info);
        jpeg_mem_dest(&info, &jpeg, &size);
        info.image_width = (JDIMENSION)width;
        info.image_height = (JDIMENSION)height;
        info.input_components = (int)channels;
        info.in_color_space = channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
        jpeg_set_defaults(&info);
        jpeg_set_quality(&info, quality, TRUE);
        jpeg_start_compress(&info, TRUE);
        while (info.next_scanline < info.image_height) {
            JSAMPROW row = (JSAMPROW)(uintptr_t)(pixels + info.next_scanline * width * channels);
            jpeg_write_scanlines(&info, &row, 1);
        }
        jpeg_finish_compress(&info);
        failed = false;
    }
    jpeg_destroy_compress(&info);
    if (failed)
        return err->status;
    out->size += size;
    return STATUS_OK;
}

const char *jpegfile_library(void)
{
#ifdef LIBJPEG_TURBO_VERSION
#define TEXT_OF(x) #x
#define TEXT(x)    TEXT_OF(x)
    return "libjpeg-turbo " TEXT(LIBJPEG_TURBO_VERSION);
#else
    return "libjpeg";
#endif
}
