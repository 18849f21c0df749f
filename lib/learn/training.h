/*
 * training - from labelled streams by name to a file of weights: all of a run, with its log and its
 * checkpoints, in the session's terms (session.h).
 *
 * All ranks call it with the same options. Files other than the training streams are rank 0's: the
 * names that other ranks have for them aren't used.
 */
#ifndef TRAINING_H
#define TRAINING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/mem.h"
#include "learn/ranks.h"
#include "learn/session.h"
#include "base/status.h"

struct training {
    struct session_options session;
    bool interleave; /* each file is a stream by itself; else they are one, one after the other */
    bool partial;    /* streams may be fragments */
    char *valid;     /* the validation stream; NULL, as below: none */
    const char *resume;     /* a checkpoint to go on from */
    const char *checkpoint; /* written after each epoch, where wished for, and at the end */
    const char *log;        /* the table of all reports, written anew with each */
    const char *output;     /* the weights; NULL or "-": standard output */
    const char *version;    /* of the program, for the weights */

    int wake;                 /* a descriptor that can be read while there is a wish; -1: none */
    struct wish (*ask)(void); /* what is wished for since the last time; NULL: nothing */
    void (*heed)(bool);       /* told when asking begins, and when it is over; not NULL with ask */

    /* Told as it goes. May be NULL. */
    void (*progress)(uint64_t records, uint64_t expected); /* expected 0: unknown */
    void (*report)(const struct epoch_report *);
    void (*calibrated)(const struct calibration *); /* where there is a validation set */
};

/* Append the table of the network (netspec_describe) for the pictures and classes of these files;
   where there are none, for 64x64 gray pixels and three classes. */
enum status training_describe(const struct training *, char *const *path, size_t paths,
                              struct buffer *table, struct error *) MUST_CHECK;

/* Train on these files (none: standard input). STATUS_OK when the weights are written, or, without
   them, at a wish for the end, which *end then tells. */
enum status training_run(const struct training *, const struct ranks *, char *const *path,
                         size_t paths, int *end, struct error *) MUST_CHECK;

#endif
