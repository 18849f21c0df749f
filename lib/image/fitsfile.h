/*
 * fitsfile - decoding FITS. No other file uses cfitsio.
 *
 * The picture is the first array of 2 axes or more in the file: that of the primary HDU, or of the
 * first extension that has one; it may be compressed in tiles (RICE_1, GZIP_1, GZIP_2, HCOMPRESS_1,
 * PLIO_1). Its axes are x, y and the planes; axes of length 1 don't count, wherever they stand. Row
 * 0 of FITS is the bottom row, and becomes the last one.
 *
 * Values are physical: BZERO + BSCALE times the stored number. A number that is BLANK, and NaN, is
 * black. stretch.h turns fluxes into what can be shown, and fits_decode chooses, where the options
 * say nothing:
 *
 *   - 8 bits, not scaled: a picture that was made to be shown. Planes 0, 1, 2 are red, green, blue;
 *     the curve is linear from 0 to 255.
 *   - the header has BANDS, a letter for each plane, and those of the planes are g, r or z: a
 *     cutout of the Legacy Survey, in nanomaggies. The sky is 0, the scale of g is 0.008, of r
 *     0.014, of z 0.019, and the range is -0.5 to 300, as for the pictures of Galaxy Zoo DECaLS.
 *   - anything else: the sky of a band is measured (stretch_measure), and its scale is 3 times the
 *     measured noise. The range is -0.5 to the largest peak of a band, and at least 5; so it is
 *     also where the options give scales only.
 *
 * One plane is gray. Of three, planes 2, 1, 0 are red, green, blue, as bands mostly come in the
 * order of their wavelengths. Of other numbers the options must name some.
 *
 * The input may be hostile. No header is trusted (fitshead.h); max_pixels is checked before memory
 * is allocated; cfitsio, whose decoders of tiles don't check what they read, runs in a sandbox
 * (sandbox.h). It gets the bytes, never a name, so that its language of file names, which reaches
 * the network and runs commands, is out of reach.
 *
 * A picture without two different finite values is refused: nothing can be seen in it.
 *
 * Memory is at most 8 bytes for each pixel of up to 3 planes, and those of the result. Where it
 * runs out, cfitsio may crash; such a picture counts as damaged.
 */
#ifndef FITSFILE_H
#define FITSFILE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"
#include "image/picture.h"

/* The library behind this, by its file's name. NULL if this was built without it, or it can't be
   loaded here: then fits_decode refuses all, with a message that says so. */
const char *fitsfile_library(void);

/* Decode the FITS of size bytes. On failure the picture's shape is (0, 0, 0). A picture of one
   plane has three equal channels, unless options.gray is set. Of a damaged one, lenient takes what
   can be read; the rest is black. */
enum status fits_decode(const void *fits, size_t size, const struct picture_options *,
                        struct picture_data *, struct error *) MUST_CHECK;

#endif
