/*
 * labels - the labels of a triangle's galaxies, from a labelled stream such as gz-label writes.
 */
#ifndef LABELS_H
#define LABELS_H

#include "base/status.h"
#include "catalogue/predictions.h"
#include "figure/triangle.h"

/* Read the stream path and set the labels of its galaxies: label[number of the prediction] is the
   number, among the classes of the predictions, of the class with most votes (record_label), or -1
   where it is none of these. Records of other galaxies are passed over. STATUS_MISMATCH where the
   stream has no votes, or for none of these classes. Errors name the file. */
enum status labels_read(char *path, const struct predictions *, const struct triangle *,
                        signed char *label, struct error *) MUST_CHECK;

#endif
