#include "image/fitsfile.h"

#include <dlfcn.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/sandbox.h"
#include "image/fitshead.h"

#ifdef WITH_FITS
#include <fitsio.h>
#endif

/* Seconds of processor time for one picture. */
enum { DECODE_SECONDS = 60 };

#ifdef WITH_FITS
/* The functions of cfitsio that are used. */
struct cfitsio {
    __typeof__(ffgerr) *get_error_text;
    __typeof__(ffgpv) *read_values;
    __typeof__(ffmahd) *go_to_hdu;
    __typeof__(ffomem) *open_memory;
    __typeof__(ffvcks) *check_sums;
};
#else
struct cfitsio {
    char none;
};
#endif

/* A picture under way. The sandbox has a copy of this struct; only found is shared with it. */
struct work {
    struct cfitsio cfitsio;
    const unsigned char *bytes;
    size_t size;
    const struct picture_options *o;
    struct fits_hdu hdu;
    int number;                   /* of the HDU */
    size_t at;                    /* where it begins */
    size_t height, width, planes; /* their product is below 2^48: see fitshead.c */
    struct picture_window window;
    size_t bands;                /* 1, or 3: red, green, blue */
    size_t plane[STRETCH_BANDS]; /* of each band */
    struct found {
        struct error err;
        double flux[]; /* (bands, height, width), row 0 at the bottom */
    } * found;
};

/* ---- what is in the file ---- */

/* Whether the numbers are levels of a picture that was made to be shown, not fluxes. */
static bool is_shown(const struct work *w)
{
    return w->hdu.bitpix == 8 && !w->hdu.scaled;
}

/* Which planes are which band. */
static enum status choose_planes(struct work *w, struct error *err)
{
    const struct stretch_options *s = &w->o->fits;
    w->bands = s->bands ? s->bands : w->planes == 1 ? 1 : STRETCH_BANDS;
    /* No picture is so narrow; named planes would be slices across the bands. */
    if (w->width == STRETCH_BANDS && w->planes > STRETCH_BANDS)
        return error_set(err, STATUS_MISMATCH,
                         "a FITS image of %zu planes, as the bands are its first axis and not its "
                         "last",
                         w->planes);
    if (!s->bands && w->planes != 1 && w->planes != STRETCH_BANDS)
        return error_set(err, STATUS_MISMATCH,
                         "a FITS image of %zu planes: name one or three (--fits-bands)", w->planes);
    for (size_t i = 0; i < w->bands; i++) {
        w->plane[i] = s->bands ? s->plane[i] : is_shown(w) ? i : w->bands - 1 - i;
        if (w->plane[i] >= w->planes)
            return error_set(err, STATUS_MISMATCH,
                             "no plane %zu in a FITS image of %zu (see --fits-bands)", w->plane[i],
                             w->planes);
    }
    return STATUS_OK;
}

/* Drop the axes of length 1, from the first on, while more than two are left. */
static enum status choose_axes(struct work *w, struct error *err)
{
    const struct fits_hdu *u = &w->hdu;
    size_t axis[FITS_AXES_MAX] = {0}, left = u->naxis, n = 0;
    for (size_t i = 0; i < u->naxis; i++)
        if (u->axis[i] == 1 && left > 2)
            left--;
        else
            axis[n++] = (size_t)u->axis[i];
    if (n > 3)
        return error_set(err, STATUS_MISMATCH, "a FITS image of %zu axes", u->naxis);
    w->width = axis[0];
    w->height = axis[1];
    w->planes = n == 3 ? axis[2] : 1;
    if (picture_window(w->o, w->height, w->width, &w->window, err))
        return err->status;
    return choose_planes(w, err);
}

static enum status look(struct work *w, struct error *err)
{
    if (!fits_begins(w->bytes, w->size))
        return error_set(err, STATUS_FORMAT, w->size ? "not a FITS" : "the file is empty");
    if (fits_find_array(&w->hdu, w->bytes, w->size, &w->number, &w->at, err))
        return err->status;
    if (choose_axes(w, err))
        return err->status;
    if (w->hdu.header + w->hdu.data > w->size - w->at && !w->o->lenient)
        return error_set(err, STATUS_FORMAT, "the FITS is cut off");
    return STATUS_OK;
}

