#include "figure/montage.h"

#include <stdio.h>
#include <string.h>

#include "image/font.h"

/* GAP is between pictures; half of it is between them and the edge of the sheet. WIDTH_MIN is for
   21 letters, an identifier of the SDSS: a letter is about six steps wide. */
enum { GAP = 8, WIDTH_MIN = 128 };

enum status montage_init(struct montage *m, const struct montage_options *o,
                         const struct thumb_source *source, struct error *err)
{
    *m = (struct montage){.options = *o};
    struct shape own = source->shape;
    if (o->square)
        own.height = own.width = o->square;
    size_t width = o->width ? o->width : own.width * ((WIDTH_MIN + own.width - 1) / own.width);
    size_t height = (own.height * width + own.width / 2) / own.width;
    height = height ? height : 1;
    if (width > MONTAGE_SIDE_MAX || height > MONTAGE_SIDE_MAX)
        return error_set(err, STATUS_LIMIT,
                         "pictures of %zux%zu pixels, but %d is the most (see --size)", width,
                         height, MONTAGE_SIDE_MAX);
    m->scale = width / WIDTH_MIN + (width < WIDTH_MIN);
    return thumb_init(&m->thumb, source, own.height, own.width, height, width, err);
}

static enum status add_text(struct montage *m, const char *text, struct error *err)
{
    char line[MONTAGE_TEXT_MAX] = "";
    snprintf(line, sizeof line, "%s", text);
    return buffer_append(&m->texts, line, sizeof line, err);
}

enum status montage_add(struct montage *m, const void *pixels, const char *first,
                        const char *second, struct error *err)
{
    size_t bytes = m->thumb.height * m->thumb.width * 3;
    if (m->pictures.size + bytes > MONTAGE_BYTES_MAX)
        return error_set(err, STATUS_LIMIT,
                         "more than %d bytes of pictures (see --number and --size)",
                         MONTAGE_BYTES_MAX);
    thumb_make(&m->thumb, pixels);
    if (m->options.stretch)
        thumb_stretch(&m->thumb);
    if (buffer_reserve(&m->pictures, bytes, err) || add_text(m, first, err) ||
        add_text(m, second, err))
        return err->status;
    thumb_bytes(&m->thumb, (unsigned char *)m->pictures.data + m->pictures.size);
    m->pictures.size += bytes;
    m->two_lines |= *second != '\0';
    m->n++;
    return STATUS_OK;
}

void montage_arrange(struct montage *m)
{
    size_t columns = m->options.columns;
    while (columns * columns < m->n && !m->options.columns)
        columns++;
    m->columns = columns < m->n ? columns : m->n;
    m->rows = (m->n + m->columns - 1) / m->columns;
    size_t lines = m->two_lines ? 2 : 1;
    size_t text = m->options.bare ? 0 : (lines * FONT_LINE + 2) * m->scale;
    m->pitch_x = m->thumb.width + GAP;
    m->pitch_y = m->thumb.height + GAP + text;
    m->width = m->columns * m->pitch_x;
    m->height = m->rows * m->pitch_y;
}

/* A line of text, centred under the picture whose left edge is at x. */
static void draw_line(const struct montage *m, struct canvas *c, size_t y, size_t x,
                      const char *text)
{
    static const unsigned char colour[3] = {205, 205, 200};
    char line[MONTAGE_TEXT_MAX];
    font_shorten(line, sizeof line, text, m->scale, m->thumb.width);
    size_t used = font_width(line, m->scale);
    font_draw(c, (int64_t)y, (int64_t)(x + (m->thumb.width - used) / 2), line, m->scale, colour);
}

void montage_draw_row(const struct montage *m, size_t i, struct canvas *c)
{
    size_t bytes = m->thumb.height * m->thumb.width * 3;
    canvas_clear(c);
    for (size_t k = i * m->columns; k < m->n && k < (i + 1) * m->columns; k++) {
        size_t x = (k - i * m->columns) * m->pitch_x + GAP / 2;
        size_t y = GAP / 2 + m->thumb.height + 3 * m->scale;
        const char *text = m->texts.data + 2 * k * MONTAGE_TEXT_MAX;
        canvas_paste(c, GAP / 2, (int64_t)x, (unsigned char *)m->pictures.data + k * bytes,
                     m->thumb.height, m->thumb.width);
        if (m->options.bare)
            continue;
        draw_line(m, c, y, x, text);
        draw_line(m, c, y + FONT_LINE * m->scale, x, text + MONTAGE_TEXT_MAX);
    }
}

void montage_release(struct montage *m)
{
    thumb_release(&m->thumb);
    buffer_release(&m->pictures);
    buffer_release(&m->texts);
    *m = (struct montage){0};
}
