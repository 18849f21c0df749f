#include "atlas/pictures.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

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
    const char *from = pixels;
    p->galaxy[cell] = (uint32_t)galaxy + 1;
    for (size_t done = 0; done < p->bytes;) {
        ssize_t n = pwrite(p->fd, from + done, p->bytes - done, (off_t)(cell * p->bytes + done));
        if (n < 0 && errno != EINTR)
            return error_system(err, "the temporary file: write error");
        done += n < 0 ? 0 : (size_t)n;
    }
    return STATUS_OK;
}

enum status pictures_get(const struct pictures *p, size_t row, size_t column, size_t n, void *out,
                         struct error *err)
{
    size_t start = pictures_cell(p->rows, row, column) * p->bytes;
    for (size_t done = 0; done < n * p->bytes;) {
        ssize_t r = pread(p->fd, (char *)out + done, n * p->bytes - done, (off_t)(start + done));
        if (r < 0 && errno != EINTR)
            return error_system(err, "the temporary file: read error");
        if (r == 0)
            return error_set(err, STATUS_INCOMPLETE, "the temporary file is cut off");
        done += r < 0 ? 0 : (size_t)r;
    }
    return STATUS_OK;
}

void pictures_release(struct pictures *p)
{
    free(p->galaxy);
    if (p->fd >= 0)
        close(p->fd);
    *p = (struct pictures){.fd = -1};
}
