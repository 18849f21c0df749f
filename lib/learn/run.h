/*
 * run - a whole training run: from labelled streams by name to a weights file, with its history and
 * its checkpoints.
 *
 * All ranks call it with the same options. Rank 0 alone uses files other than the training streams:
 * the names that other ranks have for them are ignored.
 */
#ifndef RUN_H
#define RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/mem.h"
#include "base/status.h"
#include "learn/history.h"
#include "learn/ranks.h"
#include "learn/recipe.h"
#include "learn/result.h"
#include "learn/state.h"

struct run {
    struct recipe recipe;
    unsigned jobs;          /* threads */
    bool interleave;        /* each file is a stream of its own; else they are one, joined */
    bool partial;           /* streams may be fragments */
    char *valid;            /* the validation stream; NULL, as below: none */
    const char *resume;     /* a checkpoint to go on from */
    const char *checkpoint; /* written after each epoch, on request, and at the end */
    const char *log;        /* the history, written anew after each epoch */
    const char *output;     /* the weights; NULL or "-": standard output */
    const char *version;    /* of the program, for the weights */

    int wake;                     /* a descriptor that can be read while there is a request; -1 */
    struct request (*poll)(void); /* what is requested since the last time; NULL: nothing is */
    void (*catch_signals)(bool);  /* called when polling begins (true) and ends; set with poll */

    /* Called as the run goes on. Each may be NULL. */
    void (*note)(const char *text); /* something that the user may want to know */
    void (*progress)(uint64_t records, uint64_t expected); /* expected 0: unknown */
    void (*report)(const struct epoch_report *);
    void (*calibrated)(const struct calibration *); /* where there is a validation set */
};

/* Append to out the table of the network (netspec_describe) for the pictures and classes of these
   files; without files, for 64x64 gray pixels and three classes. */
enum status run_describe(const struct run *, char *const *path, size_t paths, struct buffer *out,
                         struct error *) MUST_CHECK;

/* Train on these files (none: standard input). STATUS_OK when the weights are written or, without
   them, when the end was requested: *end is then the signal, and otherwise 0. What fails in the
   step that such a request ends is returned, with *end set. */
enum status run_train(const struct run *, const struct ranks *, char *const *path, size_t paths,
                      int *end, struct error *) MUST_CHECK;

#endif
