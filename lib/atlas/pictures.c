#include "atlas/pictures.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"

enum status pictures_init(struct pictures *p, int fd, const struct thumb_source *source,
                          size_t rows, struct error *err)
{
    *p = (struct pictures){.source = *source, .rows = rows, .fd = fd};
    p->bytes = shape_values(source->shape) * pixel_value_bytes(source->pixel);
    p->galaxy = mem_new(pictures_cells(rows), sizeof *p->galaxy, err);
    if (!p->galaxy)
        return err->status;
    /* So that reading beyond the last picture isn't beyond the file. */
    if (ftruncate(fd, (off_t)(pictures_cells(rows) * p->bytes)))
        return error_system(err, "the temporary file");
    return STATUS_OK;
}

enum status pictures_put(struct pictures *p, size_t row, size_t column, size_t galaxy,
                         const void *pixels, struct error *err)
{
    size_t cell = pictures_cell(p->rows, row, column);
    p->galaxy[cell] = (uint32_t)galaxy + 1;
    if (file_write_at(p->fd, pixels, p->bytes, cell * p->bytes, err))
        return error_prefix(err, "the temporary file");
    return STATUS_OK;
}

enum status pictures_get(const struct pictures *p, size_t row, size_t column, size_t n, void *out,
                         struct error *err)
{
    size_t start = pictures_cell(p->rows, row, column) * p->bytes;
    if (file_read_at(p->fd, out, n * p->bytes, start, err))
        return error_prefix(err, "the temporary file");
    return STATUS_OK;
}

void pictures_release(struct pictures *p)
{
    free(p->galaxy);
    if (p->fd >= 0)
        close(p->fd);
    *p = (struct pictures){.fd = -1};
}