/* ---- with cfitsio, in the sandbox ---- */

#ifdef WITH_FITS

/* The name of the library that fits the header. */
#define NAME_OF(version)  NAME_OF_(version)
#define NAME_OF_(version) "libcfitsio.so." #version
static const char library[] = NAME_OF(CFITSIO_SONAME);

/* Load cfitsio, unless that was done, and find its functions. It isn't linked, since it brings
   libcurl and GnuTLS: these take longer to start than a hundred pictures take to decode. It stays
   loaded, as they aren't made to be unloaded; and no symbol is left to be found in the sandbox.

   That it isn't there, or is another one, makes FITS a format that isn't read. If memory or open
   files run out, no picture is skipped for that: the loader has left the reason in errno. */
static enum status load(struct cfitsio *c, struct error *err)
{
    const struct {
        const char *name;
        void *to;
    } functions[] = {{"ffgerr", &c->get_error_text},
                     {"ffgpv", &c->read_values},
                     {"ffmahd", &c->go_to_hdu},
                     {"ffomem", &c->open_memory},
                     {"ffvcks", &c->check_sums}};
    errno = 0;
    void *handle = dlopen(library, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    for (size_t i = 0; handle && i < sizeof functions / sizeof *functions; i++) {
        void *symbol = dlsym(handle, functions[i].name);
        if (!symbol)
            handle = NULL;
        memcpy(functions[i].to, &symbol, sizeof symbol);
    }
    if (handle)
        return STATUS_OK;
    /* Where memory is short, the loader may say so only in words. */
    bool short_of = errno == ENOMEM || errno == EMFILE || errno == ENFILE;
    const char *reason = dlerror();
    reason = reason ? reason : "no reason";
    short_of = short_of || strstr(reason, "failed to map segment");
    return error_set(err, short_of ? STATUS_MEMORY : STATUS_FORMAT,
                     "a FITS file, and cfitsio can't be loaded: %s", reason);
}

enum { STRIP = 1 << 16 }; /* values that are read at once, or a row if that has more */

/* Whether so many bytes can be allocated. The process ends soon, and they with it. */
static bool has_room(size_t bytes)
{
    static void *volatile room; /* or the compiler leaves the allocation out */
    room = malloc(bytes);
    return room;
}

/* Without a lie in the file cfitsio needs no more memory for tiles than some bytes a pixel. */
static void set_failure(struct work *w, int status)
{
    struct error *err = &w->found->err;
    char text[FLEN_STATUS];
    w->cfitsio.get_error_text(status, text);
    if (status != MEMORY_ALLOCATION)
        error_set(err, STATUS_FORMAT, "not a valid FITS: %s", text);
    else if (w->hdu.kind == FITS_TILES && has_room(32 * w->height * w->width * w->planes))
        error_set(err, STATUS_LIMIT, "needs more memory than its pixels");
    else
        error_set(err, STATUS_MEMORY, "out of memory");
}

/* Read rows of a plane. Whole numbers that are BLANK become NaN. Floats are read as they are, as
   cfitsio would take infinities for NaN. */
static int read_rows(const struct work *w, fitsfile *f, size_t plane, size_t row, size_t rows,
                     double *values)
{
    double blank = NAN, none = 0;
    bool floats = w->hdu.bitpix < 0 && w->hdu.kind == FITS_IMAGE;
    size_t first = (plane * w->height + row) * w->width + 1, n = rows * w->width;
    int any, status = 0;
    w->cfitsio.read_values(f, TDOUBLE, (LONGLONG)first, (LONGLONG)n, floats ? &none : &blank,
                           values, &any, &status);
    return status;
}

static void read_plane(struct work *w, fitsfile *f, size_t band)
{
    size_t step = w->o->lenient || STRIP < w->width ? 1 : STRIP / w->width;
    double *to = w->found->flux + band * w->height * w->width;
    for (size_t y = 0; y < w->height; y += step) {
        size_t rows = w->height - y < step ? w->height - y : step;
        int status = read_rows(w, f, w->plane[band], y, rows, to + y * w->width);
        if (status && !w->o->lenient) {
            set_failure(w, status);
            return;
        }
        for (size_t i = 0; status && i < rows * w->width; i++)
            to[y * w->width + i] = NAN;
    }
}

/* Compare the data with the header's sum of them. Returns 0 if they agree, if there is no sum, or
   if damaged files are to be read. */
static int check_sum(const struct work *w, fitsfile *f)
{
    int data = 1, all, status = 0;
    if (!w->hdu.summed || w->o->lenient)
        return 0;
    w->cfitsio.check_sums(f, &data, &all, &status);
    return status ? status : data < 0;
}

static void decode(void *context)
{
    struct work *w = context;
    fitsfile *f = NULL;
    int status = 0, type;
    /* cfitsio reads whole blocks, but some writers leave out the padding of the last one. */
    size_t size = (w->size + FITS_BLOCK - 1) / FITS_BLOCK * FITS_BLOCK;
    void *bytes = size == w->size ? (void *)(uintptr_t)w->bytes : calloc(size, 1);
    if (!bytes)
        status = MEMORY_ALLOCATION;
    else if (size != w->size)
        memcpy(bytes, w->bytes, w->size);
    w->cfitsio.open_memory(&f, "memory", READONLY, &bytes, &size, 0, NULL, &status);
    w->cfitsio.go_to_hdu(f, w->number, &type, &status);
    if (status)
        set_failure(w, status);
    else if (check_sum(w, f))
        error_set(&w->found->err, STATUS_FORMAT, "damaged: the data don't have the sum of DATASUM");
    for (size_t i = 0; i < w->bands && !w->found->err.status; i++)
        read_plane(w, f, i);
    /* The process ends here, and f with it. */
}

const char *fitsfile_library(void)
{
    struct cfitsio c;
    struct error err;
    return load(&c, &err) ? NULL : library;
}

#else

static void decode(void *context)
{
    (void)context;
}

static enum status load(struct cfitsio *c, struct error *err)
{
    (void)c;
    return error_set(err, STATUS_FORMAT,
                     "a FITS file, which this build does not read: it was made without cfitsio");
}

const char *fitsfile_library(void)
{
    return NULL;
}

#endif

/* ---- pixels ---- */

/* Nothing is to be seen outside the footprint of a survey, which has NaN or zeros there. */
static enum status check_flux(const struct work *w, struct error *err)
{
    size_t n = w->height * w->width;
    bool finite = false;
    for (size_t band = 0; band < w->bands; band++) {
        const double *flux = w->found->flux + band * n;
        size_t first = 0;
        while (first < n && !isfinite(flux[first]))
            first++;
        finite = finite || first < n;
        for (size_t i = first; i < n; i++)
            if (isfinite(flux[i]) && flux[i] != flux[first])
                return STATUS_OK;
    }
    return error_set(err, STATUS_FORMAT,
                     finite ? "all pixels have the same value" : "no pixel has a finite value");
}

/* The scale of a band as Galaxy Zoo DECaLS had it, in nanomaggies, where the header names the bands
   of the planes by letters; else 0. */
static double survey_scale(const struct work *w, size_t plane)
{
    if (strlen(w->hdu.bands) != w->planes)
        return 0;
    switch (w->hdu.bands[plane]) {
    case 'g': return 0.008;
    case 'r': return 0.014;
    case 'z': return 0.019;
    default: return 0;
    }
}

/* Set the scales that are known without a look at the fluxes. False if they are not. */
static bool choose_scales(const struct work *w, struct stretch *s)
{
    const struct stretch_options *o = &w->o->fits;
    for (size_t i = 0; i < s->bands; i++) {
        s->scale[i] = o->scales     ? o->scale[o->scales == 1 ? 0 : i]
                      : is_shown(w) ? 1
                                    : survey_scale(w, w->plane[i]);
        if (s->scale[i] <= 0)
            return false;
    }
    return true;
}

/* Set what has to be measured: sky and scale of each band, or the end of the range, or both. */
static void measure(const struct work *w, bool scales, bool high, struct stretch *s,
                    double *scratch)
{
    const double noises = 3, least = 5;
    size_t n = w->height * w->width;
    s->high = high ? least : s->high;
    for (size_t i = 0; i < s->bands; i++) {
        struct stretch_measure m = stretch_measure(w->found->flux + i * n, n, scratch);
        if (scales) {
            s->sky[i] = m.sky;
            s->scale[i] = noises * m.noise;
        }
        double peak = (m.peak - s->sky[i]) / s->scale[i];
        if (high && peak > s->high)
            s->high = peak;
    }
}

static struct stretch choose_stretch(const struct work *w, double *scratch)
{
    const struct stretch_options *o = &w->o->fits;
    bool shown = is_shown(w);
    struct stretch s = {.curve = o->curved ? o->curve
                                 : shown   ? STRETCH_LINEAR
                                           : STRETCH_ASINH,
                        .bands = w->bands,
                        .low = o->ranged ? o->low
                               : shown   ? 0
                                         : -0.5,
                        .high = o->ranged ? o->high
                                : shown   ? 255
                                          : 300,
                        .softening = o->softening > 0 ? o->softening : 1};
    bool known = choose_scales(w, &s), high = !o->ranged && !shown && (!known || o->scales);
    if (!known || high)
        measure(w, !known, high, &s, scratch);
    return s;
}

/* Write the values of n pixels, (n, bands), as (n, channels) pixels of the result. */
static unsigned char *put_pixels(const struct work *w, const float *value, size_t n,
                                 unsigned char *to)
{
    size_t channels = w->o->gray ? 1 : 3;
    for (size_t i = 0; i < n; i++, value += w->bands)
        for (size_t c = 0; c < channels; c++) {
            float v = w->bands == 1 ? value[0] : value[c];
            if (w->bands > 1 && w->o->gray)
                v = 0.299F * value[0] + 0.587F * value[1] + 0.114F * value[2];
            if (w->o->floats) {
                memcpy(to, &v, sizeof v);
                to += sizeof v;
            } else
                *to++ = (unsigned char)(255 * v + 0.5F);
        }
    return to;
}

/* The rows of the window, from the top. */
static enum status develop(const struct work *w, struct picture_data *p, struct error *err)
{
    const struct picture_window *v = &w->window;
    struct shape shape = {v->height, v->width, w->o->gray ? 1 : 3};
    double *scratch = mem_new(STRETCH_SAMPLE, sizeof *scratch, err);
    float *value = scratch ? mem_new(STRETCH_BANDS * v->width, sizeof *value, err) : NULL;
    p->pixel = w->o->floats ? PIXEL_F4 : PIXEL_U1;
    p->pixels.size = 0;
    if (!value ||
        buffer_reserve(&p->pixels, shape_values(shape) * pixel_value_bytes(p->pixel), err)) {
        free(scratch);
        free(value);
        return err->status;
    }
    struct stretch s = choose_stretch(w, scratch);
    unsigned char *to = (unsigned char *)p->pixels.data;
    for (size_t y = v->y; y < v->y + v->height; y++) {
        const double *row[STRETCH_BANDS];
        for (size_t i = 0; i < w->bands; i++)
            row[i] = w->found->flux + ((i + 1) * w->height - 1 - y) * w->width + v->x;
        stretch_run(&s, row, v->width, value);
        to = put_pixels(w, value, v->width, to);
    }
    free(scratch);
    free(value);
    p->shape = shape;
    p->fov = v->fov;
    p->pixels.size = shape_values(shape) * pixel_value_bytes(p->pixel);
    return STATUS_OK;
}

enum status fits_decode(const void *fits, size_t size, const struct picture_options *o,
                        struct picture_data *p, struct error *err)
{
    struct work w = {.bytes = fits, .size = size, .o = o};
    p->shape = (struct shape){0};
    if (load(&w.cfitsio, err) || look(&w, err))
        return err->status;
    size_t memory = sizeof *w.found + w.bands * w.height * w.width * sizeof(double);
    w.found = sandbox_memory(memory, err);
    if (!w.found)
        return err->status;
    enum status s = sandbox_run(decode, &w, DECODE_SECONDS, err);
    if (!s && w.found->err.status)
        s = (*err = w.found->err).status;
    if (!s)
        s = check_flux(&w, err);
    if (!s)
        s = develop(&w, p, err);
    sandbox_free(w.found, memory);
    return s;
}
